"""Calls sent twice under an Idempotency-Key."""

import json
import threading

import pytest
from sqlalchemy import create_engine, func, select, update
from sqlalchemy.pool import NullPool

from backoffice.core.clock import now
from backoffice.core.refusal import NotPossible
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.intake.idempotency import (
    KEPT_FOR,
    Answer,
    Call,
    IdempotencyKey,
    forget_old_keys,
    once,
)
from backoffice.intake.keys import integration_named
from backoffice.queues.registrations.model import Registration
from tests.factories.registration import registration_body


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def older(session) -> None:
    session.execute(update(IdempotencyKey).values(created_at=now() - KEPT_FOR))
    session.commit()


class TestOverHttp:
    def test_the_same_call_gets_the_same_answer(self, post, session):
        body = registration_body()
        first = post(body, Idempotency_Key="a-1")
        again = post(body, Idempotency_Key="a-1")
        assert first.status_code == again.status_code == 201
        assert first.get_data() == again.get_data()
        assert again.content_type == "application/json"
        assert count(session, Registration) == 1

    def test_it_is_answered_before_the_body_is_looked_at(self, post, session):
        body = json.dumps(registration_body()).encode()
        first = post(body, Idempotency_Key="a-1")
        again = post(body, Idempotency_Key="a-1", Content_Type="text/plain")
        assert again.get_data() == first.get_data()

    def test_another_body_is_refused(self, post):
        post(registration_body(), Idempotency_Key="a-1")
        answer = post(registration_body(), Idempotency_Key="a-1")
        assert answer.status_code == 409
        assert "another body" in answer.json["detail"]

    def test_another_integration_may_use_the_same_key(self, post, make_key, session):
        other = make_key(of=integration_named(session, "Another shop"))
        assert post(registration_body(), Idempotency_Key="a-1").status_code == 201
        assert post(registration_body(), Idempotency_Key="a-1", key=other).status_code == 201

    def test_a_refusal_is_not_kept(self, post, session):
        body = registration_body(plan="platine")
        assert post(body, Idempotency_Key="a-1").status_code == 422
        assert count(session, IdempotencyKey) == 0
        assert post(body | {"plan": "pro"}, Idempotency_Key="a-1").status_code == 201

    def test_after_a_day_it_is_forgotten(self, post, session):
        post(registration_body(), Idempotency_Key="a-1")
        older(session)
        assert post(registration_body(), Idempotency_Key="a-1").status_code == 201
        assert count(session, Registration) == 2
        older(session)
        forget_old_keys(session)
        assert count(session, IdempotencyKey) == 0

    @pytest.mark.parametrize("given", ["", "é", "a b", "x" * 256])
    def test_a_key_that_is_none_is_refused(self, post, given):
        assert post(registration_body(), Idempotency_Key=given).status_code == 400

    def test_without_one_each_call_stands_alone(self, post, session):
        post(registration_body())
        post(registration_body())
        assert count(session, IdempotencyKey) == 0


class TestAtOnce:
    @pytest.fixture
    def sessions(self, fresh_database):
        engine = create_engine(fresh_database, poolclass=NullPool)
        with WorkSession(engine) as session, unit_of_work(session):
            number = integration_named(session, "Shop").id
        return lambda: WorkSession(engine), number

    def test_one_still_running_is_told_not_waited_for(self, sessions):
        make, number = sessions
        call = Call(number, "POST", "/x", "a-1", b"{}")
        with make() as running, make() as other:
            with unit_of_work(running):
                once(running, call, lambda: Answer(201, b"{}"))
                with pytest.raises(NotPossible, match="still running"), unit_of_work(other):
                    once(other, call, lambda: Answer(201, b"twice"))
            with unit_of_work(other):
                assert once(other, call, lambda: Answer(201, b"twice")) == (201, b"{}")

    def test_a_failed_one_leaves_no_trace(self, sessions):
        make, number = sessions
        call = Call(number, "POST", "/x", "a-1", b"{}")

        def fail() -> Answer:
            raise ValueError

        with make() as session:
            with pytest.raises(ValueError), unit_of_work(session):  # noqa: PT011
                once(session, call, fail)
            with unit_of_work(session):
                assert once(session, call, lambda: Answer(201, b"{}")) == (201, b"{}")

    def test_of_many_at_once_one_works(self, sessions):
        make, number = sessions
        call = Call(number, "POST", "/x", "a-1", b"{}")
        worked, start = [], threading.Barrier(6, timeout=60)

        def work() -> Answer:
            worked.append(1)
            return Answer(201, b"{}")

        def send() -> None:
            start.wait()
            try:
                with make() as session, unit_of_work(session):
                    once(session, call, work)
            except NotPossible:
                pass

        threads = [threading.Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(worked) == 1
