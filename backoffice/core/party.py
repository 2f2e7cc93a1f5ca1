"""Who is at the other end of a case: a seller, a buyer, a notifier."""

from typing import NamedTuple


class Party(NamedTuple):
    """One side of a case, as it is written to."""

    kind: str  # seller, buyer, notifier
    id: int
    name: str
    email: str
    locale: str

    @property
    def ref(self) -> str:
        """Return the name under which rows remember whose they are."""
        return f"{self.kind}:{self.id}"
