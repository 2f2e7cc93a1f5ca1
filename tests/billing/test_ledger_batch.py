"""Many entries at once are the same as one after the other: once, balanced, or refused."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from backoffice.billing.ledger import ConflictError, Line, Source, balance_of, entry_of, post
from backoffice.billing.ledger_batch import Posting, post_all
from backoffice.billing.ledger_model import JournalEntry
from tests.factories.books import check_books
from tests.factories.seller import make_seller
from tests.statements import counted

DAY = date(2026, 11, 2)
SALE = (Line("517", 1200), Line("706200", -1000), Line("44571", -200))


def posting(number, lines=SALE, **changes):
    asked = {"kind": "sale", "journal": "ST", "occurred_on": DAY, "lines": lines}
    return Posting(f"sale:{number}", source=Source("sale", str(number)), **{**asked, **changes})


def count(session):
    return session.scalar(select(func.count()).select_from(JournalEntry))


def test_all_are_posted_and_balance(session):
    assert post_all(session, [posting(number) for number in range(50)]) == 50
    assert balance_of(session, "517") == 50 * 1200
    check_books(session)
    lines = entry_of(session, "sale:7").lines
    assert [(line.account.code, line.amount_minor) for line in lines] == [
        (line.code, line.amount_minor) for line in SALE
    ]


def test_what_is_posted_already_is_left_out_by_whichever_way(session):
    one = posting(1)
    post(session, idem_key=one.idem_key, kind=one.kind, journal=one.journal,
         occurred_on=one.occurred_on, lines=one.lines, source=one.source)  # fmt: skip
    assert post_all(session, [one, posting(2), posting(2), posting(3)]) == 2
    assert post_all(session, [one, posting(2), posting(3)]) == 0
    two = posting(2)
    post(session, idem_key=two.idem_key, kind=two.kind, journal=two.journal,
         occurred_on=two.occurred_on, lines=two.lines, source=two.source)  # fmt: skip
    assert count(session) == 3
    assert balance_of(session, "517") == 3 * 1200


@pytest.mark.parametrize("earlier", [True, False])
def test_a_key_of_other_input_refuses_the_whole(session, earlier):
    other = posting(1, lines=(Line("517", 5), Line("706200", -5)))
    if earlier:
        post_all(session, [posting(1)])
    asked = [posting(2), other] if earlier else [posting(1), posting(2), other]
    with pytest.raises(ConflictError, match="sale:1"), session.begin_nested():
        post_all(session, asked)
    assert count(session) == (1 if earlier else 0)


def test_sellers_accounts_are_made_each_once(session):
    sellers = [make_seller(session).id for _ in range(3)]
    asked = [
        posting(number, lines=(Line("517", 700), Line("4671", -700, sellers[number % 3])))
        for number in range(9)
    ]
    assert post_all(session, asked) == 9
    assert [balance_of(session, "4671", seller_id=one) for one in sellers] == [-2100] * 3


def test_an_account_that_is_none_is_named(session):
    with pytest.raises(LookupError, match="999"):
        post_all(session, [posting(1), posting(2, lines=(Line("517", 1), Line("999", -1)))])


def test_one_that_does_not_balance_refuses_the_whole(session):
    uneven = posting(2, lines=(Line("517", 1), Line("706200", -2)))
    session.execute(sql("set constraints all immediate"))
    with pytest.raises(DBAPIError, match="balance"), session.begin_nested():
        post_all(session, [posting(1), uneven])
    assert count(session) == 0


def test_however_many_cost_as_many_statements(session, connection):
    with counted(connection) as statements:
        post_all(session, [posting(number) for number in range(400)])
    assert len(statements) == 2


def test_none_is_nothing(session):
    assert post_all(session, []) == 0
