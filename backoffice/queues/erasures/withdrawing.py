"""Withdrawing a request, at any time before it is executed: by its link, or told to the staff."""

from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from backoffice.core.action import ActionForm, Context, Effect
from backoffice.core.text import N_
from backoffice.queues.erasures.keeping import keep_columns, put_back
from backoffice.queues.erasures.model import Stage
from backoffice.queues.standard_forms import long_text

BY_LINK = "link"
WAYS = {
    "ticket": N_("In a ticket or by e-mail"),
    "phone": N_("By telephone, and we were sure of who spoke"),
    "letter": N_("By letter"),
}


class WithdrawForm(ActionForm):
    """How the party said that it no longer asks for this."""

    how = RadioField(N_("How we were told"), [InputRequired(N_("Choose how the party told us."))])
    facts = long_text(
        N_("Remark"), required=False, hint=N_("Kept with the decision; the party does not read it.")
    )

    def prepare(self, context: Context) -> None:
        """Offer the link only to the link itself."""
        by_link = {BY_LINK: N_("Through the personal link")} if context.actor.id is None else {}
        ways = {**WAYS, **by_link}
        self.how.choices = [SelectChoice(way, label) for way, label in ways.items()]


def _withdraw(context: Context) -> dict[str, Any]:
    before = keep_columns(context.subject, "stage", "withdrawn_at")
    context.subject.stage, context.subject.withdrawn_at = Stage.WITHDRAWN, context.at
    return before


WITHDRAW = Effect("withdraw", _withdraw, put_back)
