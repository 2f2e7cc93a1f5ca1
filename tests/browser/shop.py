"""The marketplace's program: registers sellers through the API, and hears what becomes of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
from standardwebhooks import Webhook

from backoffice.core.clock import now
from backoffice.core.integration import WebhookEndpoint
from backoffice.core.permissions import SYSTEM
from backoffice.intake.keys import SCOPES, create_key, integration_named
from tests.factories.outbox import SECRET, make_endpoint
from tests.factories.registration import document, registration_body
from tests.fakes.receiver import Receiver, receiving
from tests.live import Live

PAPERS = ("kbis", "identity", "bank_proof")


class Registered(NamedTuple):
    """One registration: the shop's number of the seller, the case, where the mails go."""

    external_id: str
    reference: str
    email: str

    @property
    def path(self) -> str:
        """Return the address of its case's page."""
        return f"/cases/{self.reference}"


class Shop:
    """A program with a key of its own."""

    def __init__(self, house: Live) -> None:
        self.house = house
        with house.session() as session:
            integration = integration_named(session, "Boutique")
            key = create_key(session, integration, scopes=SCOPES, actor=SYSTEM)
            make_endpoint(session, f"{house.url}/dev/webhooks/receive")
        self.headers = {"Authorization": f"Bearer {key}"}

    def register(self, **changes: Any) -> Registered:
        """Post a registration with its documents, as a company or with changes of the body."""
        documents = [document(kind) for kind in PAPERS]
        body = registration_body(**{"documents": documents, **changes})
        told = self.call("POST", "/registrations", json=body)
        return Registered(body["external_id"], told["case"], body["contact_email"])

    def call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """Return what the API answers."""
        url = f"{self.house.url}/api/v1{path}"
        answer = httpx.request(method, url, headers=self.headers, trust_env=False, **more)
        assert answer.is_success, answer.text
        return answer.json()

    def mails(self, address: str) -> list[dict[str, Any]]:
        """Return the mails that came to an address, the oldest first."""
        return [mail for mail in self.house.caught("mail") if address in mail["to"]][::-1]

    def wait_for_mail(self, address: str, number: int) -> dict[str, Any]:
        """Return the mail of this number (from 1) to an address, once it came."""
        mails = self.house.wait_for(lambda: self.mails(address)[number - 1 :])
        return mails[0]

    def wait_for_words(self, address: str, words: str) -> dict[str, Any]:
        """Return the first mail to an address that says this, once it came."""
        said = self.house.wait_for(
            lambda: [mail for mail in self.mails(address) if words in mail["text"]]
        )
        return said[0]

    @contextmanager
    def listening(self) -> Iterator[Receiver]:
        """Receive the webhooks meanwhile; use `events` to read them."""
        receiver = Receiver()
        with receiving(receiver) as url:
            with self.house.session() as session:
                endpoint = make_endpoint(session, url).id
            yield receiver
            with self.house.session() as session:
                session.get_one(WebhookEndpoint, endpoint).disabled_at = now()


def events(receiver: Receiver, external_id: str) -> list[str]:
    """Return the events about a seller, in order; each one's signature is verified."""
    heard = [Webhook(SECRET).verify(got.body, got.headers) for got in receiver.got]
    return [one["type"] for one in heard if one["data"]["external_id"] == external_id]
