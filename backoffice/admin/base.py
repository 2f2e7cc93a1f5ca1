"""The two kinds of page there are: `ReferenceView` adds and edits, `BrowseView` only looks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla import ModelView
from flask_login import current_user
from jinja2 import pass_context
from markupsafe import Markup
from sqlalchemy import Text, inspect
from sqlalchemy.orm import Mapper
from wtforms import DateTimeLocalField, Form, StringField

from backoffice.core.audit import record
from backoffice.core.clock import PARIS
from backoffice.core.text import N_
from backoffice.extensions import db
from backoffice.staff.guard import turned_away
from backoffice.web.dates import when
from backoffice.web.text import say


class Guarded:
    """A view that asks for its permission before anything else; without it there is no page."""

    permission = ""

    def is_accessible(self) -> bool:
        """Tell whether the signed-in person may open this."""
        return bool(current_user.is_authenticated and current_user.actor.may(self.permission))

    def _handle_view(self, name: str, **kwargs: Any) -> ResponseReturnValue | None:
        return turned_away(self.permission)

    def _run_view(self, view: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return view(self, *args, **kwargs)  # the library's own hides a TypeError of ours

    def render(self, template: str, **kwargs: Any) -> str:
        """Render in our layout, without the library's names, which would cover ours."""
        return render_template(template, admin_view=self, **kwargs)


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
    pages: ClassVar[frozenset[str]] = frozenset({"index_view", "details_view"})
    labels: ClassVar[dict[str, str]] = {}
    words: ClassVar[dict[str, dict[Any, str]]] = {}  # of the codes in a column

    def __init__(self, model: type, endpoint: str) -> None:
        self.column_labels = self.labels  # the pages translate them
        super().__init__(
            model, db, name=self.title, endpoint=f"admin_{endpoint}", url=f"/admin/{endpoint}"
        )
        self.static_folder = None
        self._urls = [url for url in vars(type(self))["_urls"] if url[1] in self.pages]

    @pass_context
    def get_list_value(self, context: Any, model: Any, name: str) -> Any:
        """Show a code in words, a time as a time, a list as its items, the rest as text."""
        return self.said(model, name)

    @pass_context
    def get_detail_value(self, context: Any, model: Any, name: str) -> Any:
        """Show the same on the page of one row."""
        return self.said(model, name)

    def said(self, model: Any, name: str) -> Any:
        """Return a column's value in words: those of `words` where it is a code."""
        value, words = getattr(model, name, None), self.words.get(name)
        return say(words[value]) if words and value else shown(value)


def shown(value: Any) -> Any:
    """Return a column's value as a person reads it."""
    if hasattr(value, "isoformat"):
        return when(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bytes):
        return value.hex()
    return "" if value is None else Markup.escape(str(value))


class ParisTimeField(DateTimeLocalField):
    """A time as a clock in Paris shows it, kept aware."""

    data: datetime | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time and say which zone it is of."""
        super().process_formdata(valuelist)
        self.data = self.data.replace(tzinfo=PARIS) if self.data else None

    def process_data(self, value: datetime | None) -> None:
        """Show a stored time as Paris does."""
        self.data = value.astimezone(PARIS) if value else None


class ReferenceView(TableView):
    """Create and, where rows are not dated, edit; nothing is deleted, each change is audited."""

    permission = "reference:read"
    can_create = True
    write_permission = "reference:write"
    pages = TableView.pages | {"create_view"}
    form_overrides: ClassVar[Any] = {"starts_at": ParisTimeField, "ends_at": ParisTimeField}
    long_text: ClassVar[frozenset[str]] = frozenset()  # columns that hold sentences
    template_note = N_("A change is a new row: the earlier one stays for what was decided by it.")

    def scaffold_form(self) -> type[Form]:
        """Give each column of words one line: the library gives all of them text areas."""
        mapper: Mapper[Any] = inspect(self.model)
        lines = {
            column.key: StringField
            for column in mapper.columns
            if isinstance(column.type, Text) and not column.nullable
        }
        kept = {name: line for name, line in lines.items() if name not in self.long_text}
        type(self).form_overrides = kept | self.form_overrides
        form: type[Form] = super().scaffold_form()
        return form

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
