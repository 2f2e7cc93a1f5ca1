"""The pages of imports: what came in, sending a file, agreeing on its columns, watching it."""

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from backoffice.core.refusal import NotPossible
from backoffice.core.typed_text import InvalidFields
from backoffice.extensions import db
from backoffice.intake.error_file import error_lines
from backoffice.intake.import_forms import FORMATS, UploadForm
from backoffice.intake.import_preview import characteristics, fields, preview_of
from backoffice.intake.uploading import admit_large
from backoffice.marketplace.categories import category_tree
from backoffice.marketplace.feeds.record import UnreadableFile
from backoffice.marketplace.listing_import import ImportRowError, ImportState, ListingImport
from backoffice.marketplace.seller import by_external_id
from backoffice.queues.listings.importing.begin import (
    UNDER_WAY,
    Upload,
    ask_cancel,
    begin,
    choose_columns,
    take_in,
)
from backoffice.staff.guard import background, requires
from backoffice.web.pagination import Keyset
from backoffice.web.sheet import CSV
from backoffice.web.text import say
from config.settings import get_settings

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
READ, WRITE = "import:read", "import:write"
NEWEST_FIRST = Keyset((ListingImport.id,), descending=True)
ERRORS_SHOWN = 100
LISTED = (joinedload(ListingImport.seller),)


@blueprint.url_value_preprocessor
def admit_upload(endpoint: str | None, _values: object) -> None:
    """Let those who may import send large files; before anything reads the form."""
    if endpoint == "imports.upload" and request.method == "POST":
        is_staff = current_user.is_authenticated and current_user.actor.may(WRITE)
        if is_staff:
            admit_large()


@blueprint.get("")
@requires(READ)
def imports() -> str:
    """List the imports, the newest first."""
    size, query = get_settings().page_size, select(ListingImport).options(*LISTED)
    page = NEWEST_FIRST.page(db.session(), query, request.args.get("at"), size)
    return render_template(
        "intake/imports.html",
        page=page,
        page_url=lambda cursor: url_for(".imports", at=cursor),
        formats=FORMATS,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def upload() -> ResponseReturnValue:
    """Offer to send a file, and take one in as a draft."""
    form = UploadForm(seller=request.args.get("seller", ""))
    if form.validate_on_submit() and (imported := _taken_in(form)):
        return redirect(url_for(".one", import_id=imported.id), 303)
    return render_template("intake/import_new.html", form=form), 422 if form.errors else 200


def _taken_in(form: UploadForm) -> ListingImport | None:
    """Return the draft; None when the form was told what is wrong."""
    session, typed = db.session(), form.seller.data.strip()
    seller = by_external_id(session, typed) if typed.isprintable() else None
    if seller is None:
        form.seller.errors = [say("There is no such seller.")]
        return None
    upload = Upload(form.file.data.stream, form.file.data.filename, form.format.data or None)
    try:
        return take_in(session, seller, upload, actor=current_user.actor)
    except UnreadableFile as problem:
        form.file.errors = [say(problem.text)]
    except NotPossible as refusal:
        form.seller.errors = [say(refusal.said)]
    return None


@blueprint.get("/<int:import_id>")
@requires(READ)
def one(import_id: int) -> str:
    """Show a draft with its columns, or how far an import is."""
    return page_of(_import(import_id))


@blueprint.get("/<int:import_id>/progress")
@requires(READ)
@background
def progress(import_id: int) -> str:
    """Send the part of the page that tells how far the import is."""
    return render_template("intake/import_progress.html", **_standing(_import(import_id)))


@blueprint.post("/<int:import_id>/columns")
@requires(WRITE)
def columns(import_id: int) -> ResponseReturnValue:
    """Show the draft again with its columns as chosen; they are kept with it."""
    imported = _import(import_id)
    choose_columns(db.session(), imported, _chosen(imported))
    return redirect(url_for(".one", import_id=import_id), 303)


@blueprint.post("/<int:import_id>/begin")
@requires(WRITE)
def start(import_id: int) -> ResponseReturnValue:
    """Begin a draft with its columns as chosen; one that lacks a column comes back."""
    imported, session = _import(import_id), db.session()
    choose_columns(session, imported, _chosen(imported))
    begin(session, imported, actor=current_user.actor)
    return redirect(url_for(".one", import_id=import_id), 303)


@blueprint.post("/<int:import_id>/cancel")
@requires(WRITE)
def cancel(import_id: int) -> ResponseReturnValue:
    """End an import where it is; what was stored stays."""
    ask_cancel(db.session(), _import(import_id), actor=current_user.actor)
    return redirect(url_for(".one", import_id=import_id), 303)


@blueprint.get("/<int:import_id>/errors.csv")
@requires(READ)
def errors(import_id: int) -> Response:
    """Send the rows that were refused, to be corrected and sent again."""
    imported = _import(import_id)
    response = Response(stream_with_context(error_lines(db.session(), imported)), content_type=CSV)
    response.headers.set("Content-Disposition", "attachment", filename=f"import-{import_id}.csv")
    return response


@blueprint.errorhandler(NotPossible)
@blueprint.errorhandler(InvalidFields)
def refused(refusal: NotPossible | InvalidFields) -> ResponseReturnValue:
    """Show the import as it stands, with what could not be done."""
    imported = _import((request.view_args or {})["import_id"])
    if isinstance(refusal, NotPossible):
        flash(say(refusal.said), "error")
        return page_of(imported), 409
    for said in refusal.errors.values():
        flash(say(said), "error")
    return page_of(imported), 422


def page_of(imported: ListingImport) -> str:
    """Render an import: a draft with its columns, else how it stands and what was wrong."""
    session = db.session()
    if imported.state == ImportState.DRAFT:
        locale = str(get_locale())
        return render_template(
            "intake/import_draft.html",
            imported=imported,
            formats=FORMATS,
            preview=preview_of(session, imported),
            fields=fields(),
            characteristics=characteristics(category_tree(session), imported, locale),
        )
    query = select(ImportRowError).where(ImportRowError.import_id == imported.id)
    shown = query.order_by(ImportRowError.line, ImportRowError.id).limit(ERRORS_SHOWN)
    return render_template(
        "intake/import.html",
        errors=session.scalars(shown).all(),
        shown_max=ERRORS_SHOWN,
        **_standing(imported),
    )


def _standing(imported: ListingImport) -> dict[str, object]:
    return {
        "imported": imported,
        "formats": FORMATS,
        "is_on": imported.state in UNDER_WAY,
        "may_write": current_user.actor.may(WRITE),
    }


def _chosen(imported: ListingImport) -> dict[str, str]:
    """Return what the form says of each column; one that it does not name stays as it is."""
    names = enumerate(imported.dialect["headers"])
    posted = ((name, request.form.get(f"column-{number}")) for number, name in names)
    return {name: target for name, target in posted if target is not None}


def _import(import_id: int) -> ListingImport:
    imported = db.session.get(ListingImport, import_id) if import_id < 2**63 else None
    if imported is None:
        abort(404)
    return imported
