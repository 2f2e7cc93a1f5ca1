"""Every page is whole: valid HTML, scripts without failures, nothing from elsewhere."""

import pytest
from werkzeug.exceptions import HTTPException

from tests.browser.markup import mistakes
from tests.browser.pages import NOT_PAGES, PAGES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_valid_and_quiet(visit, name):
    documents = []
    visit(PAGES[name], on_document=documents.append)
    assert mistakes(documents[-1].text()) == []


def test_the_table_has_a_page_of_every_route(application, world):
    addresses = application.url_map.bind("")
    found = set()
    for sample in PAGES.values():
        path = sample.address.format_map(world).partition("?")[0]
        try:
            endpoint, _arguments = addresses.match(path)
        except HTTPException:
            continue  # of the development rooms, or nowhere
        found.add(endpoint)
    routes = {one.endpoint for one in application.url_map.iter_rules() if "GET" in one.methods}
    pages = {one for one in routes if one not in NOT_PAGES and not one.startswith("api.")}
    assert pages - found == set()
