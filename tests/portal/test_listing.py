"""A listing through the portal: asked about, refused and sent again, contested, won."""

import pytest
from sqlalchemy import func, select

from backoffice.core.case import Case, CaseLink
from backoffice.core.clock import now
from backoffice.core.link import PortalLink
from backoffice.core.outbox import OutboxMessage
from backoffice.core.queue import subject_of
from backoffice.marketplace.listing import ListingRevision, ListingStatus
from backoffice.queues.listings.correct import written
from backoffice.queues.listings.digest import tell_submissions
from tests.factories.appeal import act, link_of, pass_undo, path_of
from tests.factories.decision import decided
from tests.factories.decision import refusal as refusal_data
from tests.factories.listing import make_listing, make_live_case
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff

FACTS = "La marque est protégée."


@pytest.fixture
def case(session, files_dir, app):
    """A listing that waits, among the cases that `ask` asks about."""
    return make_listing(session, title="Bol", variants=VARIANTS).case


VARIANTS = [{"reference": "bleu", "options": {"color": "bleu"}, "price_minor": 990, "quantity": 3}]


@pytest.fixture
def told_refusal(session, case, moderator):
    """The decision that refused the listing, told in a digest."""
    decision = act(session, case, "reject", moderator, reasons(session))
    pass_undo(session, decision)
    assert tell_submissions(session) == 1
    return decision


@pytest.fixture
def path(session, told_refusal):
    """The address that the digest carries for the refused listing."""
    return path_of(link_of(session, told_refusal))


def reasons(session) -> dict:
    return refusal_data(session, "listing_rights") | {"facts": FACTS}


def fields_of(session, case, **changes) -> dict[str, str]:
    """Return what the form says, with changes."""
    return written(subject_of(session, case)) | changes


class TestAsked:
    def test_fields_are_corrected_in_the_form_of_a_listing(self, session, client, case, ask, post):
        path = ask("description", "attributes", "gtin")
        shown = client.get(path).text
        assert "<textarea" in shown
        assert "material: grès" in shown
        answer = post(path, "answer", description="Deux\r\nlignes", attributes="color: bleu",
                      gtin="")  # fmt: skip
        assert answer.status_code == 303
        revision = subject_of(session, case)
        assert (revision.description, revision.attributes) == ("Deux\nlignes", {"color": "bleu"})
        assert revision.gtin_entered == ""
        assert case.state == "open"

    def test_a_fault_is_said_on_its_field_and_all_that_was_typed_stays(self, case, ask, post):
        path = ask("attributes", "description")
        wrong = post(f"{path}?lang=en", "answer", attributes="color bleu", description="Neuf",
                     answer="Voilà.")  # fmt: skip
        assert wrong.status_code == 422
        assert "Line 1: Write a name, a colon and a value" in wrong.text
        for typed in ("color bleu", "Neuf", "Voilà."):
            assert typed in wrong.text
        assert case.state == "waiting"


class TestSentAgain:
    def test_the_link_of_the_digest_shows_why_and_offers_both_ways(self, client, path):
        shown = client.get(f"{path}?lang=en").text
        for words in (FACTS, "Your listing is not approved", "Correct and send again",
                      'value="resubmit"', 'value="contest"', "Poterie du Lac"):  # fmt: skip
            assert words in shown

    def test_it_comes_back_as_an_edit_and_the_page_names_it(
        self, client, session, case, path, post
    ):
        answer = post(path, "resubmit", **fields_of(session, case, title="Bol sans marque"))
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
        new = session.scalars(select(Case).where(Case.kind == "edit")).one()
        assert (new.channel, new.title, new.state) == ("portal", "Bol sans marque", "open")
        revision = subject_of(session, new)
        assert (revision.number, revision.submission.channel) == (2, "portal")
        assert revision.listing.variant_offers == {"bleu": {"price_minor": 990, "quantity": 3}}
        shown = client.get(f"{path}?lang=en").text
        assert new.reference in shown
        assert "We are examining your listing" in shown
        assert 'value="resubmit"' not in shown
        assert 'value="contest"' in shown

    def test_twice_makes_one(self, session, case, path, post):
        fields = fields_of(session, case, title="Bol sans marque")
        assert post(path, "resubmit", **fields).status_code == 303
        assert post(path, "resubmit", **fields).status_code == 303
        assert session.scalar(select(func.count()).where(Case.kind == "edit")) == 1

    def test_another_text_from_an_old_page_is_kept_and_refused(self, session, case, path, post):
        post(path, "resubmit", **fields_of(session, case, title="Bol sans marque"))
        late = post(f"{path}?lang=en", "resubmit", **fields_of(session, case, title="Autre bol"))
        assert late.status_code == 409
        assert "sent it again already" in late.text
        assert "Autre bol" in late.text
        assert session.scalar(select(func.count(ListingRevision.id))) == 2

    def test_bad_input_keeps_everything_and_stores_nothing(self, session, case, path, post):
        typed = {"title": "", "gtin": "3,76E+12", "description": "Tout neuf",
                 "images": "ftp://a.example/1.jpg"}  # fmt: skip
        wrong = post(f"{path}?lang=en", "resubmit", **fields_of(session, case, **typed))
        assert wrong.status_code == 422
        for words in ("3,76E+12", "Tout neuf", "ftp://a.example/1.jpg", "A spreadsheet rounded"):
            assert words in wrong.text
        assert session.scalar(select(func.count(ListingRevision.id))) == 1

    def test_nothing_changed_is_said(self, session, case, path, post):
        same = post(f"{path}?lang=en", "resubmit", **fields_of(session, case))
        assert same.status_code == 422
        assert "Nothing is changed" in same.text
        assert session.scalars(select(CaseLink)).all() == []

    def test_a_newer_version_by_another_door_is_not_overwritten(self, client, session, case, path,
                                                                post):  # fmt: skip
        revision = subject_of(session, case)
        make_listing(session, revision.seller, external_id=revision.listing.external_id,
                     title="Par l’API")  # fmt: skip
        assert 'value="resubmit"' not in client.get(path).text
        late = post(f"{path}?lang=en", "resubmit", **fields_of(session, case, title="Du portail"))
        assert late.status_code == 409
        assert "Du portail" in late.text

    def test_what_is_withdrawn_for_good_is_not_offered(self, client, session, case, path):
        subject_of(session, case).listing.status = ListingStatus.WITHDRAWN
        session.flush()
        assert 'value="resubmit"' not in client.get(path).text

    def test_a_link_that_only_answers_cannot(self, client, session, case, path, post, told_refusal):
        link_of(session, told_refusal).scope = "answer"
        session.flush()
        assert 'value="resubmit"' not in client.get(path).text
        assert post(path, "resubmit", **fields_of(session, case)).status_code == 404

    def test_an_approved_listing_has_no_such_form(self, session, client, case, path):
        lead = make_staff(session, role="lead").actor
        pass_undo(session, act(session, case, "override", lead, {"action": "approve"}))
        assert 'value="resubmit"' not in client.get(path).text

    def test_a_registration_has_no_such_form(self, client, contest_path, post):
        assert 'value="resubmit"' not in client.get(contest_path).text
        assert post(contest_path, "resubmit", title="x").status_code == 404


class TestContested:
    def contest(self, session, path, post) -> Case:
        assert post(path, "contest", why="Voici l’autorisation.").status_code == 303
        return session.scalars(select(Case).where(Case.queue == "appeals")).one()

    def test_overturned_it_is_published_and_told(self, client, session, case, path, post, lead):
        appeal = self.contest(session, path, post)
        over = {"facts": "Bien vu.", "instead": "approve", "approve-facts": ""}
        made = decided(session, appeal, "overturn", over, actor=lead)
        revision = subject_of(session, case)
        assert (revision.listing.status, revision.listing.live_id) == ("live", revision.id)
        parts = select(type(made)).where(type(made).part_of_id == made.id)
        pass_undo(session, session.scalars(parts).one())
        shown = client.get(f"{path}?lang=en").text
        assert "Your listing is approved" in shown
        assert "Your appeal: our decision is reversed" in shown

    def test_confirmed_it_stays_as_it_was(self, client, session, case, path, post, lead):
        appeal = self.contest(session, path, post)
        decided(session, appeal, "confirm", {"facts": "Toujours protégée."}, actor=lead)
        assert subject_of(session, case).listing.live_id is None
        assert "Toujours protégée." in client.get(f"{path}?lang=en").text

    def test_a_suspension_is_contested_and_taken_back(self, client, session, files_dir, post,
                                                      moderator, lead):  # fmt: skip
        case = make_live_case(session)
        decision = act(session, case, "suspend", moderator, reasons(session))
        pass_undo(session, decision)
        listing = subject_of(session, case).listing
        assert listing.status == ListingStatus.SUSPENDED
        path = path_of(link_of(session, decision))
        shown = client.get(f"{path}?lang=en").text
        assert f"Your listing is {decision.resolution}" in shown
        assert FACTS in shown
        appeal = self.contest(session, path, post)
        over = {"facts": "Bien vu.", "instead": "reinstate", "reinstate-facts": "Bien vu."}
        decided(session, appeal, "overturn", over, actor=lead)
        assert listing.status == ListingStatus.LIVE
        events = select(OutboxMessage.event).where(OutboxMessage.channel == "mail")
        told = session.scalars(events).all()
        assert "listing.decided" not in told
        assert {"appeal.overturned", "listing.reinstated"} <= set(told)


def test_two_sellers_do_not_meet(client, session, case, path, post):
    other = make_listing(session, make_seller(session), title="Vase secret").case
    decided(session, other, "reject", reasons(session))
    tell_submissions(session, now())
    assert "Vase secret" not in client.get(path).text
    links = session.scalars(select(PortalLink).order_by(PortalLink.id)).all()
    assert {link.party_id for link in links} == {
        subject_of(session, one).seller_id for one in (case, other)
    }
