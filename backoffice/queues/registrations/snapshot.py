"""The snapshot that a registration is: corrected by the seller, shown on the applicant."""

from collections.abc import Mapping

from backoffice.core.action import Context
from backoffice.marketplace.edit import as_change, overlaid
from backoffice.marketplace.profile import copy_profile
from backoffice.marketplace.profile_fields import parse_fields
from backoffice.marketplace.seller import SellerStatus, set_status
from backoffice.queues.registrations.model import Registration

MAY_APPLY = frozenset({SellerStatus.APPLICANT, SellerStatus.REFUSED})


def mirror(registration: Registration) -> None:
    """Show an applicant as what it last sent; a seller who is one already keeps its profile."""
    seller = registration.seller
    if seller.status in MAY_APPLY:
        copy_profile(registration, seller)
        seller.plan = registration.plan
        set_status(seller, SellerStatus.APPLICANT)


def correct(context: Context, written: Mapping[str, str]) -> None:
    """Take corrections typed by the seller, by field; raises InvalidFields, nothing is changed."""
    registration: Registration = context.subject
    change = as_change(registration, parse_fields(written, registration))
    if change:
        copy_profile(overlaid(registration, change), registration)
        mirror(registration)
