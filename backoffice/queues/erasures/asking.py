"""Asking for proof of identity, only in reasonable doubt: the one thing that stops this clock.

GDPR art. 12(6); décret 2019-536, art. 77: the time runs on once the proof has come.
"""

from collections.abc import Iterable
from typing import Any

from backoffice.core.action import Action, Context, Effect, Mail
from backoffice.core.case import State
from backoffice.core.request import InfoRequest
from backoffice.core.text import N_
from backoffice.queues.erasures.keeping import keep_columns, put_back
from backoffice.queues.erasures.model import Identity, Stage
from backoffice.queues.party_form import DOCUMENT
from backoffice.queues.standard import ask, question_mail
from backoffice.queues.standard_forms import RequestInfoForm, long_text

PROOF = f"{DOCUMENT}identity"
CORRECTABLE = {PROOF: N_("Proof of identity")}


class AskIdentityForm(RequestInfoForm):
    """Why we doubt, what would remove the doubt, and until when."""

    question = long_text(
        N_("Why we doubt, and what would show it"),
        hint=N_("Ask for no more than is needed: a masked copy is often enough."),
    )
    fields = None

    def prepare(self, context: Context) -> None:
        """Offer nothing to correct: only the proof is asked for."""


def _ask(context: Context) -> dict[str, Any]:
    before = keep_columns(context.subject, "identity", "identity_at", "identity_how")
    request = ask(context, context.subject.party, [PROOF])
    context.subject.identity = Identity.DOUBTFUL
    context.subject.identity_at, context.subject.identity_how = context.at, "staff"
    return {"request": request.id, "before": before}


def _ask_no_more(context: Context, change: dict[str, Any]) -> None:
    context.session.get_one(InfoRequest, change["request"]).withdrawn_at = context.at
    put_back(context, change["before"])


def _mails(context: Context) -> Iterable[Mail]:
    mail = question_mail("erasure.identity_asked", context, context.subject.party,
                         list(CORRECTABLE.values()))  # fmt: skip
    yield mail._replace(context={**mail.context, "kind": context.subject.kind})


ASK_IDENTITY = Action(
    "ask_identity",
    N_("Ask for proof of identity"),
    AskIdentityForm,
    states=frozenset({State.OPEN}),
    fits=lambda erasure: erasure.stage == Stage.RECEIVED,
    effects=(Effect("ask_identity", _ask, _ask_no_more),),
    state_after=State.WAITING,
    event="erasure.identity_asked",
    mails=_mails,
    stops_clock=True,
    hotkey="d",
    icon="ask",
)
