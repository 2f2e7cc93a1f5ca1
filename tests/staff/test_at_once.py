"""What must hold when two requests come at the same moment, in databases that really commit."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import sessionmaker

from backoffice.core.permissions import SYSTEM
from backoffice.core.refusal import Refused
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.staff import accounts, second_factor, sign_in
from backoffice.staff.model import SignInAttempt, Staff
from tests.factories.staff import code_of, make_staff


@pytest.fixture
def open_session(fresh_database):
    engine = create_engine(fresh_database, pool_size=10)
    yield sessionmaker(engine, class_=WorkSession, expire_on_commit=False)
    engine.dispose()


def at_once(work, arguments):
    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(work, arguments))


def test_a_code_is_taken_once(open_session):
    with open_session() as session, unit_of_work(session):
        staff_id = make_staff(session, role="lead").id
    code = code_of()

    def take(_):
        with open_session() as session, unit_of_work(session):
            return second_factor.accept(session, session.get_one(Staff, staff_id), code)

    assert sorted(at_once(take, range(6))) == [False] * 5 + [True]


def test_guesses_in_parallel_are_counted_as_in_a_row(open_session, settings):
    with open_session() as session, unit_of_work(session):
        email = make_staff(session, role="lead").email

    def guess(number):
        with open_session() as session, unit_of_work(session):
            try:
                sign_in.check_password(session, email, f"guess number {number}")
            except Refused as refusal:
                return type(refusal)

    answers = at_once(guess, range(settings.lockout_failures + 3))
    assert answers.count(sign_in.Wrong) == settings.lockout_failures
    assert answers.count(sign_in.LockedOut) == 3
    with open_session() as session:
        assert session.scalar(select(func.count(SignInAttempt.id))) == settings.lockout_failures


def test_two_administrators_cannot_demote_each_other(open_session):
    with open_session() as session, unit_of_work(session):
        ids = [make_staff(session, role="admin").id for _ in range(2)]

    def demote(pair):
        with open_session() as session, unit_of_work(session):
            actor, target = (session.get_one(Staff, one) for one in pair)
            try:
                accounts.change_roles(session, target, ["lead"], actor.actor)
            except Refused:
                return "refused"
            return "done"

    assert sorted(at_once(demote, [ids, ids[::-1]])) == ["done", "refused"]
    with open_session() as session:
        assert session.scalar(
            select(func.count(Staff.id)).where(Staff.roles.contains(["admin"]))
        ) == 1  # fmt: skip


def test_an_invitation_sent_twice_makes_one_account(open_session):
    def create(_):
        with open_session() as session, unit_of_work(session):
            try:
                accounts.create(
                    session, email="ines@marjolaine.example", name="Inès", roles=[], locale="fr",
                    actor=SYSTEM,
                )  # fmt: skip
            except Refused:
                return "refused"
            return "done"

    assert sorted(at_once(create, range(3))) == ["done", "refused", "refused"]
