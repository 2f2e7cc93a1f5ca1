"""The two kinds of page there are: `ReferenceView` adds and edits, `BrowseView` only looks."""

from typing import Any, ClassVar

from flask import abort
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla import ModelView
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import inspect

from backoffice.core.audit import record
from backoffice.core.text import N_
from backoffice.extensions import db
from backoffice.staff.guard import turned_away
from backoffice.web.dates import when


class Guarded:
    """A view that asks for its permission before anything else; without it there is no page."""

    permission = ""

    def is_accessible(self) -> bool:
        """Tell whether the signed-in person may open this."""
        return bool(current_user.is_authenticated and current_user.actor.may(self.permission))

    def _handle_view(self, name: str, **kwargs: Any) -> ResponseReturnValue | None:
        return turned_away(self.permission)


class TableView(Guarded, ModelView):
    """What both kinds share: our pages, fifty rows, every right off until a kind turns it on."""

    list_template = "admin/list.html"
    create_template = edit_template = "admin/form.html"
    details_template = "admin/details.html"
    page_size = 50
    can_create = can_edit = can_delete = can_export = False
    can_view_details = True
    can_set_page_size = False
    named_filter_urls = True
    title = ""
    labels: ClassVar[dict[str, str]] = {}

    def __init__(self, model: type, endpoint: str) -> None:
        super().__init__(
            model, db, name=self.title, endpoint=f"admin_{endpoint}", url=f"/admin/{endpoint}"
        )
        self.static_folder = None
        self.column_labels = self.labels  # the pages translate them

    def get_list_value(self, context: Any, model: Any, name: str) -> Any:
        """Show a time as a time, a list as its items, the rest as text."""
        return shown(getattr(model, name, None))

    def get_detail_value(self, context: Any, model: Any, name: str) -> Any:
        """Show the same on the page of one row."""
        return shown(getattr(model, name, None))


def shown(value: Any) -> Any:
    """Return a column's value as a person reads it."""
    if hasattr(value, "isoformat"):
        return when(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bytes):
        return value.hex()
    return "" if value is None else Markup.escape(str(value))


class ReferenceView(TableView):
    """Create and, where rows are not dated, edit; nothing is deleted, each change is audited."""

    permission = "reference:read"
    can_create = True
    write_permission = "reference:write"
    template_note = N_("A change is a new row: the earlier one stays for what was decided by it.")

    def _handle_view(self, name: str, **kwargs: Any) -> ResponseReturnValue | None:
        needed = self.write_permission if name in ("create_view", "edit_view") else self.permission
        return turned_away(needed)

    @property
    def may_write(self) -> bool:
        """Tell whether the signed-in person may add rows."""
        return bool(current_user.actor.may(self.write_permission))

    def on_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        """Write who changed what, in the transaction of the change."""
        columns = inspect(type(model)).columns
        detail = {c.key: str(getattr(model, c.key)) for c in columns if c.key != "id"}
        verb = f"{model.__tablename__}.{'added' if is_created else 'changed'}"
        record(db.session(), stream="settings", verb=verb, actor=current_user.actor, detail=detail)


class BrowseView(TableView):
    """A window on an append-only table: newest first, searched, never changed."""

    column_default_sort = ("id", True)

    def create_model(self, form: Any) -> Any:
        """Refuse: these rows are written by what happened."""
        abort(404)

    def update_model(self, form: Any, model: Any) -> Any:
        """Refuse: these rows say what happened."""
        abort(404)

    def delete_model(self, model: Any) -> Any:
        """Refuse: these rows stay."""
        abort(404)
