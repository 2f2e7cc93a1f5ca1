"""Plans: a row holds until the next one of its code begins, and no month begun is changed."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask_babel import gettext as _
from sqlalchemy import func, select
from wtforms.validators import ValidationError

from backoffice.admin.base import ReferenceView
from backoffice.billing.plan import PRICE_MINOR_MAX, Plan, plan_rows_begin
from backoffice.core.text import N_
from backoffice.extensions import db
from backoffice.web.dates import when

RATE = N_("Give a rate from 0 to 10000 basis points: 10000 are the whole.")
PRICE = N_("Give a price from 0 to 10000000 cents.")


def at_most(most: int, said: str) -> Callable[[Any, Any], None]:
    """Return a validator: a number from 0 to the most there may be."""

    def check(_form: Any, field: Any) -> None:
        if field.data is not None and not 0 <= field.data <= most:
            raise ValidationError(_(said))

    return check


def starts_in_time(form: Any, field: Any) -> None:
    """Refuse a start in a month that has begun, or not after the last row of this plan."""
    begin = plan_rows_begin()
    if field.data is None:
        return
    if field.data < begin:
        raise ValidationError(
            _("Months that have begun keep their price: begin on %(at)s or later.", at=when(begin))
        )
    code = form.code.data
    last = db.session.scalar(select(func.max(Plan.starts_at)).where(Plan.code == code))
    if last is not None and field.data <= last:
        raise ValidationError(
            _("Another row of “%(code)s” begins on %(at)s: begin after it, or it would not hold.",
              code=code, at=when(last))
        )  # fmt: skip


class PlanView(ReferenceView):
    """Plans by date: what they cost and take."""

    title = N_("Plans")
    column_list = ("code", "name", "price_minor", "vat_bp", "commission_bp", "starts_at")
    form_columns = ("code", "name", "price_minor", "vat_bp", "commission_bp", "starts_at")
    form_args: ClassVar = {
        "price_minor": {"validators": [at_most(PRICE_MINOR_MAX, PRICE)]},
        "vat_bp": {"validators": [at_most(10_000, RATE)]},
        "commission_bp": {"validators": [at_most(10_000, RATE)]},
        "starts_at": {"validators": [starts_in_time]},
    }
    labels: ClassVar = {
        "code": N_("Code"),
        "name": N_("Name"),
        "price_minor": N_("Monthly price, VAT included (cents)"),
        "vat_bp": N_("VAT (basis points)"),
        "commission_bp": N_("Commission (basis points)"),
        "starts_at": N_("In force from"),
    }

    def __init__(self) -> None:
        super().__init__(Plan, "plans")
