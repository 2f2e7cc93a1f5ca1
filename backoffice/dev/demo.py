"""The demo data of a first `make run`: people, an integration, cases of most queues.

Writes the sign-ins and the key to `.local/demo.json`; refuses to run outside development.
"""

import json
import os
import secrets
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from urllib.parse import urlsplit

import pyotp
from sqlalchemy.orm import Session

from backoffice import create_app
from backoffice.core.integration import WebhookEndpoint
from backoffice.core.permissions import SYSTEM
from backoffice.core.search import words
from backoffice.core.secrets import encrypt
from backoffice.core.work import unit_of_work
from backoffice.dev.demo_cases import past_registrations, present_registrations
from backoffice.dev.demo_disputes import demo_disputes, disputable
from backoffice.dev.demo_erasures import demo_erasures
from backoffice.dev.demo_listings import past_listings, present_listings
from backoffice.dev.demo_notices import past_notices, present_notices
from backoffice.dev.demo_orders import demo_orders
from backoffice.dev.demo_plans import demo_plans
from backoffice.dev.demo_tickets import demo_tickets
from backoffice.dev.environment import LOCAL
from backoffice.dev.sandboxes.stripe import Sandbox
from backoffice.dev.sandboxes.stripe.run import sandbox_of
from backoffice.extensions import db
from backoffice.intake.keys import SCOPES, create_key, integration_named
from backoffice.staff import accounts
from backoffice.staff.model import Staff
from backoffice.staff.passwords import hash_password
from config.settings import Settings, get_settings

PEOPLE = (
    ("moderator", "Inès Carpentier"),
    ("support", "Hugo Marnier"),
    ("finance", "Nour Haddad"),
    ("finance", "Paul Ferrier"),
    ("lead", "Maud Lefèvre"),
    ("lead", "Karim Benali"),
    ("admin", "Claire Aubry"),
    ("auditor", "Louis Roque"),
)
WORDS = ("thym", "galet", "brume", "noyer", "lilas", "sable", "cidre", "genet", "orme", "plume")


def main() -> None:
    """Fill an empty database and write the file."""
    settings = get_settings()
    if not settings.is_development:
        sys.exit("Demo data is for development only.")
    with create_app().app_context(), unit_of_work(db.session()) as session:
        staff = [_person(session, role, name) for role, name in PEOPLE]
        key, secret = _integration(session, settings.base_url)
        people = [session.get_one(Staff, entry.pop("id")) for entry in staff]
        reviewers = cycle([people[0], people[4], people[5]])
        past_registrations(session, reviewers)
        past_listings(session, reviewers)
        past_notices(session, reviewers)
        present_registrations(session)
        present_listings(session)
        present_notices(session, reviewers)
        with _sandbox(settings) as sandbox:
            demo_orders(session, sandbox)
            if sandbox is not None:
                demo_plans(session)
        demo_disputes(session, cycle([people[1], people[4]]), disputable(session))
        demo_tickets(session, cycle([people[1], people[4]]))
        demo_erasures(session, cycle([people[1], people[4]]))
    LOCAL.mkdir(exist_ok=True)
    demo = {"url": settings.base_url, "api_key": key, "webhook_secret": secret, "staff": staff}
    descriptor = os.open(LOCAL / "demo.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(json.dumps(demo, indent=2, ensure_ascii=False) + "\n")


@contextmanager
def _sandbox(settings: Settings) -> Iterator[Sandbox | None]:
    """Yield Stripe's sandbox, if the run has one; what it has to tell waits for the run."""
    if urlsplit(settings.stripe_url).hostname != "127.0.0.1":
        yield None
        return
    with closing(sandbox_of(settings, sends=False)) as sandbox:
        yield sandbox


def _person(session: Session, role: str, name: str) -> dict[str, object]:
    password = "-".join(secrets.choice(WORDS) for _ in range(5))
    totp_secret = pyotp.random_base32()
    address = f"{'.'.join(words(name))}@marjolaine.example"
    staff = accounts.create(
        session, email=address, name=name, roles=[role], locale="fr",
        actor=SYSTEM,
    )  # fmt: skip
    staff.password_hash, staff.totp_secret = hash_password(password), encrypt(totp_secret)
    session.flush()
    return {
        "id": staff.id,
        "role": role,
        "email": staff.email,
        "password": password,
        "totp_secret": totp_secret,
    }


def _integration(session: Session, base_url: str) -> tuple[str, str]:
    integration = integration_named(session, "Marjolaine")
    shown = create_key(session, integration, scopes=SCOPES, actor=SYSTEM)
    secret = f"whsec_{b64encode(secrets.token_bytes(24)).decode()}"
    session.add(
        WebhookEndpoint(
            integration_id=integration.id,
            url=f"{base_url}/dev/webhooks/receive",
            secret_encrypted=encrypt(secret),
        )
    )
    return shown, secret


if __name__ == "__main__":
    main()
