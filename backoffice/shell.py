"""What the layout links to: named beside the factory, since no single room knows it all."""

from backoffice.core.text import N_
from backoffice.desk import navigation
from backoffice.queues import REGISTRY
from backoffice.web.navigation import Group, Item, Shell

FOLLOW_UP = (
    Item(N_("Sellers"), "shop", "desk.sellers", {}, "seller:read"),
    Item(N_("Orders"), "truck", "desk.orders", {}, "order_watch:read"),
    Item(N_("Imports"), "up-from", "imports.imports", {}, "import:read"),
    Item(N_("Transparency"), "globe", "admin_transparency.index_view", {}, "transparency:read"),
    Item(N_("Overturned on appeal"), "scale", "reports.overturned_page", {}, "quality:read"),
    Item(N_("Transparency report"), "file", "reports.transparency", {}, "transparency:read"),
)
FINANCE = (
    Item(N_("Billing"), "euro", "billing.overview", {}, "billing:read"),
    Item(N_("Refunds"), "back", "billing.refunds", {}, "billing:read"),
    Item(N_("Commissions"), "scale", "billing.commissions", {}, "billing:read", "commissions"),
    Item(N_("Subscriptions"), "refresh", "billing.subscriptions", {}, "billing:read", "plans"),
    Item(N_("Payouts"), "down-to", "billing.payouts", {}, "billing:read", "payouts"),
    Item(
        N_("Reconciliation"),
        "scale",
        "billing.reconciliation",
        {},
        "billing:read",
        "reconciliation",
    ),
    Item(N_("Invoices"), "file", "billing.invoices", {}, "billing:read"),
    Item(N_("Months of the books"), "lock", "billing.month_list", {}, "billing:read", "months"),
    Item(N_("Accounts"), "book", "billing.accounts", {}, "billing:read", "accounts"),
    Item(N_("Exports"), "down-to", "billing.exports", {}, "billing:export", "exports"),
    Item(N_("Ledger"), "book", "admin_ledger.index_view", {}, "billing:read"),
    Item(N_("Stripe events"), "swap", "admin_stripe_events.index_view", {}, "billing:read"),
)
ADMINISTRATION = (
    Item(N_("Staff"), "users", "staff.people", {}, "staff:manage"),
    Item(N_("Programs"), "swap", "integrations.programs", {}, "integration:manage"),
    Item(N_("Reference data"), "book", "admin.index", {}, "reference:read"),
)


def shell() -> Shell:
    """Return the side navigation and the other fixed addresses."""
    queues = tuple(
        Item(
            one.title, one.icon, "desk.queue", {"slug": one.slug}, one.permission("read"), one.slug
        )
        for one in REGISTRY
    )
    return Shell(
        groups=(
            Group("", (Item(N_("Dashboard"), "bars", "insight.dashboard", {}, "insight:read"),)),
            Group(N_("Queues"), queues),
            Group(
                N_("Mine"), (Item(N_("My cases"), "user", "desk.mine", {}, "desk:read", "mine"),)
            ),
            Group(N_("Follow-up"), FOLLOW_UP),
            Group(N_("Finance"), FINANCE),
            Group(N_("Administration"), ADMINISTRATION),
        ),
        home="insight.dashboard",
        search="desk.search",
        account="staff.account",
        sign_out="staff.logout",
        tallies=navigation.tallies,
        offer=navigation.offer,
    )
