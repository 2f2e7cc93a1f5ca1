"""Notifiers with their status and record, and every measure against sellers and notifiers."""

from typing import Any, ClassVar

from flask_babel import gettext as _
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from backoffice.admin.base import BrowseView, ParisTimeField
from backoffice.admin.editable import EditableView
from backoffice.core.text import N_
from backoffice.marketplace.notifier import Notifier, NotifierKind, TrustedStatus
from backoffice.marketplace.sanction import NAMES, Sanction

KINDS = {
    NotifierKind.INDIVIDUAL: N_("Individual"),
    NotifierKind.ENTITY: N_("Organisation"),
    NotifierKind.TRUSTED_FLAGGER: N_("Trusted flagger"),
    NotifierKind.AUTHORITY: N_("Public authority"),
}
TRUSTED = {
    TrustedStatus.ACTIVE: N_("Active"),
    TrustedStatus.SUSPENDED: N_("Suspended"),
    TrustedStatus.REVOKED: N_("Revoked"),
}
SUBJECTS = {"seller": N_("Seller"), "notifier": N_("Notifier")}


class NotifierView(EditableView):
    """Who reports: added by a first notice, here only given a kind and a status."""

    title = N_("Notifiers and trusted flaggers")
    words: ClassVar = {"kind": KINDS, "trusted_status": TRUSTED}
    template_note = N_("Notices of active trusted flaggers and of public authorities come first.")
    can_create = False
    pages = EditableView.pages - {"create_view"}
    column_default_sort = ("id", True)
    column_list = ("email", "name", "organisation", "kind", "trusted_status", "upheld_count",
                   "dismissed_count", "unfounded_count", "suspended_until")  # fmt: skip
    column_details_list = (*column_list, "trusted_dsc", "trusted_area", "trusted_since",
                           "locale", "created_at")  # fmt: skip
    column_searchable_list = ("email", "name", "organisation", "kind")
    form_columns = ("kind", "trusted_dsc", "trusted_area", "trusted_status", "trusted_since")
    form_overrides: ClassVar = {
        "kind": SelectField,
        "trusted_status": SelectField,
        "trusted_since": ParisTimeField,
    }
    form_args: ClassVar = {
        "kind": {"choices": [SelectChoice(*one) for one in KINDS.items()]},
        "trusted_dsc": {"description": N_("The coordinator that gave the status (DSA art. 22).")},
        "trusted_area": {"description": N_("The kind of illegal content it is given for.")},
        "trusted_status": {
            "choices": [
                SelectChoice("", N_("none")),
                *(SelectChoice(*one) for one in TRUSTED.items()),
            ]
        },
    }
    labels: ClassVar = {
        "email": N_("E-mail"),
        "name": N_("Name"),
        "organisation": N_("Organisation"),
        "kind": N_("Kind"),
        "trusted_dsc": N_("Digital services coordinator"),
        "trusted_area": N_("Area"),
        "trusted_status": N_("Trusted flagger’s status"),
        "trusted_since": N_("Trusted since"),
        "upheld_count": N_("Upheld notices"),
        "dismissed_count": N_("Dismissed notices"),
        "unfounded_count": N_("Manifestly unfounded"),
        "suspended_until": N_("Suspended until"),
        "locale": N_("Language"),
        "created_at": N_("Known since"),
    }

    def __init__(self) -> None:
        super().__init__(Notifier, "notifiers")

    def validate_form(self, form: Any) -> bool:
        """Ask a trusted flagger's status and coordinator; no status is none, not an empty one."""
        if not super().validate_form(form):
            return False
        form.trusted_status.data = form.trusted_status.data or None
        if form.kind.data == NotifierKind.TRUSTED_FLAGGER:
            for field in (form.trusted_status, form.trusted_dsc):
                if not field.data:
                    field.errors = [*field.errors, _("A trusted flagger has this.")]
        return not form.errors


class SanctionView(BrowseView):
    """Every measure, those that were taken back too."""

    permission = "audit:read"
    title = N_("Sanctions")
    words: ClassVar = {"kind": NAMES, "subject_kind": SUBJECTS}
    column_list = ("starts_at", "subject_kind", "subject_id", "kind", "weight", "reason_codes",
                   "ends_at", "lifted_at")  # fmt: skip
    column_searchable_list = ("subject_kind", "kind")
    column_details_list = (
        "subject_kind", "subject_id", "kind", "weight", "reason_codes", "case_id", "decision_id",
        "starts_at", "notified_at", "ends_at", "effective_at", "applied_at", "ended_at",
        "lifted_at", "factors", "exception", "proof",
    )  # fmt: skip
    labels: ClassVar = {
        "subject_kind": N_("Against"),
        "subject_id": N_("Number"),
        "kind": N_("Measure"),
        "weight": N_("Weight"),
        "reason_codes": N_("Reasons"),
        "case_id": N_("Case"),
        "decision_id": N_("Decision"),
        "starts_at": N_("When"),
        "notified_at": N_("Told"),
        "ends_at": N_("Until"),
        "effective_at": N_("Takes effect"),
        "applied_at": N_("Applied"),
        "ended_at": N_("Ended"),
        "lifted_at": N_("Taken back"),
        "factors": N_("Factors weighed"),
        "exception": N_("Exception to the notice"),
        "proof": N_("Proof"),
    }

    def __init__(self) -> None:
        super().__init__(Sanction, "sanctions")
