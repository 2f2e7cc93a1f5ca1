"""Imports: receiving a file of listings, telling how far it is, giving back its errors."""

from collections.abc import Iterator

from flask import Response, request, stream_with_context
from flask_babel import force_locale
from werkzeug.exceptions import NotFound

from backoffice.core.text import text
from backoffice.core.typed_text import InvalidFields
from backoffice.extensions import db
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import caller, door
from backoffice.intake.error_file import error_lines
from backoffice.intake.import_answers import ImportShown, ImportUpload, tell_import
from backoffice.intake.keys import Scope
from backoffice.intake.openapi import Answers, CsvAnswers, RepeatableHeaders, api
from backoffice.intake.problems import LOCALES
from backoffice.intake.uploading import admit_large, form_digest
from backoffice.marketplace.listing_import import ListingImport
from backoffice.marketplace.seller import by_external_id
from backoffice.queues.listings.importing.begin import Upload, begin, take_in
from backoffice.web.sheet import CSV

ID_MAX = 2**63 - 1


@blueprint.url_value_preprocessor
def admit_imports(endpoint: str | None, _values: object) -> None:
    """Let the one call that brings large files bring them; nothing is read yet."""
    if endpoint == "api.receive_import":
        admit_large()


@blueprint.post("/imports")
@door(Scope.IMPORTS_WRITE, repeatable=True, body=form_digest)
@api.validate(
    headers=RepeatableHeaders,
    resp=Answers(400, 409, 413, 415, 422, HTTP_202=ImportShown),
    operation_id="receive_import",
    tags=["imports"],
)
def receive_import(form: ImportUpload) -> tuple[ImportShown, int]:
    """Import a file of listings: CSV, TSV, Google Merchant, PrestaShop or Shopify.

    Format, encoding, separator and columns are recognised; the file is read afterwards. The same
    file twice changes nothing. Needs the scope `imports:write`.
    """
    session = db.session()
    seller = by_external_id(session, form.seller)
    if seller is None:
        raise InvalidFields({"seller": text("There is no such seller.")})
    upload = Upload(form.file.stream, form.file.filename or "", form.format)
    imported = take_in(session, seller, upload, actor=caller())
    begin(session, imported, actor=caller())
    return tell_import(imported), 202


@blueprint.get("/imports/<int:import_id>")
@door(Scope.IMPORTS_READ)
@api.validate(resp=Answers(404, HTTP_200=ImportShown), operation_id="get_import", tags=["imports"])
def get_import(import_id: int) -> ImportShown:
    """Tell how far an import is, and what became of its rows.

    Needs the scope `imports:read`.
    """
    return tell_import(_import(import_id))


@blueprint.get("/imports/<int:import_id>/errors.csv")
@door(Scope.IMPORTS_READ)
@api.validate(resp=CsvAnswers(404), operation_id="get_import_errors", tags=["imports"])
def get_import_errors(import_id: int) -> Response:
    """Give back the rows that were refused, each with line, column, value and reason.

    Corrected, the file can be sent again. Needs the scope `imports:read`.
    """
    imported = _import(import_id)
    locale = request.accept_languages.best_match(LOCALES, "en")

    def lines() -> Iterator[str]:
        with force_locale(locale):
            yield from error_lines(db.session(), imported)

    return Response(stream_with_context(lines()), content_type=CSV)


def _import(import_id: int) -> ListingImport:
    imported = db.session.get(ListingImport, import_id) if import_id <= ID_MAX else None
    if imported is None:
        raise NotFound("There is no such import.")
    return imported
