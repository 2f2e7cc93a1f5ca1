"""Canned replies and macros: dated rows, checked before they are kept, shown as they will read."""

import json
from typing import Any, ClassVar

from flask_babel import gettext as _
from jinja2 import pass_context
from markupsafe import Markup
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from backoffice.admin.dated import CopyingView
from backoffice.admin.fields import matching
from backoffice.core.text import N_
from backoffice.extensions import db
from backoffice.queues.tickets.macros import VARIABLES, fill, problems, unknown_variables
from backoffice.queues.tickets.model import CATEGORIES
from backoffice.queues.tickets.replies import CannedReply, Macro
from backoffice.web.text import say

CODE = r"[a-z0-9][a-z0-9_]{0,79}"
A_CODE = N_("Write small letters, digits and underscores.")
LABELS = {
    "code": N_("Code"),
    "label_fr": N_("French label"),
    "label_en": N_("English label"),
    "starts_at": N_("In force from"),
    "ends_at": N_("Until"),
}


class VariablesKnown:
    """A text whose names in braces are all variables."""

    def __call__(self, form: Any, field: Any) -> None:
        """Name the first that is none."""
        if wrong := unknown_variables(field.data or ""):
            known = ", ".join(f"{{{name}}}" for name in VARIABLES)
            raise ValidationError(
                _("{%(name)s} is no variable; there are: %(known)s", name=wrong[0], known=known)
            )


class CannedReplyView(CopyingView):
    """Texts that answer what is asked often."""

    title = N_("Canned replies")
    details_template = "admin/reply_details.html"
    template_note = N_("A change is a new row. Variables stand in braces: {requester}, {order}…")
    long_text: ClassVar = frozenset({"text_fr", "text_en"})
    column_list = ("code", "label_fr", "category", "starts_at", "ends_at")
    column_searchable_list = ("code", "label_fr", "label_en", "text_fr", "text_en")
    words: ClassVar = {"category": {**CATEGORIES, "": N_("Any category")}}
    form_columns = (
        "code", "label_fr", "label_en", "category", "text_fr", "text_en", "starts_at", "ends_at",
    )  # fmt: skip
    form_overrides: ClassVar = CopyingView.form_overrides | {
        "code": StringField, "category": SelectField,
        "text_fr": TextAreaField, "text_en": TextAreaField,
    }  # fmt: skip
    form_args: ClassVar = {
        "code": {"validators": [DataRequired(), matching(CODE, A_CODE)]},
        "category": {
            "choices": [
                SelectChoice("", N_("Any category")),
                *(SelectChoice(*one) for one in CATEGORIES.items()),
            ]
        },
        "text_fr": {"validators": [DataRequired(), VariablesKnown()]},
        "text_en": {"validators": [DataRequired(), VariablesKnown()]},
    }
    labels: ClassVar = {
        **LABELS,
        "category": N_("Category"),
        "text_fr": N_("French text"),
        "text_en": N_("English text"),
    }

    def __init__(self) -> None:
        super().__init__(CannedReply, "canned_replies")

    def preview(self, model: CannedReply, locale: str) -> str:
        """Return the text as it reads, each variable replaced by what it stands for."""
        return fill(model.text(locale), {name: _stands_for(name) for name in VARIABLES})


def _stands_for(name: str) -> Any:
    return lambda: f"[{say(VARIABLES[name])}]"


class StepsField(TextAreaField):
    """The steps of a macro as JSON, one object each."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return json.dumps(self.data or [], ensure_ascii=False, indent=1)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the JSON, and say where it is none."""
        try:
            self.data = json.loads(valuelist[0]) if valuelist else []
        except ValueError as error:
            raise ValueError(_("This is no JSON: %(why)s", why=str(error))) from error


def _steps_hold(form: Any, field: Any) -> None:
    if found := problems(db.session(), field.data):
        raise ValidationError(say(found[0]))


class MacroView(CopyingView):
    """Several steps under one name."""

    title = N_("Macros")
    template_note = N_("A change is a new row. The first step that fails stops a macro whole.")
    column_list = ("code", "label_fr", "steps", "starts_at", "ends_at")
    column_searchable_list = ("code", "label_fr", "label_en")
    form_columns = ("code", "label_fr", "label_en", "steps", "starts_at", "ends_at")
    form_overrides: ClassVar = CopyingView.form_overrides | {
        "code": StringField, "steps": StepsField,
    }  # fmt: skip
    form_args: ClassVar = {
        "code": {"validators": [DataRequired(), matching(CODE, A_CODE)]},
        "steps": {
            "validators": [_steps_hold],
            "description": N_(
                'JSON, for example [{"step": "insert_reply", "reply": "order_late"}, '
                '{"step": "send", "action": "reply"}]. Steps: insert_reply, '
                "insert_statement, set_category, note, send."
            ),
        },
    }
    labels: ClassVar = {**LABELS, "steps": N_("Steps")}

    def __init__(self) -> None:
        super().__init__(Macro, "macros")

    @pass_context
    def get_list_value(self, context: Any, model: Any, name: str) -> Any:
        """Say the steps by their names."""
        if name == "steps":
            return Markup(" → ").join(step["step"] for step in model.steps)
        return super().get_list_value(context, model, name)

    @pass_context
    def get_detail_value(self, context: Any, model: Any, name: str) -> Any:
        """Say each step with what it does it with."""
        if name == "steps":
            return Markup(" → ").join(" ".join(step.values()) for step in model.steps)
        return super().get_detail_value(context, model, name)
