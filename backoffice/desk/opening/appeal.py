"""An appeal opened from a ticket, against a decision that the requester was told."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from backoffice.core import clock
from backoffice.core.decision import Decision
from backoffice.core.link import PortalLink, Scope
from backoffice.core.party import Party
from backoffice.core.permissions import Actor
from backoffice.core.text import N_, text
from backoffice.desk.from_ticket import Opened, Source
from backoffice.desk.opening.form import CHOOSE, OpeningForm, Posted
from backoffice.marketplace.notifier import Notifier
from backoffice.queues.appeals.contest import contest, why_not
from backoffice.queues.standard_forms import long_text


class AppealForm(OpeningForm):
    """Which decision the requester contests, and why."""

    decision = SelectField(
        N_("Decision"), [InputRequired(N_("Choose a decision."))],
        description=N_("Those that the requester was told and may still contest."),
    )  # fmt: skip
    why = long_text(N_("Why the requester contests the decision"))
    known: dict[str, tuple[Decision, Party]]

    def open(self, session: Session, source: Source, actor: Actor) -> Opened:
        """Open the appeal, in time if the ticket was."""
        decision, party = self.known[self.decision.data]
        at = _contested_at(source, decision)
        case = contest(session, decision, party, self.why.data, opened_by=actor, received_at=at)
        return Opened(case, party.ref)


def appeal_form(session: Session, source: Source, asked: str, posted: Posted = None) -> Form:
    """Return the form of an appeal, with the decisions that the requester may contest."""
    form = AppealForm(posted, data={"why": source.words})
    form.known = {str(one.id): (one, party) for one, party in _contestable(session, source)}
    form.decision.choices = [CHOOSE, *(
        SelectChoice(number, text("%(case)s, %(title)s, %(day)s", case=one.case.reference,
                                  title=one.case.title, day=clock.day_of(one.decided_at)))
        for number, (one, _) in form.known.items()
    )]  # fmt: skip
    return form


def _contestable(session: Session, source: Source) -> list[tuple[Decision, Party]]:
    """Return the decisions that the requester may contest, the newest first."""
    found = []
    for party in _parties(session, source):
        told = select(PortalLink.decision_id).where(
            PortalLink.party_kind == party.kind, PortalLink.party_id == party.id,
            PortalLink.scope == Scope.CONTEST,
        )  # fmt: skip
        rows = select(Decision).where(Decision.id.in_(told)).order_by(Decision.id.desc())
        found += [
            (one, party) for one in session.scalars(rows)
            if why_not(session, one, party, _contested_at(source, one)) is None
        ]  # fmt: skip
    return found


def _parties(session: Session, source: Source) -> list[Party]:
    """Return as whom the requester may have been told a decision: the account, a notifier."""
    requester, mail = source.ticket.requester, source.ticket.email.lower()
    notifiers = session.scalars(select(Notifier).where(func.lower(Notifier.email) == mail))
    return [
        *([] if requester.kind == "person" else [requester]),
        *(one.party for one in notifiers),
    ]


def _contested_at(source: Source, decision: Decision) -> datetime:
    """Return when the requester contested it: not before it was made."""
    return max(source.ticket.received_at, decision.decided_at)
