"""The unit of work: the only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session


class WorkSession(Session):
    """A session whose `commit()` only flushes, so that a library cannot end our transaction."""

    def commit(self) -> None:
        """Send what is pending to the database; `unit_of_work()` makes it last."""
        self.flush()


@contextmanager
def unit_of_work(session: Session) -> Iterator[Session]:
    """Commit when the block returns, roll back when it raises; the session is left clean."""
    try:
        yield session
        Session.commit(session)
    except BaseException:
        session.rollback()
        raise
