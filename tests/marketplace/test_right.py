"""Rights: recorded once, found again, filled in for those who speak for their holder."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.notifier import notifier_of
from backoffice.marketplace.right import (
    Mandate,
    Right,
    RightHolder,
    find_right,
    record_right,
)
from tests.factories.notifier import HOLDER, MARK, make_notifier

WORK = MARK._replace(kind="copyright", register="", number="", sign="Photographies 2026")


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_a_right_is_recorded_with_its_holder_and_mandate(session):
    notifier = make_notifier(session)
    right = record_right(session, notifier, HOLDER, MARK, role="agent")
    assert (right.register, right.number, right.sign) == ("INPI", "4123456", "Kervanec")
    assert (right.territories, right.classes, right.images) == (["FR"], [21, 25], None)
    assert (right.holder.name, right.holder.address) == (HOLDER.name, HOLDER.address)
    mandate = session.scalars(select(Mandate)).one()
    assert (mandate.notifier, mandate.holder, mandate.role) == (notifier, right.holder, "agent")
    assert find_right(session, "trademark", "INPI", "4123456") is right


def test_a_second_notice_finds_everything_again(session):
    notifier = make_notifier(session)
    first = record_right(session, notifier, HOLDER, MARK, role="agent")
    other = record_right(session, notifier, HOLDER, WORK, role="agent")
    again = MARK._replace(number="FR 06 4123456", sign="Autre chose", classes=(9,))
    holder = HOLDER._replace(name="KERVANEC sa", address="ailleurs")
    assert record_right(session, notifier, holder, again, role="agent") is first
    session.refresh(first)
    assert (first.sign, first.classes, first.holder.address) == (
        "Kervanec", [21, 25], HOLDER.address,
    )  # fmt: skip
    assert record_right(session, notifier, HOLDER, WORK, role="agent") is other
    assert [count(session, model) for model in (Right, RightHolder, Mandate)] == [2, 1, 1]


def test_another_who_claims_a_known_number_does_not_take_it_over(session):
    right = record_right(session, make_notifier(session), HOLDER, MARK, role="owner")
    stranger = make_notifier(session)
    claimed = record_right(
        session, stranger, HOLDER._replace(name="Un imposteur"), MARK, role="owner"
    )
    assert claimed is right
    assert right.holder.name == HOLDER.name


@pytest.mark.parametrize(
    "wrong",
    [
        MARK._replace(classes=(0,)),
        MARK._replace(classes=(21, 46)),
        MARK._replace(number="018123456"),
        MARK._replace(register="WIPO", number="1234567", territories=("US",)),
        WORK._replace(number="12"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(session, wrong):
    notifier = make_notifier(session)
    with pytest.raises(InvalidInput):
        record_right(session, notifier, HOLDER, wrong, role="owner")
    assert [count(session, model) for model in (Right, RightHolder, Mandate)] == [0, 0, 0]


def test_the_same_right_many_times_at_once_is_kept_once(fresh_database):
    engine = create_engine(fresh_database, poolclass=NullPool)

    def report(number: int) -> int:
        with Session(engine) as session:
            notifier = notifier_of(
                session, email=f"a{number % 3}@exemple.fr", name="A", organisation="", locale="fr"
            )
            found = record_right(session, notifier, HOLDER, MARK, role="agent").id
            session.commit()
            return found

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(report, range(12)))) == 1
    with Session(engine) as session:
        assert [count(session, model) for model in (Right, RightHolder, Mandate)] == [1, 1, 3]
