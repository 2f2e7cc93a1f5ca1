"""Reconciliation and payouts in the browser: the remainder, explaining, two persons, the bank."""

import pytest
from sqlalchemy import select

from backoffice.billing.ledger import balance_of
from backoffice.billing.recon_model import ReconAdjustment, ReconMatch
from backoffice.core.clock import now, paris_day
from backoffice.core.permissions import ROLES
from jobs.billing import sweep_balance
from tests.factories.recon import SELLER, listen, play, row_of, work
from tests.factories.staff import csrf_of, make_staff, sign_in, submit

LIST = "/billing/reconciliation"


@pytest.fixture
def finance(client, session):
    """Somebody of finance, signed in."""
    sign_in(client, session, make_staff(session, role="finance", name="Paul Ferrier"))
    return client


@pytest.fixture
def played(app, session, sell, stripe_sandbox):
    """A sale with all that may follow, read and matched: the top-up alone is not in the books."""
    order = sell(12_000, 1_440)
    order.seller.stripe_account = SELLER
    play(stripe_sandbox, order.external_id)
    with app.app_context():
        listen(session, stripe_sandbox)
        sweep_balance(session)
        work(session)
    session.expire_all()
    return row_of(session, state="missing_in_ledger")


def read(client, path):
    return client.get(path).get_data(as_text=True)


def adjustment(session):
    session.expire_all()
    return session.scalars(select(ReconAdjustment)).one()


def test_who_may_read_and_who_may_act(client, session, played):
    address = f"{LIST}/{played.id}"
    for role in ROLES:
        sign_in(client, session, make_staff(session, role=role))
        seen = {client.get(path).status_code for path in (LIST, address, "/billing/payouts")}
        assert seen == ({200} if role in {"finance", "auditor"} else {404}), role
        sent = submit(client, f"{address}/explain", on="/account").status_code
        assert sent == (422 if role == "finance" else 404), role


def test_the_remainder_is_on_top_with_both_figures(finance, played):
    page = read(finance, f"{LIST}?lang=en")
    head = page.split('id="remainder-EUR"')[1].split("</article>")[0]
    assert "Unexplained: −€10,000.00" in head
    assert "Missing in the books" in head
    assert page.index("remainder-EUR") < page.index("data-rows")


def test_every_view_and_filter_opens(finance, played):
    for state in ("to_explain", "waiting", "matched", "explained", "on_the_way", "all", "x"):
        assert finance.get(f"{LIST}?state={state}").status_code == 200
    assert "po_" in read(finance, f"{LIST}?state=matched&type=payout")
    assert "ch_" not in read(finance, f"{LIST}?state=all&type=payout").split("data-rows")[1]
    found = read(finance, f"{LIST}?q={played.source_id}")
    assert found.split("data-rows")[1].count("data-result") == 1
    assert "introuvable" in read(finance, f"{LIST}?q=introuvable")


def test_an_explanation_needs_a_reason_and_can_be_taken_back(finance, session, played):
    address = f"{LIST}/{played.id}"
    refused = submit(finance, f"{address}/explain", on=address, reason=" ")
    assert refused.status_code == 422
    said = submit(finance, f"{address}/explain", on=address, reason="Apport de départ")
    assert said.status_code == 303
    assert "Apport de départ" in read(finance, address)
    session.expire_all()
    assert session.get_one(ReconMatch, played.id).state == "explained"
    submit(finance, f"{address}/open", on=address)
    session.expire_all()
    assert session.get_one(ReconMatch, played.id).state == "missing_in_ledger"


def test_an_adjusting_entry_needs_two_persons(finance, session, played):
    address = f"{LIST}/{played.id}"
    before = balance_of(session, "517")
    fields = {"account": "580", "reason": "Apport de départ"}
    assert submit(finance, f"{address}/adjust", on=address, **fields).status_code == 303
    assert submit(finance, f"{address}/adjust", on=address, **fields).status_code == 409
    asked = adjustment(session)
    confirm = f"/billing/adjustments/{asked.id}/confirm"
    assert submit(finance, confirm, on=address).status_code == 409
    assert balance_of(session, "517") == before
    sign_in(finance, session, make_staff(session, role="finance"))
    assert submit(finance, confirm, on=address).status_code == 303
    assert submit(finance, confirm, on=address).status_code == 409
    session.expire_all()
    assert balance_of(session, "517") == before + 1_000_000 == 0
    page = read(finance, f"{LIST}?lang=en")
    assert "Unexplained: €0.00" in page
    assert adjustment(session).state == "confirmed"


def test_it_is_sent_back_or_cancelled(finance, session, played):
    address = f"{LIST}/{played.id}"
    fields = {"account": "580", "reason": "Apport de départ"}
    submit(finance, f"{address}/adjust", on=address, **fields)
    first = adjustment(session).id
    submit(finance, f"/billing/adjustments/{first}/cancel", on=address)
    assert adjustment(session).state == "cancelled"
    submit(finance, f"{address}/adjust", on=address, **fields)
    second = session.scalars(select(ReconAdjustment.id).order_by(ReconAdjustment.id.desc())).first()
    sign_in(finance, session, make_staff(session, role="finance"))
    path = f"/billing/adjustments/{second}/send-back"
    assert submit(finance, path, on=address, answer="").status_code == 422
    assert submit(finance, path, on=address, answer="Le compte est faux.").status_code == 303
    assert "Le compte est faux." in read(finance, address)


def test_the_bank_has_a_payout_once(finance, session, played, stripe_sandbox):
    paid = stripe_sandbox.objects("payout", status="paid")[0]["id"]
    assert paid in read(finance, "/billing/payouts?state=at_the_bank")
    address, today = f"/billing/payouts/{paid}", paris_day(now())
    page = read(finance, f"{address}?lang=en")
    assert "1 move, " in page
    wrong = submit(finance, f"{address}/bank", on=address, reference="VIR STRIPE")
    assert wrong.status_code == 422
    assert "VIR STRIPE" in wrong.get_data(as_text=True)
    fields = {"on": "2020-01-01", "reference": "VIR STRIPE"}
    early = post_bank(finance, address, fields)
    assert early.status_code == 409
    assert post_bank(finance, address, fields | {"on": today.isoformat()}).status_code == 303
    assert post_bank(finance, address, fields | {"on": today.isoformat()}).status_code == 409
    session.expire_all()
    assert balance_of(session, "580") == 0
    assert balance_of(session, "512") == paid_minor(stripe_sandbox, paid)
    assert "VIR STRIPE" in read(finance, "/billing/payouts?state=confirmed")


def post_bank(client, address, fields):
    return client.post(f"{address}/bank", data=fields | {"csrf_token": csrf_of(client, address)})


def paid_minor(sandbox, payout):
    (found,) = sandbox.objects("payout", id=payout)
    return found["amount"]
