"""What programs send about a seller: the models that validate it and that document it.

Values are checked one by one here, with the readers of `profile_fields`; what only several fields
together can tell is left to `contradictions`, once the values lie over what is known.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, model_validator
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from backoffice.core.typed_text import parse_line, parse_name
from backoffice.marketplace.contacts import (
    WEBSITE_LENGTH_MAX,
    parse_email,
    parse_phone,
    parse_website,
)
from backoffice.marketplace.identifiers import (
    LENGTH_MAX,
    parse_iban,
    parse_siren,
    parse_siret,
    parse_vat_number,
)
from backoffice.marketplace.legal_forms import parse_legal_form
from backoffice.marketplace.profile_fields import (
    COUNTRIES,
    NAME_LENGTH_MAX,
    POSTAL_CODE,
    STRIPE_ACCOUNT,
    parse_country,
    plausible_birth_date,
    register_columns,
)
from backoffice.marketplace.register_number import parse_register_number

STRICT = ConfigDict(extra="forbid", strict=True)

NAME = Field(min_length=1, max_length=NAME_LENGTH_MAX)
NUMBER = Field(min_length=1, max_length=LENGTH_MAX)

Name = Annotated[str, NAME, AfterValidator(parse_name)]
Line = Annotated[str, NAME, AfterValidator(parse_line)]
LegalForm = Annotated[
    str,
    Field(min_length=1, max_length=NAME_LENGTH_MAX, examples=["SAS", "5710"]),
    AfterValidator(parse_legal_form),
]
Siren = Annotated[str, NUMBER, Field(examples=["356000000"]), AfterValidator(parse_siren)]
Siret = Annotated[str, NUMBER, Field(examples=["35600000000048"]), AfterValidator(parse_siret)]
VatNumber = Annotated[
    str, NUMBER, Field(examples=["FR39356000000"]), AfterValidator(parse_vat_number)
]
PostalCode = Annotated[str, Field(pattern=POSTAL_CODE, examples=["75015"])]
Country = Annotated[
    str, Field(json_schema_extra={"enum": list(COUNTRIES)}), AfterValidator(parse_country)
]
Website = Annotated[
    str, Field(min_length=1, max_length=WEBSITE_LENGTH_MAX), AfterValidator(parse_website)
]
Email = Annotated[str, Field(min_length=3, max_length=254), AfterValidator(parse_email)]
Phone = Annotated[
    str, Field(min_length=1, max_length=40, examples=["+33155440000"]), AfterValidator(parse_phone)
]
BirthDate = Annotated[date, AfterValidator(plausible_birth_date)]
Iban = Annotated[str, NUMBER, AfterValidator(parse_iban)]
StripeAccount = Annotated[str, Field(pattern=STRIPE_ACCOUNT)]
Locale = Literal["fr", "en"]


class RegisterEntry(BaseModel):
    """The entry in a register, the number as printed on the company extract."""

    model_config = STRICT
    kind: Annotated[str, Field(max_length=NAME_LENGTH_MAX, examples=["RCS"])] | None = None
    town: Annotated[str, Field(max_length=NAME_LENGTH_MAX, examples=["Paris"])] | None = None
    number: Annotated[str, NAME, Field(examples=["356 000 000 R.C.S. Paris"])]

    @model_validator(mode="after")
    def _is_readable(self) -> "RegisterEntry":
        self.columns()
        return self

    def columns(self) -> dict[str, str | None]:
        """Return the entry as a profile keeps it; raises InvalidInput."""
        entry = parse_register_number(self.number, kind=self.kind, town=self.town)
        return register_columns(entry)


class Address(BaseModel):
    """Where the seller is established."""

    model_config = STRICT
    line1: Line
    line2: Line | None = None
    postal_code: PostalCode
    city: Name
    country: Country = "FR"


class Company(BaseModel):
    """The seller's company, as its register shows it."""

    model_config = STRICT
    legal_name: Name
    trade_name: Name | None = None
    legal_form: LegalForm | None = None
    siren: Siren
    siret: Siret
    vat_number: VatNumber | None = None
    vat_exempt: bool = False
    register_entry: RegisterEntry | None = Field(None, alias="register")
    address: Address
    website: Website | None = None


class Representative(BaseModel):
    """Who acts for the company in law."""

    model_config = STRICT
    first_name: Name
    last_name: Name
    email: Email
    phone: Phone
    birth_date: BirthDate | None = None


class ProfileForm(BaseModel):
    """The whole of what a seller says of itself."""

    model_config = STRICT
    locale: Locale = "fr"
    company: Company
    representative: Representative
    contact_email: Email
    iban: Iban | None = None
    stripe_account: StripeAccount | None = None

    def values(self) -> dict[str, Any]:
        """Return the values by field of a profile, `iban` in clear."""
        return flattened(self.model_dump(include=set(ProfileForm.model_fields)))


class AddressEdit(TypedDict, total=False):
    """The lines of an address to change."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as pydantic asks
    line1: Line
    line2: Line | None
    postal_code: PostalCode
    city: Name
    country: Country


class CompanyEdit(TypedDict, total=False):
    """What to change of a company; null removes what may lack."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as pydantic asks
    legal_name: Name
    trade_name: Name | None
    legal_form: LegalForm | None
    siren: Siren
    siret: Siret
    vat_number: VatNumber | None
    vat_exempt: bool
    register: RegisterEntry | None
    address: AddressEdit
    website: Website | None


class RepresentativeEdit(TypedDict, total=False):
    """What to change of the representative."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as pydantic asks
    first_name: Name
    last_name: Name
    email: Email
    phone: Phone
    birth_date: BirthDate | None


class ProfileEdit(TypedDict, total=False):
    """What to change of a profile; what is not named stays."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as pydantic asks
    locale: Locale
    company: CompanyEdit
    representative: RepresentativeEdit
    contact_email: Email
    iban: Iban | None
    stripe_account: StripeAccount | None


class SellerEdit(RootModel[ProfileEdit]):
    """An edit of a seller's profile; what is not named stays, null removes what may lack."""

    def values(self) -> dict[str, Any]:
        """Return the values to change by field, `iban` in clear."""
        return flattened(self.model_dump())


def flattened(nested: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a form or an edit by field of a profile."""
    top = dict(nested)
    company, person = dict(top.pop("company", {})), top.pop("representative", {})
    address = company.pop("address", {})
    for name in ("register", "register_entry"):
        if name in company:
            entry = company.pop(name)
            company |= RegisterEntry(**entry).columns() if entry else register_columns(None)
    return {**company, **address, **person, **top}
