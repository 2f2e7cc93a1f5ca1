"""How a row is told to be a party's own where no column of it names the party."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, any_, func, literal, or_, select, union_all

from backoffice.marketplace.erasing.tables import Condition, table

if TYPE_CHECKING:
    from backoffice.marketplace.erasing.whose import Owner


def _cases(owner: "Owner") -> Condition:
    return owner.in_own_cases(table("cases").c.id)


def _tickets(owner: "Owner") -> Condition:
    rows, party = table("ticket"), owner.party
    number = rows.c.id if party.kind == "person" else rows.c.requester_id
    by_account = and_(rows.c.requester_kind == party.kind, number == party.id)
    written = func.lower(rows.c.email).in_([one.lower() for one in owner.emails])
    return or_(by_account, and_(rows.c.requester_kind == "person", written))


def _messages(owner: "Owner") -> Condition:
    tickets = select(table("ticket").c.id).where(_tickets(owner))
    return table("ticket_message").c.ticket_id.in_(tickets)


def _events(owner: "Owner") -> Condition:
    rows = table("case_event")
    by_party = and_(
        rows.c.actor_kind == "party",
        rows.c.actor_id == owner.party.id,
        rows.c.actor_name.in_(list(owner.names)),
    )
    return or_(owner.in_own_cases(rows.c.case_id), by_party)


def _attachments(owner: "Owner") -> Condition:
    rows = table("attachment")
    return or_(owner.in_own_cases(rows.c.case_id), rows.c.sent_by == owner.party.ref)


def _pages(owner: "Owner") -> Condition:
    files = select(table("attachment").c.id).where(owner.rows("attachment"))
    return table("page_image").c.attachment_id.in_(files)


def _by_mail(name: str, column: str) -> Callable[["Owner"], Condition]:
    def rule(owner: "Owner") -> Condition:
        rows = table(name)
        written = func.lower(rows.c[column]).in_([one.lower() for one in owner.emails])
        return or_(owner.in_own_cases(rows.c.case_id), written)

    return rule


def _details(owner: "Owner") -> Condition:
    cases, entries = table("cases"), table("audit_entry")
    imports = table("listing_import")
    streams = union_all(
        select(literal("case:").concat(cases.c.id)).where(owner.in_own_cases(cases.c.id)),
        select(literal("import:").concat(imports.c.id)).where(owner.rows(imports.name)),
    )
    # An array is made once and looked up by the index; a list to join with is made per entry.
    own = select(entries.c.id).where(
        entries.c.stream == any_(func.array(streams.scalar_subquery()))
    )
    return table("audit_detail").c.entry_id.in_(own)


def _orders(owner: "Owner") -> Select[Any]:
    return select(table("shop_order").c.id).where(owner.rows("shop_order"))


def _order_events(owner: "Owner") -> Condition:
    return table("order_event").c.order_id.in_(_orders(owner))


def _thread_messages(owner: "Owner") -> Condition:
    rows, party = table("thread_message"), owner.party
    if party.kind == "seller":
        return and_(rows.c.side == "seller", rows.c.seller_id == party.id)
    return and_(rows.c.side == "buyer", rows.c.order.in_(_order_names(owner)))


def _reviews(owner: "Owner") -> Condition:
    return table("review").c.order.in_(_order_names(owner))


def _order_names(owner: "Owner") -> Select[Any]:
    orders = table("shop_order")
    return select(orders.c.external_id).where(owner.rows("shop_order"))


def _row_errors(owner: "Owner") -> Condition:
    imports = select(table("listing_import").c.id).where(owner.rows("listing_import"))
    return table("import_row_error").c.import_id.in_(imports)


def _digest_lines(owner: "Owner") -> Condition:
    revisions = select(table("listing_revision").c.id).where(owner.rows("listing_revision"))
    return table("listing_digest_line").c.revision_id.in_(revisions)


def _targets(owner: "Owner") -> Condition:
    notices = select(table("notice").c.id).where(owner.rows("notice"))
    return table("notice_target").c.notice_id.in_(notices)


def _subject_of(case_id: int) -> Condition:
    cases = table("cases")
    subject = select(cases.c.subject_id).where(cases.c.id == case_id)
    return table("erasure").c.id.in_(subject)


def _statement_of(case_id: int) -> Condition:
    decisions = table("decision")
    made = select(decisions.c.id).where(decisions.c.case_id == case_id)
    return table("statement").c.decision_id.in_(made)


def _detail_of(case_id: int) -> Condition:
    entries = table("audit_entry")
    own = select(entries.c.id).where(entries.c.stream == f"case:{case_id}")
    return table("audit_detail").c.entry_id.in_(own)


HANGS: dict[str, Callable[[int], Condition]] = {
    "cases": lambda case_id: table("cases").c.id == case_id,
    "erasure": _subject_of,
    "statement": _statement_of,
    "audit_detail": _detail_of,
}
"""The tables that hang on a case otherwise than by a column of its number."""

RULES: dict[str, Callable[["Owner"], Condition]] = {
    "cases": _cases,
    "ticket": _tickets,
    "ticket_message": _messages,
    "case_event": _events,
    "attachment": _attachments,
    "page_image": _pages,
    "outbox": _by_mail("outbox", "to_address"),
    "inbound_mail": _by_mail("inbound_mail", "from_email"),
    "audit_detail": _details,
    "order_event": _order_events,
    "thread_message": _thread_messages,
    "review": _reviews,
    "import_row_error": _row_errors,
    "listing_digest_line": _digest_lines,
    "notice_target": _targets,
}
