"""The yearly transparency report (DSA art. 15 and 24(1)): what was asked, decided, reversed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from backoffice.core.text import N_, text
from backoffice.insight.sections import Row, Section
from backoffice.insight.transparency.complaints import complaints
from backoffice.insight.transparency.measures import own_measures, suspensions
from backoffice.insight.transparency.notices import notices
from backoffice.insight.transparency.year import Year

__all__ = ["Year", "report"]


def report(session: Session, year: Year) -> Sequence[Section]:
    """Return the sections of one year, in the order of the law."""
    return (
        _none_recorded(
            "orders",
            N_("Orders of authorities"),
            N_("No order to act against illegal content or to give information was recorded."),
            N_("Orders received"),
        ),
        notices(session, year),
        own_measures(session, year),
        complaints(session, year),
        _none_recorded(
            "disputes",
            N_("Out-of-court disputes"),
            N_("No dispute before a certified body (article 21) was recorded."),
            N_("Disputes submitted"),
        ),
        suspensions(session, year),
    )


def _none_recorded(name: str, title: str, note: str, label: str) -> Section:
    return Section(
        name, title, note, N_("What is counted"), (N_("How many"),), [Row(text(label), [0])]
    )
