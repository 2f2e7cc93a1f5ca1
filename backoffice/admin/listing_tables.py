"""The pages of the tables that listings are checked by: categories, protected brands."""

from typing import Any, ClassVar

from jinja2 import pass_context
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from backoffice.admin.base import ReferenceView, shown
from backoffice.admin.dated import CopyingView
from backoffice.admin.fields import CharacteristicsField, LinesField, matching
from backoffice.core.text import N_
from backoffice.extensions import db
from backoffice.marketplace.brand import ProtectedBrand
from backoffice.marketplace.categories import category_tree
from backoffice.marketplace.category import Category
from backoffice.marketplace.listing_form import CATEGORY
from backoffice.marketplace.seller import EXTERNAL_ID
from backoffice.web.text import say

POLICIES = (
    ("open", N_("Open to every seller")),
    ("restricted", N_("Open to some sellers")),
    ("forbidden", N_("Forbidden")),
)
A_CODE = N_("Write small letters, digits and dashes, with / between the steps.")
A_SELLER = N_("This is not the number of a seller.")


def below_a_category(_form: Any, field: Any) -> None:
    """Refuse a code whose parent is no category: nobody would find it."""
    parent = (field.data or "").rpartition("/")[0]
    if parent and category_tree(db.session()).get(parent) is None:
        raise ValidationError(field.gettext(N_("The category above does not exist.")))


class CategoryView(CopyingView):
    """Categories by date: where they stand, what they ask for, whether they are open."""

    title = N_("Categories")
    column_default_sort = "code"
    column_list = ("code", "label_fr", "policy", "rule", "needs_safety_contact", "starts_at")
    column_searchable_list = ("code", "label_fr", "label_en")
    form_columns = (
        "code",
        "label_fr",
        "label_en",
        "policy",
        "rule",
        "attributes",
        "aliases",
        "needs_safety_contact",
        "starts_at",
        "ends_at",
    )
    form_overrides: ClassVar = ReferenceView.form_overrides | {
        "code": StringField,
        "policy": SelectField,
        "attributes": CharacteristicsField,
        "aliases": LinesField,
    }
    form_args: ClassVar = {
        "code": {"validators": [DataRequired(), matching(CATEGORY, A_CODE), below_a_category]},
        "policy": {"choices": [SelectChoice(*one) for one in POLICIES]},
        "attributes": {
            "description": N_(
                "One a line: code* | French | English | unit | values. The star requires it."
            ),
        },
        "aliases": {
            "description": N_("One a line: a number or path of Google, a name of shop software.")
        },
    }
    labels: ClassVar = {
        "code": N_("Code"),
        "label_fr": N_("French label"),
        "label_en": N_("English label"),
        "policy": N_("Sale"),
        "rule": N_("Rule"),
        "attributes": N_("Characteristics"),
        "aliases": N_("Other names"),
        "needs_safety_contact": N_("Needs safety contacts"),
        "starts_at": N_("In force from"),
        "ends_at": N_("Until"),
    }

    def __init__(self) -> None:
        super().__init__(Category, "categories")

    @pass_context
    def get_list_value(self, context: Any, model: Any, name: str) -> Any:
        """Say the policy in words, the characteristics by their names."""
        value = getattr(model, name)
        if name == "policy":
            return say(dict(POLICIES)[value])
        if name == "attributes":
            return ", ".join(f"{one['label_fr']}{' *' * one['required']}" for one in value)
        if isinstance(value, bool):
            return say(N_("yes") if value else N_("no"))
        return shown(value)

    get_detail_value = get_list_value


class BrandView(CopyingView):
    """Protected brands by date: whose they are, who may use them."""

    title = N_("Protected brands")
    column_default_sort = "name"
    column_list = ("name", "owner", "register", "number", "classes", "authorised", "starts_at")
    column_searchable_list = ("name", "owner", "number")
    form_columns = (
        "name",
        "owner",
        "register",
        "number",
        "classes",
        "authorised",
        "starts_at",
        "ends_at",
    )
    form_overrides: ClassVar = ReferenceView.form_overrides | {
        "register": SelectField,
        "authorised": LinesField,
    }
    form_args: ClassVar = {
        "register": {"choices": [SelectChoice(one, one) for one in ("INPI", "EUIPO", "WIPO")]},
        "authorised": {
            "validators": [matching(EXTERNAL_ID, A_SELLER)],
            "description": N_("Sellers whom the owner authorised, one number a line."),
        },
    }
    labels: ClassVar = {
        "name": N_("Brand"),
        "owner": N_("Owner"),
        "register": N_("Register"),
        "number": N_("Number"),
        "classes": N_("Nice classes"),
        "authorised": N_("Authorised sellers"),
        "starts_at": N_("In force from"),
        "ends_at": N_("Until"),
    }

    def __init__(self) -> None:
        super().__init__(ProtectedBrand, "brands")
