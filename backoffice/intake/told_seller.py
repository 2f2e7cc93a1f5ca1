"""A seller's profile as the API tells it: as it was before decisions that may still be undone."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.plan import Subscription, running_subscription
from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.decision import Decision, DecisionState
from backoffice.core.public import public_status
from backoffice.intake.answers import (
    AddressShown,
    CompanyShown,
    PendingChange,
    RegisterShown,
    RepresentativeShown,
    SellerShown,
    SubscriptionShown,
)
from backoffice.marketplace.edit import Profile, overlaid
from backoffice.marketplace.profile_fields import pointer_to
from backoffice.marketplace.seller import Seller
from backoffice.queues.profile_changes.stage import open_change


class _Told(NamedTuple):
    """What of a seller is settled: its profile, its status, its subscription."""

    profile: Profile
    status: str
    subscription: Subscription | None


def tell_seller(session: Session, seller: Seller) -> SellerShown:
    """Tell a seller's profile, its plan, and the change that is being looked at."""
    profile, status, subscription = _settled(session, seller)
    return SellerShown(
        external_id=seller.external_id,
        status=status,
        version=seller.version,
        locale=profile.locale,
        company=_company(profile),
        representative=_same(RepresentativeShown, profile),
        contact_email=profile.contact_email,
        iban_last4=profile.iban_last4,
        stripe_account=profile.stripe_account,
        subscription=_subscription(subscription) if subscription else None,
        pending_change=_pending(session, seller),
    )


def _settled(session: Session, seller: Seller) -> _Told:
    """Lay what undoable decisions changed back over the live profile, newest first."""
    profile: dict[str, Any] = {}
    status, begun = seller.status, set()
    for change in _undoable(session, seller):
        profile |= change.get("profile", {})
        status = change.get("status", {}).get("status", status)
        begun.add(change.get("subscription"))
    subscription = running_subscription(session, seller.id)
    if subscription and subscription.id in begun:
        subscription = None
    return _Told(overlaid(seller, profile), status, subscription)


def _undoable(session: Session, seller: Seller) -> list[Mapping[str, Any]]:
    """Return what decisions changed that took effect and may still be undone."""
    rows = session.scalars(
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.seller_id == seller.id)
        .where(Decision.state == DecisionState.EXECUTED, Decision.undo_until > now())
        .order_by(Decision.id.desc())
    )
    return [effect["change"] for row in rows for effect in reversed(row.changes)]


def _company(profile: Profile) -> CompanyShown:
    register = None
    if profile.register_number:
        kind, town = profile.register_kind, profile.register_town
        register = RegisterShown(kind=kind, town=town, number=profile.register_number)
    address = _same(AddressShown, profile)
    return _same(CompanyShown, profile, register_entry=register, address=address)


def _same(model: Any, profile: Profile, **more: Any) -> Any:
    """Fill a model whose fields are named as the profile's columns."""
    names = [name for name in model.model_fields if name not in more]
    return model(**{name: getattr(profile, name) for name in names}, **more)


def _subscription(subscription: Subscription) -> SubscriptionShown:
    plan = subscription.plan
    return SubscriptionShown(
        plan=plan.code,
        price_minor=plan.price_minor,
        currency=plan.currency,
        commission_bp=plan.commission_bp,
        starts_at=subscription.starts_at,
    )


def _pending(session: Session, seller: Seller) -> PendingChange | None:
    standing = open_change(session, seller)
    if standing is None:
        return None
    change, case = standing
    pointers = [pointer_to(name) for name in change.fields]
    return PendingChange(case=case.reference, status=public_status(session, case), fields=pointers)
