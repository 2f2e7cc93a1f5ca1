"""Finding what a notice is about, as people type it, and nothing that buyers do not see."""

from itertools import count

import pytest
from sqlalchemy import event

from backoffice.core.clock import now
from backoffice.marketplace.listing import ListingStatus, set_status
from backoffice.marketplace.review import Review
from backoffice.marketplace.thread_message import ThreadMessage
from backoffice.queues.notices.targets import SAME_GTIN_MAX, Named, find
from config.settings import get_settings
from tests.factories.listing import gtin, make_listing
from tests.factories.notice import make_online
from tests.factories.seller import make_seller

numbers = count(1)


@pytest.fixture
def seller(session):
    return make_seller(session)


@pytest.fixture
def listing(session, seller):
    return make_online(session, seller, external_id="bouilloire-12", title="Bouilloire")


@pytest.fixture
def look(session):
    """Return a function that looks a line up."""
    return lambda line: find(session, Named(typed=line))


@pytest.fixture
def ours(monkeypatch):
    """The shop's hosts are named."""
    monkeypatch.setenv("SHOP_HOSTS", "marjolaine.example")
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


def make_text(session, seller, model, **more):
    row = model(
        external_id=f"texte-{next(numbers)}", seller_id=seller.id, text="Un bol fêlé.", **more
    )
    session.add(row)
    session.flush()
    return row


class TestListings:
    @pytest.mark.parametrize(
        "line",
        [
            "bouilloire-12",
            "  bouilloire-12 ",
            "{seller}/bouilloire-12",
            "{seller} bouilloire-12",
            "https://marjolaine.example/{seller}/bouilloire-12",
            "https://marjolaine.example/boutiques/{seller}/articles/bouilloire-12/",
            "https://marjolaine.example/a/bouilloire-12?utm_source=lettre#photos",
            "http://www.marjolaine.example/article?id=bouilloire-12",
            "https://marjolaine.example/{seller}/bouilloire%2D12",
        ],
    )
    def test_by_what_a_person_copies(self, look, seller, listing, line):
        typed = line.format(seller=seller.external_id)
        (target,) = look(typed).targets
        assert (target.listing, target.typed, target.title) == (listing, typed, "Bouilloire")

    def test_a_number_that_two_shops_use_needs_the_shop(self, session, look, listing):
        other = make_online(session, external_id="bouilloire-12")
        assert look("bouilloire-12").targets == []
        (target,) = look(f"{other.seller.external_id}/bouilloire-12").targets
        assert target.listing is other

    def test_one_never_online_is_as_if_absent(self, session, look, seller):
        proposed = make_listing(session, seller).listing
        named = Named("listing", seller.external_id, proposed.external_id)
        assert look(proposed.external_id).targets == []
        assert find(session, named).targets == []

    def test_one_taken_off_is_still_found(self, look, listing):
        set_status(listing, ListingStatus.WITHDRAWN, now())
        assert look("bouilloire-12").targets[0].listing is listing

    def test_a_gtin_names_all_that_sell_it_up_to_a_number(self, session, look, seller):
        number = gtin(9001)
        shops = [make_online(session, seller, gtin=number) for _ in range(SAME_GTIN_MAX)]
        found = look(f"EAN : {number[:1]} {number[1:7]} {number[7:]}")
        assert ([one.listing for one in found.targets], found.is_cut) == (shops, False)
        make_online(session, seller, gtin=number)
        found = look(number)
        assert ([one.listing for one in found.targets], found.is_cut) == (shops, True)

    def test_a_gtin_with_a_wrong_digit_is_no_gtin(self, look):
        assert look("3760111110010").problem


class TestOthers:
    def test_a_seller(self, look, seller):
        (target,) = look(f"https://marjolaine.example/boutique/{seller.external_id}").targets
        assert (target.kind, target.title) == ("seller", seller.display_name)

    @pytest.mark.parametrize("status", ["applicant", "refused"])
    def test_a_seller_whom_nobody_has_seen(self, session, look, status):
        assert look(make_seller(session, status).external_id).targets == []

    def test_a_review_is_found_with_its_words_while_they_are_shown(self, session, look, seller):
        review = make_text(session, seller, Review, rating=1, written_at=now())
        (shown,) = look(review.external_id).targets
        assert (shown.kind, shown.review_id, shown.title) == ("review", review.id, "Un bol fêlé.")
        review.status = "removed"
        (removed,) = look(review.external_id).targets
        assert (removed.review_id, removed.title) == (review.id, "")

    def test_a_message_is_found_without_its_words(self, session, look, seller):
        row = make_text(session, seller, ThreadMessage, thread="t", side="buyer", sent_at=now())
        (target,) = look(row.external_id).targets
        assert (target.kind, target.message_id, target.title) == ("message", row.id, "")


class TestNothing:
    @pytest.mark.parametrize(
        "line",
        ["nulle-part", "https://", "http://[", "\0", "https://marjolaine.example/%00%ff", "\u202e",
         "/" * 500, "javascript:alert(1)", "<script>alert(1)</script>", "' or 1=1 --", "9" * 400],
    )  # fmt: skip
    def test_is_said(self, look, line):
        found = look(line)
        assert found.targets == []
        assert found.problem.msgid == "Nothing here has this name or address."

    def test_a_search_is_named_as_one(self, look, listing):
        found = look("https://marjolaine.example/recherche?q=mariniere")
        assert "is a search" in found.problem.msgid

    @pytest.mark.parametrize(
        ("address", "is_ours"),
        [
            ("https://marjolaine.example/bouilloire-12", True),
            ("https://www.MARJOLAINE.example/bouilloire-12", True),
            ("https://autre.example/bouilloire-12", False),
            ("https://pas-marjolaine.example/bouilloire-12", False),
            ("https://marjolaine.example@autre.example/bouilloire-12", False),
            ("bouilloire-12", True),
        ],
    )
    def test_an_address_of_another_site(self, look, listing, ours, address, is_ours):
        found = look(address)
        assert bool(found.targets) == is_ours
        assert is_ours or "is not our shop" in found.problem.msgid

    def test_a_line_of_many_words_costs_few_questions(self, connection, look, seller, listing):
        seen = []
        event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
        look("https://marjolaine.example/" + "/".join(f"mot{number}" for number in range(60)))
        assert 0 < len(seen) <= 12
