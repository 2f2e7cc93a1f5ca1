"""The forms of the import pages: a file comes in, its columns are told what they mean."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from backoffice.core.text import N_

FORMATS = {
    "csv": N_("CSV"),
    "tsv": N_("CSV with tabs (TSV)"),
    "google_tsv": N_("Google Merchant, table"),
    "google_xml": N_("Google Merchant, XML"),
    "prestashop": N_("PrestaShop, product CSV"),
    "shopify": N_("Shopify, product CSV"),
}


class UploadForm(FlaskForm):
    """A file of a seller's listings."""

    seller = StringField(
        _("Seller’s number"),
        [DataRequired(_("Say whose listings these are.")), Length(max=100)],
        description=_("As the marketplace names the seller, such as shop-1042."),
    )
    file = FileField(
        _("File"),
        [FileRequired(_("Choose a file."))],
        description=_("CSV, TSV, Google Merchant (table or XML), PrestaShop or Shopify."),
    )
    format = SelectField(
        _("Format"),
        choices=[
            SelectChoice("", _("Recognise it")),
            *(SelectChoice(code, _(label)) for code, label in FORMATS.items()),
        ],
    )
