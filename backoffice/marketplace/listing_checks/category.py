"""The category: whether it is open, where others put the same GTIN, what it asks to be said."""

from collections.abc import Iterator
from functools import lru_cache

from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, both, text
from backoffice.marketplace.categories import Characteristic
from backoffice.marketplace.listing_checks.facts import gtins_of
from backoffice.marketplace.listing_checks.item import Item, fine, found

FIELDS = ["category"]


def look(item: Item) -> list[Finding]:
    """Look whether the category is open, and whether others put the same article elsewhere."""
    return [_policy(item), *_elsewhere(item)]


def _policy(item: Item) -> Finding:
    node = item.node
    if node is None:
        code = item.revision.category
        return found(
            Outcome.FAIL,
            text("There is no category “%(code)s” now.", code=code),
            fields=FIELDS,
        )
    if node.policy == "open":
        return fine(N_("The category is open."))
    proof = [text("Rule: %(rule)s", rule=node.rule)] if node.rule else []
    if node.policy == "forbidden":
        said = text("Nothing of this category may be sold here.")
        return found(Outcome.FAIL, said, proof, fields=FIELDS)
    said = text("This category is open to some sellers only: look for their authorisation.")
    return found(Outcome.WARN, said, proof, fields=FIELDS, beside=text("Restricted"))


def _elsewhere(item: Item) -> Iterator[Finding]:
    """Tell where other sellers put the same GTIN, if none of them is of our mind."""
    revision, facts = item.revision, item.facts
    counts: dict[str, int] = {}
    for gtin in gtins_of(revision):
        for code, count in facts.elsewhere.get((revision.seller_id, gtin), {}).items():
            counts[code] = counts.get(code, 0) + count
    own = revision.category
    if not counts or any(_is_near(own, code) for code in counts):
        return
    lines = [_line(item, code, counts[code]) for code in sorted(counts, key=counts.__getitem__)]
    yield found(
        Outcome.WARN, text("Other sellers put this GTIN in another category."), reversed(lines),
        fields=FIELDS, part="elsewhere", label=N_("Category and GTIN"),
    )  # fmt: skip


def _line(item: Item, code: str, count: int) -> Text:
    return text(
        "%(category)s: %(count)s",
        category=both(*(item.facts.tree.path_label(code, locale) for locale in ("fr", "en"))),
        count=count,
    )


def _is_near(one: str, other: str) -> bool:
    """Tell whether one category is the other, above it or below it."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def look_at_characteristics(item: Item) -> list[Finding]:
    """Look for the characteristics that the category asks for, in the listing or every variant."""
    node, given = item.node, item.revision.attributes or {}
    if node is None:
        return [fine(N_("Without a category nothing is asked for."))]
    options = [one.get("options") or {} for one in item.variants]
    wanted = [one for one in node.characteristics if one.required]
    missing = [
        one
        for one in wanted
        if not given.get(one.code) and not (options and all(had.get(one.code) for had in options))
    ]
    findings = [_missing(tuple(missing))] if missing else []
    findings += _out_of_list(node.characteristics, given)
    if findings:
        return findings
    if not wanted:
        return [fine(N_("The category asks for no characteristic."))]
    return [fine(N_("Every required characteristic is there: %(count)s."), count=len(wanted))]


@lru_cache(1000)  # many listings of a category lack the same
def _missing(missing: tuple[Characteristic, ...]) -> Finding:
    fields = [f"attributes.{one.code}" for one in missing]
    said = text("Required characteristics are missing: %(count)s.", count=len(missing))
    lines = [text("%(name)s", name=one.name) for one in missing]
    return found(Outcome.FAIL, said, lines, fields=fields, beside=text("Missing"))


def _out_of_list(
    characteristics: tuple[Characteristic, ...], given: dict[str, str]
) -> Iterator[Finding]:
    """Tell of values that are not of the list, where a characteristic has one."""
    wrong = [
        one
        for one in characteristics
        if one.values and given.get(one.code) and given[one.code] not in one.values
    ]
    if not wrong:
        return
    lines = [
        text(
            "%(name)s: “%(value)s” is none of %(values)s",
            name=one.name,
            value=given[one.code],
            values=", ".join(one.values),
        )
        for one in wrong
    ]
    fields = [f"attributes.{one.code}" for one in wrong]
    yield found(
        Outcome.WARN, text("A characteristic has a value that is not of its list."), lines,
        fields=fields, part="values", label=N_("Values of characteristics"),
        beside=text("Not of the list"),
    )  # fmt: skip
