"""The forms of the decisions on a request, and of the steps that support them."""

from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from backoffice.core.action import ActionForm, Context
from backoffice.core.text import N_
from backoffice.queues.erasures.foreseen import outlook_of, stays
from backoffice.queues.standard_forms import DecisionForm, long_text

PARTY_READS = N_("The party reads this text as you write it.")


class AcceptForm(ActionForm):
    """A word to the party, if there is one to add: the letter lists what goes and what is kept."""

    facts = long_text(N_("A word to the party"), required=False, hint=PARTY_READS)


class AcceptInPartForm(DecisionForm):
    """What is kept although it was asked for, on which ground, and why."""

    action_name = "accept_in_part"
    classes = SelectMultipleField(
        N_("What stays although it was asked for"),
        [InputRequired(N_("Choose at least one kind of data that stays."))],
    )
    facts = long_text(N_("Why"), hint=PARTY_READS)

    def prepare(self, context: Context) -> None:
        """Offer what would go: what the law has us keep stays anyway."""
        super().prepare(context)
        found = outlook_of(context.session, context.subject, context.at)
        self.classes.choices = [
            SelectChoice(one.data_class, one.label) for one in found if one.count and not stays(one)
        ]


class RefuseForm(DecisionForm):
    """On which ground nothing is erased (GDPR art. 17(3), 12(2), 12(5)), and why."""

    action_name = "refuse"
    facts = long_text(N_("Why"), hint=PARTY_READS)


class VerifyForm(ActionForm):
    """By what the staff saw that the holder of the account asks."""

    how = RadioField(N_("What showed it"), [InputRequired(N_("Choose what showed it."))])
    facts = long_text(
        N_("Remark"),
        required=False,
        hint=N_("Only the staff reads this. Copy nothing of a document."),
    )

    def prepare(self, context: Context) -> None:
        """Offer the ways that need no more data than there is."""
        self.how.choices = [SelectChoice(way, label) for way, label in SHOWN_BY.items()]


SHOWN_BY = {
    "document": N_("The document that was sent, deleted now"),
    "answers": N_("Answers that only the holder can give"),
    "signed_in": N_("The marketplace saw the person signed in"),
}


class BlockForm(ActionForm):
    """Which authority orders to keep the data, and by what."""

    order = long_text(
        N_("Authority and reference of the order"), hint=N_("Only the staff reads this.")
    )


class UnblockForm(ActionForm):
    """How the authority lifted its order."""

    facts = long_text(N_("How the authority lifted it"), hint=N_("Only the staff reads this."))
