"""Numbers that name a French company or its account, checked by arithmetic alone.

`python-stdnum` does the sums; what it lets pass is refused here: zeros, a number of another
company, digits that are not 0 to 9. Each function returns the number without separators.
"""

from stdnum import iban as stdnum_iban
from stdnum import luhn
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret
from stdnum.fr import tva as stdnum_tva

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidInput, has_hidden

LENGTH_MAX = 64  # far above an IBAN with its spaces
_SEPARATORS = str.maketrans("", "", ".-_/\u2010\u2011\u2013\u2014")
_KEY_LETTERS = frozenset("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")  # of a VAT key: no I, no O


class InvalidIdentifier(InvalidInput):
    """A number that is not one; `text` tells its sender what to change."""


def compact(raw: str) -> str:
    """Return letters (in capitals) and digits without spaces, dots and dashes.

    Digits of other scripts are refused rather than read: nobody prints a register number so.
    """
    if len(raw) > LENGTH_MAX:
        raise InvalidIdentifier(text("Use at most %(count)s characters.", count=LENGTH_MAX))
    number = "".join(raw.split()).translate(_SEPARATORS)
    if has_hidden(number):
        raise InvalidIdentifier(text("Remove the invisible or control characters."))
    if not number:
        raise InvalidIdentifier(text("This is empty."))
    for character in number:
        if not (character.isascii() and character.isalnum()):
            raise InvalidIdentifier(
                text("Use plain letters and digits only: “%(it)s” is neither.", it=character)
            )
    return number.upper()


def parse_siren(raw: str) -> str:
    """Return the 9 digits of a SIREN."""
    number = compact(raw)
    if not number.isdigit():
        raise InvalidIdentifier(text("A SIREN is made of digits only."))
    if len(number) != 9:
        raise InvalidIdentifier(
            text("A SIREN has 9 digits, this number has %(count)s.", count=len(number))
        )
    if not int(number):
        raise InvalidIdentifier(text("A SIREN is not made of zeros."))
    if not luhn.is_valid(number):
        raise InvalidIdentifier(
            text("The check digit of this SIREN is wrong: at least one digit was mistyped.")
        )
    return number


def parse_siret(raw: str, siren: str | None = None) -> str:
    """Return the 14 digits of a SIRET; it must be of this SIREN where one is given.

    La Poste's establishments follow a sum of digits instead of Luhn, its head office does not.
    """
    number = compact(raw)
    if not number.isdigit():
        raise InvalidIdentifier(text("A SIRET is made of digits only."))
    if len(number) != 14:
        raise InvalidIdentifier(
            text("A SIRET has 14 digits, this number has %(count)s.", count=len(number))
        )
    if not int(number[:9]) or not int(number[9:]):
        raise InvalidIdentifier(text("A SIRET is not made of zeros."))
    if siren is not None and number[:9] != siren:
        raise InvalidIdentifier(
            text(
                "This SIRET belongs to the SIREN %(siren)s, not to the one given.",
                siren=number[:9],
            )
        )
    if not stdnum_siret.is_valid(number):
        raise InvalidIdentifier(
            text("The check digit of this SIRET is wrong: at least one digit was mistyped.")
        )
    return number


def parse_vat_number(raw: str, siren: str | None = None) -> str:
    """Return a French VAT number, with its FR; it must be of this SIREN where one is given."""
    number = compact(raw)
    if not number.startswith("FR"):
        raise InvalidIdentifier(text("A French VAT number begins with FR."))
    if len(number) != 13:
        raise InvalidIdentifier(
            text("A French VAT number is FR, two characters and the 9 digits of the SIREN.")
        )
    key, owner = number[2:4], number[4:]
    if not owner.isdigit() or not int(owner) or not _KEY_LETTERS.issuperset(key):
        raise InvalidIdentifier(
            text("A French VAT number is FR, two characters and the 9 digits of the SIREN.")
        )
    if siren is not None and owner != siren:
        raise InvalidIdentifier(
            text(
                "This VAT number belongs to the SIREN %(siren)s, not to the one given.",
                siren=owner,
            )
        )
    if not stdnum_tva.is_valid(number):
        raise InvalidIdentifier(
            text("The key of this VAT number is wrong: at least one character was mistyped.")
        )
    return number


def vat_number_of(siren: str) -> str:
    """Return the VAT number with the numeric key that most companies of this SIREN have."""
    return f"FR{stdnum_siren.to_tva(siren)}"


def parse_iban(raw: str) -> str:
    """Return an IBAN in capitals without spaces; whether the bank exists is not looked up."""
    number = compact(raw)
    try:
        return stdnum_iban.validate(number, check_country=False)
    except InvalidComponent as error:
        raise InvalidIdentifier(
            text("An IBAN begins with the two letters of its country, then two digits.")
        ) from error
    except InvalidChecksum as error:
        raise InvalidIdentifier(
            text("The check digits of this IBAN are wrong: at least one character was mistyped.")
        ) from error
    except ValidationError as error:
        raise InvalidIdentifier(
            text("This IBAN does not have the length or the shape its country uses.")
        ) from error


def format_siren(number: str) -> str:
    """Return a SIREN as it is printed, in groups that do not break at a line's end."""
    return stdnum_siren.format(number, "\u202f")


def format_siret(number: str) -> str:
    """Return a SIRET as it is printed, in groups that do not break at a line's end."""
    return stdnum_siret.format(number, "\u202f")
