"""Stripe Billing: customers, prices and subscriptions, each asked for under a key of its own.

https://docs.stripe.com/api/subscriptions. Sellers pay by the invoice that Stripe sends; no month
is charged in parts.
"""

from typing import Any

from backoffice.billing.stripe import answers, options, plain


def create_customer(
    *, name: str, email: str, locale: str, metadata: dict[str, str], idempotency_key: str
) -> dict[str, Any]:
    """Make a seller a customer of ours."""
    with answers() as client:
        return plain(
            client.v1.customers.create(
                {"name": name, "email": email, "preferred_locales": [locale], "metadata": metadata},
                options(None, idempotency_key),
            )
        )


def update_customer(id: str, *, name: str, email: str, locale: str) -> dict[str, Any]:
    """Tell Stripe a customer's present name and address."""
    with answers() as client:
        given: Any = {"name": name, "email": email, "preferred_locales": [locale]}
        return plain(client.v1.customers.update(id, given))


def delete_customer(id: str) -> dict[str, Any]:
    """Delete a customer for good; Stripe keeps the invoices."""
    with answers() as client:
        return plain(client.v1.customers.delete(id))


def create_price(
    *, label: str, amount_minor: int, currency: str, metadata: dict[str, str], idempotency_key: str
) -> dict[str, Any]:
    """Make the monthly price of a plan, VAT included."""
    with answers() as client:
        return plain(
            client.v1.prices.create(
                {
                    "currency": currency.lower(), "unit_amount": amount_minor, "nickname": label,
                    "tax_behavior": "inclusive", "recurring": {"interval": "month"},
                    "metadata": metadata,
                    "product_data": {"name": label},
                },
                options(None, idempotency_key),
            )
        )  # fmt: skip


def create_subscription(
    *, customer: str, price: str, days_until_due: int, metadata: dict[str, str],
    idempotency_key: str,
) -> dict[str, Any]:  # fmt: skip
    """Begin a subscription: its first month is asked for at once."""
    with answers() as client:
        return plain(
            client.v1.subscriptions.create(
                {
                    "customer": customer, "items": [{"price": price}], "metadata": metadata,
                    "collection_method": "send_invoice", "days_until_due": days_until_due,
                },
                options(None, idempotency_key),
            )
        )  # fmt: skip


def change_price(id: str, *, item: str, price: str, metadata: dict[str, str]) -> dict[str, Any]:
    """Put a subscription on another price from its next month on."""
    with answers() as client:
        return plain(
            client.v1.subscriptions.update(
                id,
                {
                    "items": [{"id": item, "price": price}], "proration_behavior": "none",
                    "metadata": metadata,
                },
            )
        )  # fmt: skip


def end_with_its_month(id: str, *, ends: bool) -> dict[str, Any]:
    """Let a subscription end with the month that is asked for, or go on after all."""
    with answers() as client:
        return plain(client.v1.subscriptions.update(id, {"cancel_at_period_end": ends}))


def cancel(id: str) -> dict[str, Any]:
    """End a subscription now."""
    with answers() as client:
        return plain(client.v1.subscriptions.cancel(id))


def give_invoice_up(id: str) -> dict[str, Any]:
    """Note at Stripe that an invoice will not be paid."""
    with answers() as client:
        return plain(client.v1.invoices.mark_uncollectible(id))
