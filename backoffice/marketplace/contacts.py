"""How to reach a seller: telephone, e-mail address, website, each checked without the network."""

from urllib.parse import urlsplit

import phonenumbers
from disposable_email_domains import blocklist
from email_validator import EmailNotValidError, validate_email

from backoffice.core.text import text
from backoffice.core.typed_text import parse_line
from backoffice.marketplace.identifiers import InvalidIdentifier

WEBSITE_LENGTH_MAX = 500


def parse_phone(raw: str, region: str = "FR") -> str:
    """Return a telephone number in E.164 form; without a country code it is one of the region."""
    line = parse_line(raw, 40)
    if not line.isascii():
        raise InvalidIdentifier(text("Write the telephone number with the digits 0 to 9."))
    try:
        number = phonenumbers.parse(line, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidIdentifier(
            text("This is not a telephone number: write it as 01 23 45 67 89 or +33 1 23 45 67 89.")
        ) from error
    # Not `is_valid_number`: its table of ranges in use is older than the newest ones.
    if not number.national_number or not phonenumbers.is_possible_number(number):
        raise InvalidIdentifier(
            text("This telephone number has too few or too many digits for its country.")
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def parse_email(raw: str) -> str:
    """Return an e-mail address that any mail server takes: an accented domain in its ASCII form."""
    line = parse_line(raw, 254)
    try:
        checked = validate_email(line, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise InvalidIdentifier(
            text("This is not an e-mail address that can receive mail: write it as nom@exemple.fr.")
        ) from error
    return checked.ascii_email or checked.normalized


def is_disposable(email: str) -> bool:
    """Tell whether an address is of a service that gives addresses for some minutes."""
    labels = email.rpartition("@")[2].lower().split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))


def parse_website(raw: str) -> str:
    """Return a public web address with its scheme, `https` where none is given."""
    line = parse_line(raw, WEBSITE_LENGTH_MAX)
    address = line if "://" in line else f"https://{line}"
    refused = InvalidIdentifier(text("This is not a web address: write it as https://exemple.fr."))
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise refused from error
    is_web = parts.scheme in {"http", "https"} and parts.username is None and " " not in line
    if not (is_web and host and _is_public_name(host)):
        raise refused
    return address


def _is_public_name(host: str) -> bool:
    """Tell whether a host is a name with a top level that is no number (not an address, not a
    machine of our own).
    """
    labels = host.split(".")
    return len(labels) > 1 and all(labels) and not labels[-1].isdigit() and ":" not in host
