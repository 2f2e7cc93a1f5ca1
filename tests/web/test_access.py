"""axe finds nothing serious, light and dark, wide and narrow; nothing is wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
PAGES = ("/kit", "/public", "/nowhere")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe(chromium, served, address, scheme, width):
    context = chromium.new_context(
        base_url=served,
        color_scheme=scheme,
        bypass_csp=True,
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    page.goto(address)
    found = Axe().run(page).response["violations"]
    assert [_said(v) for v in found if v["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def _said(violation):
    return violation["id"], [node["html"][:200] for node in violation["nodes"]]
