"""The digest: one e-mail per seller and submission, of the decisions that became final.

It leaves when all of a submission is decided, else after 18:00 (Paris); at most once per submission
and Paris day, so what is decided later on a day that has had its digest is told the next day. The
outbox row, the lines and the mark on each revision are written in one transaction. Decisions about
what is online, and questions, are e-mails of their own.

An overturned refusal is told here too: the appeal's own e-mail answers the appeal and announces the
new decision, as in every queue; the decision itself, with its statement if it has one, comes once.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from backoffice.core.case import Case, CaseEvent, State
from backoffice.core.clock import PARIS, now
from backoffice.core.copy import copy_rows, next_ids
from backoffice.core.decision import Decision, DecisionState, Statement
from backoffice.core.link import PortalLink, Scope
from backoffice.core.outbox import put_mail
from backoffice.core.party import Party
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.marketplace.submission import Submission
from backoffice.queues.listings.actions import PROPOSED
from backoffice.queues.listings.letter import BATCH, LISTED_MAX, Counts, Told, link_ends, words
from backoffice.queues.listings.model import Digest, DigestLine
from backoffice.queues.listings.queue import QUEUE

CLOSES_AT = time(18)  # in Paris: what is decided until then is told that day
AT_ONCE = 100  # submissions in one transaction; the next run takes the others
EVENT_COLUMNS = ("case_id", "actor_kind", "actor_id", "actor_name", "verb", "decision_id")
LINE_COLUMNS = ("decision_id", "digest_id", "revision_id", "title", "replaces", "link_id")
LINK_COLUMNS = ("id", "case_id", "decision_id", "party_kind", "party_id", "scope", "expires_at")


class Owed(NamedTuple):
    """A decision that is to be told: its case is locked, so that nobody takes it back meanwhile."""

    decision_id: int
    revision_id: int
    is_refusal: bool
    appeal_until: datetime | None


def tell_submissions(session: Session, at: datetime | None = None) -> int:
    """Owe the digests that are due; returns how many. Two schedulers at once send each once."""
    at = at or now()
    due = session.scalars(
        select(Submission)
        .where(Submission.told_day.is_distinct_from(_day(at)), _ready(at).exists())
        .where(or_(_is_decided(at), _ready(at).where(_until(_last_close(at))).exists()))
        .order_by(Submission.id)
        .limit(AT_ONCE)
        # Not `for update`: an import that adds revisions to the submission need not wait.
        .with_for_update(key_share=True, skip_locked=True, of=Submission)
    ).all()
    return sum(_tell(session, submission, at) for submission in due)


def _day(at: datetime) -> date:
    return at.astimezone(PARIS).date()


def _last_close(at: datetime) -> datetime:
    """Return the newest 18:00 that has passed, so that a day without scheduler is made up for."""
    close = datetime.combine(_day(at), CLOSES_AT, PARIS)
    return close if close <= at else datetime.combine(_day(at) - timedelta(1), CLOSES_AT, PARIS)


def _until(moment: datetime) -> ColumnElement[bool]:
    return Decision.executed_at <= moment


def _untold() -> Select[Any]:
    """Select the decisions of a submission, to be correlated, that nobody was told."""
    return (
        select(Decision.id)
        .join(ListingRevision, ListingRevision.untold_decision_id == Decision.id)
        .join(Case, Case.id == Decision.case_id)
        .where(ListingRevision.submission_id == Submission.id)
        .correlate(Submission)
    )


def _ready(at: datetime) -> Select[Any]:
    return _untold().where(Case.state == State.CLOSED, _is_final(at))


def _is_final(at: datetime) -> ColumnElement[bool]:
    may_be_undone = func.coalesce(Decision.undo_until > at, False)
    return and_(Decision.state == DecisionState.EXECUTED, ~may_be_undone)


def _is_decided(at: datetime) -> ColumnElement[bool]:
    """Say that no case of the submission waits for anybody, and that nothing may be undone."""
    return and_(
        Submission.is_complete,
        ~select(Case.id).where(*_is_waiting()).correlate(Submission).exists(),
        ~_untold().where(~_is_final(at)).exists(),
    )


def _is_waiting() -> tuple[ColumnElement[bool], ...]:
    """Tie a submission to its revisions, and those to the cases that still decide them."""
    return (
        ListingRevision.submission_id == Submission.id,
        Case.queue == QUEUE.slug,
        Case.subject_id == ListingRevision.id,
        Case.kind.in_(PROPOSED),
        Case.state != State.CLOSED,
    )


def _tell(session: Session, submission: Submission, at: datetime) -> bool:
    """Write one digest; False where a case is being worked on this moment: the next run tells."""
    owed = _lock(session, submission, at)
    ready = _ready(at).with_only_columns(func.count(), maintain_column_froms=True).correlate(None)
    if not owed or len(owed) < _count(session, submission, ready):
        return False
    digest = Digest(submission_id=submission.id, told_at=at)
    session.add(digest)
    session.flush()
    party = QUEUE.party(session, session.get_one(ListingRevision, owed[0].revision_id))
    told: list[Told] = []
    for start in range(0, len(owed), BATCH):
        rows = _rows(session, owed[start : start + BATCH])
        links = _give_links(session, rows, party, at)
        _write(session, digest, rows, links)
        told += [_told(row, links) for row in rows[: LISTED_MAX - len(told)]]
    refused = [one for one in owed if one.is_refusal]
    waiting = _count(session, submission, select(func.count(Case.id)).where(*_is_waiting()))
    put_mail(
        session,
        event="listing.decided",
        to=party.email,
        locale=party.locale,
        context=words(
            submission,
            party,
            told,
            Counts(len(owed) - len(refused), len(refused), waiting),
            min((link_ends(one.appeal_until, at) for one in refused), default=None),
            digest.id if len(owed) > LISTED_MAX else None,
        ),
    )
    submission.told_day = _day(at)
    return True


def _count(session: Session, submission: Submission, query: Select[Any]) -> int:
    return session.scalar(query.where(Submission.id == submission.id)) or 0


def _lock(session: Session, submission: Submission, at: datetime) -> list[Owed]:
    """Return what is to be told, refusals first; cases that somebody has in hand are left out."""
    query = (
        _ready(at)
        .with_only_columns(
            Decision.id,
            ListingRevision.id,
            Decision.resolution == "rejected",
            Decision.appeal_until,
            maintain_column_froms=True,
        )
        .correlate(None)
        .where(Submission.id == submission.id)
        .order_by((Decision.resolution == "rejected").desc(), ListingRevision.id)
        .with_for_update(key_share=True, skip_locked=True, of=Case)
    )
    return [Owed(*row) for row in session.execute(query)]


def _rows(session: Session, owed: list[Owed]) -> Sequence[Row[Any]]:
    """Return what the letter says of some decisions, in their order."""
    earlier = exists().where(DigestLine.revision_id == ListingRevision.id)
    query = (
        select(
            Decision.id,
            Decision.appeal_until,
            Case.id.label("case_id"),
            Case.reference,
            ListingRevision.id.label("revision_id"),
            ListingRevision.title,
            Listing.external_id,
            and_(Listing.live_id.is_not(None), Listing.live_id != ListingRevision.id).label("live"),
            earlier.label("replaces"),
            Statement.parts,
        )
        .join(Case, Case.id == Decision.case_id)
        .join(ListingRevision, ListingRevision.untold_decision_id == Decision.id)
        .join(Listing, Listing.id == ListingRevision.listing_id)
        .outerjoin(Statement, Statement.decision_id == Decision.id)
        .where(Decision.id.in_([one.decision_id for one in owed]))
        .order_by((Decision.resolution == "rejected").desc(), ListingRevision.id)
    )
    return session.execute(query).all()


def _give_links(
    session: Session, rows: Sequence[Row[Any]], party: Party, at: datetime
) -> dict[int, int]:
    """Give a link per refusal, thousands at once; returns their numbers by decision."""
    refusals = [row for row in rows if row.parts]
    links = dict(zip((row.id for row in refusals), next_ids(session, PortalLink, len(refusals)),
                     strict=True))  # fmt: skip
    values = (
        (links[row.id], row.case_id, row.id, party.kind, party.id, Scope.CONTEST,
         link_ends(row.appeal_until, at))
        for row in refusals
    )  # fmt: skip
    copy_rows(session, PortalLink, LINK_COLUMNS, values)
    return links


def _write(
    session: Session, digest: Digest, rows: Sequence[Row[Any]], links: dict[int, int]
) -> None:
    """Keep the lines, tell each case's story, and owe these decisions no more."""
    lines = (
        (row.id, digest.id, row.revision_id, row.title, row.replaces, links.get(row.id))
        for row in rows
    )
    copy_rows(session, DigestLine, LINE_COLUMNS, lines)
    events = ((row.case_id, SYSTEM.kind, SYSTEM.id, SYSTEM.name, "told", row.id) for row in rows)
    copy_rows(session, CaseEvent, EVENT_COLUMNS, events)
    told = [row.revision_id for row in rows]
    session.execute(
        update(ListingRevision).where(ListingRevision.id.in_(told)).values(untold_decision_id=None)
    )


def _told(row: Row[Any], links: dict[int, int]) -> Told:
    return Told(row.title, row.external_id, row.reference, row.live, row.replaces, row.parts,
                links.get(row.id))  # fmt: skip
