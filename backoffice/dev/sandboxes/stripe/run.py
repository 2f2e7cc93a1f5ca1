"""The sandbox of a run: named by its settings, its memory beside the run's files."""

from backoffice.dev.sandboxes.stripe.misbehaviour import Misbehaviour
from backoffice.dev.sandboxes.stripe.sandbox import Sandbox
from config.settings import Settings

# Well-behaved, and as slow as the real one feels.
MANNERS = Misbehaviour(late_seconds=1, settle_seconds=20)


def sandbox_of(settings: Settings, *, sends: bool = True) -> Sandbox:
    """Return the run's sandbox; one that does not send leaves its events to the next that does."""
    return Sandbox(
        settings.stripe_webhook_secret.get_secret_value(),
        f"{settings.base_url}/webhooks/stripe" if sends else None,
        MANNERS,
        connect_secret=settings.stripe_connect_webhook_secret.get_secret_value(),
        key=settings.stripe_key.get_secret_value(),
        file=settings.files_dir.parent / "stripe.json",
        hosted_url=f"{settings.stripe_url.rstrip('/')}/hosted",
    )
