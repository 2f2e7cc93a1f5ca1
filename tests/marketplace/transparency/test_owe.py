"""Which statements are declared, when, and that nothing in an entry names anybody."""

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from backoffice.core.action import Context
from backoffice.core.clock import now
from backoffice.core.decide import decide
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.core.permissions import SYSTEM
from backoffice.core.queue import QUEUES, subject_of
from backoffice.marketplace.sanction import Sanction
from backoffice.marketplace.transparency.model import TransparencyEntry
from backoffice.marketplace.transparency.owe import declare, queue_final_entries
from backoffice.queues import REGISTRY
from tests.factories.appeal import act
from tests.factories.case import open_one
from tests.factories.decision import decided, refusal
from tests.factories.listing import make_case, make_live_case
from tests.factories.staff import make_staff
from tests.factories.transparency import (
    TYPED,
    entry_of,
    make_body,
    make_statement,
    suspend,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def switched_on(change_settings):
    """A provider that must declare, with a key."""
    change_settings(provider_size="larger", transparency_token="a-key")


def queued(session):
    """Queue what is final; return the entries that rows of the outbox name."""
    queue_final_entries(session)
    session.flush()
    of_channel = OutboxMessage.channel == Channel.TRANSPARENCY
    rows = select(OutboxMessage.payload).where(of_channel).order_by(OutboxMessage.id)
    return [payload["entry"] for payload in session.scalars(rows)]


def test_a_suspended_listing_is_declared_with_what_it_was(session):
    case = make_live_case(session)
    revision = subject_of(session, case)
    entry = entry_of(session, suspend(session, case=case))
    assert (entry.state, entry.why_not) == ("draft", None)
    assert entry.body["puid"] == entry.puid
    assert UUID(entry.puid.removeprefix("sor-")).version == 4
    assert entry.body["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_DISABLED"]
    assert entry.body["content_id"] == {"EAN-13": revision.gtin[1:]}
    assert entry.body["account_type"] == "ACCOUNT_TYPE_BUSINESS"
    assert entry.body["source_type"] == "SOURCE_VOLUNTARY"


def test_a_withdrawn_listing_is_removed_content(session):
    decision = decided(
        session, make_live_case(session), "withdraw", refusal(session, "listing_gtin")
    )
    entry = entry_of(session, decision)
    assert entry.body["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]


def test_nothing_that_was_typed_and_nobody_s_name_is_declared(session):
    case = make_live_case(session)
    revision = subject_of(session, case)
    seller = revision.seller
    decision = suspend(session, case=case)
    entry = entry_of(session, decision)
    assert decision.facts == TYPED
    named = (
        TYPED, revision.title, revision.listing.external_id, case.reference, seller.external_id,
        seller.legal_name, seller.siren, seller.siret, seller.contact_email, seller.representative,
    )  # fmt: skip
    theirs = words_in(named) - words_in(make_body("listing_counterfeit"))
    assert {"Vandermeersch", seller.siren} <= theirs
    assert theirs & words_in([entry.body, entry.response, entry.puid]) == set()


def words_in(content):
    """Return the words of four letters or more, wherever they stand."""
    return set(re.findall(r"\w{4,}", json.dumps(content, ensure_ascii=False)))


@pytest.mark.parametrize("slug", ["registrations", "profile-changes"])
def test_a_refused_file_restricts_nothing(session, slug):
    lead = make_staff(session, role="lead").actor
    decision = act(session, open_one(session, QUEUES[slug]), "reject", lead, refusal(session))
    entry = entry_of(session, decision)
    assert (entry.state, entry.why_not, entry.body) == ("not_applicable", "no_restriction", None)


def test_a_refused_new_listing_restricts_nothing(session):
    decision = decided(session, make_case(session), "reject", refusal(session, "listing_gtin"))
    entry = entry_of(session, decision)
    assert (entry.state, entry.why_not, entry.body) == ("not_applicable", "no_restriction", None)
    assert queued(session) == []


def owed(session, measure="suspend_listing", codes=("listing_gtin",), **more):
    """Owe one more entry for a statement beside a decision's own."""
    decision = suspend(session, "listing_gtin")
    target = decision.statements[0].target
    return owed_of(session, decision, measure, codes, target=target, **more)


def owed_of(session, decision, measure, codes=("listing_gtin",), **more):
    """Owe the entry of one more statement of this decision."""
    more["grounds"] = [{"code": code} for code in codes]
    statement = make_statement(measure, **more)
    decision.statements.append(statement)
    subject, at = subject_of(session, decision.case), decision.executed_at
    context = Context(session, decision.case, subject, SYSTEM, at, {}, decision)
    declare(context, statement)
    session.flush()
    return entry_of(session, decision)


@pytest.mark.parametrize("measure", ["warn_seller", "strike_seller", "refuse_listing"])
def test_what_restricts_nothing_is_not_declared(session, measure):
    assert owed(session, measure).why_not == "no_restriction"


def test_a_notifier_is_told_of_somebody_else_s_restriction(session):
    entry = owed(session, "", recipient_kind="notifier", source="notice")
    assert entry.why_not == "no_restriction"


def test_an_order_is_reported_elsewhere(session):
    assert owed(session, source="order").why_not == "order"


def test_without_a_ground_there_is_nothing_to_declare(session):
    assert owed(session, codes=()).why_not == "no_ground"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("notice", "SOURCE_ARTICLE_16"),
        ("trusted_flagger", "SOURCE_TRUSTED_FLAGGER"),
        ("complaint", "SOURCE_TYPE_OTHER_NOTIFICATION"),
    ],
)
def test_the_source_is_that_of_the_statement(session, source, said):
    assert owed(session, source=source).body["source_type"] == said


def test_a_reviewer_is_a_private_person(session):
    entry = owed(session, "remove_review", recipient_kind="buyer", source="notice")
    assert entry.body["account_type"] == "ACCOUNT_TYPE_PRIVATE"


def test_an_end_before_the_beginning_holds_up_no_decision_and_is_not_sent(session, caplog):
    decision = suspend(session, "listing_gtin")
    seller = subject_of(session, decision.case).seller
    at = decision.executed_at
    session.add(
        Sanction(
            subject_kind="seller", subject_id=seller.id, kind="strike", decision_id=decision.id,
            starts_at=at, notified_at=at, ends_at=at - timedelta(days=2),
        )
    )  # fmt: skip
    entry = owed_of(session, decision, "suspend_seller", target=f"seller:{seller.id}")
    assert (entry.state, entry.body) == ("rejected", None)
    assert "ends on or after" in entry.response["errors"]["entry"]
    assert entry.puid in caplog.text
    assert entry.id not in queued(session)


def test_a_small_provider_keeps_entries_that_can_be_downloaded(session, change_settings):
    change_settings(provider_size="micro_small")
    entry = entry_of(session, suspend(session))
    assert (entry.state, entry.why_not) == ("not_applicable", "provider_size")
    assert entry.body["puid"] == entry.puid
    assert queued(session) == []


def test_a_small_provider_may_declare_all_the_same(session, change_settings):
    change_settings(provider_size="micro_small", transparency_voluntary="true")
    entry = entry_of(session, suspend(session))
    assert queued(session) == [entry.id]


def test_an_entry_waits_until_nothing_can_be_undone(session):
    decision = suspend(session, settled=False)
    assert queued(session) == []
    decision.undo_until = now() - timedelta(seconds=1)
    session.flush()
    assert queued(session) == [entry_of(session, decision).id]
    assert queued(session) == [entry_of(session, decision).id]  # once
    assert entry_of(session, decision).state == "queued"


def test_what_was_undone_is_never_declared(session):
    lead = make_staff(session, role="lead").actor
    decision = suspend(session, actor=lead, settled=False)
    case = decision.case
    decide(session, case.reference, "undo", actor=lead, data={}, version=case.version)
    decision.undo_until = now() - timedelta(seconds=1)
    session.flush()
    assert queued(session) == []
    assert entry_of(session, decision).state == "draft"


def test_what_was_carried_out_again_is_declared_once(session):
    decision = suspend(session)
    first = entry_of(session, decision)
    first.decided_at -= timedelta(minutes=5)  # confirmed, undone, and confirmed again since
    session.flush()
    assert queued(session) == []


def test_a_new_decision_gives_a_new_entry_and_leaves_the_old_one(session):
    decision = suspend(session)
    old = entry_of(session, decision)
    assert queued(session) == [old.id]
    lead, case = make_staff(session, role="lead").actor, decision.case
    data = {"action": "withdraw", **refusal(session, "listing_dangerous")}
    replacement = decide(
        session, case.reference, "override", actor=lead, data=data, version=case.version
    )
    replacement.undo_until = now() - timedelta(seconds=1)
    session.flush()
    new = entry_of(session, replacement)
    assert queued(session) == [old.id, new.id]
    assert old.puid != new.puid


def test_switched_off_they_are_kept_and_leave_once_it_is_on(session, change_settings):
    change_settings(transparency_token="")
    entry = entry_of(session, suspend(session))
    assert (queued(session), entry.state) == ([], "draft")
    change_settings(transparency_token="a-key")
    assert queued(session) == [entry.id]


def test_identifiers_are_never_the_same(session):
    for _ in range(3):
        suspend(session)
    puids = session.scalars(select(TransparencyEntry.puid)).all()
    assert len(set(puids)) == len(puids) == 3


UNRESTRICTING = (
    "erasures",
    "tickets",
)  # they restrict nothing of what anybody offers (DSA art. 17)


def test_every_queue_declares(session):
    restricting = [queue for queue in REGISTRY if queue.slug not in UNRESTRICTING]
    assert {queue.declare for queue in restricting} == {declare}
