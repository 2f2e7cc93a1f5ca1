"""How events of orders and where their charge lies are said, one table each."""

from backoffice.core.text import N_
from backoffice.desk.words import Worded
from backoffice.marketplace.order import EVENTS as LABELS
from backoffice.marketplace.order import ChargeType, OrderEventType

ICONS = {
    OrderEventType.PAID: "euro",
    OrderEventType.SHIPPED: "truck",
    OrderEventType.DELIVERED: "box",
    OrderEventType.RETURN_REQUESTED: "ask",
    OrderEventType.RETURN_SHIPPED: "truck",
    OrderEventType.RETURNED: "back",
    OrderEventType.CANCELLED: "x",
}
EVENTS = {kind: Worded(label, icon=ICONS[kind]) for kind, label in LABELS.items()}
CHARGES = {
    ChargeType.DESTINATION: N_("On our account"),
    ChargeType.DIRECT: N_("On the seller’s account"),
}
