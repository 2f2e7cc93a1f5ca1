"""Which tables have a page here."""

from typing import Any, ClassVar

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from backoffice.admin.base import BrowseView, ReferenceView
from backoffice.admin.ledger import EntryView, EventView, LineView
from backoffice.admin.listing_rules import RuleView
from backoffice.admin.listing_tables import BrandView, CategoryView
from backoffice.admin.measures import NotifierView, SanctionView
from backoffice.admin.plans import PlanView
from backoffice.admin.replies import CannedReplyView, MacroView
from backoffice.admin.rights import HolderView, MandateView, RightView
from backoffice.admin.transparency import TransparencyView
from backoffice.core.audit import AuditEntry
from backoffice.core.deadline import Deadline
from backoffice.core.decision import Reason
from backoffice.core.outbox import OutboxMessage, resend
from backoffice.core.queue import QUEUES
from backoffice.core.text import N_, text
from backoffice.extensions import db
from backoffice.staff.guard import turned_away

QUEUE_ACTION = N_("%(queue)s: %(action)s")


class ActionsField(SelectMultipleField):
    """Which decisions a reason may be given for, by their permissions; each is a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["choices"] = [
            SelectChoice(
                action.permission(queue.noun),
                text(QUEUE_ACTION, queue=text(queue.title), action=text(action.label)),
            )
            for queue in QUEUES.values()
            for action in queue.actions
            if action.with_reasons
        ]
        super().__init__(*args, **kwargs)


class ReasonView(ReferenceView):
    """Reasons by date: what decisions rest on."""

    title = N_("Reasons")
    long_text: ClassVar = frozenset({"text_fr", "text_en"})
    column_list = ("code", "label_fr", "rule", "ground", "starts_at", "ends_at")
    column_searchable_list = ("code", "label_fr", "label_en", "rule")
    form_columns = (
        "code",
        "applies_to",
        "label_fr",
        "label_en",
        "text_fr",
        "text_en",
        "ground",
        "rule",
        "starts_at",
        "ends_at",
    )
    form_overrides: ClassVar = ReferenceView.form_overrides | {
        "applies_to": ActionsField,
        "ground": SelectField,
    }
    form_args: ClassVar = {
        "ground": {
            "choices": [
                SelectChoice("terms", N_("Breach of our terms")),
                SelectChoice("illegal", N_("Illegality")),
                SelectChoice("exception", N_("Exception in the law to a right")),
            ]
        }
    }
    labels: ClassVar = {
        "code": N_("Code"),
        "label_fr": N_("French label"),
        "label_en": N_("English label"),
        "text_fr": N_("French text"),
        "text_en": N_("English text"),
        "applies_to": N_("Applies to"),
        "ground": N_("Ground"),
        "rule": N_("Rule"),
        "starts_at": N_("In force from"),
        "ends_at": N_("Until"),
    }

    def __init__(self) -> None:
        super().__init__(Reason, "reasons")


UNITS = (
    ("business_hours", N_("business hours")),
    ("weekday_hours", N_("hours of business days")),
    ("business_days", N_("business days")),
    ("calendar_days", N_("calendar days")),
    ("months", N_("months")),
)


class DeadlineView(ReferenceView):
    """Deadlines by date: how long each queue has."""

    title = N_("Deadlines")
    column_list = ("queue", "kind", "length", "unit", "warn_percent", "rule", "starts_at")
    form_overrides: ClassVar = ReferenceView.form_overrides | {"unit": SelectField}
    form_args: ClassVar = {"unit": {"choices": [SelectChoice(*one) for one in UNITS]}}
    labels: ClassVar = {
        "queue": N_("Queue"),
        "kind": N_("Kind"),
        "length": N_("Length"),
        "unit": N_("Unit"),
        "warn_percent": N_("Warn at (%)"),
        "rule": N_("Rule"),
        "starts_at": N_("In force from"),
    }

    def __init__(self) -> None:
        super().__init__(Deadline, "deadlines")


class AuditView(BrowseView):
    """Every audited act, newest first."""

    permission = "audit:read"
    title = N_("Audit")
    column_list = ("at", "stream", "seq", "verb", "actor", "fields")
    column_searchable_list = ("stream", "verb", "actor")
    column_details_list = ("at", "stream", "seq", "verb", "actor", "fields", "digest", "mac")
    labels: ClassVar = {
        "at": N_("When"),
        "stream": N_("Stream"),
        "seq": N_("Number"),
        "verb": N_("Verb"),
        "actor": N_("Actor"),
        "fields": N_("Fields"),
        "digest": N_("Digest"),
        "mac": N_("Seal"),
    }

    def __init__(self) -> None:
        super().__init__(AuditEntry, "audit")


class OutboxView(BrowseView):
    """Everything that left, waits to leave or was given up; a dead row can be sent again."""

    permission = "outbox:read"
    title = N_("Outbox")
    details_template = "admin/outbox_details.html"
    pages = BrowseView.pages | {"resend"}
    column_list = ("created_at", "channel", "event", "state", "attempts", "available_at", "sent_at")
    column_searchable_list = ("event", "state", "channel")
    column_details_list = (
        "created_at", "channel", "event", "uid", "state", "attempts", "available_at", "sent_at",
        "to_address", "last_error", "payload", "sent_copy",
    )  # fmt: skip
    labels: ClassVar = {
        "created_at": N_("Written"),
        "channel": N_("Channel"),
        "event": N_("Event"),
        "uid": N_("Identity"),
        "state": N_("State"),
        "attempts": N_("Attempts"),
        "available_at": N_("Leaves from"),
        "sent_at": N_("Sent"),
        "to_address": N_("To"),
        "last_error": N_("Last error"),
        "payload": N_("Content"),
        "sent_copy": N_("As sent"),
    }

    def __init__(self) -> None:
        super().__init__(OutboxMessage, "outbox")

    @expose("/<int:row_id>/resend", methods=("POST",))
    def resend(self, row_id: int) -> ResponseReturnValue:
        """Owe a dead row again, under the same identity."""
        if (refusal := turned_away("outbox:resend")) is not None:
            return refusal
        row = db.get_or_404(OutboxMessage, row_id)
        resend(db.session(), row, current_user.actor)
        flash(_("It will be sent again."))
        return redirect(url_for(".details_view", id=row_id))


VIEWS: tuple[Any, ...] = (
    PlanView,
    ReasonView,
    DeadlineView,
    CategoryView,
    BrandView,
    RuleView,
    CannedReplyView,
    MacroView,
    RightView,
    HolderView,
    MandateView,
    NotifierView,
    SanctionView,
    AuditView,
    OutboxView,
    TransparencyView,
    EntryView,
    LineView,
    EventView,
)
