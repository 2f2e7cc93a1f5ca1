"""The sandbox of the API Recherche d'entreprises: `GET /search`."""

import time
from collections.abc import Callable, Mapping

from backoffice.core.search import fold
from backoffice.dev.sandboxes.answer import Answer, json_answer
from backoffice.dev.sandboxes.companies import SampleCompany, known_companies
from backoffice.dev.sandboxes.register_records import SECONDARY, result

SLOW_SECONDS = 20  # longer than any client should wait


def _slow() -> Answer:
    time.sleep(SLOW_SECONDS)
    return json_answer(200, {"results": []})


TROUBLES: dict[str, Callable[[], Answer]] = {
    "rate_limited": lambda: Answer(429, b"Too Many Requests", {"Retry-After": "2"}),
    "broken": lambda: json_answer(500, {"erreur": "Une erreur est survenue."}),
    "down": lambda: Answer(503, b"<h1>503</h1>", {"Content-Type": "text/html"}),
    "slow": _slow,
    "malformed": lambda: Answer(200, b'{"results": [{"siren": "356'),
    "web_page": lambda: Answer(200, b"<!doctype html><h1>Maintenance</h1>"),
    "moved": lambda: Answer(302, b"", {"Location": "/elsewhere"}),
    "huge": lambda: Answer(200, b'{"results": [' + b" " * 3 * 1024 * 1024 + b"]}"),
    "refused": lambda: json_answer(400, {"erreur": "Veuillez indiquer un paramètre valide."}),
}


def answer(query: Mapping[str, str]) -> Answer:
    """Answer a search as the API does: by SIREN or SIRET, or by words of the name."""
    sought = query.get("q", "").strip()
    page, per_page = query.get("page", "1"), query.get("per_page", "10")
    if not sought:
        return _bad_request("Veuillez indiquer au moins un paramètre de recherche.")
    if not (per_page.isdigit() and 1 <= int(per_page) <= 25):
        return _bad_request(
            "Veuillez indiquer un paramètre `per_page` entre `1` et `25`, par défaut `10`."
        )
    if not (page.isdigit() and int(page) >= 1):
        return _bad_request("Veuillez indiquer un paramètre `page` entre `1` et `1000`.")
    found = _find(sought)
    trouble = TROUBLES.get(found[0].trouble) if found else None
    return trouble() if trouble else _found(found, sought, query, int(page), int(per_page))


def _find(sought: str) -> list[SampleCompany]:
    """Return the matching companies; digits alone are a number, never words."""
    companies = known_companies()
    if sought.isdigit() and len(sought) in {9, 14}:
        company = companies.get(sought[:9])
        places = (company.siret, company.branch_siret) if company else ()
        is_known = company is not None and (len(sought) == 9 or sought in places)
        return [company] if company and is_known else []
    words = fold(sought).split()
    return [one for one in companies.values() if all(word in fold(one.name) for word in words)]


def _found(
    found: list[SampleCompany], sought: str, query: Mapping[str, str], page: int, per_page: int
) -> Answer:
    is_minimal = query.get("minimal", "").lower() == "true"
    parts = tuple(query.get("include", "").split(",")) if is_minimal else SECONDARY
    shown = found[(page - 1) * per_page : page * per_page]
    return json_answer(
        200,
        {
            "results": [result(one, sought, parts) for one in shown],
            "total_results": len(found),
            "page": page,
            "per_page": per_page,
            "total_pages": -(-len(found) // per_page),
        },
    )


def _bad_request(said: str) -> Answer:
    return json_answer(400, {"erreur": said})
