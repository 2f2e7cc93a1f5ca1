"""Work that is cut off at any of its statements, as by a crash, and then done again."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, event
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.core.work import WorkSession, unit_of_work

Done = TypeVar("Done")


class Cut(NamedTuple):
    """How the work ends too early, and before which of its statements, commits among them.

    `raise`: by an exception; `close`: the client is gone; `terminate`: the server ends it;
    `savepoint`: only to its savepoint, within the transaction; `commit`: before the commit;
    `lost`: after it, and so does any that would come after the last statement.
    """

    how: str
    statement: int


CUTS = st.none() | st.builds(
    Cut,
    st.sampled_from(("raise", "close", "terminate", "savepoint", "commit", "lost")),
    st.integers(0, 20),
)
"""No crash, or one anywhere."""


class Crashed(Exception):  # noqa: N818 (what a test does, not what goes wrong)
    """The work was cut off here."""


class Program:
    """The program on a database of its own: each piece of work in a transaction that lasts."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        self._other = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._left: int | None = None  # statements until the cut
        self._how = ""
        event.listen(self._engine, "before_cursor_execute", self._before_statement)
        event.listen(self._engine, "commit", self._before_commit)

    def work(self, do: Callable[[Session], Done], cut: Cut | None = None) -> Done:
        """Do it in one transaction; where it was cut off, do it again."""
        if cut is None:
            return self._once(do)
        self._how = cut.how
        self._left = None if cut.how in ("lost", "commit") else cut.statement
        try:
            done = self._once(do, in_savepoint=cut.how == "savepoint")
        except (Crashed, DBAPIError):
            if self._left is not None:
                raise
        finally:
            self._how, self._left = "", None
        return done if cut.how == "savepoint" else self._once(do)

    def reading(self) -> Session:
        """Return a session to look with: what it changes is taken back."""
        return WorkSession(self._engine)

    def leave(self) -> None:
        """Close what connections are left."""
        self._engine.dispose()

    def _once(self, do: Callable[[Session], Done], *, in_savepoint: bool = False) -> Done:
        with WorkSession(self._engine) as session, unit_of_work(session):
            if in_savepoint:
                with suppress(Crashed), session.begin_nested():
                    do(session)
                    session.flush()
                    self._fall()
            return do(session)

    def _before_statement(self, connection: Connection, *_: Any) -> None:
        if self._left == 0:
            self._fall(connection)
        elif self._left is not None:
            self._left -= 1

    def _before_commit(self, connection: Connection) -> None:
        if self._how == "commit":
            raise Crashed
        self._before_statement(connection)

    def _fall(self, connection: Connection | None = None) -> None:
        """Cut it off here, unless it was already."""
        if self._left is None:
            return
        self._left = None
        if self._how in ("raise", "savepoint") or connection is None:
            raise Crashed
        driver = connection.connection.driver_connection
        assert driver is not None
        if self._how == "close":
            driver.close()
        else:
            with self._other.connect() as other:
                end = sql("select pg_terminate_backend(:pid, 10000)")
                other.execute(end, {"pid": driver.info.backend_pid})
