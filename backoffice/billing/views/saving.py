"""Finance's lists as files to save: who took which is in the audit."""

from typing import Any

from flask import Response
from flask_login import current_user

from backoffice.core.audit import record
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from backoffice.web.sheet import Rows, sheet_file


def save(what: str, form: str, name: str, rows: Rows, **detail: Any) -> Response:
    """Send rows, their headings first, as `name.csv` or `name.xlsx`; note `what.exported`."""
    with unit_of_work(db.session()) as session:
        record(session, stream="ledger", verb=f"{what}.exported", actor=current_user.actor,
               detail=detail)  # fmt: skip
    return sheet_file(form, name, rows)
