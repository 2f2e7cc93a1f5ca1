"""Rows a second of an import with all its checks, its memory, and what others take for less.

Against validation and COPY into a bare table (the same reading, the same models, no case), and
django-import-export in bulk into the same table, in an environment made for the run.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from sqlalchemy import create_engine, select, text
from stdnum import ean

from backoffice.core import queue as queues
from backoffice.core.case import Case
from backoffice.core.copy import to_json
from backoffice.core.decide import decide
from backoffice.core.permissions import SYSTEM
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.marketplace.feeds.columns import guess
from backoffice.marketplace.feeds.product import make_product
from backoffice.marketplace.feeds.reading import groups_of
from backoffice.marketplace.feeds.recognise import recognise
from backoffice.marketplace.feeds.sheet import Sheet
from backoffice.marketplace.listing_checks import Facts, Offer, examine
from backoffice.marketplace.listing_form import ListingForm
from backoffice.marketplace.listing_import import ListingImport
from backoffice.marketplace.seller import Seller
from backoffice.marketplace.submission import Submission
from backoffice.queues import REGISTRY
from backoffice.queues.listings.importing.begin import Upload, begin, take_in
from backoffice.queues.listings.importing.run import run_import
from backoffice.queues.listings.receive_many import NewRevision, Owner, Sender, standing_facts
from config.settings import ROOT, get_settings
from tests.factories.imports import known_category
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff

PRODUCTS = ROOT.parent / "shared" / "data" / "products_openfoodfacts_3000.csv"
ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "100000"))
FEW, MANY = 10_000, 1_000_000
APPROVALS = 1_000
LONG = 24 * 3600.0
BARE = """create table bare_listing (external_id text, title text, description text, category text,
 brand text, gtin text, gtin_entered text, images jsonb, attributes jsonb, variants jsonb,
 safety jsonb, content_sha256 bytea, price_minor bigint, currency text, quantity integer)"""
CONTENT = ("title", "description", "category", "brand", "gtin", "gtin_entered")
AS_JSON = ("images", "attributes", "variants", "safety")
OTHER = ROOT / "tests" / "bench" / "django_import.py"


def write_file(path: Path, number: int) -> Path:
    """Write so many rows: the real products again and again, each with a valid GTIN of its own."""
    with PRODUCTS.open(encoding="utf-8") as source:
        products = list(csv.DictReader(source))
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, ["reference", *products[0]])
        writer.writeheader()
        for n in range(number):
            digits = f"3{n:011d}"
            numbered = {"reference": f"p-{n}", "ean": digits + ean.calc_check_digit(digits)}
            writer.writerow(products[n % len(products)] | numbered)
    return path


def ours(url: str, path: Path) -> dict[str, Any]:
    """Import a file as the worker does; returns seconds and the growth of memory in MB."""
    with _session(url) as session:
        with unit_of_work(session), path.open("rb") as file:
            seller = make_seller(session)
            imported = take_in(session, seller, Upload(file, path.name), actor=SYSTEM)
            begin(session, imported, actor=SYSTEM)
        number, started_at = imported.id, time.perf_counter()
        run_import(session, number, LONG)
        seconds = time.perf_counter() - started_at
        done = session.get_one(ListingImport, number, populate_existing=True)
        return {"seconds": seconds, "rows": done.rows_read, "created": done.rows_created,
                "peak": _peak_mb()}  # fmt: skip


def bare(url: str, path: Path, with_checks: bool) -> dict[str, Any]:
    """Read and validate the same file and COPY it into one table without index or case."""
    with _session(url) as session:
        session.execute(text(BARE))
        facts = standing_facts(session)
        started_at, count = time.perf_counter(), 0
        driver = session.connection().connection.driver_connection
        words = "copy bare_listing from stdin"
        with path.open("rb") as file, driver.cursor().copy(words) as copy:
            for form in _forms(file, path.name, facts):
                if with_checks:
                    _examine(form, facts)
                copy.write_row(_cells(form))
                count += 1
        driver.commit()
        return {"seconds": time.perf_counter() - started_at, "rows": count, "peak": _peak_mb()}


def _examine(form: ListingForm, facts: Facts) -> None:
    """Run every check on a listing as if nothing else were known."""
    owner = Owner(1, form.external_id)
    sender = Sender(Seller(id=1), Submission(id=1), SYSTEM, facts)
    revision: Any = NewRevision(1, owner, sender, form.columns())
    offer = Offer(1, form.external_id, form.price_minor, form.variant_offers())
    examine(revision, offer, facts)


def _forms(file: BinaryIO, name: str, facts: Facts) -> Iterator[ListingForm]:
    dialect = recognise(file, name)
    mapping = guess(dialect.headers, dialect.format)
    sheet = Sheet(dialect, mapping, facts.tree)
    for group in groups_of(file, dialect, mapping):
        if form := make_product(sheet, group.records, "shop-1").form:
            yield form


def _cells(form: ListingForm) -> list[Any]:
    columns = form.columns()
    return [
        form.external_id,
        *(columns[name] for name in CONTENT),
        *(to_json(columns[name]) for name in AS_JSON),
        columns["content_sha256"],
        form.price_minor,
        form.currency,
        form.quantity,
    ]


def approvals(url: str) -> dict[str, Any]:
    """Approve so many imported listings through `decide()`, each in a transaction of its own."""
    with _session(url) as session:
        with unit_of_work(session):
            actor = make_staff(session, role="lead").actor
            query = select(Case.reference, Case.version).where(Case.queue == "listings")
            cases = session.execute(query.order_by(Case.id).limit(APPROVALS)).all()
        run, started_at = uuid4(), time.perf_counter()
        for reference, version in cases:
            with unit_of_work(session):
                decide(session, reference, "approve", actor=actor, data={}, version=version,
                       bulk_id=run, over=True)  # fmt: skip
            session.expunge_all()
        return {"seconds": time.perf_counter() - started_at, "rows": len(cases)}


def django(url: str, path: Path, folder: Path) -> dict[str, Any] | str:
    """Import with django-import-export in bulk; returns why not where pip cannot install it."""
    home = folder / "django"
    venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    wanted = ["django", "django-import-export", "psycopg[binary]"]
    words = [python, "-m", "pip", "install", "-q", *wanted]
    installed = subprocess.run(words, capture_output=True, text=True, check=False)
    if installed.returncode:
        return f"pip cannot install it: {installed.stderr.strip().splitlines()[-1]}"
    words = [python, str(OTHER), url.replace("+psycopg", ""), str(path)]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    if found.returncode:
        return found.stderr.strip().splitlines()[-1]
    return json.loads(found.stdout)


def _session(url: str) -> WorkSession:
    queues.register(REGISTRY)
    engine = create_engine(url, pool_pre_ping=True)  # as the worker's: connections are kept
    return WorkSession(engine, expire_on_commit=False)


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _alone(work: Callable[..., Any], *given: Any) -> Any:
    """Run in a process of its own, so that its memory is its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def _row(name: str, found: dict[str, Any], against: float | None = None) -> dict[str, object]:
    rate = found["rows"] / found["seconds"]
    share = f"{rate / against:.2f}" if against else ""
    peak = found.get("peak", "")
    return {"what": name, "rows": found["rows"], "a second": round(rate), "share": share,
            "peak MB": peak}  # fmt: skip


def prepare(url: str) -> None:
    """Make sure that the category of the products is there, and keep files aside."""
    with _session(url) as session, unit_of_work(session):
        known_category(session, "alimentation", "Alimentation")
        known_category(session, "alimentation/epicerie", "Épicerie")


def report(databases: Callable[[], Any]) -> list[dict[str, object]]:
    """Measure all; `databases()` is a context with the address of a fresh database."""
    if not PRODUCTS.exists():
        return [{"what": f"skipped: {PRODUCTS} is missing"}]
    table: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="backoffice-bench-") as name:
        folder = Path(name)
        os.environ["FILES_DIR"] = str(folder / "files")
        get_settings.cache_clear()
        path = write_file(folder / "many.csv", ROWS)
        few = write_file(folder / "few.csv", FEW)
        with databases() as url:
            prepare(url)
            limit = _alone(bare, url, path, False)
            table.append(_row("validation and COPY, bare table", limit))
        rate = limit["rows"] / limit["seconds"]
        with databases() as url:
            prepare(url)
            table.append(_row("the same with all checks", _alone(bare, url, path, True), rate))
        with databases() as url:
            prepare(url)
            table.append(_row("ours, all checks", _alone(ours, url, path), rate))
            table.append(_row("approvals through decide()", _alone(approvals, url)))
        with databases() as url:
            prepare(url)
            table.append(_row("ours", _alone(ours, url, few), rate))
        if os.environ.get("BENCH_IMPORT_MILLION"):
            with databases() as url:
                prepare(url)
                million = write_file(folder / "million.csv", MANY)
                table.append(_row("ours", _alone(ours, url, million), rate))
        with databases() as url:
            found = django(url, few, folder)
            if isinstance(found, str):
                sys.stdout.write(f"django-import-export skipped: {found}\n")
            else:
                table.append(_row("django-import-export, bulk", found, rate))
    return table
