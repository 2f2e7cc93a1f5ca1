"""The reference data that a new installation starts with."""

from sqlalchemy.orm import Session

from backoffice.billing.ledger_model import LedgerAccount
from backoffice.billing.plan import Plan
from backoffice.core.deadline import Deadline
from backoffice.core.decision import Reason
from backoffice.core.seed import seed
from backoffice.marketplace.brand import ProtectedBrand
from backoffice.marketplace.category import Category
from backoffice.marketplace.listing_rule import ListingRule
from backoffice.queues.tickets.replies import CannedReply, Macro

SEEDED = (
    ("plans.json", Plan, ("code",)),
    ("deadlines.json", Deadline, ("queue", "kind")),
    ("reasons.json", Reason, ("code",)),
    ("categories.json", Category, ("code",)),
    ("brands.json", ProtectedBrand, ("name",)),
    ("listing_rules.json", ListingRule, ("code",)),
    ("accounts.json", LedgerAccount, ("code",)),
    ("canned_replies.json", CannedReply, ("code",)),
    ("macros.json", Macro, ("code",)),
)


def seed_reference(session: Session) -> int:
    """Add what the dated tables lack; returns how many rows were added."""
    return sum(seed(session, file, model, names) for file, model, names in SEEDED)
