"""The GTIN: its last digit, and whether its prefix may be sold on the open market.

GS1's General Specifications, section 1.4: some prefixes are for use within a shop or a region, for
coupons, for examples. The library knows the issuing offices; what is refused is our own table,
because it takes coupons, examples and trade units for articles like any other.
"""

from collections.abc import Iterator
from functools import lru_cache

from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.gtin import check_digit
from backoffice.marketplace.listing_checks.item import Item, fine, found

SOURCE = "GS1"
WITHIN = N_("Numbers of this prefix (%(prefix)s) are for use within one company or region.")
COUPON = N_("Numbers of this prefix (%(prefix)s) are coupons and receipts, not articles.")
RESERVED = N_("GS1 gives no article a number of this prefix (%(prefix)s).")
SERIAL = N_("This is the number of a periodical (ISSN): look whether it is one.")
REFUSED = (
    (20, 29, WITHIN),
    (40, 49, WITHIN),
    (50, 59, COUPON),
    (200, 299, WITHIN),
    (951, 952, RESERVED),
    (980, 984, COUPON),
    (990, 999, COUPON),
)
"""Prefixes of three digits (GTIN-13) that may not be sold, first and last."""
BOOKS = {"978": "ISBN", "979": "ISBN, ISMN"}


def look(item: Item) -> list[Finding]:
    """Look at the listing's GTIN, and at those of its variants."""
    revision = item.revision
    entered = revision.gtin_entered or ""
    of_variants = list(_of_variants(item))
    if not entered and not revision.gtin:
        if item.variants and all(one.get("gtin") for one in item.variants):
            first = fine(N_("Every variant has a GTIN of its own."))
        else:
            said = text("No GTIN was given.")
            first = found(Outcome.WARN, said, fields=["gtin"])
        return [first, *of_variants]
    outcome, said = judge(entered, revision.gtin)
    proof = (text("Sent: %(value)s", value=entered),) if entered else ()
    if outcome == Outcome.PASS:
        return [Finding(outcome, said, proof, SOURCE), *of_variants]
    return [found(outcome, said, proof, fields=["gtin"], source=SOURCE), *of_variants]


def judge(entered: str, canonical: str | None) -> tuple[Outcome, Text]:
    """Judge one number by what was sent and its GTIN-14, None where the digit is wrong."""
    if canonical is None:
        if not entered.strip("0"):
            return Outcome.FAIL, text("The GTIN is all zeros.")
        digit = check_digit(entered)
        return Outcome.FAIL, text(
            "The last digit of the GTIN is wrong: the others ask for %(digit)s.", digit=digit
        )
    if canonical.startswith("000000"):
        return _short(canonical[6:])
    if canonical[0] == "9":
        return Outcome.FAIL, text("This GTIN-14 is of goods sold by measure (indicator 9).")
    if canonical[0] != "0":
        return Outcome.WARN, text(
            "This GTIN-14 is of a case that holds several (indicator %(digit)s).",
            digit=canonical[0],
        )
    return prefix_policy(canonical[1:4])


@lru_cache(1100)
def prefix_policy(prefix: str) -> tuple[Outcome, Text]:
    """Judge a prefix of three digits of a GTIN-13 (a GTIN-12 begins with 0)."""
    for first, last, msgid in REFUSED:
        if first <= int(prefix) <= last:
            return Outcome.FAIL, text(msgid, prefix=prefix)
    if prefix in BOOKS:
        return Outcome.PASS, text("Right digits; the number of a book (%(of)s).", of=BOOKS[prefix])
    if prefix == "977":
        return Outcome.WARN, text(SERIAL)
    office = _office(prefix)
    if office is None or prefix == "950":
        return Outcome.WARN, text("No GS1 office gives numbers of prefix %(it)s.", it=prefix)
    return Outcome.PASS, text(
        "Right digits; given by %(office)s, which is not the origin.", office=office
    )


def _short(digits: str) -> tuple[Outcome, Text]:
    """Judge a GTIN-8: its prefixes are a list of their own, 0 and 2 are for use in one shop."""
    if digits[0] in "02":
        return Outcome.FAIL, text(WITHIN, prefix=digits[:3])
    return Outcome.PASS, text("Right digits; a short number (GTIN-8).")


def _office(prefix: str) -> str | None:
    # Slow to load: only where checks run, not where pages are made.
    from biip.gs1_prefixes import GS1Prefix  # noqa: PLC0415

    known = GS1Prefix.extract(prefix.ljust(13, "1"))
    return known.usage if known else None


def _of_variants(item: Item) -> Iterator[Finding]:
    """Tell the worst that is wrong with the variants' numbers, each on a line."""
    numbered = [one for one in item.variants if one.get("gtin") or one.get("gtin_entered")]
    if not numbered:
        return
    label, wrong = N_("GTIN of the variants"), []
    for one in numbered:
        outcome, said = judge(one.get("gtin_entered") or one["gtin"], one.get("gtin"))
        if outcome != Outcome.PASS:
            wrong.append((outcome, _line(one["reference"], said)))
    if not wrong:
        yield Finding(Outcome.PASS, text("The numbers are right."), part="variants", label=label)
        return
    wrong.sort(key=lambda one: list(Outcome).index(one[0]))
    (outcome, headline), *rest = wrong
    yield found(
        outcome, headline, (line for _, line in rest), fields=["variants"], source=SOURCE,
        part="variants", label=label,
    )  # fmt: skip


def _line(reference: str, said: Text) -> Text:
    return text("Variant %(reference)s: %(said)s", reference=reference, said=said.to_json())
