"""The profile changes queue: approve, refuse, undo, correct, move, and what the page shows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.action import Context
from backoffice.core.case import Case, CaseLink
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.open import reindex
from backoffice.core.outbox import OutboxMessage, OutboxState
from backoffice.core.permissions import SYSTEM
from backoffice.core.queue import QUEUES
from backoffice.core.refusal import NotPossible
from backoffice.core.search import search
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidFields
from backoffice.dev.sandboxes.demo_companies import invented_siren, siret_of
from backoffice.marketplace.edit import apply_change, as_change, snapshot
from backoffice.marketplace.identifiers import vat_number_of
from backoffice.marketplace.seller import SellerHistory
from backoffice.queues.profile_changes.model import ProfileChange
from backoffice.queues.profile_changes.queue import QUEUE
from backoffice.queues.profile_changes.stage import edit_profile
from tests.factories.decision import APPROVAL, decided, refusal
from tests.factories.profile_change import SHOP, make_profile_change
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]

SIREN = invented_siren(77_777)
ANOTHER_COMPANY = {"siren": SIREN, "siret": siret_of(SIREN), "vat_number": vat_number_of(SIREN)}
IBAN = "DE89370400440532013000"


@pytest.fixture(autouse=True)
def _ready(app, files_dir):
    """The queues are registered, and documents have a folder."""


@pytest.fixture
def lead(session):
    return make_staff(session, role="lead").actor


def evidence_of(session, staged) -> dict:
    return QUEUE.evidence(session, staged.case, staged.change)


class TestApprove:
    def test_the_new_values_become_live_and_are_kept_in_history(self, session):
        change, case = make_profile_change(session, trade_name="Autre Nom", iban=IBAN)
        seller, version = change.seller, change.seller.version
        decided(session, case, "approve")
        assert (seller.trade_name, seller.iban(), seller.iban_last4) == ("Autre Nom", IBAN, "3000")
        assert seller.version == version + 1
        row = session.scalars(select(SellerHistory)).one()
        assert row.changes["trade_name"] == {"old": None, "new": "Autre Nom"}
        assert row.changes["iban"] == {"old": "•••• 0189", "new": "•••• 3000"}
        assert IBAN not in str(row.changes)

    def test_undone_it_is_as_if_it_had_not_been(self, session, lead):
        change, case = make_profile_change(session, **ANOTHER_COMPANY, iban=IBAN, birth_date=None)
        before = snapshot(change.seller)
        decided(session, case, "approve", actor=lead, settled=False)
        assert change.seller.siren == SIREN
        decide(session, case.reference, "undo", actor=lead, data={}, version=case.version)
        assert snapshot(change.seller) == before
        assert case.state == "open"
        mails = select(OutboxMessage.state).where(OutboxMessage.event == "profile_change.approved")
        assert set(session.scalars(mails)) == {OutboxState.CANCELLED}

    def test_an_undo_spares_what_was_changed_since(self, session, lead):
        change, case = make_profile_change(session, trade_name="Autre", city="Lyon")
        decided(session, case, "approve", actor=lead, settled=False)
        later = as_change(change.seller, {"trade_name": "Plus tard"})
        apply_change(session, change.seller, later, SYSTEM)
        decide(session, case.reference, "undo", actor=lead, data={}, version=case.version)
        assert (change.seller.trade_name, change.seller.city) == ("Plus tard", "Paris")

    def test_contact_data_edited_meanwhile_stays(self, session):
        change, case = make_profile_change(session, trade_name="Autre")
        edit_profile(session, change.seller, {"phone": "+33155440000"}, actor=SHOP, channel="api")
        decided(session, case, "approve")
        assert (change.seller.trade_name, change.seller.phone) == ("Autre", "+33155440000")

    def test_one_that_would_contradict_the_profile_is_refused(self, session):
        seller = make_seller(session)
        change, case = make_profile_change(session, seller, siret=siret_of(seller.siren, 2))
        apply_change(session, change.seller, as_change(change.seller, ANOTHER_COMPANY), SYSTEM)
        with pytest.raises(NotPossible, match="contradict"):
            decided(session, case, "approve")

    def test_the_seller_is_told(self, session):
        change, case = make_profile_change(session)
        decided(session, case, "approve")
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.case_id == case.id))
        (mail,) = [row for row in rows if row.channel == "mail"]
        assert (mail.event, mail.to_address) == (
            "profile_change.approved", change.seller.contact_email
        )  # fmt: skip


class TestReject:
    def test_the_profile_stays_and_the_seller_is_told_why(self, session):
        change, case = make_profile_change(session)
        before = snapshot(change.seller)
        decision = decided(session, case, "reject", refusal(session))
        assert snapshot(change.seller) == before
        (statement,) = decision.statements
        assert statement.parts["grounds"][0]["code"] == "company_closed"

    def test_overridden_by_a_lead(self, session, lead):
        change, case = make_profile_change(session, trade_name="Autre")
        decided(session, case, "reject", refusal(session))
        decide(session, case.reference, "override", actor=lead, data={"action": "approve"},
               version=case.version)  # fmt: skip
        assert change.seller.trade_name == "Autre"
        decide(session, case.reference, "undo", actor=lead, data={}, version=case.version)
        assert (change.seller.trade_name, case.resolution) == (None, "rejected")


class TestEvidence:
    def test_old_and_new_stand_side_by_side(self, session):
        staged = make_profile_change(session, legal_form="5710", iban=IBAN, vat_exempt=True,
                                     vat_number=None)  # fmt: skip
        shown = evidence_of(session, staged)
        rows = {row["name"]: (row["live"], row["proposed"]) for row in shown["rows"]}
        assert rows["IBAN"] == ("•••• 0189", "•••• 3000")
        assert rows["Legal form"] == (None, "SAS, société par actions simplifiée")
        assert rows["VAT number"] == (staged.change.seller.vat_number, None)
        assert rows["VAT exemption"] == (text("No"), text("Yes"))
        assert "SIREN" in shown["unchanged"]
        assert not shown["profile_changed_since"]

    def test_says_when_the_profile_changed_since(self, session):
        staged = make_profile_change(session)
        staged.change.seller.version += 1
        assert evidence_of(session, staged)["profile_changed_since"]

    def test_the_list_says_what_is_to_change(self, session):
        column = next(column for column in QUEUE.columns if column.name == "fields")
        change, case = make_profile_change(session, trade_name="Autre")
        assert column.value(case, change).msgid == "Trade name"
        change, case = make_profile_change(session, **ANOTHER_COMPANY)
        assert column.value(case, change).values["count"] == 2


class TestFinding:
    def test_by_old_and_new_numbers_and_names(self, session):
        change, case = make_profile_change(session, **ANOTHER_COMPANY, trade_name="Zébulon")
        reindex(session, QUEUE, case, change)
        session.flush()
        for query in (SIREN, change.seller.siren, "zebulon", change.seller.external_id):
            assert case in session.scalars(search(query, [QUEUE.slug])).all()


class TestCorrect:
    def correct(self, session, staged, **written):
        context = Context(session, staged.case, staged.change, SYSTEM, now())
        QUEUE.correct(context, written)

    def test_what_the_seller_types_is_laid_over_the_change(self, session):
        staged = make_profile_change(session, trade_name="Autre")
        self.correct(session, staged, trade_name=" Autre  Nom ", iban="DE89 3704 0044 0532 0130 00")
        assert staged.change.proposed.trade_name == "Autre Nom"
        assert staged.change.fields == ["trade_name", "iban"]
        assert staged.change.seller.trade_name is None

    @pytest.mark.parametrize(
        ("written", "wrong"),
        [({"siren": "356000001"}, {"siren"}), ({"siren": "552081317"}, {"siret", "vat_number"}),
         ({"legal_name": ""}, {"legal_name"}), ({"birth_date": "1er mai"}, {"birth_date"}),
         ({"vat_number": ""}, {"vat_number"}), ({"iban": "x"}, {"iban"})],
    )  # fmt: skip
    def test_what_arithmetic_refuses_changes_nothing(self, session, written, wrong):
        staged = make_profile_change(session)
        before = dict(staged.change.changes)
        with pytest.raises(InvalidFields) as refused:
            self.correct(session, staged, **written)
        assert set(refused.value.errors) == wrong
        assert staged.change.changes == before

    def test_contact_data_is_never_asked_for(self):
        assert not {"phone", "contact_email", "website"} & set(QUEUE.correctable)
        assert {"siren", "iban", "document:kbis"} <= set(QUEUE.correctable)


class TestReroute:
    def test_another_siren_is_looked_at_as_a_registration(self, session, lead):
        change, case = make_profile_change(session, **ANOTHER_COMPANY)
        seller, old = change.seller, change.seller.siren
        decided(session, case, "reroute", {"target": "registrations", "facts": "Autre société"},
                actor=lead)  # fmt: skip
        link = session.scalars(select(CaseLink).where(CaseLink.from_id == case.id)).one()
        moved = session.get_one(Case, link.to_id)
        registration = session.get_one(QUEUES["registrations"].subject, moved.subject_id)
        assert (registration.attempt, registration.siren, seller.siren) == (2, SIREN, old)
        assert (moved.received_at, case.resolution) == (case.received_at, "rerouted")
        decided(session, moved, "approve", APPROVAL)
        assert (seller.siren, seller.status) == (SIREN, "active")


def test_is_due_two_business_days_later(session):
    _, case = make_profile_change(session)
    assert case.due_at - case.received_at >= timedelta(days=1)
    assert case.reference.startswith("PRF-")
    assert session.get_one(ProfileChange, case.subject_id).base_version
