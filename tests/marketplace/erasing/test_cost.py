"""What an erasure costs does not grow with how many values name the party."""

import pytest
from sqlalchemy import event

from backoffice.core.clock import now
from backoffice.marketplace.erasing.run import erase
from backoffice.marketplace.seller import SellerHistory
from tests.marketplace.erasing.world import make_known_seller

pytestmark = pytest.mark.usefixtures("app")


def test_a_hundred_earlier_names_cost_no_statement_more(session, connection):
    statements: list[str] = []
    few, many = make_known_seller(session), make_known_seller(session)
    session.add_all(
        SellerHistory(
            seller_id=many.party.id, actor="system",
            changes={
                "legal_name": {"old": f"Comptoir {number} Vextrine", "new": None},
                "contact_email": {"old": f"n{number}@vextrine.example", "new": None},
                "phone": {"old": f"+331970{number:05d}", "new": None},
            },
        )
        for number in range(100)
    )  # fmt: skip
    session.flush()

    def count(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", count)
    spent = []
    for known in (few, many):
        statements.clear()
        erase(session, known.party, at=now())
        spent.append(len(statements))
    event.remove(connection, "before_cursor_execute", count)
    assert spent[1] < spent[0] + 10  # what differs is other rows, not a hundred names
