"""The demo's plans: each is begun at Stripe once the run is there, and its month asked for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.plan import Subscription
from backoffice.billing.subscribing import owe_sync


def demo_plans(session: Session) -> None:
    """Owe Stripe every plan that runs: what approvals owed went with their other messages."""
    running = select(Subscription.seller_id).where(Subscription.ends_at.is_(None)).distinct()
    for seller_id in sorted(session.scalars(running)):
        owe_sync(session, seller_id)
