"""What app.js adds, in a browser: keys, selection, palette, kept text, one press one request."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def kit(tab):
    tab.goto("/kit?lang=en")
    return tab


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def focused(page):
    return page.evaluate("document.activeElement.closest('tr')?.textContent ?? ''")


def test_j_and_k_move_the_focus_over_rows(kit):
    press(kit, "j", "j", "j")
    assert "LST-2026-004712" in focused(kit)
    press(kit, "k")
    assert "LST-2026-004711" in focused(kit)


def test_x_selects_and_the_bar_counts(kit):
    bar, number = kit.locator(".bulk"), kit.locator("[data-selected-count]")
    expect(number).to_have_text("1")  # the server had ticked one
    press(kit, "j", "j", "x")
    expect(number).to_have_text("2")
    press(kit, "Escape")
    expect(bar).to_be_hidden()
    kit.locator("[data-select=all]").check()
    expect(number).to_have_text("6")


def test_a_key_opens_its_action_and_goes_to_its_first_field(kit):
    press(kit, "i")
    expect(kit.locator("details.act", has_text="Ask for information")).to_have_attribute("open", "")
    expect(kit.locator("#q")).to_be_focused()
    expect(kit.locator("details.act", has_text="Refuse")).not_to_have_attribute("open", "")
    press(kit, "j", "r")
    expect(kit.locator("#q")).to_have_value("jr")


def test_search_help_and_go_to(kit):
    press(kit, "/")
    expect(kit.locator(".find input")).to_be_focused()
    kit.locator("h1").click()
    press(kit, "?")
    expect(kit.locator("#help")).to_be_visible()
    press(kit, "Escape", "Control+k")
    expect(kit.locator("#goto")).to_be_visible()
    kit.keyboard.type("dash")
    expect(kit.locator("#goto [data-found] a")).to_have_text(["Dashboard"])
    press(kit, "Enter")
    expect(kit).to_have_url(re.compile(r"/$"))


def test_keys_switched_off_do_nothing(kit):
    kit.evaluate("document.body.dataset.keysOff = 'i r'")
    press(kit, "i")
    expect(kit.locator("#q")).to_be_hidden()
    press(kit, "?")
    expect(kit.locator("#help")).to_be_visible()


def test_the_undo_bar_counts_down(kit):
    kit.clock.install()
    kit.reload()
    seconds = kit.locator("[data-seconds]")
    first = int(seconds.inner_text())
    kit.clock.run_for(3000)
    assert int(seconds.inner_text()) == first - 3
    kit.clock.run_for(20_000)
    expect(kit.locator(".undo")).to_have_count(0)


def test_typed_text_outlives_a_reload_until_the_form_is_accepted(kit):
    press(kit, "i")
    kit.keyboard.type("What is missing")
    kit.reload()
    expect(kit.locator("#q")).to_be_visible()
    expect(kit.locator("#q")).to_have_value("What is missing")
    kit.get_by_role("button", name="Send the request").click()
    kit.wait_for_url(re.compile(r"/$"))
    kit.goto("/kit?lang=en")
    expect(kit.locator("#q")).to_have_value("")


def test_a_double_press_sends_once(kit):
    sent = []
    kit.on("request", lambda r: sent.append(r) if r.method == "POST" else None)
    kit.route("**/undo", lambda route: route.fulfill(status=204))  # the page stays
    press(kit, "i")
    button = kit.get_by_role("button", name="Send the request")
    button.dblclick()
    expect(button).to_be_disabled()
    assert len(sent) == 1


def test_a_lost_claim_is_said_at_once(kit):
    kit.evaluate(
        """() => {
        const said = document.createElement("p");
        said.textContent = "Lost";
        said.hidden = true;
        said.dataset.claimLost = "";
        document.querySelector("main").append(said);
        const holder = { dataset: { renewUrl: "/stop/409" } };
        renew(holder);
        }"""
    )
    expect(kit.get_by_text("Lost", exact=True)).to_be_visible()


def test_reading_and_deciding_need_no_script(chromium, served):
    context = chromium.new_context(java_script_enabled=False, base_url=served)
    page = context.new_page()
    page.goto("/kit?lang=en")
    page.get_by_text("Ask for information").click()
    page.locator("#q").fill("What is missing")
    page.get_by_role("button", name="Send the request").click()
    assert page.url == f"{served}/"
    page.goto("/kit")
    page.locator(".who").click()
    expect(page.locator("#me")).to_be_visible()
    context.close()
