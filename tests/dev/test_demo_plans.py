"""The demo's plans: those that run are begun at Stripe by the run's own worker."""

from sqlalchemy import select

from backoffice.billing.plan import Subscription
from backoffice.billing.plan_invoice import PlanInvoice
from backoffice.billing.stripe_events import keep_event
from backoffice.core.clock import now
from backoffice.core.outbox import Channel
from backoffice.dev.demo_plans import demo_plans
from jobs.drain import drain
from tests.factories.books import check_books
from tests.factories.seller import make_seller
from tests.fakes.stripe import make_stripe, stripe_sandbox

__all__ = ["make_stripe", "stripe_sandbox"]


def test_demo_has_a_month_of_every_plan_that_runs(app, session, stripe_sandbox):
    sellers = [make_seller(session, plan=plan) for plan in ("essentiel", "pro", "premium", "pro")]
    ended = select(Subscription).where(Subscription.seller_id == sellers[3].id)
    session.scalars(ended).one().ends_at = now()
    demo_plans(session)
    session.flush()
    with app.app_context():
        drain(Channel.BILLING)
        for event in stripe_sandbox.events:
            keep_event(session, event)
        session.flush()
        drain(Channel.BILLING)
    asked = session.scalars(select(PlanInvoice.seller_id)).all()
    assert sorted(asked) == [seller.id for seller in sellers[:3]]
    check_books(session)
