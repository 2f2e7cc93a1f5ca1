"""Appeals against a notice's decision: what is contested is reversed, everything else is left."""

import pytest
from sqlalchemy import select

from backoffice.core.action import Context
from backoffice.core.audit import verify
from backoffice.core.claim import claim
from backoffice.core.clock import now
from backoffice.core.decision import DecisionState, current_decision
from backoffice.core.form import as_posted, bound_form
from backoffice.core.outbox import OutboxMessage
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.refusal import NotPossible
from backoffice.marketplace.sanction import Sanction
from backoffice.queues.appeals.contest import contest, why_not
from backoffice.queues.notices.parties import notifier_party
from backoffice.staff.model import Staff
from tests.factories.appeal import act, rows_of
from tests.factories.staff import make_staff, sign_in, submit
from tests.factories.upheld import told, upheld, uphold

WHY = "Le signe est le mien."


@pytest.fixture
def judge(session):
    """A lead who took no part."""
    return make_staff(session, role="lead").actor


def by_target(decision, party):
    """Return the statements that a party was given, by what they hit."""
    return {one.target: one.id for one in decision.told(party.kind, party.id)}


def contested_by_anna(session, reported, decision, *listings):
    """Contest, as Anna, the measures on these listings; all of hers where none is named."""
    anna = reported.anna.party
    statements = by_target(decision, anna)
    chosen = [statements[f"listing:{one.id}"] for one in listings]
    return contest(session, decision, anna, WHY, chosen)


def opened(session, appeal, name, actor):
    """Return the form of an action on an appeal as the page opens it."""
    context = Context(session, appeal, subject_of(session, appeal), actor, now())
    return bound_form(queue_of(appeal).action(name), context, None)


def one_click(session, appeal, judge, name="overturn", **changes):
    """Judge with the form as it opens, but for the words that only the judge can give."""
    form = opened(session, appeal, name, judge)
    data = {field.name: field.data for field in form if field.data not in (None, "", [])}
    data |= {"facts": "La licence est valable.", **changes}
    if data["instead"] == "dismiss":
        data.setdefault("dismiss-facts", "La licence couvre tout.")
    decision = act(session, appeal, name, judge, as_posted(data))
    session.flush()
    return decision


def mails_of(session, decision):
    """Return the e-mails of a decision by address."""
    return {row.to_address: row for row in rows_of(session, decision) if row.to_address}


def hooks_of(session, decision):
    """Return the webhooks of a decision: event, and which listing or seller it names."""
    rows = (row for row in rows_of(session, decision) if not row.to_address)
    return sorted(
        (row.event, row.payload.get("external_id") or row.payload.get("seller", ""))
        for row in rows
        if not row.event.startswith("notice.")
    )


def sanctions_of(session, seller):
    """Return what stands against a seller with its dates, the earlier warning left out."""
    rows = session.scalars(Sanction.of("seller", seller.id).where(Sanction.case_id.is_not(None)))
    return {one.kind: (one.id, one.starts_at, one.ends_at, one.decision_id) for one in rows}


class TestOneMeasureOfSeveral:
    def test_the_form_opens_as_the_decision_stands_without_what_is_contested(
        self, session, reported, decision, judge
    ):
        appeal = contested_by_anna(session, reported, decision, reported.first)
        form = opened(session, appeal, "overturn", judge)
        first, second, other = (one.id for one in reported.notice.targets)
        inner = form.inner["uphold"]
        assert form.instead.data == "uphold"
        assert inner.inner[f"t{first}"].outcome.data == "none"
        assert inner.inner[f"t{second}"].outcome.data == "suspend_listing"
        assert inner.inner[f"t{other}"].outcome.data == "suspend_listing"
        assert inner.inner[f"s{reported.anna.id}"].measure.data == "suspend_seller"
        assert inner.reasons.data == [one.id for one in decision.reasons]
        assert inner.facts.data == decision.facts

    def test_it_is_put_back_and_nothing_else_changes(self, session, reported, decision, judge):
        before = {one: sanctions_of(session, one) for one in (reported.anna, reported.boris)}
        versions = [one.version for one in (reported.second, reported.other)]
        seller_version = reported.anna.version
        appeal = contested_by_anna(session, reported, decision, reported.first)
        one_click(session, appeal, judge)
        made = current_decision(session, reported.case)
        assert (appeal.resolution, made.action, made.resolution) == (
            "overturned", "uphold", "upheld_in_part",
        )  # fmt: skip
        assert (reported.first.status, reported.second.status) == ("live", "suspended")
        assert [one.version for one in (reported.second, reported.other)] == versions
        assert (reported.anna.status, reported.anna.version) == ("suspended", seller_version)
        for seller, kept in before.items():
            after = sanctions_of(session, seller)
            assert {kind: row[:3] for kind, row in after.items()} == {
                kind: row[:3] for kind, row in kept.items()
            }
            assert {row[3] for row in after.values()} == {made.id}
        assert [one.outcome for one in reported.notice.targets] == [
            "", "suspend_listing", "suspend_listing",
        ]  # fmt: skip
        assert list(verify(session)) == []

    def test_who_it_does_not_change_is_not_told_again(self, session, reported, decision, judge):
        appeal = contested_by_anna(session, reported, decision, reported.first)
        one_click(session, appeal, judge)
        made = current_decision(session, reported.case)
        mails = mails_of(session, made)
        assert set(mails) == {reported.anna.contact_email, reported.notice.email}
        assert all(row.payload["replaces"] for row in mails.values())
        given = {(one.recipient_kind, one.recipient_id) for one in made.statements}
        assert ("seller", reported.boris.id) not in given

    def test_its_seller_reads_what_is_taken_back_and_what_stays(
        self, session, reported, decision, judge
    ):
        appeal = contested_by_anna(session, reported, decision, reported.first)
        one_click(session, appeal, judge)
        made = current_decision(session, reported.case)
        said = mails_of(session, made)[reported.anna.contact_email].payload
        assert [one["title"] for one in said["lifted"]] == ["Théière d’Anna"]
        assert [one["about"] for one in said["statements"]] == ["Bol d’Anna", "Poterie Anna"]
        assert all(one["restates"] for one in said["statements"])
        assert "Vase de Boris" not in str(said)

    def test_programs_learn_what_changes_alone(self, session, reported, decision, judge):
        appeal = contested_by_anna(session, reported, decision, reported.first)
        one_click(session, appeal, judge)
        made = current_decision(session, reported.case)
        assert hooks_of(session, made) == [("listing.reinstated", reported.first.external_id)]

    def test_what_stays_asks_for_no_second_person_again(self, session, reported, decision, judge):
        appeal = contested_by_anna(session, reported, decision, reported.first)
        assert one_click(session, appeal, judge).state == DecisionState.EXECUTED

    def test_undo_lets_all_of_it_stand_as_it_was(self, session, reported, decision, judge):
        before = sanctions_of(session, reported.anna)
        appeal = contested_by_anna(session, reported, decision, reported.first)
        one_click(session, appeal, judge)
        act(session, appeal, "undo", judge)
        session.flush()
        assert current_decision(session, reported.case) is decision
        assert (reported.first.status, reported.second.status) == ("withdrawn", "suspended")
        assert sanctions_of(session, reported.anna) == before
        assert [one.outcome for one in reported.notice.targets] == [
            "withdraw_listing", "suspend_listing", "suspend_listing",
        ]  # fmt: skip
        one_click(session, appeal, judge)
        assert reported.first.status == "live"

    def test_another_seller_s_later_appeal_reverses_hers_alone(
        self, session, reported, decision, judge
    ):
        appeal = contested_by_anna(session, reported, decision, reported.first)
        mine = one_click(session, appeal, judge)
        told(session, mine, current_decision(session, reported.case))
        boris = reported.boris.party
        assert why_not(session, decision, boris, now()) is None
        second = contest(session, decision, boris, "Le vase est à moi.")
        one_click(session, second, make_staff(session, role="lead").actor)
        assert reported.other.status == "live"
        assert sanctions_of(session, reported.boris) == {}
        assert (reported.first.status, reported.second.status) == ("live", "suspended")
        assert reported.anna.status == "suspended"

    def test_the_link_of_a_decision_that_was_changed_for_her_contests_no_more(
        self, session, reported, decision, judge
    ):
        appeal = contested_by_anna(session, reported, decision, reported.first)
        mine = one_click(session, appeal, judge)
        made = current_decision(session, reported.case)
        told(session, mine, made)
        with pytest.raises(NotPossible, match="newer decision"):
            contest(session, decision, reported.anna.party, "Encore.")
        assert why_not(session, made, reported.anna.party, now()) is None

    def test_mails_that_had_not_left_are_made_up_for(self, session, reported, decision, judge):
        appeal = contested_by_anna(session, reported, decision, reported.first)
        late = session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.decision_id == decision.id,
                OutboxMessage.to_address == reported.boris.contact_email,
            )
        ).one()
        late.state, late.taken_at, late.sent_at = "pending", None, None
        session.flush()
        one_click(session, appeal, judge)
        made = current_decision(session, reported.case)
        assert reported.boris.contact_email in mails_of(session, made)


class TestAllOfIt:
    def test_all_of_one_seller_s_leaves_the_other_s(self, session, reported, decision, judge):
        appeal = contested_by_anna(session, reported, decision)
        one_click(session, appeal, judge)
        assert (reported.first.status, reported.second.status) == ("live", "live")
        assert reported.anna.status == "active"
        assert sanctions_of(session, reported.anna) == {}
        assert reported.other.status == "suspended"
        made = current_decision(session, reported.case)
        assert hooks_of(session, made) == sorted(
            [
                ("listing.reinstated", reported.first.external_id),
                ("listing.reinstated", reported.second.external_id),
                ("seller.reinstated", reported.anna.external_id),
            ]
        )

    def test_when_nothing_remains_the_notice_is_dismissed(
        self, session, reported, moderator, judge
    ):
        data = uphold(session, reported.notice, {reported.first: "suspend_listing"})
        decision = upheld(session, reported.case, data, moderator)
        appeal = contested_by_anna(session, reported, decision)
        form = opened(session, appeal, "overturn", judge)
        assert [one.value for one in form.instead.choices] == ["dismiss"]
        one_click(session, appeal, judge)
        made = current_decision(session, reported.case)
        assert (made.action, reported.first.status) == ("dismiss", "live")
        mails = mails_of(session, made)
        assert set(mails) == {reported.anna.contact_email, reported.notice.email}
        assert mails[reported.anna.contact_email].payload["lifted"]

    def test_the_notifier_s_record_follows(self, session, reported, moderator, judge):
        data = uphold(session, reported.notice, {reported.first: "suspend_listing"})
        decision = upheld(session, reported.case, data, moderator)
        appeal = contested_by_anna(session, reported, decision)
        one_click(session, appeal, judge)
        by = reported.notice.notifier
        assert (by.upheld_count, by.dismissed_count) == (0, 1)


class TestOfTheNotifier:
    def contested(self, session, reported, decision):
        return contest(session, decision, notifier_party(session, reported.notice), "Et l’autre ?")

    def test_a_dismissal_is_overturned_by_upholding(self, session, reported, moderator, judge):
        decision = act(session, reported.case, "dismiss", moderator, {"facts": "Rien de tel."})
        told(session, decision)
        appeal = self.contested(session, reported, decision)
        data = uphold(session, reported.notice, {reported.other: "withdraw_listing"})
        changed = as_posted({"facts": "Si.", "instead": "uphold", "uphold": data})
        act(session, appeal, "overturn", judge, changed)
        made = current_decision(session, reported.case)
        assert (made.resolution, reported.other.status) == ("upheld_in_part", "withdrawn")
        mails = mails_of(session, made)
        assert set(mails) == {reported.boris.contact_email, reported.notice.email}
        assert mails[reported.boris.contact_email].payload["replaces"] is False
        assert mails[reported.notice.email].payload["replaces"] is True

    def test_a_part_is_added_to_what_stands(self, session, reported, moderator, judge):
        data = uphold(session, reported.notice, {reported.first: "suspend_listing"})
        decision = upheld(session, reported.case, data, moderator)
        appeal = self.contested(session, reported, decision)
        version = reported.first.version
        other = reported.notice.targets[2]
        one_click(session, appeal, judge, **{f"uphold-t{other.id}-outcome": "suspend_listing"})
        made = current_decision(session, reported.case)
        assert (reported.first.status, reported.first.version) == ("suspended", version)
        assert reported.other.status == "suspended"
        assert set(mails_of(session, made)) == {
            reported.boris.contact_email, reported.notice.email,
        }  # fmt: skip
        assert hooks_of(session, made) == [("listing.suspended", reported.other.external_id)]

    def test_an_amended_decision_opens_as_it_stands(self, session, reported, decision, judge):
        appeal = self.contested(session, reported, decision)
        form = opened(session, appeal, "amend", judge)
        inner = form.inner["uphold"]
        assert form.instead.data == "uphold"
        assert {name: one.data for name, one in inner.inner.items() if name[0] == "t"} == {
            f"t{one.id}": {"outcome": one.outcome} for one in reported.notice.targets
        }
        assert inner.facts.data == decision.facts

    def test_other_words_alone_are_told_to_all(self, session, reported, decision, judge):
        appeal = self.contested(session, reported, decision)
        one_click(session, appeal, judge, "amend", **{"uphold-facts": "Le signe, et la forme."})
        made = current_decision(session, reported.case)
        assert set(mails_of(session, made)) == {
            reported.anna.contact_email, reported.boris.contact_email, reported.notice.email,
        }  # fmt: skip
        assert hooks_of(session, made) == []


def test_the_page_shows_what_is_contested_and_reverses_it_with_one_click(
    client, session, reported, decision, judge
):
    sign_in(client, session, session.get_one(Staff, judge.id))
    appeal = contested_by_anna(session, reported, decision, reported.first)
    claim(session, appeal, judge)
    session.flush()
    path = f"/cases/{appeal.reference}"
    page = client.get(f"{path}?lang=en").text
    contested = page.partition("Contested</h3>")[2].partition("</ul>")[0]
    assert "Théière d’Anna" in contested
    assert "Bol d’Anna" not in contested
    form = page.partition('data-action="overturn"')[2].partition("</form>")[0]
    posted = {
        one.name: one.data
        for one in opened(session, appeal, "overturn", judge)
        if one.data not in (None, "", [])
    }
    assert all(f'name="{name}"' in form for name in posted)
    posted |= {"facts": "La licence est valable.", "version": appeal.version}
    assert submit(client, f"{path}/overturn", on=path, **posted).status_code == 303
    session.expire_all()
    assert (reported.first.status, reported.second.status) == ("live", "suspended")
