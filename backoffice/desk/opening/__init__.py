"""The forms by which a case is opened from a ticket, one per queue, filled with what it says."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from backoffice.desk.from_ticket import Source
from backoffice.desk.opening.appeal import appeal_form
from backoffice.desk.opening.dispute import dispute_form
from backoffice.desk.opening.erasure import erasure_form
from backoffice.desk.opening.form import Posted
from backoffice.desk.opening.report import report_form

FORMS: dict[str, Callable[[Session, Source, str, Posted], Any]] = {
    "disputes": dispute_form,
    "erasures": erasure_form,
    "appeals": appeal_form,
    "notices": report_form,
}
