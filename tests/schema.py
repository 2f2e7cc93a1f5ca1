"""The database that every test's database is a copy of."""

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.migrations import upgrade
from backoffice.reference import seed_reference


def build_schema(url: str) -> None:
    """Make the tables as an installation does, with the reference data it starts with."""
    upgrade(url)
    with Session(create_engine(url, poolclass=NullPool)) as session:
        seed_reference(session)
        session.commit()
