"""The rules of listings: drafts are written, tried and switched on; what held stays as it was."""

import pytest
from sqlalchemy import select

from backoffice.core.audit import AuditEntry
from backoffice.core.clock import now
from backoffice.marketplace.listing_rule import ListingRule
from tests.factories.decision import decided, refusal
from tests.factories.listing import make_listing
from tests.factories.staff import make_staff, sign_in, submit

DRAFT = {
    "code": "zinzolin", "kind": "term", "outcome": "warn", "pattern": "zinzolin ; violet*",
    "number": "", "categories": "maison\nmode", "why": "Essai",
}  # fmt: skip


@pytest.fixture
def as_role(client, session):
    """Return a function that signs somebody of this role in."""

    def enter(role: str):
        sign_in(client, session, make_staff(session, role=role))
        return client

    return enter


def post(client, path: str, **fields: str):
    return submit(client, path, on="/account", **fields)


def rule_of(session, code: str = "zinzolin") -> ListingRule:
    return session.scalars(
        select(ListingRule).where(ListingRule.code == code).order_by(ListingRule.id.desc())
    ).first()


def last_verb(session) -> str:
    return session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc())).first()


def test_a_rule_is_written_as_a_draft_changed_and_switched_on(as_role, session):
    client = as_role("admin")
    assert post(client, "/admin/listing_rules/new/", **DRAFT).status_code == 302
    rule = rule_of(session)
    assert (rule.starts_at, rule.categories) == (None, ["maison", "mode"])
    path = f"/admin/listing_rules/edit/?id={rule.id}"
    assert "zinzolin ; violet*" in client.get(path).text
    assert post(client, path, **{**DRAFT, "pattern": "zinzolin"}).status_code == 302
    session.refresh(rule)
    assert rule.pattern == "zinzolin"
    assert post(client, f"/admin/listing_rules/{rule.id}/switch-on").status_code == 302
    session.refresh(rule)
    assert rule.starts_at <= now()
    assert last_verb(session) == "listing_rule.switched_on"


def test_what_holds_is_not_edited_but_ended(as_role, session):
    client, rule = as_role("admin"), rule_of(session, "tobacco")
    path = f"/admin/listing_rules/edit/?id={rule.id}"
    assert client.get(path).status_code == 404
    assert post(client, path, **DRAFT).status_code == 404
    assert post(client, f"/admin/listing_rules/{rule.id}/switch-off").status_code == 302
    session.refresh(rule)
    assert rule.ends_at <= now()
    assert rule.code == "tobacco"
    assert last_verb(session) == "listing_rule.switched_off"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pattern": ""}, "pattern"),
        ({"pattern": "a*"}, "pattern"),
        ({"pattern": "(a|b)+"}, "pattern"),
        ({"kind": "price_low", "number": ""}, "number"),
        ({"kind": "price_low", "number": "500"}, "number"),
        ({"kind": "image_distance", "number": "64"}, "number"),
        ({"kind": "brand_likeness", "number": "x"}, "number"),
        ({"code": "Zin zolin"}, "code"),
        ({"categories": "Maison !"}, "categories"),
        ({"why": ""}, "why"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_and_kept(as_role, session, changes, field):
    answer = post(as_role("admin"), "/admin/listing_rules/new/", **{**DRAFT, **changes})
    assert answer.status_code == 200
    assert f'id="{field}"' in answer.text
    assert "aria-invalid" in answer.text
    assert "Essai" in answer.text or field == "why"
    assert rule_of(session) is None


def test_the_trial_counts_and_lists(as_role, session):
    for action, title in (("reject", "Bol zinzolin"), ("approve", "Vase zinzolin"),
                          ("approve", "Bol bleu")):  # fmt: skip
        case = make_listing(session, title=title).case
        data = refusal(session, "listing_category") if action == "reject" else None
        decided(session, case, action, data)
    rule = ListingRule(code="zinzolin", kind="term", pattern="zinzolin", why="Essai")
    session.add(rule)
    session.flush()
    client = as_role("auditor")  # reads, but switches nothing
    page = client.get(f"/admin/listing_rules/{rule.id}/trial?lang=en").text
    for said in ("Decisions looked at", "This rule would have flagged", "Bol zinzolin",
                 "Vase zinzolin", "50%"):  # fmt: skip
        assert said in page
    assert "Bol bleu" not in page
    assert "Switch on" not in page
    assert post(client, f"/admin/listing_rules/{rule.id}/switch-on").status_code == 404
    assert post(client, f"/admin/listing_rules/{rule.id}/switch-off").status_code == 404


def test_a_draft_begins_as_a_copy_of_a_rule(as_role, session):
    rule = rule_of(session, "price-low")
    page = as_role("admin").get(f"/admin/listing_rules/new/?like={rule.id}").text
    assert 'value="price-low"' in page
    assert 'value="50"' in page


def test_nothing_is_tried_by_who_may_not_read(as_role, session):
    rule = rule_of(session, "price-low")
    assert as_role("moderator").get(f"/admin/listing_rules/{rule.id}/trial").status_code == 404
