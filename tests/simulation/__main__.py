"""`make simulate`: play a year (SELLERS=300 ORDERS=60000 YEAR=… SEED=…), hold every law of it."""

import logging
import os
import sys
import time
from collections.abc import Mapping

from backoffice.dev.environment import new_secrets

os.environ |= {"ENVIRONMENT": "test", **new_secrets()}

from sqlalchemy import create_engine

from backoffice import create_app
from backoffice.core.work import WorkSession
from backoffice.dev.sandboxes.stripe import KEY, Misbehaviour, Sandbox
from config.settings import get_settings
from tests.fakes.stripe import serving
from tests.servers import Servers, cloned_database
from tests.simulation.laws import check
from tests.simulation.market import Market


def main() -> None:
    """Play it on servers of its own, tell of each month, and print the figures."""
    logging.basicConfig(format="%(message)s")
    logging.getLogger("tests.simulation").setLevel(logging.INFO)
    sizes = {
        name: int(os.environ.get(name.upper(), default))
        for name, default in (("sellers", 300), ("orders", 60_000), ("year", 2025), ("seed", 7))
    }
    servers, sandbox = Servers(), Sandbox(misbehaviour=Misbehaviour(settle_seconds=None))
    try:
        servers.start()
        with (
            cloned_database(servers.admin_url, servers.template) as url,
            serving(sandbox) as stripe_url,
        ):
            os.environ |= {"STRIPE_URL": stripe_url, "STRIPE_KEY": KEY, "DATABASE_URL": url}
            get_settings.cache_clear()
            with create_app().app_context(), WorkSession(_engine(url)) as session:
                _play(session, sandbox, sizes)
    finally:
        servers.stop()


def _play(session: WorkSession, sandbox: Sandbox, sizes: dict[str, int]) -> None:
    begun = time.monotonic()
    market = Market(session, sandbox, **sizes)
    market.run()
    seconds = int(time.monotonic() - begun)
    _tell({"seconds": seconds, **market.counts})  # what happened, even if a law of it fails
    _tell(check(session, market))


def _tell(figures: Mapping[str, int]) -> None:
    sys.stdout.writelines(f"{figure:>14,}  {name}\n" for name, figure in figures.items())
    sys.stdout.flush()


def _engine(url: str):
    return create_engine(url)


if __name__ == "__main__":
    main()
