"""What is declared of a decision on a listing to the European transparency database."""

from backoffice.core.action import Context
from backoffice.core.decision import Statement
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.transparency.compose import Facts
from backoffice.marketplace.transparency.owe import owe_entry

MEASURES = {
    "reject": "publish_refused",
    "suspend": "suspend_listing",
    "withdraw": "withdraw_listing",
}
"""The measure of each action that has one."""


def declare(context: Context, statement: Statement) -> None:
    """Owe the entry of a listing that is not published, or no longer shown."""
    revision: ListingRevision = context.subject
    assert context.decision is not None  # noqa: S101 (a statement is of a decision)
    facts = Facts(
        measure=MEASURES[context.decision.action],
        content_at=revision.listing.published_at or revision.received_at,
        gtin=revision.gtin,
    )
    owe_entry(context, statement, facts)
