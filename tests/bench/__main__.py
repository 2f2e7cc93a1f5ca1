"""`make bench`: every measurement, or those named, e.g. `make bench ARGS="postings overview"`.

Sizes come from the environment: BENCH_SIZES (cases of `pages`), BENCH_IMPORT_ROWS,
BENCH_POSTING_SECONDS and BENCH_POSTING_ROUNDS, BENCH_RENEWALS (sellers, e.g. `1000,10000,100000`),
BENCH_LEDGER_LINES (of `overview`, e.g. 10000000).
"""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from backoffice.dev.environment import new_secrets

os.environ |= {"ENVIRONMENT": "test", **new_secrets()}

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.bench import checks, claims, imports, mail, overview, pages, postings, renewal
from tests.bench.data import fill
from tests.servers import Servers, cloned_database

SIZES = tuple(map(int, os.environ.get("BENCH_SIZES", "10000,100000,1000000").split(",")))


@contextmanager
def filled(servers: Servers, number: int) -> Iterator[str]:
    """Yield the address of a database with so many open cases."""
    with cloned_database(servers.admin_url, servers.template) as url:
        engine = create_engine(url, poolclass=NullPool)
        fill(engine, number)
        engine.dispose()
        yield url


def another(servers: Servers, source: str) -> AbstractContextManager[str]:
    """Return a context with the address of a copy of a database, or of the template."""
    return cloned_database(servers.admin_url, servers.template, source=source)


def show(title: str, rows: list[dict[str, object]]) -> None:
    """Print a table."""
    print(f"\n{title}")
    heads = list(rows[0])
    widths = [max(len(str(row[h])) for row in [{h: h for h in heads}, *rows]) for h in heads]
    for row in [dict(zip(heads, heads, strict=True)), *rows]:
        print("  ".join(str(row[h]).rjust(w) for h, w in zip(heads, widths, strict=True)))


def main() -> None:
    """Run what was asked for."""
    wanted = sys.argv[1:] or [
        "pages",
        "claims",
        "mail",
        "checks",
        "imports",
        "postings",
        "renewal",
        "overview",
    ]
    servers = Servers()
    try:
        servers.start()
        if "pages" in wanted:
            for number in SIZES:
                with filled(servers, number) as url:
                    show("A queue's pages, median of 40", pages.report(url, number))
        if "claims" in wanted:
            with filled(servers, 100_000) as url:
                show("Claims a second, 100,000 open cases", claims.report(url))
        if "checks" in wanted:
            with cloned_database(servers.admin_url, servers.template) as url:
                show("Checks of listings, 3,000 real products", checks.report(url))
        if "imports" in wanted:
            fresh = partial(cloned_database, servers.admin_url, servers.template)
            show("Import of products, rows a second", imports.report(fresh))
        if "mail" in wanted:
            with cloned_database(servers.admin_url, servers.template) as url:
                show("E-mails a second", mail.report(url, servers.redis_url))
        if "postings" in wanted:
            for title, rows in postings.report(partial(another, servers)):
                show(title, rows)
        if "renewal" in wanted:
            fresh = partial(cloned_database, servers.admin_url, servers.template)
            show("A month's turn", renewal.report(fresh))
        if "overview" in wanted:
            with cloned_database(servers.admin_url, servers.template) as url:
                show("Finance's overview", overview.report(url))
    finally:
        servers.stop()


if __name__ == "__main__":
    main()
