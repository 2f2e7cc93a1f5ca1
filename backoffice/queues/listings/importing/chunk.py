"""One chunk of an import: rows made into listings and stored, what was wrong written down."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.copy import copy_rows, is_one_of
from backoffice.core.integration import Integration
from backoffice.core.permissions import SYSTEM, Actor
from backoffice.core.text import text
from backoffice.marketplace.feeds.cells import Problem
from backoffice.marketplace.feeds.columns import REFERENCE
from backoffice.marketplace.feeds.product import Product, make_product
from backoffice.marketplace.feeds.reading import Group
from backoffice.marketplace.feeds.record import Record
from backoffice.marketplace.feeds.sheet import Sheet
from backoffice.marketplace.listing_checks import Facts
from backoffice.marketplace.listing_form import ListingForm
from backoffice.marketplace.listing_import import ImportReference, ImportRowError, ListingImport
from backoffice.queues.listings.receive_many import Outcomes, Sender, receive_many
from backoffice.staff.model import Staff

VALUE_MAX = 300  # characters of a wrong value that are shown
ROWS_KEPT_MAX = 600


def store_chunk(
    session: Session, imported: ListingImport, groups: Sequence[Group], sheet: Sheet,
    standing: Facts,
) -> None:  # fmt: skip
    """Store a chunk's listings and errors, and count them on the import."""
    assert imported.submission is not None  # noqa: S101 (an import that runs has one)
    seller = imported.seller
    made = [make_product(sheet, group.records, seller.external_id) for group in groups]
    wanted = _without_repeats(session, imported, made)
    sender = Sender(seller, imported.submission, actor_of(session, imported.actor), standing)
    forms = [form for product in wanted if (form := product.form)]
    outcomes = receive_many(session, sender, forms) if forms else Outcomes()
    refused = [one for one in made if one.problems]
    for place, said in outcomes.refused.items():
        product = wanted[place]
        refused.append(product._replace(problems=[Problem(product.records[0].line, "", "", said)]))
    _keep_errors(session, imported, refused, sheet.dialect.headers)
    accepted = [(one.form.external_id, one.records[0].line) for place, one in enumerate(wanted)
                if one.form and place not in outcomes.refused]  # fmt: skip
    rows = [(imported.id, *one) for one in accepted]
    copy_rows(session, ImportReference, ("import_id", "external_id", "line"), rows)
    imported.rows_read += sum(len(one.records) for one in made)
    imported.rows_created += outcomes.created
    imported.rows_updated += outcomes.updated
    imported.rows_unchanged += outcomes.unchanged
    imported.rows_refused += len(refused)


def actor_of(session: Session, ref: str) -> Actor:
    """Return who sent the file, by the name that the import keeps."""
    kind, _, number = ref.partition(":")
    if kind == "staff":
        return session.get_one(Staff, int(number)).actor
    if kind == "integration":
        return Actor("integration", int(number), session.get_one(Integration, int(number)).name)
    return SYSTEM


def _without_repeats(
    session: Session, imported: ListingImport, made: list[Product]
) -> list[Product]:
    """Return the products to store; one whose reference the file gave before becomes an error."""
    names = [product.form.external_id for product in made if product.form]
    rows = session.execute(
        select(ImportReference.external_id, ImportReference.line).where(
            ImportReference.import_id == imported.id,
            is_one_of(ImportReference.external_id, names),
        )
    )
    seen = {row.external_id: row.line for row in rows}
    wanted = []
    for place, product in enumerate(made):
        if product.form is None:
            continue
        name, line = product.form.external_id, product.records[0].line
        if name in seen:
            said = text("Line %(line)s has this reference already.", line=seen[name])
            column = _reference_column(imported, product.form, product.records[0])
            made[place] = product._replace(form=None, problems=[Problem(line, column, name, said)])
        else:
            seen[name] = line
            wanted.append(product)
    return wanted


def _reference_column(imported: ListingImport, form: ListingForm, record: Record) -> str:
    """Return the heading of the column that the reference came from."""
    names = [name for name, value in record.values.items() if value.strip() == form.external_id]
    of_mapping = {target: name for name, target in reversed(imported.mapping.items())}
    return next(iter(names), of_mapping.get(REFERENCE, ""))


def _keep_errors(
    session: Session, imported: ListingImport, refused: Sequence[Product], headers: Sequence[str]
) -> None:
    rows = []
    for product in sorted(refused, key=lambda one: one.records[0].line):
        kept: list[Any] = [
            [one.line, *(_clean(one.values.get(name, "")) for name in headers)]
            for one in product.records[:ROWS_KEPT_MAX]
        ]
        for problem in product.problems:
            value = _clean(problem.value)[:VALUE_MAX]
            said = problem.said.to_json()
            rows.append((imported.id, problem.line, problem.column, value, said, kept))
            kept = []
    names = ("import_id", "line", "column", "value", "said", "rows")
    copy_rows(session, ImportRowError, names, rows)


def _clean(value: str) -> str:
    """Return what a database keeps: no NULs."""
    return value.replace("\0", "\ufffd")
