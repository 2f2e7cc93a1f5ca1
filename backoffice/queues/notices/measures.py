"""What a decision on a notice may do, as data: on its targets, and on the sellers behind them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from backoffice.core import clock
from backoffice.core.action import Context
from backoffice.core.lock import lock
from backoffice.core.text import N_, Text, text
from backoffice.marketplace import sanction, user_text
from backoffice.marketplace.listing import Listing, ListingStatus
from backoffice.marketplace.sanction import Basis
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.held_back import hold_back, let_go
from backoffice.queues.notices.model import NoticeTarget, TargetKind
from backoffice.queues.standard import end_of_day

ON_SELLER = N_("A measure against the seller")
GOOD, SUSPENDED = N_("For good."), N_("Until a new decision.")
Change = dict[str, Any]


@dataclass(frozen=True)
class Measure:
    """One measure: its name, its outcome as a word, its statement, what it does, what reverses it.

    `apply` gets the target or the seller, and the values of its form; `rest_on` lets a measure that
    was taken before, with what it changed, rest on the context's decision.
    """

    code: str
    label: str
    outcome: str
    sentence: str
    event: str
    apply: Callable[[Context, Any, Mapping[str, Any]], Change]
    reverse: Callable[[Context, Change], None]
    targets: frozenset[TargetKind] = frozenset()  # none: it hits a seller
    duration: str | Callable[[Mapping[str, Any], datetime], str | Text] = GOOD
    is_held: bool = False
    fields: tuple[str, ...] = ()  # of its form: what else it says than which measure it is
    rest_on: Callable[[Context, Change], None] = lambda *_: None
    lifted_event: str = ""  # what programs are told when what it hit is as it was before

    def event_of(self, values: Mapping[str, Any]) -> str:
        """Return what webhooks call it; an account whose notice runs has not ended yet."""
        is_notice = self.code == "terminate_seller" and not values.get("exception")
        return "seller.termination_announced" if is_notice else self.event

    def lasts(self, values: Mapping[str, Any], at: datetime) -> str | Text:
        """Return how long it holds, in words."""
        return self.duration(values, at) if callable(self.duration) else self.duration


def _listings(context: Context, target: NoticeTarget, same_gtin: bool) -> Iterable[Listing]:
    """Return the listing, and where asked the seller's others of its GTIN, their rows locked."""
    assert target.listing is not None  # noqa: S101 (the measure is of listings)
    mine = Listing.id == target.listing_id
    if same_gtin and target.listing.gtin:
        mine = (Listing.seller_id == target.seller_id) & (Listing.gtin == target.listing.gtin)
    rows = select(Listing).where(mine).order_by(Listing.id).with_for_update()
    return context.session.scalars(rows.execution_options(populate_existing=True))


def _becomes(status: ListingStatus, *, same_gtin: bool = False) -> Any:
    def apply(context: Context, target: NoticeTarget, values: Mapping[str, Any]) -> Change:
        return hold_back(context, list(_listings(context, target, same_gtin)), status)

    return apply


def _remove(context: Context, target: NoticeTarget, values: Mapping[str, Any]) -> Change:
    row = target.review or target.message
    assert row is not None  # noqa: S101 (the measure is of texts)
    lock(context.session, row)
    return user_text.set_status(row, user_text.TextStatus.REMOVED, context.at)


def _show_again(context: Context, change: Change) -> None:
    model = {one.__tablename__: one for one in user_text.UserTextColumns.__subclasses__()}
    row = context.session.get_one(model[change["table"]], change["id"], with_for_update=True)
    user_text.restore(row, change, context.at)


def _warn(context: Context, seller: Seller, values: Mapping[str, Any]) -> Change:
    return sanction.warn(context.session, seller, Basis.of(context))


def _strike(context: Context, seller: Seller, values: Mapping[str, Any]) -> Change:
    return sanction.strike(context.session, seller, Basis.of(context))


def _suspend(context: Context, seller: Seller, values: Mapping[str, Any]) -> Change:
    factors = {name: values.get(name) or "" for name in sanction.FACTORS}
    until = end_of_day(values["until"])
    return sanction.suspend_seller(context.session, seller, until, factors, Basis.of(context))


def _terminate(context: Context, seller: Seller, values: Mapping[str, Any]) -> Change:
    exception = values.get("exception") or ""
    proof = {"text": values.get("proof") or "", "decisions": values.get("decisions") or []}
    return sanction.terminate_seller(
        context.session, seller, Basis.of(context), exception=exception,
        proof=proof if exception else {},
    )  # fmt: skip


def _lift(context: Context, change: Change) -> None:
    sanction.lift(context.session, change, context.at)


def _carry_over(context: Context, change: Change) -> None:
    sanction.carry_over(context.session, change, Basis.of(context))


def _until(values: Mapping[str, Any], at: datetime) -> Text:
    return text("Until %(day)s.", day=clock.day_of(end_of_day(values["until"])))


def _from(values: Mapping[str, Any], at: datetime) -> str | Text:
    if values.get("exception"):
        return N_("From now on, for good.")
    earliest = sanction.earliest_termination(Basis(at)).astimezone(clock.PARIS)
    return text("From %(day)s on, for good.", day=earliest.date().isoformat())


LISTING = frozenset({TargetKind.LISTING})
REVIEW = frozenset({TargetKind.REVIEW})
MESSAGE = frozenset({TargetKind.MESSAGE})
ON_TARGETS = (
    Measure(
        "suspend_listing", N_("Suspend the listing"),
        N_("Listing suspended"),
        N_("We suspend this listing: buyers no longer see it."),
        "listing.suspended", _becomes(ListingStatus.SUSPENDED), let_go, LISTING,
        SUSPENDED, lifted_event="listing.reinstated",
    ),
    Measure(
        "suspend_listings", N_("Suspend all the seller’s listings of this GTIN"),
        N_("Listing suspended, with all the seller’s others of this product"),
        N_("We suspend your listings of this product: buyers no longer see them."),
        "listing.suspended", _becomes(ListingStatus.SUSPENDED, same_gtin=True),
        let_go, LISTING, SUSPENDED, lifted_event="listing.reinstated",
    ),
    Measure(
        "withdraw_listing", N_("Withdraw the listing for good"),
        N_("Listing withdrawn for good"),
        N_("We withdraw this listing from sale."),
        "listing.withdrawn", _becomes(ListingStatus.WITHDRAWN), let_go, LISTING,
        lifted_event="listing.reinstated",
    ),
    Measure(
        "withdraw_listings", N_("Withdraw all the seller’s listings of this GTIN for good"),
        N_("Listing withdrawn for good, with all the seller’s others of this product"),
        N_("We withdraw your listings of this product from sale."),
        "listing.withdrawn", _becomes(ListingStatus.WITHDRAWN, same_gtin=True),
        let_go, LISTING, lifted_event="listing.reinstated",
    ),
    Measure(
        "remove_review", N_("Remove the review"),
        N_("Review removed"), N_("We remove this review."),
        "review.removed", _remove, _show_again, REVIEW, lifted_event="review.restored",
    ),
    Measure(
        "remove_message", N_("Remove the message"),
        N_("Message removed"), N_("We remove this message."),
        "message.removed", _remove, _show_again, MESSAGE, lifted_event="message.restored",
    ),
)  # fmt: skip
ON_SELLERS = (
    Measure(
        "warn_seller", N_("Warn"),
        ON_SELLER, N_("We warn you: the same again may lead to a suspension."),
        "seller.warned", _warn, _lift, duration=N_("It is kept on your file."),
        rest_on=_carry_over,
    ),
    Measure(
        "strike_seller", N_("Count a strike"),
        ON_SELLER, N_("We count a strike against your account."),
        "seller.struck", _strike, _lift, duration=N_("It counts for twelve months."),
        rest_on=_carry_over,
    ),
    Measure(
        "suspend_seller", N_("Suspend the seller"),
        ON_SELLER,
        N_("We suspend your account: your listings are not shown and you cannot sell."),
        "seller.suspended", _suspend, _lift, duration=_until, is_held=True,
        fields=("until", *sanction.FACTORS), rest_on=_carry_over,
        lifted_event="seller.reinstated",
    ),
    Measure(
        "terminate_seller", N_("End the seller’s account"),
        ON_SELLER,
        N_("We end your account: you can no longer sell here."),
        "seller.terminated", _terminate, _lift, duration=_from, is_held=True,
        fields=("exception", "proof", "decisions"), rest_on=_carry_over,
        lifted_event="seller.reinstated",
    ),
)  # fmt: skip
MEASURES = {one.code: one for one in (*ON_TARGETS, *ON_SELLERS)}
