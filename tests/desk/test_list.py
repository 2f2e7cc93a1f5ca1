"""A queue's list: filters, search, paging, counts, export."""

import re
from datetime import timedelta

import pytest

from backoffice.core.case import Case, State
from backoffice.core.clock import now
from backoffice.core.queue import subject_of
from backoffice.desk import listing
from backoffice.marketplace.seller import Seller
from backoffice.web.pagination import Cursor
from config.settings import get_settings
from tests.desk.cases import make_cases
from tests.desk.conftest import Desk
from tests.statements import counted
from tests.workbook import rows_of

LIST = "/queues/registrations"


def references(html: str) -> list[str]:
    """The cases a list shows, in order."""
    return re.findall(r'<a href="[^"]*"[^>]*>(REG-\d{4}-\d{6})<', html)


def test_due_first(session, desk: Desk):
    first, second, third = make_cases(session, 3)
    first.due_at = now() + timedelta(hours=9)
    second.due_at = now() - timedelta(hours=2)
    session.flush()
    html = desk.page(LIST)
    assert references(html) == [second.reference, third.reference, first.reference]
    assert "Late by" in html or "Retard" in html


def test_what_is_to_do_is_shown_unless_the_address_says_otherwise(session, desk: Desk):
    waiting, closed, open_ = make_cases(session, 3)
    waiting.state, waiting.waiting_until = State.WAITING, now() + timedelta(days=2)
    closed.state, closed.resolution, closed.closed_at = State.CLOSED, "approved", now()
    session.flush()
    assert references(desk.page(LIST)) == [open_.reference]
    assert references(desk.page(LIST, state="waiting")) == [waiting.reference]
    assert references(desk.page(LIST, state="closed")) == [closed.reference]
    assert set(references(desk.page(LIST, state="live"))) == {waiting.reference, open_.reference}
    assert len(references(desk.page(LIST, state="all"))) == 3
    assert len(references(desk.get(LIST + "?state=open&state=waiting").text)) == 2


def test_filters_find_by_holder_due_age_check_flag_plan_and_seller(session, desk: Desk):
    plain, mine, late, old, failed, flagged = make_cases(session, 6)
    other = make_cases(session, 1, plan="premium")[0]
    mine.holder_id, mine.lease_until = desk.staff.id, now() + timedelta(minutes=9)
    late.due_at = now() - timedelta(hours=1)
    old.received_at = now() - timedelta(days=9)
    failed.check_worst, failed.check_counts = "fail", {"fail": 1}
    failed.check_headline = {"msgid": "Same IBAN", "values": {}}
    flagged.flag("no_reply")
    session.flush()
    found = {
        (("holder", "me"),): [mine],
        (("due", "late"),): [late],
        (("age", "1w"),): [old],
        (("check", "fail"),): [failed],
        (("flag", "no_reply"),): [flagged],
        (("plan", "premium"),): [other],
        (("seller", other_seller(session, other)),): [other],
        (("holder", str(desk.staff.id)), ("state", "open")): [mine],
    }
    for query, cases in found.items():
        assert references(desk.page(LIST, **dict(query))) == [c.reference for c in cases], query
    nobody = references(desk.page(LIST, holder="nobody"))
    assert mine.reference not in nobody
    assert plain.reference in nobody


def other_seller(session, case: Case) -> str:
    """The marketplace's number of a case's seller."""
    return session.get(Seller, case.seller_id).external_id


def test_a_filter_that_means_nothing_is_left_out(session, desk: Desk):
    (case,) = make_cases(session, 1)
    odd = {"state": "asleep", "holder": "x", "due": "\0", "age": "9z", "check": "'", "nope": "1"}
    assert references(desk.page(LIST, **odd, at="%%%")) == [case.reference]
    assert desk.get(LIST, q="\0 \u202e" + "x" * 9000).status_code == 200
    assert desk.get(LIST, plan="é" * 150, flag="a,b{}").status_code == 200


def test_search_finds_by_reference_title_siren_and_email(session, desk: Desk):
    (case,) = make_cases(session, 1, company__legal_name="Poterie Éclair", company__trade_name=...)
    make_cases(session, 2)
    subject = subject_of(session, case)
    for words in (case.reference, "poterie eclair", "ECLAI", subject.siren, subject.contact_email):
        assert references(desk.page(LIST, q=words)) == [case.reference], words
    assert references(desk.page(LIST, q="céramique")) == []


@pytest.fixture
def short_pages(monkeypatch):
    """Let a page of a list have twenty rows."""
    few = get_settings().model_copy(update={"page_size": 20})
    monkeypatch.setattr(listing, "get_settings", lambda: few)


def test_pages_follow_each_other_without_loss_while_cases_come_and_go(
    session, desk: Desk, short_pages
):
    cases = make_cases(session, 48)
    shown, address, turns = [], LIST, 0
    while address:
        html = desk.get(address).text
        shown += references(html)
        if turns == 0:
            cases[3].state, cases[3].resolution = State.CLOSED, "approved"
            cases[3].closed_at = now()
            make_cases(session, 1)[0].due_at = now() - timedelta(days=1)
            session.flush()
        turns += 1
        match = re.search(r'href="([^"]+)"\s+rel="next"', html)
        address = match[1].replace("&amp;", "&") if match else None
    assert shown == [case.reference for case in cases]


def test_of_those_due_at_once_the_least_rank_is_first_in_the_list_as_in_next(session, desk: Desk):
    cases = make_cases(session, 4)
    for case, rank in zip(cases, (0, 5, -5, 0), strict=True):
        case.due_at, case.rank = cases[0].due_at, rank
    session.flush()
    ranked = [cases[number].reference for number in (2, 0, 3, 1)]
    lines = desk.get(f"{LIST}/export.csv").text.splitlines()[1:]
    assert references(desk.page(LIST)) == ranked
    assert [line.split(";")[0] for line in lines] == ranked
    second = desk.page(f"/cases/{ranked[1]}", view="")
    beside = re.findall(r'href="/cases/(REG-[0-9-]+)[^>]*rel="(prev|next)"', second)
    assert set(beside) == {(ranked[0], "prev"), (ranked[2], "next")}
    taken = [desk.post(f"{LIST}/next").location for _ in ranked]
    assert [re.search(r"REG-[0-9-]+", address)[0] for address in taken] == ranked


@pytest.mark.parametrize("state", ["open", "all"])
def test_pages_across_one_due_time_give_each_case_once_there_and_back(
    session, desk: Desk, short_pages, state
):
    cases = make_cases(session, 48)
    for number, case in enumerate(cases):
        case.due_at, case.rank = cases[0].due_at, number % 7 - 3
    session.flush()
    ranked = [case.reference for case in sorted(cases, key=lambda case: (case.rank, case.id))]
    ahead = walked(desk, f"{LIST}?state={state}", "next")
    back = walked(desk, ahead[-1][0], "prev")
    shown = [reference for _, page in ahead for reference in page]
    assert shown == (ranked if state == "open" else ranked[::-1])
    assert [page for _, page in back] == [page for _, page in reversed(ahead)]


@pytest.mark.parametrize("keys", [(5,), (0, 5), (2**40, 5), (-(2**40), 5)])
def test_a_cursor_that_fits_no_row_is_no_error(session, desk: Desk, keys):
    (case,) = make_cases(session, 1)
    at = Cursor((now() - timedelta(days=1), *keys), False, 1).write()
    assert references(desk.page(LIST, at=at)) == [case.reference]


def walked(desk: Desk, address: str, relation: str) -> list[tuple[str, list[str]]]:
    """The pages from an address on in one direction: the address of each and the cases it shows."""
    pages = []
    while address:
        html = desk.get(address).text
        pages.append((address, references(html)))
        match = re.search(rf'href="([^"]+)"\s+rel="{relation}"', html)
        address = match[1].replace("&amp;", "&") if match else ""
    return pages


def test_back_leads_to_the_first_page(session, desk: Desk):
    make_cases(session, 60)
    first = desk.page(LIST)
    ahead = re.search(r'href="([^"]+)"\s+rel="next"', first)[1].replace("&amp;", "&")
    back = re.search(r'href="([^"]+)"\s+rel="prev"', desk.get(ahead).text)[1].replace("&amp;", "&")
    assert references(desk.get(back).text) == references(first)


def test_the_number_of_queries_does_not_grow_with_the_rows(session, connection, desk: Desk):
    def queries() -> int:
        desk.page(LIST)
        with counted(connection) as statements:
            desk.page(LIST, state="live")
        return len(statements)

    def claimed(number: int) -> None:
        for case in make_cases(session, number):
            case.holder_id, case.lease_until = desk.staff.id, now() + timedelta(minutes=5)
        session.flush()

    claimed(5)
    few = queries()
    claimed(45)
    assert len(references(desk.page(LIST, state="live"))) == 50
    assert queries() == few


def test_chips_remove_themselves_and_tabs_count(session, desk: Desk):
    make_cases(session, 3)[0].due_at = now() - timedelta(hours=3)
    session.flush()
    html = desk.page(LIST, due="late", q="atelier")
    assert html.count("chip") == 2
    assert 'href="/queues/registrations?q=atelier"' in html
    assert 'href="/queues/registrations?due=late"' in html
    tabs = re.findall(
        r'<a href="/queues/registrations([^"]*)"[^>]*>[^<]*<span class="quiet">(\d+)', html
    )
    assert ("", "3") in tabs
    assert ("?due=late", "1") in tabs


def test_counts_are_exact_up_to_a_limit(session, desk: Desk, monkeypatch):
    make_cases(session, 7)
    monkeypatch.setattr("backoffice.desk.tabs.LIMIT", 5)
    tab = re.search(r'aria-current="page">[^<]*<span class="quiet">([^<]+)', desk.page(LIST))[1]
    assert tab == "5+"


def test_a_row_says_who_holds_the_case(session, desk_of):
    mine, theirs = make_cases(session, 2)
    desk, other = desk_of(), desk_of()
    mine.holder_id, theirs.holder_id = desk.staff.id, other.staff.id
    mine.lease_until = theirs.lease_until = now() + timedelta(minutes=9)
    session.flush()
    html = desk.page(LIST)
    assert other.staff.name in html
    assert html.count('class="is-taken"') == 1
    assert re.search(r"tone is-mine strong\">[^<]*9", html)


def test_the_export_holds_what_is_shown_and_no_formula(session, desk: Desk):
    shown, hidden = make_cases(session, 2)
    shown.title = '=HYPERLINK("http://example.com")'
    hidden.state, hidden.resolution, hidden.closed_at = State.CLOSED, "rejected", now()
    session.flush()
    answer = desk.get(f"{LIST}/export.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    assert shown.reference in text
    assert hidden.reference not in text
    assert "\"'=HYPERLINK" in text
    assert hidden.reference in desk.get(f"{LIST}/export.csv", state="closed").text


def test_a_large_export_has_every_case_once(session, desk: Desk, monkeypatch):
    monkeypatch.setattr("backoffice.desk.export.BATCH", 4)
    cases = make_cases(session, 11)
    rows = rows_of(desk.get(f"{LIST}/export.xlsx").data)
    assert [row[0] for row in rows] == [case.reference for case in cases]
    lines = desk.get(f"{LIST}/export.csv").text.splitlines()[1:]
    assert [line.split(";")[0] for line in lines] == [case.reference for case in cases]


def test_a_queue_that_one_may_not_read_is_absent(session, desk_of):
    support = desk_of("support")
    for path in (LIST, f"{LIST}/export.csv", "/queues/nothing", "/queues/appeals"):
        assert support.get(path).status_code == 404
    assert support.post(f"{LIST}/next").status_code == 404
    assert support.post(f"{LIST}/bulk", action="approve").status_code == 404
    auditor = desk_of("auditor")
    assert auditor.get(LIST).status_code == 200
    assert auditor.post(f"{LIST}/next").status_code == 404


def test_saved_views_are_private(session, desk_of):
    desk, other = desk_of(), desk_of()
    desk.post(f"{LIST}/views", name="Échecs", view="check=fail")
    assert "Échecs" in desk.page(LIST)
    assert "Échecs" not in other.page(LIST)
    saved = re.search(r"/views/(\d+)/delete", desk.page(LIST, check="fail"))[1]
    assert other.post(f"{LIST}/views/{saved}/delete").status_code == 404
    assert desk.post(f"{LIST}/views/{saved}/delete").status_code == 303
    assert "check=fail" not in desk.page(LIST)


def test_the_filter_form_holds_the_view(session, desk: Desk):
    make_cases(session, 1)
    html = desk.page(LIST, filter="1", due="week", q="atelier")
    assert re.search(r'value="week"[^>]*checked', html)
    assert desk.staff.name in html
    assert "Premium" in html
