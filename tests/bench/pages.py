"""Pages of a queue, signed in and whole, against a bare keyset route that renders the same rows."""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text, tuple_
from sqlalchemy.pool import NullPool

from backoffice import create_app
from backoffice.core.case import DUE_FIRST, Case
from backoffice.core.search import words
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.queues.registrations.model import Registration
from backoffice.web.pagination import Cursor
from config.settings import get_settings
from tests.factories.staff import make_staff, sign_in

ROUNDS, ROWS, DEEP = 40, 50, 1000
BARE = """<!doctype html><title>Bare</title><table>{% for row in rows %}<tr><td>{{ row.reference }}
<td>{{ row.title }}<td>{{ row.siren }}<td>{{ row.plan }}<td>{{ row.city }}<td>{{ row.check_worst }}
<td>{{ row.due_at }}<td>{{ row.holder_id }}</tr>{% endfor %}</table>"""


def bare_app(url: str) -> Flask:
    """Return an application with one route: one query, one small template."""
    app, engine = Flask("bare"), create_engine(url)
    columns = (
        Case.id, Case.reference, Case.title, Case.due_at, Case.check_worst, Case.holder_id,
        Registration.siren, Registration.plan, Registration.city,
    )  # fmt: skip

    @app.get("/<path:at>")
    def rows(at: str) -> str:
        query = (
            select(*columns)
            .join(Registration, Registration.id == Case.subject_id)
            .where(Case.queue == "registrations", Case.state == "open")
            .order_by(*DUE_FIRST)
            .limit(ROWS)
        )
        if at.startswith("after/"):
            query = query.where(tuple_(*DUE_FIRST) > cursors[int(at.removeprefix("after/"))])
        elif at.startswith("q/"):
            terms = " & ".join(words(at.removeprefix("q/")))
            query = query.where(Case.words.op("@@")(text(f"'{terms}'::tsquery")))
        with engine.connect() as connection:
            return render_template_string(BARE, rows=connection.execute(query).all())

    cursors: dict[int, tuple[Any, ...]] = {}
    app.extensions["cursors"] = cursors
    return app


def p50_ms(fetch: Callable[[], Any]) -> float:
    """Return the median time of a request after five to warm up."""
    times = []
    for round_ in range(ROUNDS + 5):
        started_at = time.perf_counter()
        answer = fetch()
        if round_ >= 5:
            times.append((time.perf_counter() - started_at) * 1000)
        assert answer.status_code == 200, answer.status
    return statistics.median(times)


def signed_in_client(url: str, role: str = "moderator") -> FlaskClient:
    """Return the browser of somebody of a role on this database."""
    os.environ["DATABASE_URL"] = url
    get_settings.cache_clear()
    app = create_app(get_settings())
    client = app.test_client()
    engine = create_engine(url, poolclass=NullPool)
    with WorkSession(engine, expire_on_commit=False) as session, unit_of_work(session):
        staff = make_staff(session, role=role)
        session.flush()
        with app.app_context():
            sign_in(client, session, staff)
    return client


def deep_cursor(url: str, number: int) -> tuple[Any, ...]:
    """Return the keys of the last row of page 999, or of the last page there is."""
    query = (
        select(*DUE_FIRST)
        .where(Case.queue == "registrations", Case.state == "open")
        .order_by(*DUE_FIRST)
        .offset(min(number - 2 * ROWS, (DEEP - 1) * ROWS))
        .limit(1)
    )
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return tuple(connection.execute(query).one())


def report(url: str, number: int) -> list[dict[str, Any]]:
    """Measure first page, page 1,000 and a common and a rare search."""
    client, app = signed_in_client(url), bare_app(url)
    plain = app.test_client()
    keys = deep_cursor(url, number)
    case_id = keys[-1]
    app.extensions["cursors"][case_id] = keys
    cursor = Cursor(keys, False, (DEEP - 1) * ROWS + 1).write()
    pages = {
        "first page": ("/queues/registrations", "/first"),
        "page 1,000": (f"/queues/registrations?at={cursor}", f"/after/{case_id}"),
        "common search": ("/queues/registrations?state=open&q=ceramique", "/q/ceramique"),
        "rare search": ("/queues/registrations?state=open&q=maison+4711", "/q/maison 4711"),
    }
    rows = []
    for name, (path, bare) in pages.items():
        limit = p50_ms(lambda bare=bare: plain.get(bare))
        ours = p50_ms(lambda path=path: client.get(path))
        rows.append({"cases": f"{number:,}", "page": name, "bare ms": round(limit, 1),
                     "ours ms": round(ours, 1), "ratio": round(ours / limit, 2)})  # fmt: skip
    return rows
