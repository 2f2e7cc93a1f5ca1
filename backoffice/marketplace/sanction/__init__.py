"""Warnings, strikes, suspensions and terminations: imposed, counted, ended, taken back."""

from backoffice.marketplace.sanction.impose import Basis, carry_over, strike, warn
from backoffice.marketplace.sanction.lifting import lift
from backoffice.marketplace.sanction.model import (
    NoticeException,
    Sanction,
    SanctionKind,
    SubjectKind,
)
from backoffice.marketplace.sanction.said import said_of
from backoffice.marketplace.sanction.suspend import FACTORS, suspend_notifier, suspend_seller
from backoffice.marketplace.sanction.tally import Misuse, Standing, misuse_of, standing, standings
from backoffice.marketplace.sanction.terminate import (
    EXCEPTIONS,
    earliest_termination,
    terminate_seller,
)

__all__ = [
    "EXCEPTIONS",
    "FACTORS",
    "Basis",
    "Misuse",
    "NoticeException",
    "Sanction",
    "SanctionKind",
    "Standing",
    "SubjectKind",
    "carry_over",
    "earliest_termination",
    "lift",
    "misuse_of",
    "said_of",
    "standing",
    "standings",
    "strike",
    "suspend_notifier",
    "suspend_seller",
    "terminate_seller",
    "warn",
]
