"""Without scripts and without an account one reports two listings, and reads the receipt."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from backoffice.queues.notices.model import Notice
from tests.browser.reporter import A_REPORT, fill_report
from tests.factories.notice import make_online
from tests.fakes.documents import pdf

pytestmark = pytest.mark.browser
EMAIL = "sans-script@terrabelle.example"
TITLES = ["Carafe Terrabelle", "Tasse Terrabelle"]


@pytest.fixture
def two(house) -> str:
    """Two listings that are online, as somebody copies them from the shop."""
    with house.session() as session:
        made = [make_online(session, title=title) for title in TITLES]
        addresses = [f"https://shop.example/{one.seller.external_id}/{one.external_id}"
                     for one in made]  # fmt: skip
        return "\n".join(addresses)


def test_a_trademark_is_reported(house, shop, open_tab, two):
    page = open_tab(java_script_enabled=False)
    page.goto("/report")
    typed = {**A_REPORT, "targets": two, "email": EMAIL, "role": "agent"}
    fill_report(page, typed, "you")
    for title in TITLES:
        expect(page.locator("#report")).to_contain_text(title)
    page.locator("#report button[value=right]:visible").click()
    expect(page.locator("[name=number]")).to_have_value(A_REPORT["number"])
    page.locator("[name=number]").fill("018123456")
    page.locator("[name=number]").press("Enter")
    expect(page.locator("[data-failed]")).to_be_visible()
    page.locator("select[name=register]").select_option("EUIPO")
    fill_report(page, {}, "you")
    page.locator("[name=mandate]").set_input_files(
        {"name": "mandat.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.locator("[name=good_faith]").check()
    page.locator("#report .btn-primary").click()
    receipt = page.locator("main")
    expect(receipt).to_contain_text(re.compile(r"NOT-\d{4}-\d{6}"))
    expect(receipt).to_contain_text(EMAIL)
    with house.session() as session:
        (notice,) = session.scalars(select(Notice).where(Notice.email == EMAIL)).all()
        assert (notice.right.register, notice.right.number) == ("EUIPO", "018123456")
        assert [one.title for one in notice.targets] == TITLES
    reference = re.search(r"NOT-\d{4}-\d{6}", receipt.inner_text())
    assert reference
    assert reference[0] in shop.wait_for_mail(EMAIL, 1)["text"]
