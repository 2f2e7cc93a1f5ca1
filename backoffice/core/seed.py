"""The first rows of reference tables, from the files in `config/`; afterwards the tables rule."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.base import Base
from config.settings import ROOT

FROM_THE_START = datetime(2020, 1, 1, tzinfo=UTC)


def seed(session: Session, file: str, model: type[Base], names: tuple[str, ...]) -> int:
    """Add the file's rows that the table lacks, matched by these columns; returns how many."""
    rows: list[dict[str, Any]] = json.loads((ROOT / "config" / file).read_text("utf-8"))
    columns = [getattr(model, name) for name in names]
    there = {tuple(row) for row in session.execute(select(*columns))}
    missing = [row for row in rows if tuple(row[name] for name in names) not in there]
    dated = {"starts_at": FROM_THE_START} if hasattr(model, "starts_at") else {}
    session.add_all(model(**row, **dated) for row in missing)
    session.flush()
    return len(missing)
