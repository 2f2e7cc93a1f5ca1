"""Every parameter that plans send is one of Stripe's own, and so is every one the sandbox knows."""

import types

import pytest
from stripe import params as own

from backoffice.billing import stripe_billing as ours
from backoffice.dev.sandboxes.stripe import billing_parameters as tables
from tests.billing.test_stripe_parameters import asked, check, compare

__all__ = ["asked"]

WHO = {"name": "Ateliers Brumaire", "email": "a@example.com", "locale": "fr"}
CALLS = {
    "create_customer": (
        lambda: ours.create_customer(**WHO, metadata={"seller": "V-1"}, idempotency_key="k"),
        "POST", "/v1/customers", own.CustomerCreateParams,
    ),
    "update_customer": (
        lambda: ours.update_customer("cus_1", **WHO),
        "POST", "/v1/customers/cus_1", own.CustomerModifyParams,
    ),
    "create_price": (
        lambda: ours.create_price(
            label="Pro", amount_minor=4990, currency="EUR", metadata={"plan": "2"},
            idempotency_key="k",
        ),
        "POST", "/v1/prices", own.PriceCreateParams,
    ),
    "create_subscription": (
        lambda: ours.create_subscription(
            customer="cus_1", price="price_1", days_until_due=7, metadata={"subscription": "3"},
            idempotency_key="k",
        ),
        "POST", "/v1/subscriptions", own.SubscriptionCreateParams,
    ),
    "change_price": (
        lambda: ours.change_price("sub_1", item="si_1", price="price_2", metadata={}),
        "POST", "/v1/subscriptions/sub_1", own.SubscriptionModifyParams,
    ),
    "end_with_its_month": (
        lambda: ours.end_with_its_month("sub_1", ends=True),
        "POST", "/v1/subscriptions/sub_1", own.SubscriptionModifyParams,
    ),
}  # fmt: skip
WITHOUT = {
    "delete_customer": (lambda: ours.delete_customer("cus_1"), "DELETE", "/v1/customers/cus_1"),
    "cancel": (lambda: ours.cancel("sub_1"), "DELETE", "/v1/subscriptions/sub_1"),
    "give_invoice_up": (
        lambda: ours.give_invoice_up("in_1"), "POST", "/v1/invoices/in_1/mark_uncollectible",
    ),
}  # fmt: skip
TABLES = {
    "PRICE_CREATE": own.PriceCreateParams, "PRICE_LIST": own.PriceListParams,
    "CUSTOMER": own.CustomerCreateParams, "CUSTOMER_LIST": own.CustomerListParams,
    "SUBSCRIPTION_UPDATE": own.SubscriptionModifyParams,
    "SUBSCRIPTION_CANCEL": own.SubscriptionCancelParams,
    "SUBSCRIPTION_LIST": own.SubscriptionListParams, "INVOICE_LIST": own.InvoiceListParams,
    "INVOICE_PAY": own.InvoicePayParams,
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_what_we_send_is_named_by_the_librarys_types(asked, name):
    call, method, path, params = CALLS[name]
    call()
    ((seen_method, seen_path, sent),) = asked
    assert (seen_method, seen_path) == (method, path)
    assert sent
    check({key: value for key, value in sent.items() if key != "items"}, params)


@pytest.mark.parametrize("name", WITHOUT)
def test_what_needs_no_parameters_sends_none(asked, name):
    call, method, path = WITHOUT[name]
    call()
    assert asked == [(method, path, {})]


def test_every_function_that_asks_stripe_is_called_above():
    public = {
        name
        for name, one in vars(ours).items()
        if isinstance(one, types.FunctionType) and one.__module__ == ours.__name__
    }
    assert public == CALLS.keys() | WITHOUT.keys()


@pytest.mark.parametrize("name", TABLES)
def test_what_the_sandbox_knows_is_of_the_librarys_types(name):
    compare(getattr(tables, name), TABLES[name], is_whole=False)
