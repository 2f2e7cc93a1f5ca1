"""Sending a refused listing again, corrected: it comes in as any edit does, and waits for staff."""

from collections.abc import Mapping

from backoffice.core.action import Context
from backoffice.core.case import Case
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidFields
from backoffice.marketplace.listing import ListingRevision, ListingStatus
from backoffice.marketplace.listing_form import ListingForm
from backoffice.queues.listings.correct import corrected_body


def fits(context: Context) -> bool:
    """Tell whether a decided revision was refused, is the newest, and may be offered again."""
    revision: ListingRevision = context.subject
    listing = revision.listing
    is_newest = revision.number == listing.last_number
    was_refused = context.case.resolution == "rejected"
    return was_refused and is_newest and listing.status != ListingStatus.WITHDRAWN


def send_again(context: Context, typed: Mapping[str, str]) -> Case:
    """Receive the corrected content as an edit; price and quantity stay as they are.

    Raises InvalidFields, also where nothing is changed, and NotPossible.
    """
    # What receives listings opens cases of the queue that this function is a part of.
    from backoffice.queues.listings.receive import receive_listing  # noqa: PLC0415

    revision: ListingRevision = context.subject
    listing = revision.listing
    if not fits(context):
        raise NotPossible(text("A newer version of this listing has been sent already."))
    body = corrected_body(context.session, revision, typed)
    offers = listing.variant_offers
    form = ListingForm.model_validate(
        {
            **body,
            "variants": [one | offers.get(one["reference"], {}) for one in body["variants"]],
            "external_id": listing.external_id,
            "seller": revision.seller.external_id,
            "price_minor": listing.price_minor,
            "quantity": listing.quantity,
        }
    )
    session, seller = context.session, revision.seller
    received = receive_listing(session, seller, form, actor=context.actor, channel="portal")
    if received.case is None:
        unchanged = text("Nothing is changed: correct what the decision names, or contest it.")
        raise InvalidFields({"title": unchanged})
    return received.case
