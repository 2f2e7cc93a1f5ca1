"""The variants: told apart by the same options, each complete and no two alike."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.gtin import shown
from backoffice.marketplace.listing_checks.item import Item, fine, found


def look(item: Item) -> list[Finding]:
    """Look whether every variant has every option, and whether any two are the same."""
    variants = item.variants
    if not variants:
        return [fine(N_("The listing has no variants."))]
    wrong = [*_incomplete(variants), *_twice(variants)]
    if wrong:
        headline, *proof = wrong
        return [found(Outcome.FAIL, headline, proof, fields=["variants"])]
    if loose := list(_loose(item)):
        headline, *proof = loose
        return [found(Outcome.WARN, headline, proof, fields=["variants"])]
    return [fine(N_("The variants are complete and differ: %(count)s."), count=len(variants))]


def _incomplete(variants: list[dict[str, Any]]) -> Iterator[Text]:
    names = dict.fromkeys(name for one in variants for name in one.get("options") or {})
    if not names:
        yield text("The variants have no options by which to choose.")
        return
    for one in variants:
        lacking = [name for name in names if not (one.get("options") or {}).get(name)]
        if lacking:
            yield text(
                "Variant %(reference)s lacks: %(names)s",
                reference=one["reference"],
                names=", ".join(lacking),
            )


def _twice(variants: list[dict[str, Any]]) -> Iterator[Text]:
    references = Counter(one["reference"] for one in variants)
    for reference in (one for one, count in references.items() if count > 1):
        yield text("The reference %(reference)s stands for several variants.", reference=reference)
    by_options: dict[tuple[tuple[str, str], ...], str] = {}
    for one in variants:
        options = tuple(sorted((one.get("options") or {}).items()))
        first = by_options.setdefault(options, one["reference"])
        if options and first != one["reference"]:
            yield text(
                "Variants %(one)s and %(other)s have the same options: %(options)s",
                one=first,
                other=one["reference"],
                options=", ".join(value for _, value in options),
            )
    gtins = Counter(one["gtin"] for one in variants if one.get("gtin"))
    for gtin in (one for one, count in gtins.items() if count > 1):
        yield text("Several variants have the GTIN %(gtin)s.", gtin=shown(gtin))


def _loose(item: Item) -> Iterator[Text]:
    """Tell of what is odd without being wrong: some numbered and some not, wide prices."""
    numbered = [one for one in item.variants if one.get("gtin") or one.get("gtin_entered")]
    if numbered and len(numbered) < len(item.variants):
        lacking = [one["reference"] for one in item.variants if one not in numbered]
        yield text("Some variants have no GTIN: %(references)s", references=", ".join(lacking[:10]))
