"""Why a refund failed, in words: Stripe's codes, and our own."""

from backoffice.core.text import N_, Text, text

CHARGEBACK = "chargeback_open"
"""Our own code: it was never asked of Stripe."""

WORDS = {
    CHARGEBACK: N_("The buyer’s bank contests this payment: nothing was asked of Stripe."),
    "balance_insufficient": N_("Our balance at Stripe was too low."),
    "insufficient_funds": N_("Our balance at Stripe was too low."),
    "charge_already_refunded": N_("The payment was refunded in full already."),
    "charge_disputed": N_("The buyer’s bank contests this payment."),
    "charge_for_pending_refund_disputed": N_(
        "The buyer’s bank contested this payment while the refund was on its way."
    ),
    "refund_disputed_payment": N_("The buyer’s bank contests this payment."),
    "expired_or_canceled_card": N_("The buyer’s card has expired or was cancelled."),
    "lost_or_stolen_card": N_("The buyer’s card was reported lost or stolen."),
    "declined": N_("The buyer’s bank declined the refund."),
    "merchant_request": N_("The refund was cancelled at our request."),
    "canceled": N_("The refund was cancelled at Stripe."),
    "resource_missing": N_("Stripe does not know this payment."),
    "no_account": N_("The seller has no Stripe account to pay."),
    "account_invalid": N_("The seller’s Stripe account can no longer be paid."),
    "transfers_not_allowed": N_("The seller’s Stripe account can no longer be paid."),
}


def why(code: str) -> Text:
    """Return the sentence that says why, in the reader's language."""
    return text(WORDS.get(code, N_("Stripe refused it (%(code)s).")), code=code)
