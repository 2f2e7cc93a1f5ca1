"""Receiving registrations at once, and correcting one."""

import json
import threading

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from backoffice.core.action import Context
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.permissions import SYSTEM
from backoffice.core.refusal import NotPossible
from backoffice.core.typed_text import InvalidFields
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.marketplace.seller import Seller, SellerStatus
from backoffice.queues.registrations.form import RegistrationForm
from backoffice.queues.registrations.model import Registration
from backoffice.queues.registrations.queue import QUEUE
from backoffice.queues.registrations.receive import receive
from tests.factories.registration import make_registration, registration_body
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


@pytest.fixture(autouse=True)
def _ready(app, files_dir):
    """The queues are registered, and documents have a folder."""


class TestAtOnce:
    @pytest.mark.parametrize("plans", [["pro"] * 6, ["pro", "premium"] * 3])
    def test_first_calls_of_one_seller_make_one(self, fresh_database, plans):
        engine = create_engine(fresh_database, poolclass=NullPool)
        body, start = registration_body(), threading.Barrier(len(plans), timeout=60)
        references, refused = [], []

        def send(plan: str) -> None:
            form = RegistrationForm.model_validate_json(json.dumps(body | {"plan": plan}))
            start.wait()
            try:
                with WorkSession(engine) as session, unit_of_work(session):
                    references.append(receive(session, form, actor=SYSTEM).case.reference)
            except NotPossible as refusal:
                refused.append(refusal.more["case"])

        threads = [threading.Thread(target=send, args=(plan,)) for plan in plans]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(references) == plans.count(plans[0])
        assert len(references) + len(refused) == len(plans)
        assert len({*references, *refused}) == 1
        with WorkSession(engine) as session:
            for model in (Seller, Registration, Case):
                assert session.scalar(select(func.count()).select_from(model)) == 1


class TestCorrect:
    def correct(self, session, attempt, **written):
        context = Context(session, attempt.case, attempt.registration, SYSTEM, now())
        QUEUE.correct(context, written)

    def test_the_snapshot_and_the_applicant_follow(self, session):
        attempt = make_registration(session)
        self.correct(
            session, attempt, city="Lyon", postal_code="69001", trade_name="", phone="0155440000"
        )
        registration = attempt.registration
        assert (registration.city, registration.phone) == ("Lyon", "+33155440000")
        assert registration.address_key.endswith("69001")
        assert (registration.seller.city, registration.seller.phone) == ("Lyon", "+33155440000")

    def test_the_profile_of_a_seller_who_is_one_already_stays(self, session):
        attempt = make_registration(session)
        attempt.registration.seller.status = SellerStatus.ACTIVE
        self.correct(session, attempt, city="Lyon")
        assert (attempt.registration.city, attempt.registration.seller.city) == ("Lyon", "Paris")

    def test_a_vat_number_ends_the_exemption(self, session):
        number = registration_body()["company"]["vat_number"]
        attempt = make_registration(session, company__vat_number=..., company__vat_exempt=True)
        with pytest.raises(InvalidFields):
            self.correct(session, attempt, vat_number=number)
        own = attempt.registration.siren
        key = (12 + 3 * (int(own) % 97)) % 97
        self.correct(session, attempt, vat_number=f"FR {key:02} {own}")
        assert not attempt.registration.vat_exempt

    def test_a_register_number_as_printed(self, session):
        attempt = make_registration(session)
        siren = attempt.registration.siren
        self.correct(session, attempt, register_number=f"{siren} R.C.S. Lyon")
        self.correct(session, attempt, register_number=siren)  # the register known stands in
        row = attempt.registration
        assert (row.register_kind, row.register_town, row.register_number) == ("RCS", "Lyon", siren)
        self.correct(session, attempt, register_number="")
        assert row.register_kind is None

    def test_every_error_is_told(self, session):
        attempt = make_registration(session)
        with pytest.raises(InvalidFields) as refused:
            self.correct(session, attempt, siren="1", contact_email="x", city="Lyon")
        assert set(refused.value.errors) == {"siren", "contact_email"}
        assert attempt.registration.city == "Paris"
