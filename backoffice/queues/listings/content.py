"""The content of a revision as people read it: item by item, each named."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from backoffice.core.text import N_, Text, text
from backoffice.marketplace.listing import ListingRevision

CONTACTS = {
    "manufacturer": N_("Manufacturer"),
    "responsible": N_("Responsible in the Union"),
}


class Item(NamedTuple):
    """One thing that a revision says; `key` is what checks call it, its value is empty if absent.

    Keys are columns of a revision, or one with what stands in it: `attributes.color`.
    """

    key: str
    label: str | Text
    value: str


def items_of(revision: ListingRevision, category: str, labels: Mapping[str, str]) -> list[Item]:
    """Return all that a revision says except its pictures; `labels` name its attributes."""
    return [
        Item("title", N_("Title"), revision.title),
        Item("description", N_("Description"), revision.description),
        Item("category", N_("Category"), category),
        Item("gtin", "GTIN", revision.gtin_entered),
        Item("brand", N_("Brand"), revision.brand),
        *(
            Item(f"attributes.{code}", labels.get(code, code), str(value))
            for code, value in revision.attributes.items()
        ),
        *_variants(revision, labels),
        *_safety(revision.safety),
    ]


def _variants(revision: ListingRevision, labels: Mapping[str, str]) -> Iterator[Item]:
    for one in revision.variants:
        options = (f"{labels.get(code, code)} {value}" for code, value in one["options"].items())
        number = f"GTIN {one['gtin_entered']}" if one.get("gtin_entered") else ""
        said = ", ".join(filter(None, (*options, number)))
        label = text("Variant %(reference)s", reference=one["reference"])
        yield Item(f"variants.{one['reference']}", label, said or one["reference"])


def _safety(safety: Mapping[str, Any]) -> Iterator[Item]:
    for name, label in CONTACTS.items():
        contact = safety.get(name) or {}
        parts = (contact.get(part, "") for part in ("name", "address", "email"))
        yield Item(f"safety.{name}", label, ", ".join(filter(None, parts)))
    yield Item("safety.warnings", N_("Warnings"), safety.get("warnings", ""))


class Difference(NamedTuple):
    """What two revisions say differently, as rows of a table, and what both say."""

    rows: list[dict[str, Any]]
    unchanged: list[Item]


def difference(before: list[Item], after: list[Item]) -> Difference:
    """Compare two revisions item by item; what is absent from both is left out."""
    old, new = ({item.key: item for item in items} for items in (before, after))
    rows, unchanged = [], []
    for key in dict.fromkeys((*new, *old)):
        live, proposed = (items[key].value if key in items else "" for items in (old, new))
        item = new.get(key) or old[key]
        if live != proposed:
            rows.append({"key": key, "name": item.label, "live": live, "proposed": proposed})
        elif live:
            unchanged.append(item)
    return Difference(rows, unchanged)
