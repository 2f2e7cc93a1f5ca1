"""The rules that listings are checked by: written as drafts, tried, then switched on."""

from typing import Any, ClassVar

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user
from jinja2 import pass_context
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from backoffice.admin.base import shown
from backoffice.admin.dated import CopyingView
from backoffice.admin.fields import LinesField, matching
from backoffice.admin.listing_tables import A_CODE
from backoffice.core.clock import now
from backoffice.core.text import N_
from backoffice.core.typed_text import InvalidInput
from backoffice.extensions import db
from backoffice.marketplace.listing_checks.phrases import parse_phrases
from backoffice.marketplace.listing_checks.rules import NUMBERS, PHRASES, rule_in_force
from backoffice.marketplace.listing_checks.switch import switch_off, switch_on
from backoffice.marketplace.listing_form import CATEGORY
from backoffice.marketplace.listing_rule import ListingRule
from backoffice.queues.listings.trial import try_rule
from backoffice.staff.guard import turned_away
from backoffice.web.text import say

KINDS = {
    "term": N_("Forbidden words"),
    "delivery_cost": N_("Delivery cost"),
    "price_low": N_("Low price, per cent of the median"),
    "brand_likeness": N_("Close to a brand, per cent alike"),
    "image_distance": N_("Picture of another seller, bits that differ"),
}
OUTCOMES = {"fail": N_("Failed"), "warn": N_("To verify")}
WRITING = frozenset({"create_view", "edit_view", "switch_on", "switch_off"})
CODE = r"[a-z0-9][a-z0-9-]{0,79}"
SHOWN_MAX = 50
PHRASES_SHOWN = 60  # characters, in the list
UNSET = {"starts_at": N_("not switched on"), "ends_at": N_("no end"), "number": N_("none")}


class RuleView(CopyingView):
    """Rules by date; only a draft is edited, and what holds is ended, never rewritten."""

    title = N_("Listing rules")
    template_note = N_("A new rule is a draft: try it on the last decisions, then switch it on.")
    edit_template = "admin/form.html"
    details_template = "admin/rule_details.html"
    can_edit = True
    pages = CopyingView.pages | {"edit_view", "trial", "switch_on", "switch_off"}
    column_default_sort = ("id", True)
    column_list = ("code", "kind", "outcome", "pattern", "number", "starts_at", "ends_at")
    column_details_list = (*column_list[:5], "categories", "why", *column_list[5:])
    column_searchable_list = ("code", "kind", "pattern")
    form_columns = ("code", "kind", "outcome", "pattern", "number", "categories", "why")
    form_overrides: ClassVar = {
        "code": StringField,
        "kind": SelectField,
        "outcome": SelectField,
        "pattern": TextAreaField,
        "number": IntegerField,
        "categories": LinesField,
        "why": TextAreaField,
    }
    form_args: ClassVar = {
        "code": {"validators": [DataRequired(), matching(CODE, A_CODE)]},
        "kind": {"choices": [SelectChoice(*one) for one in KINDS.items()]},
        "outcome": {"choices": [SelectChoice(*one) for one in OUTCOMES.items()]},
        "pattern": {
            "description": N_(
                "Phrases with ; between them. word* is any word that begins so, # is a number."
            )
        },
        "number": {"validators": [Optional()], "description": N_("A threshold; words have none.")},
        "categories": {
            "validators": [matching(CATEGORY, A_CODE)],
            "description": N_("One code a line, with all below it. None: everywhere."),
        },
        "why": {"validators": [DataRequired()], "description": N_("The rule that it rests on.")},
    }
    labels: ClassVar = {
        "code": N_("Code"),
        "kind": N_("Kind"),
        "outcome": N_("Outcome"),
        "pattern": N_("Words"),
        "number": N_("Threshold"),
        "categories": N_("Categories"),
        "why": N_("Why"),
        "starts_at": N_("In force from"),
        "ends_at": N_("Until"),
    }

    def __init__(self) -> None:
        super().__init__(ListingRule, "listing_rules")

    def _handle_view(self, name: str, **kwargs: Any) -> ResponseReturnValue | None:
        return turned_away(self.write_permission if name in WRITING else self.permission)

    @pass_context
    def get_list_value(self, context: Any, model: Any, name: str) -> Any:
        """Say kinds and outcomes in words, the first of many phrases."""
        if name == "pattern" and len(model.pattern) > PHRASES_SHOWN:
            return f"{model.pattern[:PHRASES_SHOWN]}…"
        return self.get_detail_value(context, model, name)

    @pass_context
    def get_detail_value(self, context: Any, model: Any, name: str) -> Any:
        """Say kinds and outcomes in words, and of a time that is not set what that means."""
        value = getattr(model, name)
        if name in UNSET and value is None:
            return say(UNSET[name])
        words = {"kind": KINDS, "outcome": OUTCOMES}.get(name)
        return say(words[value]) if words else shown(value)

    def edit_form(self, obj: Any = None) -> Any:
        """Show the form of a draft; what holds or held is not there to be edited."""
        if obj is None or obj.starts_at is not None:
            abort(404)
        return super().edit_form(obj)

    def validate_form(self, form: Any) -> bool:
        """Ask words of the kinds that look for words, and a threshold of the others."""
        if not super().validate_form(form):
            return False
        field, said = _wrong(form)
        if field is not None:
            field.errors = [*field.errors, said]
        return field is None

    @expose("/<int:row_id>/trial")
    def trial(self, row_id: int) -> ResponseReturnValue:
        """Show what the rule would have said of the last decided listings."""
        rule = db.get_or_404(ListingRule, row_id)
        trial = try_rule(db.session(), rule, now())
        return self.render(
            "admin/rule_trial.html",
            rule=rule,
            trial=trial,
            listed=trial.flagged[:SHOWN_MAX],
            kinds=KINDS,
            outcomes_said=OUTCOMES,
            in_force=rule_in_force(db.session(), rule.code, now()),
        )

    @expose("/<int:row_id>/switch-on", methods=("POST",))
    def switch_on(self, row_id: int) -> ResponseReturnValue:
        """Let a draft hold from now on, in place of an earlier row of its code."""
        rule = db.get_or_404(ListingRule, row_id)
        if switch_on(db.session(), rule, current_user.actor):
            flash(_("The rule holds from now on."), "success")
        return redirect(url_for(".details_view", id=row_id))

    @expose("/<int:row_id>/switch-off", methods=("POST",))
    def switch_off(self, row_id: int) -> ResponseReturnValue:
        """Let a rule hold no longer."""
        rule = db.get_or_404(ListingRule, row_id)
        if switch_off(db.session(), rule, current_user.actor):
            flash(_("The rule holds no longer."), "success")
        return redirect(url_for(".details_view", id=row_id))


def _wrong(form: Any) -> tuple[Any, str]:
    """Return the field that does not fit the kind of rule, with what to change; None if none."""
    kind = form.kind.data
    if kind in PHRASES:
        try:
            parse_phrases(form.pattern.data or "")
        except InvalidInput as error:
            return form.pattern, say(error.text)
        return None, ""
    least, greatest = NUMBERS[kind]
    if form.number.data is None or not least <= form.number.data <= greatest:
        said = _("Write a number from %(least)s to %(greatest)s.", least=least, greatest=greatest)
        return form.number, said
    return None, ""
