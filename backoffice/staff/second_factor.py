"""The second factor: time-based codes (RFC 6238), each taken once, and recovery codes."""

import hmac
import secrets

import pyotp
import segno
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.permissions import Actor
from backoffice.core.secrets import decrypt, encrypt, fingerprint
from backoffice.staff.model import RecoveryCode, Staff
from config.settings import get_settings

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a telephone's clock may be half a minute off
RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no look-alikes; ten of them carry 49 bits


def new_secret() -> str:
    """Return a fresh secret (base32, 160 bits)."""
    return pyotp.random_base32()


def is_required(roles: list[str] | frozenset[str]) -> bool:
    """Tell whether one of these roles may not work without a second factor."""
    return not set(get_settings().second_factor_roles).isdisjoint(roles)


def qr_svg(secret: str, email: str) -> str:
    """Return the inline SVG that an authenticator application scans."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=get_settings().brand)
    return segno.make(uri, error="m").svg_inline(scale=5, light="#fff")


def step_of(secret: str, code: str, *, after: int | None = None) -> int | None:
    """Return the step a code belongs to, if it is near now and later than `after`."""
    current = int(now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = None
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found if found is not None and (after is None or found > after) else None


def accept(session: Session, staff: Staff, typed: str) -> bool:
    """Take a code or a recovery code, once; the account's row stays locked until the commit."""
    session.flush()
    session.refresh(staff, with_for_update=True)
    code = "".join(typed.lower().replace("-", "").split())
    if not staff.totp_secret:
        return False
    if not (code.isdigit() and len(code) == 6):
        return _spend_recovery_code(session, staff, code)
    step = step_of(decrypt(staff.totp_secret), code, after=staff.totp_last_step)
    if step is not None:
        staff.totp_last_step = step
    return step is not None


def enrol(session: Session, staff: Staff, secret: str, code: str) -> list[str]:
    """Keep a secret proved by its first code and return the recovery codes; [] if it is wrong."""
    step = step_of(secret, "".join(code.split()))
    if step is None:
        return []
    staff.totp_secret, staff.totp_last_step = encrypt(secret), step
    record(session, stream=staff.stream, verb="staff.second_factor_enrolled", actor=staff.actor)
    return new_recovery_codes(session, staff)


def new_recovery_codes(session: Session, staff: Staff) -> list[str]:
    """Replace her recovery codes and return the new ones, to be shown once."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(staff_id=staff.id, fingerprint=_print(code)) for code in codes)
    record(session, stream=staff.stream, verb="staff.recovery_codes_renewed", actor=staff.actor)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(session: Session, staff: Staff) -> int:
    """Return how many of her recovery codes are unused."""
    unused = select(RecoveryCode.id).where(
        RecoveryCode.staff_id == staff.id, RecoveryCode.used_at.is_(None)
    )
    return len(session.scalars(unused).all())


def reset(session: Session, staff: Staff, actor: Actor) -> None:
    """Forget her second factor, so that she enrols again at the next sign-in."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    staff.totp_secret = staff.totp_last_step = None
    record(session, stream=staff.stream, verb="staff.second_factor_reset", actor=actor)


def _spend_recovery_code(session: Session, staff: Staff, code: str) -> bool:
    row = session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.staff_id == staff.id,
            RecoveryCode.fingerprint == _print(code),
            RecoveryCode.used_at.is_(None),
        )
    )
    if row is None:
        return False
    row.used_at = now()
    record(session, stream=staff.stream, verb="staff.recovery_code_used", actor=staff.actor)
    return True


def _print(code: str) -> str:
    return fingerprint(code, "recovery-code")
