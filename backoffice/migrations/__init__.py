"""The history of the tables, run by Alembic without a file of its own settings."""

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from config.settings import ROOT

LOCK = 7_203_461_988  # any number that no other advisory lock of ours has


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the tables up to date; of several that try at once, one does it and the others wait."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        command.upgrade(_config(connection), revision)  # the lock goes with the connection


def check(url: str) -> None:
    """Raise `CommandError` when the models say something else than the history."""
    _import_models()
    with create_engine(url, poolclass=NullPool).connect() as connection:
        command.check(_config(connection))


def write_revision(url: str, message: str) -> None:
    """Write the next step of the history: what the models say and an up-to-date database lacks."""
    _import_models()
    with create_engine(url, poolclass=NullPool).connect() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def _import_models() -> None:
    """Import every module that declares a table: the history must miss none."""
    for file in sorted(ROOT.glob("backoffice/**/*.py")):
        if "__tablename__ =" in file.read_text():
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    return config
