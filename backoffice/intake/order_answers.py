"""What API v1 answers about orders: the models of the OpenAPI document."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class BuyerShown(BaseModel):
    """Who ordered."""

    external_id: str
    name: str
    email: str
    locale: str


class CommissionShown(BaseModel):
    """What the plan takes of a line, as it was at the sale."""

    rate_bp: int = Field(description="Basis points of the final sale price")
    gross_minor: int
    net_minor: int
    vat_minor: int
    refund_rule: str = Field(examples=["proportional", "kept", "capped"])


class LineShown(BaseModel):
    """One article as it was sold."""

    external_id: str
    listing: str
    title: str
    quantity: int
    unit_price_minor: int
    total_minor: int
    commission: CommissionShown


class PaymentShown(BaseModel):
    """The charge that paid."""

    charge: str
    charge_type: str


class OrderEventShown(BaseModel):
    """One thing that happened."""

    type: str
    at: datetime
    data: dict[str, Any]


class OrderShown(BaseModel):
    """An order as it is kept; its times are what all its events say together."""

    external_id: str
    seller: str
    buyer: BuyerShown
    ordered_at: datetime
    currency: str
    total_minor: int
    lines: list[LineShown]
    return_address: str | None
    payment: PaymentShown | None
    paid_at: datetime | None = Field(description="The earliest, as the others")
    shipped_at: datetime | None
    delivered_at: datetime | None = Field(description="The latest: the last parcel's")
    return_requested_at: datetime | None
    return_shipped_at: datetime | None
    returned_at: datetime | None = Field(description="The latest")
    cancelled_at: datetime | None
    carrier: str | None
    tracking_number: str | None
    events: list[OrderEventShown]
    version: int = Field(description="Counts changes of it")


class EventReceived(BaseModel):
    """What became of an event."""

    status: str = Field(
        description="Kept: its order has not come yet", examples=["applied", "kept"]
    )
