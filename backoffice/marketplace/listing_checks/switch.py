"""Switching rules on and off: audited acts; what held stays readable with its dates."""

from datetime import datetime

from sqlalchemy.orm import Session

from backoffice.core.audit import record
from backoffice.core.clock import now
from backoffice.core.permissions import Actor
from backoffice.marketplace.listing_rule import ListingRule


def switch_on(session: Session, rule: ListingRule, actor: Actor) -> bool:
    """Let a draft hold from now on; tells whether it was one. Pressed twice, it is done once."""
    session.refresh(rule, with_for_update=True)
    if rule.starts_at is not None:
        return False
    rule.starts_at = at = now()
    _record(session, rule, actor, "switched_on", at)
    return True


def switch_off(session: Session, rule: ListingRule, actor: Actor) -> bool:
    """Let a rule hold no longer; tells whether it did."""
    session.refresh(rule, with_for_update=True)
    at = now()
    if rule.starts_at is None or rule.starts_at > at or (rule.ends_at and rule.ends_at <= at):
        return False
    rule.ends_at = at
    _record(session, rule, actor, "switched_off", at)
    return True


def _record(session: Session, rule: ListingRule, actor: Actor, verb: str, at: datetime) -> None:
    session.flush()
    detail = {"code": rule.code, "kind": rule.kind, "pattern": rule.pattern,
              "number": rule.number, "outcome": rule.outcome, "at": at.isoformat()}  # fmt: skip
    record(session, stream="settings", verb=f"listing_rule.{verb}", actor=actor, detail=detail)
