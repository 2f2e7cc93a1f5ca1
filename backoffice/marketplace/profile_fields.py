"""Each field of a seller's profile: its name for people, and how what is written is read.

One table for every door: the API, the portal, imports. Each reader returns what is kept, or raises
`InvalidInput`; what no single field can tell is in `contradictions`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from backoffice.core import clock
from backoffice.core.text import N_, Text, text
from backoffice.core.typed_text import InvalidFields, InvalidInput, parse_line, parse_name
from backoffice.marketplace.contacts import parse_email, parse_phone, parse_website
from backoffice.marketplace.identifiers import (
    parse_iban,
    parse_siren,
    parse_siret,
    parse_vat_number,
)
from backoffice.marketplace.legal_forms import parse_legal_form
from backoffice.marketplace.register_number import RegisterNumber, parse_register_number

NAME_LENGTH_MAX = 200
POSTAL_CODE = r"^(0[1-9]|[1-8][0-9]|9[0-8])[0-9]{3}$"
STRIPE_ACCOUNT = r"^acct_[A-Za-z0-9]{5,64}$"
# France and the territories whose companies the Sirene register numbers (ISO 3166-1).
COUNTRIES = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF")
YOUNGEST_YEARS = 16  # a minor may run a company from then on (Code civil, art. 413-8)
OLDEST_YEARS = 120


def parse_country(raw: str) -> str:
    """Return the code of the country where the seller is established; it must be France."""
    if raw not in COUNTRIES:
        raise InvalidInput(text("Sellers must be established in France: write the country as FR."))
    return raw


def parse_postal_code(raw: str) -> str:
    """Return a French postal code."""
    code = parse_line(raw, 10).replace(" ", "")
    if not re.match(POSTAL_CODE, code):
        raise InvalidInput(text("A French postal code has five digits, as in 75001."))
    return code


def parse_birth_date(raw: str) -> date:
    """Return a birth date written YYYY-MM-DD, of somebody who may run a company."""
    try:
        day = date.fromisoformat(parse_line(raw, 10))
    except ValueError as error:
        raise InvalidInput(text("Write the date as 1980-12-31.")) from error
    return plausible_birth_date(day)


def plausible_birth_date(day: date) -> date:
    """Return the date unless nobody born then may run a company today."""
    age = (clock.now().astimezone(clock.PARIS).date() - day) / timedelta(days=365.25)
    if not YOUNGEST_YEARS <= age <= OLDEST_YEARS:
        raise InvalidInput(text("Nobody born on this date may run a company: check the year."))
    return day


class ProfileField(NamedTuple):
    """A field: its label, its reader, where it stands in the API's body, whether it may lack."""

    label: str
    parse: Callable[[str], Any]
    pointer: str
    is_optional: bool = False


FIELDS: dict[str, ProfileField] = {
    "legal_name": ProfileField(N_("Legal name"), parse_name, "/company/legal_name"),
    "trade_name": ProfileField(N_("Trade name"), parse_name, "/company/trade_name", True),
    "legal_form": ProfileField(N_("Legal form"), parse_legal_form, "/company/legal_form", True),
    "siren": ProfileField("SIREN", parse_siren, "/company/siren"),
    "siret": ProfileField("SIRET", parse_siret, "/company/siret"),
    "vat_number": ProfileField(N_("VAT number"), parse_vat_number, "/company/vat_number", True),
    "register_number": ProfileField(
        N_("Register and number"), parse_line, "/company/register/number", True
    ),
    "line1": ProfileField(N_("Address"), parse_line, "/company/address/line1"),
    "line2": ProfileField(N_("Address, second line"), parse_line, "/company/address/line2", True),
    "postal_code": ProfileField(
        N_("Postal code"), parse_postal_code, "/company/address/postal_code"
    ),
    "city": ProfileField(N_("Town"), parse_name, "/company/address/city"),
    "website": ProfileField(N_("Website"), parse_website, "/company/website", True),
    "first_name": ProfileField(
        N_("Representative’s first name"), parse_name, "/representative/first_name"
    ),
    "last_name": ProfileField(
        N_("Representative’s last name"), parse_name, "/representative/last_name"
    ),
    "birth_date": ProfileField(
        N_("Representative’s birth date"), parse_birth_date, "/representative/birth_date", True
    ),
    "email": ProfileField(N_("Representative’s e-mail"), parse_email, "/representative/email"),
    "phone": ProfileField(N_("Representative’s phone"), parse_phone, "/representative/phone"),
    "contact_email": ProfileField(N_("Contact e-mail"), parse_email, "/contact_email"),
    "iban": ProfileField("IBAN", parse_iban, "/iban", True),
}
"""The fields that a person may be asked to correct, in the order of a form."""

OTHER_LABELS = {
    "vat_exempt": N_("VAT exemption"),
    "register_kind": N_("Register"),
    "register_town": N_("Register’s town"),
    "country": N_("Country"),
    "locale": N_("Language"),
    "stripe_account": N_("Stripe account"),
}
OTHER_POINTERS = {
    "vat_exempt": "/company/vat_exempt",
    "register_kind": "/company/register/kind",
    "register_town": "/company/register/town",
    "country": "/company/address/country",
}
DOCUMENTS = {
    "kbis": N_("Company extract of less than three months"),
    "identity": N_("Identity document of the representative"),
    "bank_proof": N_("Proof of the bank account"),
}
CORRECTABLE = {name: field.label for name, field in FIELDS.items()} | {
    f"document:{kind}": label for kind, label in DOCUMENTS.items()
}
"""What a seller may be asked for: fields to correct, and documents to send."""


def label_of(name: str) -> str:
    """Return a field's name for people, to be translated."""
    return FIELDS[name].label if name in FIELDS else OTHER_LABELS[name]


def pointer_to(name: str) -> str:
    """Return where a field stands in the API's bodies (RFC 6901)."""
    return FIELDS[name].pointer if name in FIELDS else OTHER_POINTERS.get(name, f"/{name}")


def written(profile: Any, names: Iterable[str]) -> dict[str, str]:
    """Return fields as a person writes them; an IBAN is not shown again."""
    values = {name: getattr(profile, name) for name in names if name in FIELDS and name != "iban"}
    return {name: _as_text(value) for name, value in values.items() if value}


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def parse_fields(written: Mapping[str, str], profile: Any) -> dict[str, Any]:
    """Read corrections typed by a person, as values by field; raises InvalidFields.

    An optional field left empty is None. Together with the rest of `profile` they must hold.
    """
    values: dict[str, Any] = {}
    errors: dict[str, Text] = {}
    for name, raw in written.items():
        try:
            values |= _read(name, raw.strip(), profile)
        except InvalidInput as error:
            errors[name] = error.text
    if errors:
        raise InvalidFields(errors)
    if errors := contradictions(profile, values):
        raise InvalidFields(errors)
    return values


def _read(name: str, raw: str, profile: Any) -> dict[str, Any]:
    field = FIELDS[name]
    if name == "register_number":
        return register_columns(_register(raw, profile) if raw else None)
    value = None if field.is_optional and not raw else field.parse(raw)
    if name == "vat_number" and value:
        return {"vat_number": value, "vat_exempt": False}
    return {name: value}


def _register(raw: str, profile: Any) -> RegisterNumber:
    """Read a register number as printed; the register already known stands in for none."""
    try:
        return parse_register_number(raw)
    except InvalidInput:
        return parse_register_number(raw, kind=profile.register_kind, town=profile.register_town)


def register_columns(entry: RegisterNumber | None) -> dict[str, str | None]:
    """Return the columns of an entry in a register, or of none."""
    return {
        "register_kind": entry.kind.value if entry else None,
        "register_town": entry.town if entry else None,
        "register_number": entry.siren if entry else None,
    }


def contradictions(profile: Any, values: Mapping[str, Any]) -> dict[str, Text]:
    """Return what does not hold between fields, once `values` lie over `profile`, by field."""

    def now(name: str) -> Any:
        return values[name] if name in values else getattr(profile, name, None)

    siren, vat_number = now("siren"), now("vat_number")
    found: dict[str, Text] = {}
    for name, parse in (("siret", parse_siret), ("vat_number", parse_vat_number)):
        try:
            if number := now(name):
                parse(number, siren)
        except InvalidInput as error:
            found[name] = error.text
    if (number := now("register_number")) and number != siren:
        found["register_number"] = text(
            "This register number is of the SIREN %(siren)s, not of the one given.", siren=number
        )
    if bool(vat_number) == bool(now("vat_exempt")):
        found["vat_number"] = found.get("vat_number") or text(
            "Give either the VAT number or the exemption: one of them, not both."
        )
    return found
