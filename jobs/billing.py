"""Applying Stripe's events: what an event lacks is fetched first, outside any transaction."""

import logging

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice.billing import stripe
from backoffice.billing.stripe_events import apply_event, fail_event
from backoffice.billing.stripe_news import Lacking
from backoffice.billing.stripe_object import remember
from backoffice.core.clock import now
from backoffice.core.work import unit_of_work

log = logging.getLogger(__name__)

FETCHED_MAX = 3  # objects for one event; more is a fault


def apply_stripe_event(session: Session, event_id: str) -> None:
    """Apply one event; one that can never be applied is set aside with the reason."""
    try:
        for _ in range(FETCHED_MAX):
            try:
                with unit_of_work(session):
                    apply_event(session, event_id)
            except Lacking as lacking:
                _fetch(session, lacking)
            else:
                return
        raise LookupError(f"{event_id} lacks more than Stripe tells")
    except (IntegrityError, LookupError, TypeError, ValueError) as error:
        log.exception("Stripe's event %s cannot be applied", event_id)
        with unit_of_work(session):
            fail_event(session, event_id, repr(error))


def _fetch(session: Session, lacking: Lacking) -> None:
    told = stripe.retrieve(lacking.kind, lacking.id, account=lacking.account)
    with unit_of_work(session):
        remember(session, told, told_at=now())
