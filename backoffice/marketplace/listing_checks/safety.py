"""Who answers for a product: its maker and, where that is outside the Union, a firm inside.

Reg. (EU) 2023/988 art. 22(9): a listing shows the maker's name, postal and electronic address and,
where the maker is not established in the Union, those of the responsible person (art. 16).
"""

import re
from typing import Any

from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.likeness import tokens
from backoffice.marketplace.listing_checks.item import Item, fine, found
from backoffice.marketplace.places import outside_union

SOURCE = "(EU) 2023/988"
PARTS = {
    "name": N_("Name"),
    "address": N_("Postal address"),
    "email": N_("E-mail address"),
}
_BOX = re.compile(r"\b(?:bp|cs|boite postale|p o box|po box|post box|postfach)\s*\d+")
_STREET = frozenset({"allee", "av", "avenue", "bd", "boulevard", "building", "calle", "chemin",
                     "cours", "impasse", "lane", "parc", "place", "platz", "quai", "road", "route",
                     "rua", "rue", "square", "straat", "strasse", "street", "via", "viale", "way",
                     "weg", "za", "zi", "zone"})  # fmt: skip


def look(item: Item) -> list[Finding]:
    """Look whether the contacts are there that buyers must be shown."""
    node = item.node
    if node is not None and not node.needs_safety_contact:
        return [fine(N_("This category needs no safety contact."))]
    safety = item.revision.safety or {}
    manufacturer, responsible = safety.get("manufacturer"), safety.get("responsible")
    if not manufacturer:
        said = text("The manufacturer is not named.")
        return [_missing(said, "safety.manufacturer")]
    if lacking := _lacking(manufacturer):
        said = text("The manufacturer’s contact is not complete.")
        return [_missing(said, "safety.manufacturer", *lacking)]
    address = manufacturer["address"]
    place = outside_union(address)
    if place and not responsible:
        said = text("Nobody in the Union answers for this product.")
        lines = [
            text("Manufacturer: %(address)s", address=address),
            text("“%(place)s” is outside the Union.", place=place),
        ]
        return [_missing(said, "safety.responsible", *lines)]
    if responsible and (finding := _responsible(responsible)):
        return [finding]
    return [_boxed(manufacturer, responsible)]


def _missing(said: Text, field: str, *proof: Text) -> Finding:
    rule = text("Rule: %(rule)s", rule="Reg. (EU) 2023/988 art. 22(9)")
    return found(Outcome.FAIL, said, (*proof, rule), fields=[field], source=SOURCE)


def _lacking(contact: dict[str, Any]) -> list[Text]:
    lacking = [text(label) for name, label in PARTS.items() if not contact.get(name)]
    return [text("Missing: %(part)s", part=label.to_json()) for label in lacking]


def _responsible(responsible: dict[str, Any]) -> Finding | None:
    if lacking := _lacking(responsible):
        said = text("The responsible person’s contact is not complete.")
        return _missing(said, "safety.responsible", *lacking)
    if place := outside_union(responsible["address"]):
        said = text("The responsible person is outside the Union: %(place)s.", place=place)
        return _missing(said, "safety.responsible")
    return None


def _boxed(*contacts: dict[str, Any] | None) -> Finding:
    """Look whether an address is nothing but a post box, which is not enough."""
    for contact in filter(None, contacts):
        words = tokens(contact["address"])
        if _BOX.search(" ".join(words)) and not _STREET & {*words}:
            said = text("A post box alone is no postal address: %(it)s", it=contact["address"])
            return found(Outcome.WARN, said, fields=["safety"], source=SOURCE)
    return fine(N_("The safety contacts are there."))
