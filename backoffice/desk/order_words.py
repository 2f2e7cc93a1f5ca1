"""How events of orders, refunds and the lists of the order watch are said; one table each."""

from backoffice.billing.refund import RefundKind, RefundState
from backoffice.core.text import N_
from backoffice.desk.words import Worded
from backoffice.marketplace.order import ChargeType, OrderEventType

EVENTS = {
    OrderEventType.PAID: Worded(N_("Paid"), icon="euro"),
    OrderEventType.SHIPPED: Worded(N_("Shipped"), icon="truck"),
    OrderEventType.DELIVERED: Worded(N_("Delivered"), icon="box"),
    OrderEventType.RETURN_REQUESTED: Worded(N_("Return requested"), icon="ask"),
    OrderEventType.RETURN_SHIPPED: Worded(N_("Return shipped"), icon="truck"),
    OrderEventType.RETURNED: Worded(N_("Returned"), icon="back"),
    OrderEventType.CANCELLED: Worded(N_("Order cancelled"), icon="x"),
}
CHARGES = {
    ChargeType.DESTINATION: N_("On our account"),
    ChargeType.DIRECT: N_("On the seller’s account"),
}
REFUNDS = {
    RefundState.AWAITING_RETURN: Worded(N_("Waits for the goods"), "wait", "pause"),
    RefundState.OWED: Worded(N_("About to leave"), "wait", "clock"),
    RefundState.REQUESTED: Worded(N_("On its way"), "wait", "clock"),
    RefundState.SUCCEEDED: Worded(N_("Arrived"), "ok", "check"),
    RefundState.FAILED: Worded(N_("Failed"), "bad", "fail"),
    RefundState.CANCELLED: Worded(N_("Cancelled"), "", "x"),
}
BORNE_BY = {
    RefundKind.SELLER: N_("To the buyer, borne by the seller"),
    RefundKind.GOODWILL: N_("To the buyer, borne by us"),
    RefundKind.COMPENSATION: N_("To the seller, borne by us"),
}
