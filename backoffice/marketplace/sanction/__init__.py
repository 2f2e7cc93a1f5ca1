"""Warnings, strikes, suspensions and terminations: imposed, counted, ended, taken back."""

from backoffice.marketplace.sanction.earlier import Earlier, earlier_against
from backoffice.marketplace.sanction.ending import end_suspensions, run_on
from backoffice.marketplace.sanction.impose import Basis, carry_over, strike, warn
from backoffice.marketplace.sanction.lifting import lift
from backoffice.marketplace.sanction.model import (
    NoticeException,
    Sanction,
    SanctionKind,
    SubjectKind,
)
from backoffice.marketplace.sanction.said import NAMES, said_of
from backoffice.marketplace.sanction.suspend import (
    FACTORS,
    UNWARNED,
    suspend_notifier,
    suspend_seller,
)
from backoffice.marketplace.sanction.tally import (
    Misuse,
    Standing,
    measures_of,
    misuse_of,
    standing,
    standings,
)
from backoffice.marketplace.sanction.terminate import (
    EXCEPTIONS,
    earliest_termination,
    terminate_seller,
)

__all__ = [
    "EXCEPTIONS",
    "FACTORS",
    "NAMES",
    "UNWARNED",
    "Basis",
    "Earlier",
    "Misuse",
    "NoticeException",
    "Sanction",
    "SanctionKind",
    "Standing",
    "SubjectKind",
    "carry_over",
    "earlier_against",
    "earliest_termination",
    "end_suspensions",
    "lift",
    "measures_of",
    "misuse_of",
    "run_on",
    "said_of",
    "standing",
    "standings",
    "strike",
    "suspend_notifier",
    "suspend_seller",
    "terminate_seller",
    "warn",
]
