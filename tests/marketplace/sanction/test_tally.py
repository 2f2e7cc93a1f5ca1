"""Where somebody stands: what counts now, what it suggests, how much of all it is."""

import json
from datetime import timedelta

import pytest
from pydantic import ValidationError

from backoffice.core.clock import add_months, now
from backoffice.marketplace.sanction import Basis, lift, misuse_of, standing, strike, warn
from backoffice.marketplace.sanction.scale import FILE, Scale, strike_scale
from config.settings import ROOT
from tests.factories.listing import make_listing
from tests.factories.notifier import make_notifier
from tests.factories.sanction import DAY, ago, row
from tests.factories.seller import make_seller

YEAR = timedelta(days=365)
SCALE = Scale.model_validate(
    {
        "weights": {"grave": 4, "slight": 1},
        "other": 2,
        "thresholds": [
            {"weight": 2, "kind": "warning"},
            {"weight": 4, "kind": "suspension", "days": 14},
            {"weight": 8, "kind": "termination"},
        ],
    }
)


@pytest.fixture(autouse=True)
def _scale(monkeypatch):
    monkeypatch.setattr("backoffice.marketplace.sanction.tally.strike_scale", lambda: SCALE)
    monkeypatch.setattr("backoffice.marketplace.sanction.impose.strike_scale", lambda: SCALE)


def struck(session, seller, *codes: str, days: float = 1):
    return strike(session, seller, Basis(now() - days * DAY, reason_codes=codes))


@pytest.mark.parametrize(
    ("codes", "weight"),
    [(("slight",), 1), (("slight", "grave"), 4), (("unheard",), 2), ((), 2)],
)
def test_a_strike_weighs_as_its_gravest_reason(session, codes, weight):
    assert row(session, struck(session, make_seller(session), *codes)).weight == weight


def test_a_strike_counts_for_a_year(session):
    seller = make_seller(session)
    sanction = row(session, struck(session, seller, "grave", days=0))
    assert sanction.ends_at.date() == add_months(sanction.starts_at.date(), 12)
    for at, strikes in ((sanction.starts_at, 1), (sanction.ends_at, 0), (now() - DAY, 0)):
        assert standing(session, "seller", seller.id, at).strikes == strikes


def test_what_stands_is_counted_and_suggests_a_measure(session):
    seller = make_seller(session)
    struck(session, make_seller(session), "grave")
    assert standing(session, "seller", seller.id, now()) == (0, 0, 0, None)
    struck(session, seller, "unheard")
    assert standing(session, "seller", seller.id, now()).suggested.kind == "warning"
    warn(session, seller, ago(1))
    grave = struck(session, seller, "grave")
    stands = standing(session, "seller", seller.id, now())
    assert stands[:3] == (1, 2, 6)
    assert (stands.suggested.kind, stands.suggested.days) == ("suspension", 14)
    struck(session, seller, "grave")
    assert standing(session, "seller", seller.id, now()).suggested.kind == "termination"
    lift(session, grave, now())
    assert standing(session, "seller", seller.id, now()).weight == 6


def test_before_a_suspension_a_warning_is_suggested(session):
    seller = make_seller(session)
    struck(session, seller, "grave")
    suggested = standing(session, "seller", seller.id, now()).suggested
    assert (suggested.kind, suggested.days) == ("warning", 0)


def test_the_misuse_of_a_seller_is_a_share_of_what_came_in(session):
    seller = make_seller(session)
    assert misuse_of(session, seller, now(), YEAR).ratio is None
    for _ in range(4):
        make_listing(session, seller)
    warn(session, seller, ago(2))
    struck(session, seller, "grave")
    struck(session, seller, "grave", days=366)
    lift(session, struck(session, seller, "grave"), now())
    misuse = misuse_of(session, seller, now(), YEAR)
    assert (misuse.count, misuse.total, misuse.ratio, misuse.window) == (2, 4, 0.5, YEAR)


def test_the_misuse_of_a_notifier_is_a_share_of_its_notices(session):
    notifier = make_notifier(session, upheld_count=5, dismissed_count=2, unfounded_count=3)
    misuse = misuse_of(session, notifier, now(), YEAR)
    assert (misuse.count, misuse.total, misuse.ratio, misuse.window) == (3, 10, 0.3, None)


def test_the_scale_of_the_house_holds_together_and_knows_its_reasons():
    reasons = json.loads((ROOT / "config" / "reasons.json").read_text("utf-8"))
    assert set(strike_scale().weights) <= {one["code"] for one in reasons}
    kinds = [one.kind for one in strike_scale().thresholds]
    assert kinds == sorted(kinds, key=["warning", "suspension", "termination"].index)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": {"listing_rights": 0}},
        {"other": 0},
        {"thresholds": [{"weight": 1, "kind": "suspension"}]},
        {"thresholds": [{"weight": 1, "kind": "warning", "days": 3}]},
        {"thresholds": [{"weight": 3, "kind": "warning"}, {"weight": 3, "kind": "termination"}]},
        {"thresholds": [{"weight": 3, "kind": "applause"}]},
        {"more": 1},
    ],
)
def test_a_scale_that_does_not_is_refused(wrong):
    right = json.loads(FILE.read_text("utf-8"))
    with pytest.raises(ValidationError):
        Scale.model_validate(right | wrong)
