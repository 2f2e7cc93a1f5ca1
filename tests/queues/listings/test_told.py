"""What is told of one listing: the webhook as its receiver verifies it, and what a preview says."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.desk.preview import preview
from backoffice.marketplace.listing import Listing
from backoffice.notify.webhook import body_of, headers_of
from tests.factories.decision import decided, refusal
from tests.factories.listing import make_listing
from tests.factories.outbox import SECRET, make_endpoint
from tests.factories.staff import make_staff


@pytest.fixture(autouse=True)
def _in_a_job(app):
    """The application, in a context as jobs have one: no request."""
    with app.app_context():
        yield


@pytest.fixture
def lead(session):
    return make_staff(session, role="lead").actor


@pytest.fixture
def told(session):
    """Return a function that gives what the webhooks say, each signature verified."""
    endpoint = make_endpoint(session, "https://shop.example/hooks")

    def told() -> list[dict]:
        rows = select(OutboxMessage).where(
            OutboxMessage.channel == Channel.WEBHOOK, OutboxMessage.event.startswith("listing.")
        )
        bodies = ((row, body_of(row)) for row in session.scalars(rows.order_by(OutboxMessage.id)))
        return [
            Webhook(SECRET).verify(body, headers_of(row, endpoint, body)) for row, body in bodies
        ]

    return told


def reasons(session) -> dict:
    return refusal(session, "listing_rights") | {"facts": "La marque est protégée."}


def test_an_approval_says_which_revision_is_live_now(session, told, lead):
    listing = make_listing(session)
    decided(session, listing.case, "approve", actor=lead)
    (said,) = told()
    assert said["type"] == "listing.approved"
    assert said["data"] == {
        "external_id": listing.listing.external_id,
        "seller": listing.revision.seller.external_id,
        "case": listing.case.reference,
        "kind": "new",
        "revision": 1,
        "live_revision": 1,
        "version": listing.case.version,
        "listing_version": listing.listing.version,
        "resolution": "approved",
        "status": "live",
    }


def test_a_refused_edit_says_that_the_earlier_revision_stays(session, told, lead):
    first = make_listing(session)
    decided(session, first.case, "approve", actor=lead)
    edit = make_listing(session, first.revision.seller, title="Autre",
                        external_id=first.listing.external_id)  # fmt: skip
    decided(session, edit.case, "reject", reasons(session), actor=lead)
    said = told()[-1]
    assert (said["type"], said["data"]["kind"]) == ("listing.rejected", "edit")
    assert (said["data"]["revision"], said["data"]["live_revision"]) == (2, 1)
    assert said["data"]["status"] == "live"


class TestPreview:
    def see(self, session, case, name, actor, data):
        seen = preview(session, case.reference, name, actor=actor, data=data, version=case.version)
        return seen.mails

    def test_a_refusal_shows_what_the_seller_will_read_and_that_it_is_shared(self, session, lead):
        case = make_listing(session, title="Théière").case
        case.holder_id, case.lease_until = lead.id, case.due_at
        mail, document = self.see(session, case, "reject", lead, reasons(session))
        assert mail.is_shared
        assert document.is_document
        for words in ("Théière", "La marque est protégée.", case.reference, "/p/•••"):
            assert words in mail.text
        assert (case.state, case.resolution) == ("open", None)

    def test_an_approval_too(self, session, lead):
        listing = make_listing(session, title="Théière")
        case = listing.case
        case.holder_id, case.lease_until = lead.id, case.due_at
        (mail,) = self.see(session, case, "approve", lead, {})
        assert mail.is_shared
        assert "Théière" in mail.text
        assert session.get_one(Listing, listing.listing.id).live_id is None
        assert listing.revision.untold_decision_id is None

    def test_a_mail_of_its_own_is_not_shared(self, session, lead):
        case = make_listing(session).case
        case.holder_id, case.lease_until = lead.id, case.due_at
        data = {"question": "Quoi ?", "until": (case.received_at + timedelta(days=3)).date()}
        (mail,) = self.see(session, case, "request_info", lead, data)
        assert not mail.is_shared
