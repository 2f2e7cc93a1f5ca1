"""What the digest of a submission says: the e-mail's context, and the table attached to a long one.

The table is made from what is stored, again at each attempt to send: its lines, their frozen
statements and their links never change.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.action import Context, Mail
from backoffice.core.case import Case
from backoffice.core.decision import Decision, Statement
from backoffice.core.link import Scope, give_link
from backoffice.core.party import Party
from backoffice.core.queue import queue_of
from backoffice.core.table import LinkTo, Table
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.listing import Listing, ListingRevision
from backoffice.marketplace.submission import Submission
from backoffice.queues.listings.model import DigestLine
from config.settings import get_settings

EVENT = "listing.decided"
LISTED_MAX = 100
"""How many listings the e-mail itself names; of more, all stand in the attached table."""

BATCH = 500
HEADINGS = (
    N_("Your reference"), N_("Product"), "GTIN", N_("Decision"), N_("Reason"), N_("Explanation"),
    N_("Facts found"), N_("Rule"), N_("What it means"), N_("How it was decided"), N_("Case"),
    N_("Correct or contest"),
)  # fmt: skip
OUTCOMES = {"approved": N_("Approved"), "rejected": N_("Refused")}


class Told(NamedTuple):
    """One decision as the e-mail names it; a refusal has its statement and its link."""

    title: str
    external_id: str
    reference: str
    is_online: bool  # an earlier content of it
    replaces: bool
    statement: dict[str, Any] | None = None
    portal: int | None = None


class Counts(NamedTuple):
    """How many listings of the submission are told, and how many still wait for a decision."""

    approved: int
    refused: int
    waiting: int


def words(
    submission: Submission, party: Party, told: Iterable[Told], counts: Counts,
    appeal_until: datetime | None, digest_id: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the e-mail's context; with `digest_id` the whole list is attached."""
    listed = list(told)
    refusals = [one._asdict() for one in listed if one.statement]
    return {
        "recipient": party.name,
        "reference": submission.reference,
        "file": submission.title,
        "received_at": submission.received_at.isoformat(),
        "approved": counts.approved,
        "refused": counts.refused,
        "waiting": counts.waiting,
        "refusals": refusals,
        "approvals": [one._asdict() for one in listed if not one.statement],
        "appeal_until": appeal_until.isoformat() if appeal_until else None,
        "portal": refusals[0]["portal"] if refusals else None,
        "digest": digest_id,
    }


def link_ends(decision_until: datetime | None, at: datetime) -> datetime:
    """Return until when a link to a decision works: as long as it may be contested."""
    return decision_until or clock.add(at, get_settings().appeal_months, clock.Unit.MONTHS)


def foreseen(context: Context) -> Iterable[Mail]:
    """Return what the digest will say of one decision, were it told alone."""
    revision, case, decision = context.subject, context.case, context.decision
    assert decision is not None  # noqa: S101 (mails are written after the decision)
    party = queue_of(case).party(context.session, revision)
    statement = decision.statements[-1].parts if decision.statements else None
    ends_at, link = link_ends(decision.appeal_until, context.at), None
    if statement:
        link = give_link(context.session, case, party=(party.kind, party.id), scope=Scope.CONTEST,
                         expires_at=ends_at, decision_id=decision.id)  # fmt: skip
    earlier = select(DigestLine.decision_id).where(DigestLine.revision_id == revision.id).limit(1)
    told = Told(
        revision.title, revision.listing.external_id, case.reference,
        is_online=revision.listing.live not in (None, revision),
        replaces=context.session.scalar(earlier) is not None,
        statement=statement,
        portal=link.id if link else None,
    )  # fmt: skip
    counts = Counts(int(not statement), int(bool(statement)), 0)
    yield Mail(EVENT, party.email, party.locale,
               words(revision.submission, party, [told], counts, ends_at))  # fmt: skip


def table(session: Session, payload: Mapping[str, Any]) -> Table | None:
    """Return the list that a digest attaches, refusals first; None where the e-mail names all."""
    if (digest_id := payload.get("digest")) is None:
        return None
    return Table(f"{payload['reference']}-{digest_id}", HEADINGS, _rows(session, digest_id))


def _rows(session: Session, digest_id: int) -> Iterator[tuple[Any, ...]]:
    seller = and_(Statement.decision_id == Decision.id, Statement.recipient_kind == "seller")
    query = (
        select(DigestLine.title, DigestLine.link_id, Listing.external_id,
               ListingRevision.gtin_entered, Decision.resolution, Case.reference, Statement.parts)
        .select_from(DigestLine)
        .join(Decision, Decision.id == DigestLine.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .join(ListingRevision, ListingRevision.id == DigestLine.revision_id)
        .join(Listing, Listing.id == ListingRevision.listing_id)
        .outerjoin(Statement, seller)
        .where(DigestLine.digest_id == digest_id)
        .order_by(Decision.resolution.desc(), DigestLine.decision_id)
    )  # fmt: skip
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        yield _row(row)


def _row(row: Row[Any]) -> tuple[Any, ...]:
    parts = row.parts or {}
    grounds = parts.get("grounds", [])
    return (
        row.external_id,
        row.title,
        row.gtin_entered,
        text(OUTCOMES.get(row.resolution, row.resolution)),
        *("\n".join(ground[name] for ground in grounds) for name in ("label", "text")),
        parts.get("facts", ""),
        "\n".join(ground["rule"] for ground in grounds),
        *(_meaning(parts) if parts else ("", "")),
        row.reference,
        LinkTo(row.link_id) if row.link_id else "",
    )


def _meaning(parts: Mapping[str, Any]) -> tuple[Text, Text]:
    """Return what a refusal means, how far and how long, and by which means it was found."""
    inner = {name: text(parts[name]).to_json() for name in ("measure", "scope", "duration")}
    meant = text("%(measure)s Scope: %(scope)s Duration: %(duration)s", **inner)
    if parts["automated_detection"]:
        return meant, text("Automatic checks helped; a person decided.")
    return meant, text("A person found and decided this, without automatic means.")
