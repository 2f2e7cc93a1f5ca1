"""The pages of listings: the list in groups, the case by kind, a listing's own page."""

import re

import pytest
from sqlalchemy import select

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.queue import subject_of
from backoffice.marketplace.listing import ListingStatus, publish
from tests.desk.conftest import Desk
from tests.factories.listing import gtin, make_listing, make_live_case
from tests.factories.seller import make_seller

LIST = "/queues/listings"


def groups(html: str) -> list[tuple[str, list[str]]]:
    """The groups a list shows: their headings as text, and their cases in order."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", html, re.DOTALL)
    found = []
    for body in bodies:
        head = re.search(r'<th scope="rowgroup".*?</th>', body, re.DOTALL)
        words = re.sub(r"<[^>]+>|\s+", " ", head[0]) if head else ""
        found.append((" ".join(words.split()), re.findall(r">(LST-[\d-]+)</a>", body)))
    return found


def published(session, **changes):
    """Publish a listing; returns what was received."""
    first = make_listing(session, make_seller(session), **changes)
    publish(first.listing, first.revision, now())
    first.case.state, first.case.resolution = "closed", "approved"
    session.flush()
    return first


def resend(session, first, **changes):
    """Receive the same listing with other content."""
    fields = {"external_id": first.listing.external_id, **changes}
    return make_listing(session, first.listing.seller, **fields)


class TestList:
    def test_rows_stand_under_their_submission_the_most_urgent_first(self, session, desk: Desk):
        one, other = make_seller(session), make_seller(session)
        first, second = make_listing(session, one), make_listing(session, other)
        third = make_listing(session, one)
        shown = groups(desk.page(LIST))
        assert [cases for _, cases in shown] == [
            [first.case.reference, third.case.reference], [second.case.reference]
        ]  # fmt: skip
        assert one.display_name in shown[0][0]
        assert re.search(r"\b2\b.*\b2\b", shown[0][0])

    def test_a_heading_leads_to_the_submission_alone(self, session, desk: Desk):
        first = make_listing(session, make_seller(session))
        make_listing(session, make_seller(session))
        html = desk.page(LIST)
        address = re.search(rf'href="({LIST}\?submission=[^"]+)"', html)[1]
        assert first.revision.submission.reference in address
        assert [cases for _, cases in groups(desk.page(address))] == [[first.case.reference]]

    def test_what_is_decided_is_counted_in_the_heading(self, session, desk: Desk):
        seller = make_seller(session)
        first, _second = make_listing(session, seller), make_listing(session, seller)
        first.case.state, first.case.resolution = "closed", "approved"
        session.flush()
        heading = groups(desk.page(LIST))[0][0]
        assert re.search(r"\b1\b.*\b2\b", heading)

    def test_kind_category_and_submission_are_filters(self, session, desk: Desk):
        new = make_listing(session, make_seller(session), category="mode/chaussures")
        live = make_live_case(session)
        assert found(desk, kind="live") == [live.reference]
        assert found(desk, kind="new") == [new.case.reference]
        assert found(desk, category="mode") == [new.case.reference]
        assert found(desk, category="mo") == []
        assert found(desk, submission=new.revision.submission.reference) == [new.case.reference]
        assert found(desk, submission=str(new.revision.submission_id)) == [new.case.reference]
        for odd in ("0", "9" * 18, "x", "-1"):
            assert desk.get(LIST, submission=odd).status_code == 200
        assert 'name="submission"' in desk.page(LIST, filter="1")

    def test_only_bulk_actions_that_fit_a_row_are_offered(self, session, desk: Desk):
        make_listing(session)
        assert offered(desk.page(LIST)) == {"approve", "reject", "request_info"}
        make_live_case(session)
        assert offered(desk.page(LIST, kind="live")) == {
            "keep",
            "suspend",
            "withdraw",
            "request_info",
        }
        make_live_case(session, ListingStatus.SUSPENDED)
        assert "reinstate" in offered(desk.page(LIST, kind="live"))


def found(desk: Desk, **query: str) -> list[str]:
    """The cases that a view shows."""
    return [case for _, cases in groups(desk.page(LIST, **query)) for case in cases]


def offered(html: str) -> set[str]:
    """The bulk actions that a list offers."""
    return set(re.findall(r'name="action" value="(\w+)"', html))


class TestBulk:
    def test_what_an_action_does_not_fit_is_left_out_before_it_begins(self, session, desk: Desk):
        new, live = make_listing(session).case, make_live_case(session)
        suspended = make_live_case(session, ListingStatus.SUSPENDED)
        chosen = [one.reference for one in (new, live, suspended)]
        answer = desk.post(f"{LIST}/bulk", action="suspend", case=chosen)
        html = desk.page(answer.location)
        out = re.search(r'id="out".*', html, re.DOTALL)[0]
        assert new.reference in out
        assert suspended.reference in out
        assert live.reference not in out
        assert 'data-action="suspend"' in html

    def test_one_submission_is_approved_as_one(self, session, desk: Desk):
        seller = make_seller(session)
        theirs = [make_listing(session, seller) for _ in range(3)]
        other = make_listing(session, make_seller(session))
        view = f"submission={theirs[0].revision.submission.reference}"
        answer = desk.post(f"{LIST}/bulk", action="approve", view=view, all="1")
        desk.post(f"{answer.location}/run")
        session.expire_all()
        assert {one.case.resolution for one in theirs} == {"approved"}
        assert {one.listing.status for one in theirs} == {"live"}
        assert other.case.resolution is None


class TestCase:
    def test_a_new_one_shows_all_that_was_sent(self, session, desk: Desk):
        made = make_listing(
            session, make_seller(session), brand="Terrabelle",
            variants=[{"reference": "bleu-m", "options": {"color": "bleu"}, "price_minor": 2990}],
        )  # fmt: skip
        html = desk.page(f"/cases/{made.case.reference}")
        for said in (made.revision.title, "Terrabelle", "bleu-m", "29,90", "Poterie du Lac",
                     made.revision.gtin_entered, made.revision.gtin):  # fmt: skip
            assert said in html, said
        assert made.revision.submission.reference in html

    def test_an_edit_shows_what_changes_against_what_is_online(self, session, desk: Desk):
        first = published(session, title="Bouilloire acier", attributes={"glaze": "acier"})
        number = first.revision.gtin_entered
        second = resend(session, first, title="Bouilloire verre", gtin=number,
                        attributes={"litres": "1 L"})  # fmt: skip
        html = desk.page(f"/cases/{second.case.reference}")
        assert "Bouilloire <del>acier</del>" in html
        assert "Bouilloire <ins>verre</ins>" in html
        assert re.search(r"<th[^>]*>litres</th>.*?<ins>1 L</ins>", html, re.DOTALL)
        assert re.search(r"<th[^>]*>glaze</th>\s*<td[^>]*>acier</td><td><del>", html)
        unchanged = html[html.index('<details class="pad small">') :]
        assert number in unchanged

    def test_a_listing_never_online_is_compared_with_what_was_sent_before(self, session, desk):
        first = make_listing(session, make_seller(session), title="Bol vert")
        first.case.state, first.case.resolution = "closed", "rejected"
        session.flush()
        second = resend(session, first, title="Bol bleu")
        assert second.case.kind == "edit"
        html = desk.page(f"/cases/{second.case.reference}")
        assert "Bol <del>vert</del>" in html
        assert ">En ligne</th>" not in html

    def test_a_live_one_says_why_it_is_examined(self, session, desk: Desk):
        case = make_live_case(session, ListingStatus.LIVE)
        case.state, case.resolution = "closed", "kept"
        session.flush()
        listing = listing_of(session, case)
        address = f"/sellers/{listing.seller.external_id}/listings/{listing.external_id}"
        answer = desk.post(f"{address}/examine", facts="Le fabricant rappelle ce lot.")
        assert answer.status_code == 303
        assert "Le fabricant rappelle ce lot." in desk.page(answer.location)

    def test_the_same_gtin_elsewhere_and_what_was_decided_on_it_are_named(self, session, desk):
        number = gtin(77)
        for _ in range(6):
            other = make_listing(session, make_seller(session), gtin=number, title="Le même bol")
        other.case.state, other.case.resolution = "closed", "rejected"
        other.case.closed_at = now()
        session.flush()
        mine = make_listing(session, make_seller(session), gtin=number)
        html = desk.page(f"/cases/{mine.case.reference}")
        assert html.count("Le même bol</a>") == 5
        assert re.search(r'id="others">[^<]*<span[^>]*>6<', html)
        earlier = html[html.index('id="earlier"') :]
        assert other.case.reference in earlier[: earlier.index("</article>")]


def listing_of(session, case: Case):
    """The listing that a case is about."""
    return subject_of(session, case).listing


class TestPage:
    def test_it_shows_revisions_with_their_cases(self, session, desk: Desk):
        first = published(session)
        second = resend(session, first, title="Autre titre")
        seller = first.listing.seller
        html = desk.page(f"/sellers/{seller.external_id}/listings/{first.listing.external_id}")
        assert first.case.reference in html
        assert second.case.reference in html
        seller_page = desk.page(f"/sellers/{seller.external_id}", tab="listings")
        assert f"/listings/{first.listing.external_id}" in seller_page

    @pytest.mark.parametrize("address", ["/sellers/nobody/listings/1", "/sellers/x%00/listings/y"])
    def test_what_is_not_there_is_not_found(self, desk: Desk, address):
        assert desk.get(address).status_code == 404

    def test_a_reason_is_asked_for_and_one_case_is_open_at_most(self, session, desk: Desk):
        first = published(session)
        seller = first.listing.seller.external_id
        address = f"/sellers/{seller}/listings/{first.listing.external_id}"
        assert desk.post(f"{address}/examine", facts=" ").status_code == 422
        once = desk.post(f"{address}/examine", facts="Signalé.")
        again = desk.post(f"{address}/examine", facts="Signalé encore.")
        assert once.location == again.location
        live = select(Case).where(Case.kind == "live")
        assert len(session.scalars(live).all()) == 1
        assert 'data-action="examine"' not in desk.page(address)

    def test_who_may_only_read_sees_no_form(self, session, desk_of):
        first = published(session)
        seller = first.listing.seller.external_id
        address = f"/sellers/{seller}/listings/{first.listing.external_id}"
        auditor, support = desk_of("auditor"), desk_of("support")
        assert 'data-action="examine"' not in auditor.page(address)
        assert auditor.post(f"{address}/examine", facts="x").status_code == 404
        assert support.get(address).status_code == 404


def test_search_finds_a_listing_by_number_gtin_and_title(session, desk: Desk):
    made = make_listing(session, make_seller(session), title="Théière émaillée")
    for query in (made.listing.external_id, made.revision.gtin_entered, "theiere émaillee"):
        assert made.case.reference in desk.page("/search", q=query), query
