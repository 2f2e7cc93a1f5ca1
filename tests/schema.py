"""The database that every test's database is a copy of."""

import importlib
import sys

from sqlalchemy import BigInteger, Column, Table, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.core.base import Base
from backoffice.core.queue import register
from backoffice.queues import REGISTRY
from backoffice.reference import seed_reference
from config.settings import ROOT


def build_schema(url: str) -> None:
    """Create every table and what the tables need beside them."""
    _import_models()
    register(REGISTRY)
    _stand_in()
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        for statement in _statements():
            connection.exec_driver_sql(statement)
    with Session(engine) as session:
        seed_reference(session)
        session.commit()


def _import_models() -> None:
    for file in sorted((ROOT / "backoffice").rglob("*.py")):
        if "__tablename__" in file.read_text():
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            try:
                importlib.import_module(name)
            except Exception as error:  # interim: a room that is being written
                print(f"{name}: {error!r}", file=sys.stderr)


def _stand_in() -> None:
    """Name the tables that foreign keys point to and nobody has written yet (interim)."""
    for table in list(Base.metadata.tables.values()):
        for key in table.foreign_keys:
            name = key.target_fullname.split(".")[0]
            if name not in Base.metadata.tables:
                Table(name, Base.metadata, Column("id", BigInteger, primary_key=True))
                print(f"{table.name} waits for {name}", file=sys.stderr)


def _statements() -> list[str]:
    try:
        ddl = importlib.import_module("backoffice.core.ddl")
    except ModuleNotFoundError:
        return []
    return list(ddl.statements())
