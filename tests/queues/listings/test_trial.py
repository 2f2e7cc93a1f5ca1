"""Trying a rule on the last decisions: what it would have flagged, what of that was refused."""

import pytest

from backoffice.core.checks import Outcome
from backoffice.core.clock import now
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.listing import publish
from backoffice.marketplace.listing_checks.switch import switch_off, switch_on
from backoffice.marketplace.listing_rule import ListingRule
from backoffice.queues.listings import trial as module
from backoffice.queues.listings.trial import try_rule
from tests.factories.decision import decided, refusal
from tests.factories.listing import gtin, make_listing
from tests.factories.listing_facts import brand
from tests.factories.seller import make_seller

pytestmark = pytest.mark.usefixtures("app")


def draft(session, pattern: str = "zinzolin", **changes) -> ListingRule:
    values = {"code": "essai", "kind": "term", "pattern": pattern, "why": "essai"}
    rule = ListingRule(**values | changes)
    session.add(rule)
    session.flush()
    return rule


def settle(session, action: str, *, settled: bool = True, **changes):
    """Decide one more listing."""
    case = make_listing(session, changes.pop("seller", None), **changes).case
    data = refusal(session, "listing_category") if action == "reject" else None
    decided(session, case, action, data, settled=settled)
    return case


def test_the_counts_are_of_what_was_decided(session):
    refused = settle(session, "reject", title="Bol zinzolin")
    settle(session, "approve", title="Assiette Zinzolin")
    settle(session, "approve", title="Bol bleu")
    settle(session, "reject", title="Bol rouge")
    make_listing(session, title="Bol zinzolin, pas encore décidé")
    settle(session, "reject", title="Bol zinzolin", settled=False)  # may still be undone
    trial = try_rule(session, draft(session), now())
    assert (trial.examined, trial.refused) == (4, 2)
    assert (len(trial.flagged), trial.flagged_refused) == (2, 1)
    assert [one.is_refused for one in trial.flagged] == [False, True]  # newest first
    assert trial.flagged[1].reference == refused.reference
    assert trial.flagged[1].finding.headline.values == {"words": "zinzolin"}


def test_a_draft_says_nothing_until_it_is_switched_on_and_nothing_after(session):
    rule = draft(session)
    assert switch_on(session, rule, SYSTEM)
    assert not switch_on(session, rule, SYSTEM)  # pressed twice
    assert switch_off(session, rule, SYSTEM)
    assert not switch_off(session, rule, SYSTEM)
    assert not switch_off(session, draft(session, code="autre"), SYSTEM)


def test_only_the_rule_itself_is_tried(session):
    settle(session, "approve", title="Réplique exacte")  # another rule's words
    assert try_rule(session, draft(session), now()).flagged == []


@pytest.mark.parametrize(("number", "count"), [(85, 1), (99, 0)])
def test_a_threshold_of_likeness_is_tried(session, number, count):
    row = brand("Kervanec")
    row.starts_at = now()
    session.add(row)
    settle(session, "reject", title="Bol Kervanek")
    settle(session, "reject", title="Bol Kervanec")  # the name itself: not by this rule
    rule = draft(session, "", kind="brand_likeness", number=number, outcome="warn")
    assert len(try_rule(session, rule, now()).flagged) == count


@pytest.mark.parametrize(("number", "count"), [(50, 1), (30, 0)])
def test_a_threshold_of_price_is_tried(session, number, count):
    for _ in range(2):
        other = make_listing(session, gtin=gtin(888_001), price_minor=10_000)
        publish(other.listing, other.revision, now())
    settle(session, "reject", gtin=gtin(888_001), price_minor=4000)
    rule = draft(session, "", kind="price_low", number=number)
    trial = try_rule(session, rule, now())
    assert [one.finding.outcome for one in trial.flagged] == [Outcome.FAIL] * count


def test_no_more_than_the_last_are_tried(session, monkeypatch):
    seller = make_seller(session)
    for number in range(8):
        settle(session, "approve", seller=seller, title=f"Bol {number}")
    rule = draft(session, "bol")
    session.expire_all()
    assert try_rule(session, rule, now()).examined == 8
    monkeypatch.setattr(module, "LAST", 5)
    assert try_rule(session, rule, now()).examined == 5
