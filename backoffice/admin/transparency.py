"""What is declared to the European transparency database: a window, and its entries as a file."""

from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import Response, flash, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user
from jinja2 import pass_context
from wtforms import DateField, Form
from wtforms.validators import InputRequired

from backoffice.admin.base import BrowseView, shown
from backoffice.core.audit import record
from backoffice.core.clock import PARIS, now
from backoffice.core.text import N_
from backoffice.extensions import db
from backoffice.marketplace.transparency.export import entries_between, json_lines
from backoffice.marketplace.transparency.model import EntryState, TransparencyEntry, WhyNot
from backoffice.web.text import say

EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)
STATES: dict[str, str] = {
    EntryState.DRAFT: N_("Draft"),
    EntryState.NOT_APPLICABLE: N_("Not to be declared"),
    EntryState.QUEUED: N_("On its way"),
    EntryState.ACCEPTED: N_("Accepted"),
    EntryState.REJECTED: N_("Rejected"),
}
WHY_NOT: dict[str, str] = {
    WhyNot.NO_GROUND: N_("Rests on no law and no term of ours"),
    WhyNot.NO_RESTRICTION: N_("Restricts nothing that was published"),
    WhyNot.ORDER: N_("Ordered by an authority"),
    WhyNot.PROVIDER_SIZE: N_("Small enterprises need not declare"),
}


class FileForm(Form):
    """From which day to which the file goes."""

    first = DateField(N_("Decided from"), [InputRequired()])
    last = DateField(N_("up to"), [InputRequired()])

    @property
    def days(self) -> tuple[date, date] | None:
        """Both days in their order, of a time when there are decisions; else None."""
        first, last = self.first.data, self.last.data
        if not self.validate() or first is None or last is None:
            return None
        return (first, last) if EARLIEST <= first <= last <= LATEST else None


class TransparencyView(BrowseView):
    """Every statement with what became of its declaration."""

    permission = "transparency:read"
    title = N_("Transparency database")
    list_template = "admin/transparency.html"
    pages = BrowseView.pages | {"file"}
    column_list = ("decided_at", "puid", "state", "why_not", "attempts", "settled_at")
    column_searchable_list = ("puid", "uuid")
    column_details_list = (
        "decided_at", "reference", "puid", "state", "why_not", "attempts", "tried_at",
        "settled_at", "uuid", "body", "response",
    )  # fmt: skip
    labels: ClassVar = {
        "decided_at": N_("Decided on"),
        "reference": N_("Case"),
        "puid": N_("Identity"),
        "state": N_("State"),
        "why_not": N_("Why not"),
        "attempts": N_("Attempts"),
        "tried_at": N_("Last attempt"),
        "settled_at": N_("Answered"),
        "uuid": N_("Number in the database"),
        "body": N_("Content"),
        "response": N_("Answer"),
    }

    def __init__(self) -> None:
        super().__init__(TransparencyEntry, "transparency")

    def get_query(self) -> Any:
        """Return the entries of the state asked for."""
        return super().get_query().filter(*self._chosen())

    def get_count_query(self) -> Any:
        """Count them."""
        return super().get_count_query().filter(*self._chosen())

    def _chosen(self) -> list[Any]:
        return [TransparencyEntry.state == self.state] if self.state else []

    @property
    def state(self) -> str:
        """The state that the address asks for, empty for all."""
        asked = request.args.get("state", "")
        return asked if asked in STATES else ""

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The states as tabs above the list."""
        return [
            {"label": label, "is_current": state == self.state, "count": None,
             "url": url_for(".index_view", state=state or None)}
            for state, label in (("", N_("All")), *STATES.items())
        ]  # fmt: skip

    @property
    def file_form(self) -> FileForm:
        """The form of the file as it was typed; else this year so far."""
        today = now().astimezone(PARIS).date()
        return FileForm(request.args, data={"first": date(today.year, 1, 1), "last": today})

    @pass_context
    def get_list_value(self, context: Any, model: Any, name: str) -> Any:
        """Say states in words."""
        value = model.statement.parts["reference"] if name == "reference" else getattr(model, name)
        words = {"state": STATES, "why_not": WHY_NOT}.get(name)
        return say(words[value]) if words and value else shown(value)

    get_detail_value = get_list_value

    @expose("/file")
    def file(self) -> ResponseReturnValue:
        """Send what was decided between two days, in the form that the database takes."""
        days = FileForm(request.args).days
        if days is None:
            flash(_("Write two days, the first before the last."), "warning")
            return redirect(f"{url_for('.index_view')}?{urlencode(request.args)}")
        first, last = days
        actor = current_user.actor
        record(db.session(), stream=f"staff:{actor.id}", verb="transparency.exported",
               actor=actor, detail={"first": str(first), "last": str(last)})  # fmt: skip
        lines = json_lines(db.session(), entries_between(first, last, self.state))
        answer = Response(stream_with_context(lines), content_type="application/json")
        name = f"transparency-{first}-{last}.json"
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        return answer
