"""The pages of finance, in each of their states."""

from tests.browser.steps import (
    Sample,
    press,
)

FINANCE = {
    "billing": Sample("/billing"),
    "months": Sample("/billing/months"),
    "month, not over": Sample("/billing/months/{month}"),
    "month, read only": Sample("/billing/months/{month}", "auditor"),
    "month, over": Sample("/billing/months/2020-02"),
    "month, locked": Sample(
        "/billing/months/2020-01", steps=press("form[data-action=lock] button")
    ),
    "subscriptions": Sample("/billing/subscriptions?state=all"),
    "subscriptions, unpaid": Sample("/billing/subscriptions", "auditor"),
    "subscriptions, nothing": Sample("/billing/subscriptions?q=introuvable"),
    "subscription": Sample("/billing/subscriptions/{subscriber}"),
    "subscription, read only": Sample("/billing/subscriptions/{subscriber}", "auditor"),
    "subscription, no reason": Sample(
        "/billing/subscriptions/{subscriber}",
        steps=press("form[data-action=give_up] button.btn-danger"),
    ),
    "reconciliation": Sample("/billing/reconciliation"),
    "reconciliation, all": Sample("/billing/reconciliation?state=all", "auditor"),
    "reconciliation, nothing": Sample("/billing/reconciliation?q=introuvable"),
    "move, missing": Sample("/billing/reconciliation/{move}"),
    "move, no reason": Sample(
        "/billing/reconciliation/{move}", steps=press("form[data-action=explain] button")
    ),
    "move, adjustment asked": Sample("/billing/reconciliation/{move-asked}"),
    "move, matched": Sample("/billing/reconciliation/{move-matched}", "auditor"),
    "payouts": Sample("/billing/payouts"),
    "payout": Sample("/billing/payouts/{payout}"),
    "payout, no line": Sample(
        "/billing/payouts/{payout}", steps=press("form[data-action=bank] button")
    ),
    "payout, read only": Sample("/billing/payouts/{payout}", "auditor"),
    "exports": Sample("/billing/exports"),
    "sellers of a year": Sample("/billing/exports/dac7/{year}"),
    "commissions": Sample("/billing/commissions"),
    "commissions, none": Sample("/billing/commissions?month=2020-01", "auditor"),
    "seller statement": Sample("/billing/sellers/{subscriber}/statement?of=months"),
    "seller statement, nothing": Sample(
        "/billing/sellers/{subscriber}/statement?month=2020-01", "auditor"
    ),
    "accounts": Sample("/billing/accounts"),
    "account of the books": Sample("/billing/accounts/517", "auditor"),
    "account of the books, wrong days": Sample("/billing/accounts/4671?first=2026-05-05&last=hier"),
    "account of the books, wrong amount": Sample("/billing/accounts/411?journal=VE&least=beaucoup"),
    "balances by seller": Sample("/billing/accounts/411/sellers"),
    "balances by seller, none": Sample("/billing/accounts/4671/sellers?on=2020-01-31", "auditor"),
    "entries, nothing": Sample("/billing/entries?q=introuvable"),
    "entry": Sample("/billing/entries/{entry}"),
    "invoices": Sample("/billing/invoices?seller={invoiced}"),
    "invoices, nothing": Sample("/billing/invoices?month=introuvable"),
    "invoice": Sample("/billing/invoices/{invoice}"),
    "invoice, read only": Sample("/billing/invoices/{invoice}", "auditor"),
    "invoice, credit with errors": Sample(
        "/billing/invoices/{invoice}", steps=press("form[data-action=credit] button")
    ),
    "credit note": Sample("/billing/invoices/{credit-note}"),
    "refunds": Sample("/billing/refunds?state=all"),
    "refunds, to watch": Sample("/billing/refunds", "auditor"),
    "refunds, nothing": Sample("/billing/refunds?q=introuvable"),
}
