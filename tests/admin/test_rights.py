"""The register of rights, and the notifiers: what staff add and correct by hand."""

import pytest
from sqlalchemy import func, select

from backoffice.core.audit import AuditEntry
from backoffice.marketplace.notifier import Notifier
from backoffice.marketplace.right import Mandate, Right, RightHolder, record_right
from backoffice.marketplace.sanction import strike
from tests.factories.notifier import HOLDER, MARK, make_notifier
from tests.factories.sanction import ago
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff, sign_in, submit

ROW = {
    "kind": "trademark", "register": "EUIPO", "number": "EM500000018123456", "sign": "Kervanec",
    "holder": "kervanec SA", "territories": "em fr, FR", "classes": "25, 21", "expires_on": "",
    "verified_at": "2026-06-09T10:00",
}  # fmt: skip
FLAGGER = {
    "kind": "trusted_flagger", "trusted_dsc": "Arcom", "trusted_area": "Contrefaçon",
    "trusted_status": "active", "trusted_since": "2026-01-01T00:00",
}  # fmt: skip


@pytest.fixture
def staff(session):
    return make_staff(session, role="admin")


@pytest.fixture
def admin(client, session, staff):
    """An administrator's browser."""
    sign_in(client, session, staff)
    return client


@pytest.fixture
def notifier(session):
    return make_notifier(session)


@pytest.fixture
def right(session, notifier):
    """A mark that a notice named, with its holder and mandate."""
    right = record_right(session, notifier, HOLDER, MARK, role="agent")
    session.commit()
    return right


def post(client, path: str, **fields: str):
    return submit(client, f"/admin/{path}", on="/account", **fields)


def refused(answer, typed: str) -> str:
    """Return the page of a form that was refused; what was typed is on it."""
    assert answer.status_code == 200
    assert "aria-invalid" in answer.text
    assert typed in answer.text
    return answer.text


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def last_audited(session) -> tuple[str, str]:
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    return entry.verb, entry.detail.detail


@pytest.mark.parametrize("table", ["rights", "right_holders", "mandates", "notifiers"])
def test_each_table_is_listed_searched_opened_and_changed(admin, session, right, table):
    models = {"rights": Right, "right_holders": RightHolder, "mandates": Mandate}
    row = session.scalars(select(models.get(table, Notifier))).first()
    assert f"id={row.id}" in admin.get(f"/admin/{table}/").text
    assert f"id={row.id}" not in admin.get(f"/admin/{table}/?search=zzz").text
    assert f"edit/?id={row.id}" in admin.get(f"/admin/{table}/details/?id={row.id}").text
    assert admin.get(f"/admin/{table}/edit/?id={row.id}").status_code == 200


def test_a_right_is_added_as_its_register_writes_it(admin, session, staff, right):
    assert post(admin, "rights/new/", **ROW).status_code == 302
    row = session.scalars(select(Right).order_by(Right.id.desc())).first()
    assert (row.register, row.number, row.holder) == ("EUIPO", "018123456", right.holder)
    assert (row.territories, row.classes) == (["EM", "FR"], [21, 25])
    assert row.verified_by_id == staff.id
    verb, detail = last_audited(session)
    assert (verb, detail["number"]) == ("ip_right.added", "018123456")
    assert detail["holder_id"] == str(right.holder_id)


def test_a_right_is_corrected(admin, session, right):
    page = admin.get(f"/admin/rights/edit/?id={right.id}").text
    assert 'value="Kervanec SA (FR)"' in page
    assert 'value="21, 25"' in page
    change = {**ROW, "register": "INPI", "number": "4 123 456", "verified_at": ""}
    assert post(admin, f"rights/edit/?id={right.id}", **change).status_code == 302
    session.refresh(right)
    assert (right.number, right.territories, right.verified_by_id) == (
        "4123456",
        ["EM", "FR"],
        None,
    )
    assert last_audited(session)[0] == "ip_right.changed"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("number", "FR 06 3449071", "shape of INPI"),
        ("number", "UK00918123456", "British copy"),
        ("holder", "Personne", "no such holder"),
        ("classes", "25, 46", "1 to 45"),
        ("classes", "vingt", "1 to 45"),
        ("territories", "France", "two letters"),
        ("register", "EPO", "Choose the register"),
        ("expires_on", "demain", "date"),
    ],
)
def test_a_right_that_cannot_be_is_refused_and_kept(admin, session, right, field, typed, said):
    answer = post(admin, "rights/new/?lang=en", **{**ROW, field: typed})
    assert said in refused(answer, typed)
    assert count(session, Right) == 1


def test_an_international_mark_must_designate_france(admin, session, right):
    row = {**ROW, "register": "WIPO", "number": "1234567", "territories": "US, CN"}
    assert "names CN, US" in refused(post(admin, "rights/new/?lang=en", **row), "US, CN")


def test_no_right_is_added_twice(admin, session, right):
    row = {**ROW, "register": "INPI", "number": "06 4123456"}
    assert "already" in refused(post(admin, "rights/new/?lang=en", **row), "4123456")
    work = {**ROW, "kind": "copyright", "register": "", "number": "", "sign": "Photographies"}
    assert post(admin, "rights/new/", **work).status_code == 302
    assert "already" in refused(post(admin, "rights/new/?lang=en", **work), "Photographies")
    assert count(session, Right) == 2


def test_a_holder_is_one_for_a_name_and_a_country(admin, session, right):
    row = {"name": "KERVANEC SA", "country": "FR", "address": "", "email": ""}
    assert "already" in refused(post(admin, "right_holders/new/?lang=en", **row), "KERVANEC SA")
    assert post(admin, "right_holders/new/", **{**row, "country": "BE"}).status_code == 302
    assert "two letters" in refused(
        post(admin, "right_holders/new/?lang=en", **{**row, "country": "France"}), "France"
    )
    several = post(admin, "rights/new/?lang=en", **ROW)
    assert "country in brackets" in refused(several, "kervanec SA")
    assert post(admin, "rights/new/", **{**ROW, "holder": "Kervanec SA (be)"}).status_code == 302


def test_a_mandate_is_added_and_ended(admin, session, right):
    other = make_notifier(session)
    session.commit()
    row = {"notifier": other.email.upper(), "holder": "Kervanec SA", "role": "owner",
           "since": "2026-01-01", "until": ""}  # fmt: skip
    assert post(admin, "mandates/new/", **row).status_code == 302
    mandate = session.scalars(select(Mandate).where(Mandate.notifier_id == other.id)).one()
    assert "already" in refused(post(admin, "mandates/new/?lang=en", **row), other.email.upper())
    early = post(admin, f"mandates/edit/?lang=en&id={mandate.id}", **{**row, "until": "2025-12-31"})
    assert "after the beginning" in refused(early, "2025-12-31")
    ended = {**row, "until": "2026-06-09"}
    assert post(admin, f"mandates/edit/?id={mandate.id}", **ended).status_code == 302
    session.refresh(mandate)
    assert str(mandate.until) == "2026-06-09"
    unknown = post(admin, "mandates/new/?lang=en", **{**row, "notifier": "x@exemple.fr"})
    assert "Nobody has reported" in refused(unknown, "x@exemple.fr")


def test_a_notifier_becomes_a_trusted_flagger(admin, session, notifier):
    session.commit()
    path = f"notifiers/edit/?lang=en&id={notifier.id}"
    lacking = post(admin, path, **{**FLAGGER, "trusted_status": "", "trusted_dsc": ""})
    assert refused(lacking, "Contrefaçon").count("A trusted flagger has this.") >= 2
    assert post(admin, path, **FLAGGER).status_code == 302
    session.refresh(notifier)
    assert (notifier.kind, notifier.trusted_status) == ("trusted_flagger", "active")
    assert notifier.is_privileged
    verb, detail = last_audited(session)
    assert (verb, detail["trusted_dsc"]) == ("notifier.changed", "Arcom")
    back = {**FLAGGER, "kind": "entity", "trusted_status": ""}
    assert post(admin, path, **back).status_code == 302
    session.refresh(notifier)
    assert (notifier.kind, notifier.trusted_status) == ("entity", None)


def test_a_notifier_s_own_words_and_record_are_not_edited(admin, session, notifier):
    session.commit()
    before = (notifier.email, notifier.name, notifier.upheld_count)
    path = f"notifiers/edit/?id={notifier.id}"
    post(admin, path, **FLAGGER, email="x@exemple.fr", name="X", upheld_count="99")
    session.refresh(notifier)
    assert (notifier.email, notifier.name, notifier.upheld_count) == before
    assert post(admin, "notifiers/new/", **FLAGGER).status_code == 404


def test_measures_are_looked_at(admin, session):
    seller = make_seller(session)
    change = strike(session, seller, ago(1))
    session.commit()
    assert "Strike" in admin.get("/admin/sanctions/?lang=en").text
    page = admin.get(f"/admin/sanctions/details/?lang=en&id={change['sanction']}").text
    assert "Against" in page
