"""The checks of a trader that ask nobody outside, and whole runs of them."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from backoffice.core.action import Context
from backoffice.core.case import Case
from backoffice.core.checks import Check, Finding, Outcome, results_of
from backoffice.core.clock import now
from backoffice.core.form import bound_form
from backoffice.core.outbox import OutboxMessage
from backoffice.core.permissions import SYSTEM
from backoffice.core.queue import QUEUES, queue_of, subject_of
from backoffice.core.text import text
from backoffice.dev.sandboxes.companies import TROUBLES
from backoffice.dev.sandboxes.demo_companies import DEMO_COMPANIES
from backoffice.marketplace.seller import SellerStatus
from backoffice.queues.registrations.traceability import ITEMS, ApproveForm
from jobs.checks import run_checks
from tests.factories.profile_change import make_profile_change
from tests.factories.registration import make_registration
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff, sign_in
from tests.factories.trader import LA_POSTE, OWN, declared, look, outcomes, troubled

pytestmark = pytest.mark.usefixtures("app", "registers")


class TestKnown:
    def test_somebody_new_is_linked_to_nobody(self, session):
        make_seller(session)
        found = look(session, make_registration(session, **OWN), "linked")[""]
        assert found.outcome == Outcome.PASS

    @pytest.mark.parametrize("status", [SellerStatus.SUSPENDED, SellerStatus.REFUSED,
                                        SellerStatus.TERMINATED])  # fmt: skip
    def test_a_link_to_a_barred_seller_fails(self, session, status):
        barred = make_seller(session, status, **OWN)
        for _ in range(3):
            make_seller(session, **OWN)
        found = look(session, make_registration(session, **OWN), "linked")[""]
        assert found.outcome == Outcome.FAIL
        assert found.headline.values["seller"] == barred.display_name
        assert set(found.facts["fields"]) == {"payment", "phone"}

    def test_a_link_to_an_active_seller_is_to_be_looked_at(self, session):
        other = make_seller(session, **OWN)
        again = {**OWN, "representative__phone": "+33199000888", "iban": ...}
        attempt = make_registration(
            session, company__siren=other.siren, company__siret=other.siret,
            company__vat_number=other.vat_number, **again,
        )  # fmt: skip
        found = look(session, attempt, "linked")[""]
        assert found.outcome == Outcome.WARN
        assert found.headline.values["by"]["msgid"] == "by SIREN"

    def test_a_throw_away_address_fails_wherever_it_stands(self, session):
        fine = look(session, make_registration(session), "email")[""]
        spent = make_registration(session, contact_email="vendeur@sub.mailinator.com")
        found = look(session, spent, "email")[""]
        assert (fine.outcome, found.outcome) == ("pass", "fail")
        assert list(found.facts["fields"]) == ["contact_email"]

    def test_the_self_certification_is_proved_by_its_being_given(self, session):
        given = look(session, make_registration(session), "self_certification")[""]
        absent = make_registration(session, self_certified=False)
        found = look(session, absent, "self_certification")[""]
        assert (given.outcome, given.facts["verifies"]) == ("pass", ["self_certification"])
        assert (found.outcome, found.facts["verifies"]) == ("fail", [])


class TestProfileChanges:
    def test_the_same_checks_run_on_the_new_profile(self, session):
        seller = make_seller(session, **declared(DEMO_COMPANIES[1]))
        staged = make_profile_change(session, seller, legal_name="Tout Autre Chose")
        found = look(session, staged, "register")
        assert (found["name"].outcome, found["address"].outcome) == ("fail", "pass")
        assert seller.legal_name == DEMO_COMPANIES[1].legal_name

    def test_it_is_not_linked_to_itself(self, session):
        seller = make_seller(session, **OWN)
        staged = make_profile_change(session, seller)
        assert look(session, staged, "linked")[""].outcome == Outcome.PASS

    def test_a_new_account_wants_its_proof_and_nothing_else(self, session):
        staged = make_profile_change(session, iban="FR1420041010050500013M02606")
        found = look(session, staged, "documents")
        assert outcomes(found) == {"bank_proof": "warn"}
        assert look(session, make_profile_change(session), "documents") == {}


class TestRun:
    def test_the_approval_asks_for_what_no_machine_proved(self, session):
        case = make_registration(session, **declared(DEMO_COMPANIES[1])).case
        run_checks(session, case.id)
        context = Context(session, case, subject_of(session, case), SYSTEM, now())
        form = bound_form(queue_of(case).action("approve"), context, None)
        assert isinstance(form, ApproveForm)
        left = {item for item in ITEMS if f"trace_{item}" in form}
        assert left == {"phone", "email", "identity", "payment"}

    def test_the_page_says_it_beside_each_field_and_as_proof(self, session, client):
        case = make_registration(session, **declared(DEMO_COMPANIES[0])).case
        run_checks(session, case.id)
        sign_in(client, session, make_staff(session, role="moderator", locale="en"))
        page = client.get(f"/cases/{case.reference}").text
        assert "Register, active" in page
        assert page.count("Register: differs") == 1  # another person runs it
        assert page.count("Register: close") == 1  # another number in the same street
        assert "LE BIHAN" in page

    def test_a_register_that_is_down_leaves_one_line_and_a_run_that_is_owed(self, session):
        case = troubled(session, "down").case
        run_checks(session, case.id)
        (line,) = [row for row in results_of(session, case) if row.name == "register"]
        owed = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.case_id == case.id, OutboxMessage.event == "checks.run")
            .where(OutboxMessage.payload["names"].as_string().is_not(None))
        ).all()
        assert [line.retry_at] == [
            row.available_at for row in owed if row.payload["names"] == ["register"]
        ]

    def test_what_was_found_of_a_case_that_changed_meanwhile_is_asked_anew(
        self, session, monkeypatch
    ):
        def slow(session, case, subject):
            corrected = update(Case).values(version=Case.version + 1).where(Case.id == case.id)
            session.execute(corrected.execution_options(synchronize_session=False))
            return Finding(Outcome.PASS, text("Of the registration as it was."))

        queue = replace(QUEUES["registrations"], checks=(Check("slow", "Slow", slow),))
        monkeypatch.setitem(QUEUES, "registrations", queue)
        case = make_registration(session).case
        rows = select(OutboxMessage.payload).where(
            OutboxMessage.case_id == case.id, OutboxMessage.event == "checks.run"
        )
        before = len(session.scalars(rows).all())
        run_checks(session, case.id)
        assert results_of(session, case) == []
        assert session.scalars(rows).all()[before:] == [{"case_id": case.id}]

    def test_what_was_known_of_another_company_goes_with_it(self, session):
        case = make_registration(session, **LA_POSTE).case
        run_checks(session, case.id)
        subject_of(session, case).siren = TROUBLES["absent"]
        session.flush()
        run_checks(session, case.id)
        rows = [row for row in results_of(session, case) if row.name == "register"]
        assert [(row.part, row.outcome) for row in rows] == [("", "warn")]
