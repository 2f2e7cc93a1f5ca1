"""The e-mail that tells a party the outcome: what every queue's outcome mail needs to know."""

from collections.abc import Iterable
from typing import Any

from backoffice.core import clock
from backoffice.core.action import Context, Mail
from backoffice.core.link import Scope, give_link
from backoffice.core.party import Party
from backoffice.core.queue import queue_of
from config.settings import get_settings


def outcome_context(context: Context, party: Party | None = None) -> dict[str, Any]:
    """Return what every outcome mail says: who, which case, the statement, the way to contest."""
    decision, case = context.decision, context.case
    assert decision is not None  # noqa: S101 (mails are written after the decision)
    party = party or queue_of(case).party(context.session, context.subject)
    expires_at = decision.appeal_until or clock.add(
        context.at, get_settings().appeal_months, clock.Unit.MONTHS
    )
    link = give_link(
        context.session,
        case,
        party=(party.kind, party.id),
        scope=Scope.CONTEST,
        expires_at=expires_at,
        decision_id=decision.id,
    )
    told = decision.told(party.kind, party.id)
    return {
        "recipient": party.name,
        "reference": case.reference,
        "title": queue_of(case).title_for(context, party),
        "statement": told[-1].parts if told else None,
        "appeal_until": expires_at.isoformat(),
        "replaces": decision.supersedes_id is not None,
        "portal": link.id,
    }


def outcome_mail(event: str) -> Any:
    """Return the mail rule of an outcome: one e-mail to the party."""

    def mails(context: Context) -> Iterable[Mail]:
        party = queue_of(context.case).party(context.session, context.subject)
        yield Mail(event, party.email, party.locale, outcome_context(context))

    return mails
