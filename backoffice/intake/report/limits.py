"""How many reports one address and one e-mail may send; without Redis the limiter lets pass."""

from flask import request

from backoffice.extensions import db, limiter
from backoffice.intake.report.known import notice_behind
from backoffice.intake.report.sheet import AGAIN
from backoffice.marketplace.notifier import Notifier
from config.settings import get_settings

STEPS_PER_ADDRESS = "600 per hour"  # each looks up what was typed


def typed_email() -> str:
    """Return the address that the report gives."""
    return request.form.get("email", "").strip().lower()


def proven_notifier() -> Notifier | None:
    """Return whose address the report gives, where a link sent to that address shows it."""
    notice = notice_behind(db.session(), request.form.get(AGAIN, ""))
    notifier = notice.notifier if notice else None
    return notifier if notifier and notifier.email == typed_email() else None


def is_trusted() -> bool:
    """Tell whether one whose reports go first is known to send it."""
    notifier = proven_notifier()
    return notifier is not None and notifier.is_privileged


@limiter.shared_limit(
    lambda: get_settings().notices_per_address, scope="report", exempt_when=is_trusted
)
@limiter.shared_limit(
    lambda: get_settings().notices_per_email,
    scope="report-email",
    key_func=typed_email,
    exempt_when=lambda: not typed_email() or is_trusted(),
)
def keep_within_rate() -> None:
    """Count one report; raises RateLimitExceeded."""
