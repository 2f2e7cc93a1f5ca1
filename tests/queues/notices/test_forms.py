"""The form that upholds a notice: one choice for all, what only one measure needs, clear errors."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.core.action import Context
from backoffice.core.clock import now
from backoffice.core.decision import Reason
from backoffice.core.form import bound_form, plain
from backoffice.core.permissions import SYSTEM
from backoffice.desk.offers import Offered
from backoffice.marketplace.sanction import Basis, strike, warn
from backoffice.queues.notices.actions import UPHOLD
from backoffice.queues.notices.seller_form import today
from tests.factories.decision import decided
from tests.factories.notice import make_notice, make_online, upholding
from tests.factories.seller import make_seller
from tests.factories.user_text import make_review

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def seller(session):
    return make_seller(session)


@pytest.fixture
def received(session, seller):
    """A notice about two listings of one seller."""
    return make_notice(session, make_online(session, seller), make_online(session, seller))


def bound(session, received, **data):
    """Return the form as posted with reasons and facts, and these answers."""
    session.flush()
    reason = session.scalars(select(Reason).where(Reason.code == "notice_trademark")).one()
    context = Context(session, received.case, received.notice, SYSTEM, now())
    said = {"reasons": [reason.id], "facts": "Le logo est sur la boîte.", **data}
    return bound_form(UPHOLD, context, said if data else None)


def names(received):
    return [f"t{one.id}" for one in received.notice.targets]


def test_nothing_is_chosen_beforehand(session, received):
    form = bound(session, received, other="")
    assert not form.validate()
    assert form.errors == {f"{name}-outcome": ["Choose an outcome."] for name in names(received)}


def test_one_choice_stands_for_all_that_have_none_of_their_own(session, received):
    first, second = names(received)
    form = bound(session, received, **{"every-all": "suspend_listing", f"{second}-outcome": "none"})
    assert form.validate()
    assert [form.data[one]["outcome"] for one in (first, second)] == ["suspend_listing", "none"]
    assert form.data["resolution"] == "upheld_in_part"


def test_what_was_kept_of_a_form_fills_it_again(session, received):
    form = bound(session, received, **{"every-all": "withdraw_listing"})
    again = bound(session, received, **plain(form.data))
    assert again.validate()
    assert plain(again.data) == plain(form.data)


def test_a_choice_for_all_that_does_not_fit_a_target_is_said_there(session, seller):
    review = make_review(session, seller)
    received = make_notice(session, make_online(session, seller), review)
    form = bound(session, received, **{"every-all": "suspend_listing"})
    assert not form.validate()
    assert list(form.errors) == [f"{names(received)[1]}-outcome"]


def test_one_target_alone_is_asked_for_by_its_title(session):
    received = make_notice(session)
    form = bound(session, received)
    (name,) = names(received)
    assert "every" not in form.inner
    assert form.inner[name].outcome.label.text == received.notice.targets[0].title


def test_without_any_measure_the_first_choice_is_asked_again(session, received):
    form = bound(session, received, **{"every-all": "none"})
    assert not form.validate()
    assert list(form.errors) == ["every-all"]


def test_a_suspension_needs_its_factors_and_names_the_seller(session, received, seller):
    own = f"s{seller.id}"
    answers = {"every-all": "none", f"{own}-measure": "suspend_seller"}
    form = bound(session, received, **answers)
    assert not form.validate()
    wanted = {f"{own}-{name}" for name in ("number", "share", "gravity", "intention")}
    assert set(form.errors) - {f"{own}-measure"} == wanted  # a warning is missing besides
    (said,) = form.errors[f"{own}-number"]
    assert said.values == {"seller": seller.display_name}


def folds(form):
    return [fold for group in Offered(UPHOLD, form).groups() for fold in group.folds]


def test_what_one_measure_needs_is_folded_until_it_is_wrong_or_filled(session, received, seller):
    own = f"s{seller.id}"
    assert [fold.is_open for fold in folds(bound(session, received))] == [False, False]
    answers = {"every-all": "none", f"{own}-measure": "suspend_seller"}
    form = bound(session, received, **answers)
    form.validate()
    assert [fold.is_open for fold in folds(form)] == [True, False]
    typed = {f"{own}-proof": "Jugement du 3 mai."}
    assert [fold.is_open for fold in folds(bound(session, received, **typed))] == [False, True]
    groups = list(Offered(UPHOLD, form).groups())
    assert [group.heading for group in groups] == [
        "", "What is done about what was reported", "", "", seller.display_name,
    ]  # fmt: skip
    assert [field.short_name for field in groups[-1].fields] == ["measure"]


def test_the_measure_stands_beside_what_is_suggested(session, received, seller):
    earlier = Basis(now() - timedelta(days=9), reason_codes=("listing_counterfeit",))
    warn(session, seller, earlier)
    for _ in range(3):
        strike(session, seller, earlier)
    form = bound(session, received).inner[f"s{seller.id}"]
    assert form.measure.description.values["weight"] == 12
    assert form.until.data == today() + timedelta(days=60)


def test_earlier_decisions_against_the_seller_may_show_repetition(session, received, seller):
    first = make_notice(session, make_online(session, seller))
    decision = decided(session, first.case, "uphold", upholding(session, first, "suspend_listing"))
    choices = bound(session, received).inner[f"s{seller.id}"].decisions.choices
    assert [(one.value, one.label) for one in choices] == [(decision.id, decision.case.reference)]
