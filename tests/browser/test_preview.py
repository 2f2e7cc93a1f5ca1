"""The preview of a decision, in place: what it would do, and why it cannot be done."""

import pytest
from playwright.sync_api import expect

from tests.factories.notice import make_notice

pytestmark = pytest.mark.browser


def test_a_preview_takes_the_place_of_errors_and_says_what_cannot_be_done(house, person):
    with house.session() as session:
        received = make_notice(session)
        reference, target = received.case.reference, received.notice.targets[0]
        outcome, seller = f"t{target.id}-outcome", f"s{target.seller_id}"
    moderator = person(reduced_motion="reduce")
    page = moderator.page
    page.goto(f"/cases/{reference}")
    moderator.claim()
    page.locator("summary[data-key=a]").click()
    form = moderator.form("uphold")
    form.locator("button:not([formaction])").click()
    banner = page.locator("main > .banner")
    expect(banner).to_have_count(1)
    form.locator("[name=reasons]").first.check()
    form.locator("[name=facts]").fill("Le signe est repris à l’identique.")
    form.locator(f"[name={outcome}]").select_option("suspend_listing")
    form.locator("[data-preview]").click()
    expect(form.locator("[data-previewed] li")).to_have_count(2)
    expect(banner).to_have_count(0)
    form.locator(f"[name={seller}-measure]").select_option("terminate_seller")
    form.locator("summary", has_text="fin du compte").click()
    form.locator(f"[name={seller}-exception]").select_option("repeated_infringement")
    form.locator(f"[name={seller}-proof]").fill("Troisième fois.")
    form.locator("[data-preview]").click()
    expect(banner).to_contain_text("décisions antérieures")
    expect(form.locator("[name=facts]")).to_have_value("Le signe est repris à l’identique.")
