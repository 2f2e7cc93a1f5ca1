"""Listings that came in together: the group above them in the list, and the view of them alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, literal, select
from sqlalchemy.orm import Session

from backoffice.core.case import Case, State
from backoffice.core.queue import Group
from backoffice.core.text import Text, text
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.submission import Submission
from backoffice.queues.listings.actions import PROPOSED

SLUG = "listings"
COUNTED_MAX = 1000  # cases of one submission; a list names a hundred of them at most
NUMBER_MAX = 18  # digits of a submission's number


class Progress(NamedTuple):
    """How many listings of a submission still wait for a decision, of how many; both capped."""

    open: int
    total: int

    @property
    def note(self) -> Text:
        """Say it; a number past the cap is said with a plus."""
        if self.total > COUNTED_MAX:
            return text("%(open)s to decide, of more than %(most)s",
                        open=_capped(self.open), most=COUNTED_MAX)  # fmt: skip
        return text("%(open)s to decide, of %(total)s", open=self.open, total=self.total)


def _capped(number: int) -> str:
    return f"{COUNTED_MAX}+" if number > COUNTED_MAX else str(number)


def groups(session: Session, rows: Sequence[tuple[Case, Any]]) -> Mapping[int, Group]:
    """Return the group of each case by its number: its submission; listings online by seller."""
    proposed = {case.id: revision for case, revision in rows if case.kind in PROPOSED}
    submissions = {one.submission_id: one.submission for one in proposed.values()}
    progress = progress_of(session, submissions)
    found = {
        number: Group(
            one.seller.display_name,
            title_of(one),
            progress[number].note,
            (("submission", one.reference),),
        )
        for number, one in submissions.items()
    }
    return {number: found[one.submission_id] for number, one in proposed.items()} | {
        case.id: _online(revision) for case, revision in rows if case.id not in proposed
    }


def _online(revision: ListingRevision) -> Group:
    """Return the group of a listing whose presence online is examined: it came with no other."""
    filters = (("kind", "live"), ("seller", revision.seller.external_id))
    return Group(revision.seller.display_name, text("Listings online"), "", filters)


def title_of(submission: Submission) -> Text:
    """Name a submission as the seller knows it: by its file, or by the day."""
    if submission.channel == "import":
        return text("Import %(name)s", name=submission.title or submission.reference)
    return text("One by one, %(day)s", day=submission.day)


def progress_of(session: Session, submissions: Iterable[int]) -> dict[int, Progress]:
    """Return how far the deciding of each submission is."""
    numbers = list(submissions)
    if not numbers:
        return {}
    revisions = (
        select(literal(1))
        .select_from(ListingRevision)
        .where(ListingRevision.submission_id == Submission.id)
    )
    waiting = revisions.join(Case, _decides(ListingRevision.id)).where(Case.state != State.CLOSED)
    rows = session.execute(
        select(Submission.id, _counted(waiting), _counted(revisions)).where(
            Submission.id.in_(numbers)
        )
    )
    return {number: Progress(open_, total) for number, open_, total in rows}


def _decides(revision_id: Any) -> ColumnElement[bool]:
    return and_(Case.queue == SLUG, Case.subject_id == revision_id, Case.kind.in_(PROPOSED))


def _counted(rows: Select[Any]) -> ScalarSelect[int]:
    capped = rows.correlate(Submission).limit(COUNTED_MAX + 1).subquery()
    return select(func.count()).select_from(capped).scalar_subquery()


def by_submission(value: str) -> ColumnElement[bool]:
    """Return the condition that a case decides a listing of this submission."""
    number = number_in(value)
    theirs = select(ListingRevision.id).where(ListingRevision.submission_id == number)
    # The seller follows from the submission; said again, it leads to an index in due order.
    seller = select(Submission.seller_id).where(Submission.id == number).scalar_subquery()
    return and_(Case.seller_id == seller, Case.kind.in_(PROPOSED), Case.subject_id.in_(theirs))


def names_submission(value: str) -> bool:
    """Tell whether this may be a submission's reference, or its bare number."""
    number = value.rpartition("-")[2]
    return number.isascii() and number.isdigit() and len(number) <= NUMBER_MAX


def number_in(value: str) -> int:
    """Return the number of the submission that a reference names."""
    return int(value.rpartition("-")[2])


def say_submission(session: Session, value: str) -> str | Text:
    """Name a submission for its chip; one that is unknown is said as typed."""
    one = session.get(Submission, number_in(value))
    if one is None:
        return value
    return text("%(seller)s, %(part)s", seller=one.seller.display_name,
                part=title_of(one))  # fmt: skip
