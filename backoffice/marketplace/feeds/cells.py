"""The cells of one product by what they mean, and what is wrong with them, gathered."""

from typing import NamedTuple

from backoffice.core.model_errors import REQUIRED
from backoffice.core.text import Text
from backoffice.marketplace.feeds.columns import ATTRIBUTE, TARGETS
from backoffice.marketplace.feeds.record import Record
from backoffice.marketplace.feeds.sheet import Sheet


class Problem(NamedTuple):
    """What is wrong: line, heading of the column (may be empty), what stands there, why."""

    line: int
    column: str
    value: str
    said: Text


class Cells:
    """The rows of one product being read; what is wrong is gathered, so that all is told at once.

    `sources` holds the heading that each target, or field of the form, was read from.
    """

    def __init__(self, sheet: Sheet, records: list[Record]) -> None:
        self.sheet, self.records, self.first = sheet, records, records[0]
        self.sources: dict[str, str] = {}
        self.problems: list[Problem] = []

    def get(self, target: str, record: Record | None = None) -> str:
        """Return the first cell that says something for a target, and remember its column."""
        record = record or self.first
        for column in self.sheet.columns(target, record):
            if value := self.sheet.value(record, column):
                self.sources[target] = column
                return value
        return ""

    def refuse(self, target: str, value: str, said: Text, record: Record | None = None) -> None:
        """Write down what is wrong with the cell of a target."""
        record = record or self.first
        column = self.sources.get(target) or next(
            iter(self.sheet.columns(target, record)), TARGETS.get(target, target)
        )
        self.problems.append(Problem(record.line, column, value, said))

    def refuse_missing(self, target: str, record: Record | None = None) -> str:
        """Write down that a cell which must say something is empty, which is returned."""
        self.refuse(target, "", REQUIRED, record)
        return ""

    def column_of(self, location: tuple[int | str, ...]) -> str:
        """Return the heading that a field of the form was read from."""
        steps = [str(step) for step in location if isinstance(step, str)]
        steps = steps[1:] if steps[0] == "safety" else steps
        for name in ("_".join(steps), ATTRIBUTE + steps[-1], steps[0]):
            if name in self.sources:
                return self.sources[name]
        return steps[0]
