"""The forms of what may be decided about a seller's account, with all that the law asks for."""

from datetime import timedelta
from typing import Any, ClassVar

from wtforms import DateField, IntegerField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from backoffice.core.action import Context
from backoffice.core.clock import now, paris_day
from backoffice.core.text import N_, text
from backoffice.marketplace.sanction import (
    EXCEPTIONS,
    FACTORS,
    UNWARNED,
    NoticeException,
    SubjectKind,
    earlier_against,
    said_of,
    standing,
)
from backoffice.queues.standard_forms import DecisionForm, long_text
from config.settings import get_settings

SUSPENSION_DAYS = 14


class SuspendForm(DecisionForm):
    """Reasons and facts, until when, and the four factors (DSA art. 23(3))."""

    action_name = "suspend"
    until = DateField(
        N_("Suspended until"),
        [InputRequired(N_("Choose a date."))],
        default=lambda: paris_day(now()) + timedelta(days=SUSPENSION_DAYS),
    )
    number = long_text(FACTORS["number"])
    share = long_text(FACTORS["share"])
    gravity = long_text(FACTORS["gravity"])
    intention = long_text(FACTORS["intention"])

    def prepare(self, context: Context) -> None:
        """Offer the reasons; say where the seller stands, and until when is suggested."""
        super().prepare(context)
        known = standing(context.session, SubjectKind.SELLER, context.subject.seller_id, context.at)
        self.is_warned = known.warnings > 0
        self.until.description = said_of(known)
        if known.suggested and known.suggested.days and not self.until.raw_data:
            day = paris_day(context.at) + timedelta(days=known.suggested.days)
            self.until.data = self.until.object_data = day

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for an end to come, not too far, and for an earlier warning."""
        valid = super().validate(extra_validators)
        today, days = paris_day(now()), get_settings().suspension_days_max
        if self.until.data and not today <= self.until.data < today + timedelta(days=days):
            said = text("Give a suspension an end to come, within %(days)s days.", days=days)
            self.until.errors = [*self.until.errors, said]
            valid = False
        if not self.is_warned:
            self.until.errors = [*self.until.errors, UNWARNED]
            valid = False
        return valid


class TerminateForm(DecisionForm):
    """Reasons and facts, how many days' notice, or which exception to it (P2B art. 4(2), (4))."""

    action_name = "terminate"
    notice_days = IntegerField(
        N_("Days of notice"),
        [InputRequired(N_("Write a number of days."))],
        default=lambda: get_settings().termination_notice_days,
    )
    exception = SelectField(N_("Without this notice because of"), [Optional()])
    proof = long_text(N_("What proves the exception"), required=False)
    decisions = SelectMultipleField(
        N_("Earlier decisions that show repetition"), [Optional()], coerce=int
    )
    folds: ClassVar = {N_("To end it at once"): ("exception", "proof", "decisions")}

    def prepare(self, context: Context) -> None:
        """Offer the reasons, the exceptions, and the decisions that may show one of them."""
        super().prepare(context)
        self.exception.choices = [
            SelectChoice("", N_("The notice is given")),
            *(SelectChoice(code, label) for code, label in EXCEPTIONS.items()),
        ]
        seller_id = context.subject.seller_id
        earlier = earlier_against(context.session, context.case, [seller_id])[seller_id]
        self.decisions.choices = [SelectChoice(number, reference) for number, reference in earlier]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the whole notice, or for what proves the exception."""
        valid = super().validate(extra_validators)
        least, most = get_settings().termination_notice_days, NOTICE_DAYS_MAX
        days = self.notice_days.data
        if days is not None and not least <= days <= most:
            said = text("Give from %(least)s to %(most)s days.", least=least, most=most)
            self.notice_days.errors = [*self.notice_days.errors, said]
            valid = False
        if self.exception.data and not self.proof.data:
            self.proof.errors = [N_("Write down what proves the exception to the notice.")]
            valid = False
        repeated = self.exception.data == NoticeException.REPEATED_INFRINGEMENT
        if repeated and not self.decisions.data:
            self.decisions.errors = [N_("Choose at least one earlier decision.")]
            valid = False
        return valid


NOTICE_DAYS_MAX = 365
