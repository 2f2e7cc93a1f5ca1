"""The reference data that a new installation starts with."""

from sqlalchemy.orm import Session

from backoffice.billing.plan import Plan
from backoffice.core.deadline import Deadline
from backoffice.core.decision import Reason
from backoffice.core.seed import seed

SEEDED = (
    ("plans.json", Plan, ("code",)),
    ("deadlines.json", Deadline, ("queue", "kind")),
    ("reasons.json", Reason, ("code",)),
)


def seed_reference(session: Session) -> int:
    """Add what the dated tables lack; returns how many rows were added."""
    return sum(seed(session, file, model, names) for file, model, names in SEEDED)
