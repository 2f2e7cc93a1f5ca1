"""What moves money at Stripe and in the books, for tests of the reconciliation."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.recon_model import ReconMatch
from backoffice.billing.stripe_events import keep_event
from backoffice.core.outbox import Channel
from backoffice.dev.sandboxes.stripe import Sandbox
from jobs.drain import drain
from tests.factories.books import check_books

SELLER = "acct_1Fine"


def play(sandbox: Sandbox, order: str) -> None:
    """Let all happen that may happen to a sale, and two payouts of which one comes back."""
    one = sandbox.charge(12_000, order=order, destination=SELLER, fee=1_440)["id"]
    ask = {"reverse_transfer": True, "refund_application_fee": True}
    sandbox.do("POST", "/v1/refunds", {"charge": one, "amount": 1_001, **ask})
    sandbox.do("POST", "/v1/refunds", {"charge": one, "amount": 2_000})
    sandbox.do("POST", "/v1/application_fees/" + fee_of(sandbox, one) + "/refunds", {"amount": 40})
    sandbox.settle()
    won = sandbox.open_dispute(one, 500)["id"]
    sandbox.close_dispute(won, "won")
    sandbox.end_payout(sandbox.pay_out()["id"], "failed")
    sandbox.pay_out()
    sandbox.settle()


def fee_of(sandbox: Sandbox, charge: str) -> str:
    """Return the application fee of a charge."""
    (found,) = sandbox.objects("charge", id=charge)
    return str(found["application_fee"])


def listen(session: Session, sandbox: Sandbox, *, but: tuple[str, ...] = ()) -> None:
    """Keep what the sandbox has to tell, except these types, and do all that is owed."""
    for event in sandbox.events:
        if event["type"] not in but:
            keep_event(session, event)
    session.flush()
    work(session)


def work(session: Session) -> None:
    """Let the worker do all that is owed."""
    drain(Channel.BILLING)
    session.expire_all()
    check_books(session)


def states(session: Session) -> dict[str, int]:
    """Return how many rows stand how."""
    query = select(ReconMatch.state, func.count()).group_by(ReconMatch.state)
    return dict(session.execute(query).all())


def row_of(session: Session, **where: Any) -> ReconMatch:
    """Return the one row that is so."""
    return session.scalars(select(ReconMatch).filter_by(**where)).unique().one()


def make_balance_txn(
    id: str, type: str, amount: int, source: str | None, created: int, fee: int = 0
) -> dict[str, Any]:
    """Return a move of our balance as Stripe tells it, in cents; `created` in seconds."""
    return {
        "id": id, "object": "balance_transaction", "type": type, "reporting_category": type,
        "amount": amount, "fee": fee, "net": amount - fee, "currency": "eur", "source": source,
        "created": created, "available_on": created, "fee_details": [],
    }  # fmt: skip
