"""The address that an answer by e-mail comes to: our own with a case's reference, signed.

It reads `support+TIC-2026-000001.k3f…@domain`. Mail servers may change capitals in it; whoever
knows a reference alone cannot make one.
"""

import re
from typing import NamedTuple

from backoffice.core.secrets import short_sign, short_verify
from config.settings import get_settings

PURPOSE = "reply"
_DETAIL = re.compile(r"([A-Z]{2,5}-\d{4}-\d{1,12})(?:\.([A-Za-z0-9]{0,40}))?", re.I)


class ReplyAddress(NamedTuple):
    """What an address of ours names: a case, and whether the signature is ours."""

    reference: str
    is_genuine: bool


def make_reply_address(reference: str) -> str:
    """Return the address to which answers about a case go."""
    local, _, domain = get_settings().support_address.partition("@")
    return f"{local}+{reference}.{short_sign(PURPOSE, reference)}@{domain}"


def read_reply_address(address: str) -> ReplyAddress | None:
    """Return what one of our addresses names; None for every other address."""
    local, _, domain = address.strip().rpartition("@")
    name, _, detail = local.partition("+")
    if f"{name}@{domain}".lower() != get_settings().support_address.lower():
        return None
    named = _DETAIL.fullmatch(detail)
    if named is None or not address.isascii():
        return None
    reference = named[1].upper()
    return ReplyAddress(reference, short_verify(PURPOSE, reference, named[2] or ""))
