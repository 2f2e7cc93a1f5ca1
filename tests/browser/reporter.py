"""Somebody outside who fills the public page in, step by step."""

from typing import Any

from playwright.sync_api import Page

STEPS_MAX = 8
REPORTED = "theiere-signalee"  # a listing of the world
A_REPORT: dict[str, Any] = {
    "kind": "trademark",
    "targets": f"{REPORTED}\nhttps://marjolaine.example/recherche?q=bouilloire",
    "explanation": "Notre marque figure dans le titre et sur la troisième photo.\nPas d’accord.",
    "number": "4 123 456",
    "sign": "Terrabelle",
    "classes": "21",
    "holder_name": "Terrabelle SAS",
    "role": "owner",
    "infringes": "text",
    "name": "Claire Roux",
    "email": "claire.roux@terrabelle.example",
    "organisation": "Terrabelle",
    "good_faith": False,
}


def fill_report(page: Page, typed: dict[str, Any], last: str = "check") -> None:
    """Fill in and press on, from the step that is shown to the one named last."""
    for _ in range(STEPS_MAX):
        step = page.locator("[name=step]").input_value()
        for name, value in typed.items():
            answer(page, name, value)
        with page.expect_navigation():
            page.locator("#report .btn-primary").click()
        if step == last:
            return
    raise AssertionError(f"the page stays at {step}: {page.locator('main').inner_text()}")


def answer(page: Page, name: str, value: Any) -> None:
    """Answer one question where the step asks it."""
    fields = page.locator(f"#report [name={name}]:not([type=hidden])")
    if not fields.count() or value in ("", False):
        return
    kind = fields.first.get_attribute("type")
    if kind in ("radio", "checkbox"):
        chosen = page.locator(f"#report [name={name}][value='{value}']")
        (fields.first if value is True else chosen).check()
    else:
        fields.first.fill(value)
