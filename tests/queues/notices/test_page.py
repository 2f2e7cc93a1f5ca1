"""The page of a notice in the desk: the report, the right beside what is reported, both sides."""

from datetime import timedelta

import pytest

from backoffice.core.clock import day_of, now
from backoffice.core.decide import decide
from backoffice.core.request import InfoRequest
from backoffice.marketplace.notifier import NotifierKind, TrustedStatus
from backoffice.marketplace.sanction import FACTORS, Basis, warn
from backoffice.queues.notices.evidence import evidence
from tests.factories.decision import decided
from tests.factories.notice import make_notice, make_online, make_thread, upholding
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff, sign_in
from tests.factories.user_text import make_review
from tests.statements import counted


@pytest.fixture
def page(client, session):
    """Open a case as a moderator, in English."""
    sign_in(client, session, make_staff(session, role="moderator"))

    def opened(received):
        session.flush()
        answer = client.get(f"/cases/{received.case.reference}?lang=en")
        assert answer.status_code == 200, answer.text[:2000]
        return answer.text

    return opened


def test_it_shows_the_right_beside_each_listing(session, page):
    listing = make_online(session, brand="Terrabelle", price_minor=1999)
    received = make_notice(
        session, listing, right__test_purchase="Commande 88-1, reçue le 3.",
        right__infringes=["packaging", "image"],
    )  # fmt: skip
    shown = page(received)
    right = received.notice.right
    for words in (
        received.notice.explanation, received.notice.name, received.notice.email, right.number,
        right.sign, right.holder.name, "Commande 88-1", "Its packaging, A picture", "not stated",
        listing.live.title, "€19.99", listing.live.gtin_entered, "Online",
    ):  # fmt: skip
        assert words in shown, words
    assert f"/sellers/{listing.seller.external_id}/listings/{listing.external_id}" in shown


def test_a_trusted_flagger_is_named_with_area_and_coordinator(session, page):
    received = make_notice(session)
    one = received.notice.notifier
    one.kind, one.trusted_status = NotifierKind.TRUSTED_FLAGGER, TrustedStatus.ACTIVE
    one.trusted_dsc, one.trusted_area = "Arcom", "contrefaçon"
    assert "contrefaçon, by Arcom" in page(received)
    one.trusted_status = TrustedStatus.REVOKED
    assert "does not hold at present" in page(received)


def test_a_review_shows_what_it_says_and_what_was_decided(session, page):
    review = make_review(session, rating=1, author="Marie-Laure", order="CMD-77")
    received = make_notice(session, review, kind="review", right=None)
    shown = page(received)
    for words in (review.text, "Marie-Laure", "CMD-77", "Review of 1 out of 5"):
        assert words in shown, words
    assert "Decided:" not in shown
    decided(session, received.case, "uphold", upholding(session, received, "remove_review"))
    assert "Remove the review" in page(received)


def test_a_message_stands_in_its_thread_with_five_before_and_after(session, page):
    seller = make_seller(session)
    messages = make_thread(session, seller, 15)
    make_thread(session, seller, 3)
    received = make_notice(session, messages[7], kind="message", right=None)
    (shown,) = evidence(session, received.case, received.notice)["shown"]
    assert list(shown.thread) == messages[2:13]
    html = page(received)
    assert "seller, reported" in html
    assert messages[12].text in html
    assert messages[13].text not in html


def test_a_seller_is_shown_with_its_record_and_rating(session, page):
    review = make_review(session, rating=4)
    shown = page(make_notice(session, review.seller, kind="behaviour", right=None))
    assert "warnings 0, strikes 0" in shown
    assert "4.0 out of 5, 1 reviews" in shown


def test_what_is_not_found_here_says_how_it_was_typed(session, page):
    listing = make_online(session)
    targets = [{"typed": listing.external_id}, {"typed": "https://shop.example/disparu"}]
    shown = page(make_notice(session, targets=targets))
    assert "https://shop.example/disparu" in shown
    assert "Not found here" in shown


def test_a_second_person_sees_what_is_proposed_and_what_was_weighed(session, page):
    listing = make_online(session)
    own = f"s{listing.seller_id}"
    warn(session, listing.seller, Basis(now() - timedelta(days=40)))
    received = make_notice(session, listing)
    factors = {f"{own}-{name}": f"Pesé : {name}." for name in FACTORS}
    measure = {f"{own}-measure": "suspend_seller", f"{own}-until": day_of(now() + timedelta(9))}
    data = upholding(session, received, "withdraw_listing", **factors, **measure)
    assert "What is proposed" not in page(received)
    decision = decided(session, received.case, "uphold", data, settled=False)
    shown = page(received)
    for words in (
        "What is proposed",
        "Suspend the seller",
        "Withdraw the listing",
        "Pesé : share.",
    ):
        assert words in shown, words
    actor = make_staff(session, role="lead").actor
    decide(session, decision.case.reference, "confirm_hold", actor=actor, data={},
           version=decision.case.version)  # fmt: skip
    assert "What was decided" in page(received)


@pytest.mark.parametrize(
    ("answered", "until", "said"),
    [(None, -1, "No reply"), (None, 3, "until "), (0, 3, "Voici nos factures.")],
)
def test_the_sellers_side_stands_beside(session, page, answered, until, said):
    listing = make_online(session)
    received = make_notice(session, listing)
    assert "What the sellers say" not in page(received)
    asked = InfoRequest(
        case_id=received.case.id, asked_of="seller", asked_of_id=listing.seller_id,
        question="D’où viennent ces articles ?", until=now() + timedelta(days=until),
    )  # fmt: skip
    if answered is not None:
        asked.answered_at, asked.answer = now(), "Voici nos factures."
    session.add(asked)
    shown = page(received)
    for words in ("What the sellers say", "D’où viennent ces articles ?", said):
        assert words in shown, words


def test_other_notices_on_the_same_thing_and_the_same_right_are_named(session, page):
    listing = make_online(session)
    first = make_notice(session, listing)
    number = first.notice.right.number
    second = make_notice(session, listing, right__number=number)
    third = make_notice(session, right__number=number)
    decided(session, first.case, "uphold", upholding(session, first, "suspend_listing"))
    known = evidence(session, second.case, second.notice)
    assert known["other_notices"] == [first.case]
    assert known["of_right"].counts == {"upheld": 1, "": 1}
    assert list(known["of_right"].last) == [third.case, first.case]
    shown = page(second)
    assert first.case.reference in shown
    assert third.case.reference in shown


def test_sellers_of_one_right_that_share_something_are_named(session, page):
    one, other = make_seller(session), make_seller(session)
    other.phone = one.phone = "+33600000001"
    first = make_notice(session, make_online(session, one))
    number = first.notice.right.number
    second = make_notice(session, make_online(session, other), right__number=number)
    ((mine, link),) = evidence(session, second.case, second.notice)["of_right"].linked
    assert (mine, link.seller) == (other, one)
    assert f"Linked to {other.display_name}" in page(second)


def test_many_targets_ask_no_more_statements_than_one(session):
    counts = []
    for number in (1, 15):
        listings = [make_online(session) for _ in range(number)]
        received = make_notice(session, *listings)
        session.flush()
        session.expunge_all()
        case = session.get_one(type(received.case), received.case.id)
        notice = session.get_one(type(received.notice), case.subject_id)
        with counted(session.connection()) as statements:
            evidence(session, case, notice)
        counts.append(len(statements))
    assert counts[1] == counts[0] <= 20
