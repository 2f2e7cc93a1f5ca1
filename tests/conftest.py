"""Fixtures of every test: settings, session, application, client, databases, processes."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser
from sqlalchemy import Connection, create_engine
from sqlalchemy.orm import Session
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from backoffice import create_app
from backoffice.core.work import WorkSession
from backoffice.dev import screenshots
from backoffice.dev.environment import new_secrets
from backoffice.extensions import db
from config.settings import Settings, get_settings
from tests.live import Live
from tests.network import refuse_outside_connections
from tests.servers import REDIS_BINARY, Servers, cloned_database, empty_redis

SHARED = pytest.StashKey[dict[str, str]]()  # what the controller tells the workers
LEAVING = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once; give each worker a database of its own, through the environment."""
    refuse_outside_connections()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as on Ctrl-C: clean up
    config.stash[LEAVING] = ExitStack()
    if config.option.collectonly:
        return
    shared = getattr(config, "workerinput", None)
    if shared is None:
        servers = Servers()
        config.stash[LEAVING].callback(servers.stop)
        servers.start()
        shared = {"admin_url": servers.admin_url, "redis_url": servers.redis_url}
        compiled = config.stash[LEAVING].enter_context(TemporaryDirectory(prefix="templates-"))
        shared |= {"template": servers.template, "compiled": compiled}
    config.stash[SHARED] = shared
    number = int(shared.get("workerid", "gw0").removeprefix("gw"))
    workers = int(shared.get("workercount", 1))
    database = cloned_database(shared["admin_url"], shared["template"])
    numbered = empty_redis(shared["redis_url"], share=number, shares=workers)
    os.environ["DATABASE_URL"] = config.stash[LEAVING].enter_context(database)
    os.environ["REDIS_URL"] = config.stash[LEAVING].enter_context(numbered)
    os.environ |= {"ENVIRONMENT": "test", "COUNTS_KEPT_SECONDS": "0", **new_secrets()}
    os.environ["PASSWORD_MEMORY_KIB"] = "1024"  # a hash of full size takes a fifth of a second
    folder = config.stash[LEAVING].enter_context(TemporaryDirectory(prefix="backoffice-files-"))
    os.environ["FILES_DIR"] = f"{folder}/files"
    get_settings.cache_clear()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Tell an xdist worker where the servers are."""
    node.workerinput |= node.config.stash[SHARED]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop the worker's database; in the controller, end the servers."""
    config.stash[LEAVING].close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests: one that began last would be waited for alone."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Give the workers their tests."""
    return HouseScheduling(config, log)


class HouseScheduling(LoadScopeScheduling):
    """Each test goes to whoever is free, but one worker takes all those of the browser.

    A running house costs as much as a hundred tests.
    """

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        """Take what a worker found; of tests of one name each has to be told from the others."""
        seen: Counter[str] = Counter()
        named = []
        for nodeid in collection:
            seen[nodeid] += 1
            named.append(nodeid if seen[nodeid] == 1 else f"{nodeid} ({seen[nodeid]})")
        super().add_node_collection(node, named)

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        """Note it, and forget what is done: xdist counts all of it again at every report."""
        super().mark_test_complete(node, item_index, duration)
        scope = self._split_scope(self.registered_collections[node][item_index])
        if all(self.assigned_work[node][scope].values()):
            del self.assigned_work[node][scope]

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid


def needs_browser(item: pytest.Item) -> bool:
    """Tell whether a test works with Playwright, directly or by a fixture."""
    return "chromium" in getattr(item, "fixturenames", ())


@contextmanager
def loop_hidden(item: pytest.Item) -> Iterator[None]:
    """Hide from other tests the event loop that Playwright keeps running once it is started."""
    loop = None if needs_browser(item) else asyncio._get_running_loop()
    if loop is not None:
        asyncio._set_running_loop(None)
    try:
        yield
    finally:
        if loop is not None:
            asyncio._set_running_loop(loop)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Without Chromium a browser test is skipped aloud; in CI it fails."""
    if item.get_closest_marker("browser") and not screenshots.installed():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not installed")
    with loop_hidden(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Run a test; its teardown has the loop again, since it may end the browser."""
    with loop_hidden(item):
        return (yield)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of the tests, the same that `get_settings()` returns everywhere."""
    return get_settings()


@pytest.fixture(scope="session")
def engine(settings: Settings):
    """The engine of this worker's database; a connection serves one test after the other."""
    engine = create_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine) -> Iterator[Connection]:
    """One connection whose transaction is rolled back after the test."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session as the program has it; its commits become savepoints that the test takes back."""
    mode = "create_savepoint"
    with WorkSession(connection, join_transaction_mode=mode, expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def application(settings: Settings, pytestconfig: pytest.Config) -> Flask:
    """The application, built once; tests take `app`. A template is compiled by one worker."""
    application = create_app(settings)
    folder = pytestconfig.stash[SHARED]["compiled"]
    application.jinja_env.bytecode_cache = FileSystemBytecodeCache(folder)
    with application.app_context():
        db.session.configure(join_transaction_mode="create_savepoint")
    return application


@pytest.fixture
def app(application: Flask, connection: Connection, redis_url: str) -> Iterator[Flask]:
    """The application, whose requests work on the connection that `session` has."""
    with application.app_context():
        engines = db.engines
    own, engines[None] = engines[None], connection
    yield application
    engines[None] = own


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


@pytest.fixture
def redis_url(settings: Settings) -> str:
    """The address of this worker's Redis database, emptied."""
    with redis.Redis.from_url(settings.redis_url) as client:
        client.flushdb()
    return settings.redis_url


@pytest.fixture
def fresh_database(pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of a database of this test alone, for work that really commits."""
    shared = pytestconfig.stash[SHARED]
    with cloned_database(shared["admin_url"], shared["template"]) as url:
        yield url


@pytest.fixture
def clone(pytestconfig: pytest.Config) -> Callable[[], AbstractContextManager[str]]:
    """Return what makes one more database of a test that needs several, dropped at its end."""
    shared = pytestconfig.stash[SHARED]
    return partial(cloned_database, shared["admin_url"], shared["template"])


@pytest.fixture
def empty_database(pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of a database without any table."""
    shared = pytestconfig.stash[SHARED]
    with cloned_database(shared["admin_url"], shared["template"], source="template0") as url:
        yield url


@pytest.fixture
def live(fresh_database: str, tmp_path: Path) -> Iterator[Live]:
    """The back-office as real processes on a database of this test alone."""
    live = Live(fresh_database, tmp_path, os.environ.get(REDIS_BINARY, ""))
    try:
        live.start()
        yield live
    finally:
        live.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser with scripts; one for all tests, as Playwright allows no second in a process."""
    with screenshots.chromium() as browser:
        yield browser
