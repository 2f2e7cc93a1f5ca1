"""By which values a party can be told, and how they are found in text, however they are written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import phonenumbers
from sqlalchemy import ARRAY, Text, cast, func, select, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from backoffice.core.party import Party
from backoffice.core.search import words
from backoffice.core.secrets import decrypt
from backoffice.marketplace.erasing.pattern import Finder, finder
from backoffice.marketplace.erasing.tables import table
from backoffice.marketplace.erasing.whose import Owner

ERASED = "erased.invalid"  # the domain of addresses that stand where one was (RFC 2606)
STRONG_MIN = 8  # characters from which one word alone names somebody
WEAK_MIN = 3
NAMES = ("legal_name", "trade_name", "name", "party_name", "organisation", "line1")
PARTS = ("first_name", "last_name")
EMAILS = ("email", "contact_email", "party_email", "asked_by", "from_email")
NUMBERS = ("siren", "siret", "vat_number", "register_number")
PHONES = ("phone",)
SITES = ("website",)
KEYS = ("iban_fingerprint", "stripe_account")
SOURCES = {
    "seller": ("seller", "registration"),
    "buyer": ("buyer",),
    "notifier": ("notifier", "notice"),
    "person": (),
}
OF_ALL = ("ticket", "appeal", "erasure")
BEARERS = (
    ("seller", ("legal_name",)), ("seller", ("trade_name",)),
    ("seller", ("first_name", "last_name")), ("buyer", ("name",)), ("notifier", ("name",)),
    ("notifier", ("organisation",)),
)  # fmt: skip
COMMON = 20  # cases of others with the same words, from which they name nobody


@dataclass
class Values:
    """The values of one party: strong ones name it wherever they stand, weak ones in its own cases.

    A name that somebody else bears too is a weak one. `names` are whole names as its rows show
    them, `emails` its addresses, `references` the numbers by which the marketplace knows it.
    """

    strong: set[str] = field(default_factory=set)
    weak: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)

    @cached_property
    def everywhere(self) -> Finder | None:
        """Return what finds the strong values."""
        long = (one for one in self.references if len(one) >= STRONG_MIN)
        return finder(self.strong, long)

    @cached_property
    def at_home(self) -> Finder | None:
        """Return what finds all values."""
        return finder(self.strong | self.weak, self.references)


def values_of(session: Session, party: Party, pseudonym: str) -> Values:
    """Return what names a party, in its profile and in what it sent over time."""
    found = Values()
    _add(found, {"name": party.name, "email": party.email})
    for row in _rows(session, party):
        _add(found, row)
    for values in (found.strong, found.weak, found.names, found.emails):
        values.difference_update([one for one in values if ERASED in one or pseudonym in one])
    shared = shared_among(session, party, found.names & found.strong)
    found.strong -= shared
    found.weak |= shared
    return found


def shared_among(session: Session, party: Party, names: set[str]) -> set[str]:
    """Return the names that another account bears, or so many cases that they are common words."""
    borne: set[str] = set()
    lowered = {one.lower() for one in names}
    for kind, parts in BEARERS:
        rows = table(kind)
        written = func.lower(func.concat_ws(" ", *(rows.c[one] for one in parts)))
        others = rows.c.id != party.id if kind == party.kind else true()
        borne.update(session.scalars(select(written).where(written.in_(lowered), others)))
    return {one for one in names if one.lower() in borne} | _common_among(session, party, names)


def _common_among(session: Session, party: Party, names: set[str]) -> set[str]:
    """Return the names whose words stand together in many cases of others."""
    sought = {one: " & ".join(f"'{word}'" for word in words(one)) for one in sorted(names)}
    spoken = [one for one, query in sought.items() if query]
    if not spoken:
        return set(names)
    both = cast(spoken, ARRAY(Text)), cast([sought[one] for one in spoken], ARRAY(Text))
    asked = func.unnest(*both).table_valued("name", "query").render_derived()
    cases = table("cases")
    elsewhere = (
        select(cases.c.id)
        .where(cases.c.words.op("@@")(cast(asked.c.query, TSQUERY)))
        .where(cases.c.id.not_in(Owner(party, emails=(), names=()).all_cases))
        .limit(COMMON)
        .correlate(asked)
        .subquery()
    )
    many = select(func.count()).select_from(elsewhere).scalar_subquery()
    return set(session.scalars(select(asked.c.name).where(many == COMMON))) | (names - {*spoken})


def references_of(session: Session, owner: Owner) -> set[str]:
    """Return the number by which the marketplace knows the account, which stands in texts too."""
    if owner.party.kind not in ("seller", "buyer"):
        return set()
    rows = table(owner.party.kind)
    numbers = session.scalars(select(rows.c.external_id).where(owner.rows(rows.name)))
    return {one for one in numbers if len(one) >= WEAK_MIN}


def _rows(session: Session, party: Party) -> Iterator[dict[str, Any]]:
    """Go over the rows in which the party's identity stands, earlier ones too."""
    owner = Owner(party, emails=[party.email], names=())
    for name in (*SOURCES[party.kind], *OF_ALL):
        for row in session.execute(select(table(name)).where(owner.rows(name))).mappings():
            yield dict(row)
    if party.kind == "seller":
        history = table("seller_history")
        for (changes,) in session.execute(
            select(history.c.changes).where(owner.rows(history.name))
        ):
            for which in ("old", "new"):
                yield {name: change.get(which) for name, change in changes.items()}
        for (changes,) in session.execute(
            select(table("profile_change").c.changes).where(owner.rows("profile_change"))
        ):
            yield {name: value for name, value in changes.items() if isinstance(value, str)}


def _add(found: Values, row: dict[str, Any]) -> None:
    emails = _texts(row, EMAILS)
    found.emails.update(emails)
    found.strong.update(emails)
    for value in _texts(row, NUMBERS):
        found.strong.update(_spaced(value))
    for value in _texts(row, PHONES):
        found.strong.update(_dialled(value))
    for value in _texts(row, NAMES):
        _name(found, value)
    found.weak.update(value for value in _texts(row, PARTS) if len(value) >= WEAK_MIN)
    if len(parts := _texts(row, PARTS)) == len(PARTS):
        for whole in (" ".join(parts), " ".join(reversed(parts))):
            _name(found, whole)
    if encrypted := row.get("iban_encrypted"):
        found.strong.update(_grouped(decrypt(encrypted)))
    found.strong.update(_texts(row, KEYS))
    found.strong.update(re.sub(r"^https?://(www\.)?|/$", "", one) for one in _texts(row, SITES))


def _texts(row: dict[str, Any], names: Iterable[str]) -> list[str]:
    """Return what stands under these names, trimmed; empty ones are left out."""
    values = (row.get(name) for name in names)
    return [value.strip() for value in values if isinstance(value, str) and value.strip()]


def _name(found: Values, value: str) -> None:
    found.names.add(value)
    if " " in value or len(value) >= STRONG_MIN:
        found.strong.add(value)
    elif len(value) >= WEAK_MIN:
        found.weak.add(value)


def _spaced(value: str) -> set[str]:
    """Return an identifier bare and as people group it: 443 061 841 00047."""
    groups = re.fullmatch(r"(FR\w\w)?(\d{3})(\d{3})(\d{3})(\d{5})?", value)
    if not groups:
        return {value} if len(value) >= STRONG_MIN else set()
    parts = [one for one in groups.groups() if one]
    return {value, " ".join(parts), "\u00a0".join(parts), "\u202f".join(parts)}


def _dialled(value: str) -> set[str]:
    """Return a telephone number in the forms that people write."""
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return {value}
    forms = phonenumbers.PhoneNumberFormat
    national = re.sub(r"\D", "", phonenumbers.format_number(number, forms.NATIONAL))
    abroad = f"{number.country_code}{number.national_number}"
    return {value, national, f"+{abroad}", f"00{abroad}", f"+{number.country_code}{national}"}


def _grouped(iban: str) -> set[str]:
    return {iban, " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))}
