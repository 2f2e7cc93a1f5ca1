"""The page on which a customer pays an invoice: Stripe's own, as far as a run needs it."""

from html import escape

from backoffice.dev.sandboxes.answer import Answer
from backoffice.dev.sandboxes.stripe.problem import Problem
from backoffice.dev.sandboxes.stripe.sandbox import Sandbox

PREFIX = "/hosted/"
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>{title}</title>
<h1>{title}</h1><p>{said}</p>{form}</html>"""
FORM = """<form method="post"><button name="card" value="pm_card_visa">Payer</button>
<button name="card" value="pm_card_chargeDeclined">Payer par une carte refusée</button></form>"""


def answer(sandbox: Sandbox, method: str, path: str, body: bytes) -> Answer:
    """Show an invoice, or pay it by the test card that was chosen."""
    id = path.removeprefix(PREFIX)
    problem = ""
    try:
        if method == "POST":
            sandbox.pay(id, body.decode().rpartition("=")[2])
    except Problem as refusal:
        problem = str(refusal)
    found = [one for one in sandbox.objects("invoice") if one["id"] == id]
    if not found:
        return _page(404, "Facture inconnue", "", "")
    (invoice,) = found
    said = problem or {"paid": "Payée, merci.", "open": "À payer."}.get(invoice["status"], "")
    amount = f"{invoice['amount_due'] / 100:.2f} €".replace(".", ",")
    form = FORM if invoice["status"] == "open" else ""
    return _page(200, f"Facture {invoice['number']} · {amount}", said, form)


def _page(status: int, title: str, said: str, form: str) -> Answer:
    page = PAGE.format(title=escape(title), said=escape(said), form=form)
    return Answer(status, page.encode(), {"Content-Type": "text/html; charset=utf-8"})
