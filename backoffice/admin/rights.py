"""The register of rights: what is protected, who holds it, who speaks for the holder."""

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from backoffice.admin.base import ParisTimeField
from backoffice.admin.editable import EditableView
from backoffice.admin.fields import ItemsField, RowField, matching
from backoffice.core.search import fold
from backoffice.core.text import N_
from backoffice.core.typed_text import InvalidInput
from backoffice.extensions import db
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.right import CLASSES, Mandate, Right, RightHolder, holder_named
from backoffice.marketplace.right_number import (
    KINDS,
    Register,
    check_territories,
    parse_right_number,
)
from backoffice.web.text import say

ROLES = {"owner": N_("Holder"), "agent": N_("Agent")}
COUNTRY = r"[A-Z]{2}"
A_COUNTRY = N_("Write the two letters of a country: FR, EM for the Union.")
NO_HOLDER = N_("There is no such holder, or several: add it, or write its country in brackets.")
NO_NOTIFIER = N_("Nobody has reported from this address.")
KNOWN = N_("There is such a row already.")


def read_territory(typed: str) -> str:
    """Return the code of a country, or EM."""
    if len(typed) != 2 or not typed.isascii() or not typed.isalpha():
        raise ValueError(_(A_COUNTRY))
    return typed.upper()


def read_class(typed: str) -> int:
    """Return a class of Nice."""
    if not typed.isdecimal() or int(typed) not in CLASSES:
        raise ValueError(_("Classes of Nice go from 1 to 45."))
    return int(typed)


def find_notifier(typed: str) -> Notifier | None:
    """Return who reported from this address."""
    address = typed.strip().lower()
    return db.session.scalars(select(Notifier).where(Notifier.email == address)).first()


HOLDER = {
    "find": lambda typed: holder_named(db.session(), typed),
    "absent": NO_HOLDER,
    "description": N_("By its name, as the table of holders has it."),
}


class HolderView(EditableView):
    """Who holds rights."""

    title = N_("Right holders")
    column_default_sort = "name"
    column_list = ("name", "country", "address", "email", "created_at")
    column_details_list = column_list
    column_searchable_list = ("name", "name_key", "email")
    form_columns = ("name", "country", "address", "email")
    form_args: ClassVar = {
        "name": {"validators": [DataRequired()]},
        "country": {"validators": [DataRequired(), matching(COUNTRY, A_COUNTRY)]},
    }
    labels: ClassVar = {
        "name": N_("Name"),
        "country": N_("Country"),
        "address": N_("Address"),
        "email": N_("E-mail"),
        "created_at": N_("Known since"),
    }

    def __init__(self) -> None:
        super().__init__(RightHolder, "right_holders")

    def validate_form(self, form: Any) -> bool:
        """Refuse a second holder of the same name and country."""
        if not super().validate_form(form):
            return False
        key = {"name_key": fold(form.name.data), "country": form.country.data}
        return is_only(form.name, RightHolder, form._obj, **key)

    def on_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        """Keep the folded name beside the name."""
        model.name_key = fold(model.name)
        super().on_model_change(form, model, is_created)


class RightView(EditableView):
    """Rights by number, each with its holder, as the notices invoke them."""

    title = N_("Rights")
    words: ClassVar = {"kind": KINDS}
    column_default_sort = ("id", True)
    column_list = ("register", "number", "kind", "sign", "holder", "territories", "verified_at")
    column_details_list = (*column_list, "classes", "expires_on", "images", "created_at")
    column_searchable_list = ("number", "sign", "holder.name")
    form_columns = ("kind", "register", "number", "sign", "holder", "territories", "classes",
                    "expires_on", "verified_at")  # fmt: skip
    form_overrides: ClassVar = {
        "kind": SelectField,
        "register": SelectField,
        "holder": RowField,
        "territories": ItemsField,
        "classes": ItemsField,
        "expires_on": DateField,
        "verified_at": ParisTimeField,
    }
    form_args: ClassVar = {
        "kind": {"choices": [SelectChoice(*one) for one in KINDS.items()]},
        "register": {
            "choices": [SelectChoice("", N_("none")), *(SelectChoice(r, r) for r in Register)]
        },
        "sign": {"description": N_("The mark, the design or the work, in words.")},
        "holder": HOLDER,
        "territories": {"read": read_territory, "description": N_("For example: FR, EM.")},
        "classes": {"read": read_class, "description": N_("Of Nice, for marks: 1 to 45.")},
        "verified_at": {"description": N_("When somebody of us saw it in the register.")},
    }
    labels: ClassVar = {
        "kind": N_("Kind"),
        "register": N_("Register"),
        "number": N_("Number"),
        "sign": N_("Sign or work"),
        "holder": N_("Holder"),
        "territories": N_("Territories"),
        "classes": N_("Nice classes"),
        "expires_on": N_("Expires on"),
        "images": N_("Images"),
        "created_at": N_("Known since"),
        "verified_at": N_("Verified"),
    }

    def __init__(self) -> None:
        super().__init__(Right, "rights")

    def validate_form(self, form: Any) -> bool:
        """Write the number as its register does; refuse one that is known, or holds elsewhere."""
        if not super().validate_form(form):
            return False
        try:
            read = parse_right_number(form.register.data, form.kind.data, form.number.data or "")
        except InvalidInput as error:
            return refuse(form.number, say(error.text))
        form.number.data, form.register.data = read.canonical, read.register
        try:
            check_territories(read.register, form.territories.data)
        except InvalidInput as error:
            return refuse(form.territories, say(error.text))
        key = {"kind": form.kind.data, "register": read.register, "number": read.canonical}
        if not read.canonical:
            key |= {"holder_id": form.holder.data.id, "sign": form.sign.data}
        return is_only(form.number, Right, form._obj, **key)

    def on_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        """Keep who verified it; the classes stand in order."""
        model.classes = sorted(model.classes)
        model.verified_by_id = current_user.actor.id if model.verified_at else None
        db.session.flush()  # so that what is audited names the holder
        super().on_model_change(form, model, is_created)


class MandateView(EditableView):
    """Who speaks for which holder, and until when."""

    title = N_("Mandates")
    words: ClassVar = {"role": ROLES}
    column_default_sort = ("id", True)
    column_list = ("notifier", "holder", "role", "since", "until")
    column_details_list = (*column_list, "created_at")
    column_searchable_list = ("notifier.email", "holder.name")
    form_columns = column_list
    form_overrides: ClassVar = {
        "notifier": RowField,
        "holder": RowField,
        "role": SelectField,
        "since": DateField,
        "until": DateField,
    }
    form_args: ClassVar = {
        "notifier": {
            "find": find_notifier,
            "absent": NO_NOTIFIER,
            "description": N_("By the e-mail address of the notices."),
        },
        "holder": HOLDER,
        "role": {"choices": [SelectChoice(*one) for one in ROLES.items()]},
    }
    labels: ClassVar = {
        "notifier": N_("Notifier"),
        "holder": N_("Holder"),
        "role": N_("Acts as"),
        "since": N_("Since"),
        "until": N_("Until"),
        "created_at": N_("Known since"),
    }

    def __init__(self) -> None:
        super().__init__(Mandate, "mandates")

    def validate_form(self, form: Any) -> bool:
        """Refuse a mandate that is known, or ends before it begins."""
        if not super().validate_form(form):
            return False
        since, until = form.since.data, form.until.data
        if since and until and until < since:
            return refuse(form.until, _("Write a day after the beginning."))
        key = {"notifier_id": form.notifier.data.id, "holder_id": form.holder.data.id}
        return is_only(form.notifier, Mandate, form._obj, role=form.role.data, **key)

    def on_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        """Audit it once it names its two sides."""
        db.session.flush()
        super().on_model_change(form, model, is_created)


def is_only(field: Any, model: Any, row: Any, **key: Any) -> bool:
    """Tell whether no other row has this key; else say so beside the field."""
    with db.session.no_autoflush:
        others = select(model).filter_by(**key).where(model.id != (row.id if row else 0))
        known = db.session.scalars(others.limit(1)).first()
    return known is None or refuse(field, _(KNOWN))


def refuse(field: Any, said: str) -> bool:
    """Say beside a field what to change; the form does not hold."""
    field.errors = [*field.errors, said]
    return False
