"""Every page there is, in each of its states; a route without a page here fails a test."""

from backoffice.queues import REGISTRY
from tests.browser.pages_of_money import FINANCE
from tests.browser.steps import (
    Sample,
    add_right_of_nobody,
    go_to_code,
    make_key,
    make_stale,
    press,
    preview_measures,
    preview_refund,
    preview_refusal,
    reported,
    show,
)
from tests.browser.world import STATES

CASES = {
    f"{queue.slug} {state}": Sample(f"/cases/{{{queue.slug}-{state}}}")
    for queue in REGISTRY
    for state in STATES
}
LISTS = {f"list of {queue.slug}": Sample(f"/queues/{queue.slug}?state=all") for queue in REGISTRY}
VIEWS = {
    f"list with {query}": Sample(f"/queues/registrations?{query}")
    for query in ("due=late", "filter=1", "state=all&all=1", "q=introuvable")
}
WINDOWS = (  # no row is added there
    "notifier", "sanction", "audit", "outbox", "declaration", "entry", "line", "event",
)  # fmt: skip
TABLES = {
    f"table of {name}s{part}": Sample(f"/admin/{address}/{tail}")
    for name, address in (
        ("plan", "plans"), ("reason", "reasons"), ("deadline", "deadlines"),
        ("category", "categories"), ("brand", "brands"), ("rule", "listing_rules"),
        ("answer", "canned_replies"), ("macro", "macros"),
        ("right", "rights"), ("right holder", "right_holders"), ("mandate", "mandates"),
        ("notifier", "notifiers"), ("sanction", "sanctions"),
        ("audit", "audit"), ("outbox", "outbox"), ("declaration", "transparency"),
        ("entry", "ledger"), ("line", "ledger_lines"), ("event", "stripe_events"),
    )
    for part, tail in (("", ""), (" new", "new/"), (" row", f"details/?id={{{name}}}"))
    if part != " new" or name not in WINDOWS
}  # fmt: skip
TABLES |= {
    f"table of {name}s, change": Sample(f"/admin/{address}/edit/?id={{{name}}}")
    for name, address in (
        ("right", "rights"), ("right holder", "right_holders"), ("mandate", "mandates"),
        ("notifier", "notifiers"),
    )
}  # fmt: skip
TABLES["table of rights, errors"] = Sample("/admin/rights/new/", steps=add_right_of_nobody)
PORTAL = {
    f"portal {name}": Sample(f"{{link-{name}}}", "stranger")
    for name in (
        "registrations-waiting", "profile-changes-waiting", "appeals-waiting",
        "registrations-closed", "profile-changes-closed", "appeals-closed",
        "refused", "contested", "ended", "notices-open", "notices-closed",
        "tickets-waiting", "tickets-closed",
    )
}  # fmt: skip
DESK = {
    "dashboard": Sample("/"),
    "my cases": Sample("/mine"),
    "my cases, none": Sample("/mine", "auditor"),
    "search": Sample("/search"),
    "search, found": Sample("/search?q=atelier"),
    "search, nothing": Sample("/search?q=introuvable"),
    "sellers": Sample("/sellers"),
    "sellers, found": Sample("/sellers?q=atelier"),
    "seller": Sample("/sellers/{seller}"),
    "applicant": Sample("/sellers/{applicant}"),
    **{
        f"seller, {tab}": Sample(f"/sellers/{{seller}}?tab={tab}")
        for tab in ("traceability", "orders", "cases", "mails", "history")
    },
    "case, read only": Sample("/cases/{registrations-open}", "auditor"),
    "case, examined": Sample("/cases/{examined}"),
    "case of a view": Sample("/cases/{examined}?view=state%3Dall"),
    "case, refused": Sample("/cases/{refused}"),
    "case, contested": Sample("/cases/{contested}"),
    "case, form with errors": Sample(
        "/cases/{examined}", steps=press("form[data-action=approve] button:not([formaction])")
    ),
    "case, previewed": Sample("/cases/{examined}", steps=preview_refusal),
    "case, stale": Sample("/cases/{registrations-mine}", steps=make_stale),
    "case, override": Sample("/cases/{refused}?override=approve"),
    "document": Sample("/cases/{examined}/documents/{document}"),
    "statement": Sample("/cases/{refused}/statements/{statement-refused}.html"),
    "e-mail": Sample("/cases/{examined}/mails/{mail}"),
    "bulk, chosen": Sample("{bulk}"),
    "bulk, done": Sample("{bulk-done}"),
    "save a view": Sample("/queues/registrations?due=late", steps=show("#save-view")),
    "help": Sample("/mine", steps=show("#help")),
    "go to": Sample("/mine", steps=show("#goto")),
    "own menu": Sample("/mine", steps=show("#me")),
    "no such page": Sample("/nowhere"),
}
LISTINGS = {
    "listing, new": Sample("/cases/{listing-new}"),
    "listing, change": Sample("/cases/{listing-edit}?view="),
    "listing, examined": Sample("/cases/{listing-live}", "auditor"),
    "listing, its page": Sample("{listing}"),
    "listing, no reason": Sample("{listing}", steps=press("form[data-action=examine] button")),
    "listing, page while examined": Sample("{listing-examined}"),
    "listing, its seller": Sample("/sellers/{listing-seller}"),
    "list of a submission": Sample("/queues/listings?submission={submission}&filter=1"),
    "list of listings by kind": Sample("/queues/listings?kind=live&kind=new&state=all"),
}
NOTICES = {
    "notice of a trademark": Sample("/cases/{notice-mark}", "auditor"),
    "notice of a review": Sample("/cases/{notice-review}"),
    "notice of a message": Sample("/cases/{notice-message}"),
    "notice, form with errors": Sample(
        "/cases/{notice-mark}", steps=press("form[data-action=uphold] button:not([formaction])")
    ),
    "notice, previewed": Sample("/cases/{notice-mark}", steps=preview_measures),
    "dispute": Sample("/cases/{dispute}", "auditor"),
    "dispute, form with errors": Sample(
        "/cases/{dispute}", steps=press("form[data-action=refund] button:not([formaction])")
    ),
    "dispute, previewed": Sample("/cases/{dispute}", steps=preview_refund),
    "dispute, new": Sample("/orders/{disputed-order}/dispute"),
    "dispute, new, with errors": Sample(
        "/orders/{disputed-order}/dispute", steps=press("main form button")
    ),
    "portal, dispute": Sample("{link-dispute}", "stranger"),
    "portal, piece": Sample("{link-dispute}/file/{piece}", "stranger"),
    "erasure, granted, waits": Sample("/cases/{erasure-granted}", "auditor"),
    "portal, erasure": Sample("{link-erasures-open}", "stranger"),
    "list of notices, filtered": Sample("/queues/notices?about=trademark&filter=1"),
}
TICKETS = {
    "ticket, new": Sample("/tickets/new?order={order}"),
    "ticket, new, with errors": Sample("/tickets/new", steps=press("main form button")),
    "portal, empty message": Sample(
        "{link-tickets-waiting}", "stranger", press("form:has([value=reply]) button")
    ),
}
FROM_TICKET = {
    "from a ticket, dispute": Sample("/cases/{ticket-of-order}/open/disputes"),
    "from a ticket, which order": Sample("/cases/{tickets-open}/open/disputes?order=inconnue"),
    "from a ticket, erasure": Sample("/cases/{ticket-of-order}/open/erasures"),
    "from a ticket, appeal": Sample("/cases/{ticket-of-order}/open/appeals"),
    "from a ticket, notice with errors": Sample(
        "/cases/{ticket-of-order}/open/notices", steps=press("main form button")
    ),
}
ORDERS = {
    "orders, not shipped": Sample("/orders"),
    "orders, not answered": Sample("/orders?watch=unanswered", "auditor"),
    "orders, found": Sample("/orders?q={order}"),
    "orders, nothing": Sample("/orders?q=introuvable"),
    "order, delivered": Sample("/orders/{order}"),
    "order, just made": Sample("/orders/{order-new}", "auditor"),
}
IMPORTS = {
    "imports": Sample("/imports"),
    "imports, read only": Sample("/imports", "auditor"),
    "import, new": Sample("/imports/new?seller={seller}"),
    "import, new, empty": Sample("/imports/new", steps=press("main form button")),
    "import, draft": Sample("/imports/{import-draft}"),
    "import, draft, read only": Sample("/imports/{import-draft}", "auditor"),
    "import, done": Sample("/imports/{import-done}"),
}
STAFF = {
    "sign-in": Sample("/login", "stranger"),
    "sign-in, wrong": Sample("/login", "stranger", press("main form button")),
    "code": Sample("/login", "stranger", go_to_code),
    "reset": Sample("/reset", "stranger"),
    "reset, empty": Sample("/reset", "stranger", press("main form button")),
    "reset link": Sample("/reset/{reset}", "stranger"),
    "invitation": Sample("/invitation/{invitation}", "stranger"),
    "invitation, empty": Sample("/invitation/{invitation}", "stranger", press("main form button")),
    "dead link": Sample("/reset/1-none", "stranger"),
    "account": Sample("/account"),
    "account, errors": Sample("/account", steps=press("form[action$=password] button")),
    "second factor": Sample("/account/second-factor"),
    "people": Sample("/admin/staff"),
    "invite": Sample("/admin/staff/invite"),
    "invite, empty": Sample("/admin/staff/invite", steps=press("main form button")),
    "person": Sample("/admin/staff/{person}"),
    "guest": Sample("/admin/staff/{guest}"),
    "myself": Sample("/admin/staff/{viewer}"),
    "reference data": Sample("/admin/"),
    "rule, changed": Sample("/admin/listing_rules/edit/?id={draft}"),
    "rule, tried": Sample("/admin/listing_rules/{rule}/trial"),
    "programs": Sample("/admin/integrations"),
    "programs, errors": Sample(
        "/admin/integrations", steps=press("form[action$=endpoints] button")
    ),
    "programs, a key": Sample("/admin/integrations", steps=make_key),
    "transparency report": Sample("/insight/transparency"),
    "overturned": Sample("/insight/overturned"),
}
OUTSIDE = {
    "portal, empty answer": Sample(
        "{link-registrations-waiting}", "stranger", press("form:has([value=answer]) button")
    ),
    "portal, empty appeal": Sample(
        "{link-refused}", "stranger", press("form:has([value=contest]) button")
    ),
    "portal, statement": Sample("{link-refused}/statements/{statement-refused}.html", "stranger"),
    "portal, nowhere": Sample("/p/1-none", "stranger"),
    "no such page, stranger": Sample("/nowhere", "stranger"),
    "mail inbox": Sample("/dev/mail", "stranger"),
    "caught mail": Sample("/dev/mail/{caught}", "stranger"),
    "webhook inbox": Sample("/dev/webhooks", "stranger"),
}
REPORT = {
    "report": Sample("/report", "stranger"),
    "report, no kind": Sample("/report", "stranger", reported("kind", kind="")),
    "report, about": Sample("/report", "stranger", reported("kind")),
    "report, about nothing": Sample(
        "/report", "stranger", reported("about", targets="introuvable")
    ),
    "report, why": Sample("/report", "stranger", reported("about")),
    "report, no reason": Sample("/report", "stranger", reported("why", explanation="")),
    "report, the right": Sample("/report", "stranger", reported("why")),
    "report, a wrong right": Sample("/report", "stranger", reported("right", number="018123456")),
    "report, a work": Sample("/report", "stranger", reported("why", kind="copyright")),
    "report, a counterfeit": Sample("/report", "stranger", reported("why", kind="counterfeit")),
    "report, who": Sample("/report", "stranger", reported("right")),
    "report, nobody": Sample("/report", "stranger", reported("you", name="", email="claire@")),
    "report, check": Sample("/report", "stranger", reported("you")),
    "report, no promise": Sample("/report", "stranger", reported("check")),
    "report, sent": Sample("/report", "stranger", reported("check", good_faith=True)),
    "report, again": Sample("/report?again={again}", "stranger"),
    "report, in English": Sample("/report?lang=en", "stranger", reported("about")),
}
PAGES = (
    CASES | LISTS | VIEWS | TABLES | PORTAL | DESK | LISTINGS | NOTICES | FROM_TICKET | ORDERS
    | IMPORTS | STAFF | OUTSIDE | REPORT | FINANCE | TICKETS
)  # fmt: skip

NOT_PAGES = {
    "static": "files",
    "health.alive": "for machines",
    "health.ready": "for machines",
    "metrics.metrics": "for machines",
    "desk.export": "a file to save",
    "desk.orders_export": "a file to save",
    "desk.page_image": "a picture",
    "desk.picture": "a picture",
    "desk.original": "a file to save",
    "desk.mail_body": "a mail, in a locked frame",
    "desk.statement_pdf": "a file to save",
    "portal.statement_pdf": "a file to save",
    "desk.bulk_progress": "a part of the page of a run",
    "imports.progress": "a part of the page of an import",
    "imports.errors": "CSV",
    "reports.transparency_file": "a file to save",
    "reports.overturned_file": "a file to save",
    "portal.document": "a file to save",
    "billing.refunds_file": "a file to save",
    "billing.invoices_file": "a file to save",
    "billing.payouts_file": "a file to save",
    "billing.reconciliation_file": "a file to save",
    "billing.subscriptions_file": "a file to save",
    "billing.fec_file": "a file to save",
    "billing.dac7_file": "a file to save",
    "billing.account_file": "a file to save",
    "billing.commissions_file": "a file to save",
    "billing.seller_statement_file": "a file to save",
    "billing.seller_balances_file": "a file to save",
    "billing.fec_notice": "a file to save",
    "billing.invoice_file": "a file to save",
    "portal.piece_page": "a picture",
    "desk.sold_picture": "a picture",
    "desk.evidence_file": "a file to save",
    "admin_transparency.file": "a file to save",
}
