"""Windows on the books: entries, their lines, and the events of Stripe's that they rest on."""

from operator import attrgetter
from typing import Any, ClassVar
from uuid import UUID

from backoffice.admin.base import BrowseView, shown
from backoffice.billing.entry_words import kind_words
from backoffice.billing.ledger_model import JournalEntry, LedgerAccount, LedgerLine
from backoffice.billing.stripe_object import EventState, StripeEvent
from backoffice.core.text import N_
from backoffice.extensions import db
from backoffice.web.locale import language
from backoffice.web.numbers import money
from backoffice.web.text import say


def kind_said(entry: JournalEntry) -> Any:
    """Return what an entry posts in words; a kind of a later release as its code."""
    words = kind_words(entry.kind)
    return shown(words) if isinstance(words, str) else say(words)


class EntryView(BrowseView):
    """Every entry, the last posted first; its lines are on its own page."""

    permission = "billing:read"
    title = N_("Ledger")
    column_default_sort = ("posted_at", True)
    column_list = ("posted_at", "occurred_on", "kind", "piece_ref", "idem_key")
    column_searchable_list = ("kind", "piece_ref", "idem_key", "source_id")
    column_details_list = (
        "posted_at", "posted_by", "occurred_on", "journal", "kind", "piece_ref", "source_type",
        "source_id", "idem_key", "reverses_id", "lines",
    )  # fmt: skip
    labels: ClassVar = {
        "posted_at": N_("Posted"),
        "posted_by": N_("Posted by"),
        "occurred_on": N_("Day"),
        "journal": N_("Journal"),
        "kind": N_("Kind"),
        "piece_ref": N_("Order"),
        "source_type": N_("Rests on"),
        "source_id": N_("Stripe’s number"),
        "idem_key": N_("Posted once as"),
        "reverses_id": N_("Reverses"),
        "lines": N_("Lines"),
    }

    def __init__(self) -> None:
        super().__init__(JournalEntry, "ledger")

    def get_one(self, id: Any) -> Any:
        """Return the entry with this number, None where it is no number."""
        try:
            return db.session.get(JournalEntry, UUID(id))
        except ValueError:
            return None

    def said(self, model: Any, name: str) -> Any:
        """Say the kind in words, and the lines in one: each account and by how much it moves."""
        if name == "kind":
            return kind_said(model)
        if name != "lines":
            return super().said(model, name)
        moved = [(one.account.code, money(one.amount_minor, one.currency)) for one in model.lines]
        return shown([f"{code} {amount}" for code, amount in moved])


class LineView(BrowseView):
    """Every line: which account moved by how much."""

    permission = "billing:read"
    title = N_("Ledger lines")
    column_list = ("entry.occurred_on", "entry.kind", "account.code", "account.name",
                   "debit", "credit", "entry.piece_ref")  # fmt: skip
    column_details_list = (*column_list, "entry.idem_key")
    column_searchable_list = (LedgerAccount.code, JournalEntry.piece_ref)
    labels: ClassVar = {
        "entry.occurred_on": N_("Day"),
        "entry.kind": N_("Kind"),
        "account.code": N_("Account"),
        "account.name": N_("Account’s name"),
        "debit": N_("Debit"),
        "credit": N_("Credit"),
        "entry.piece_ref": N_("Order"),
        "entry.idem_key": N_("Posted once as"),
    }

    def __init__(self) -> None:
        super().__init__(LedgerLine, "ledger_lines")

    def said(self, model: Any, name: str) -> Any:
        """Say the kind in words, an amount on the side on which it stands."""
        if name == "entry.kind":
            return kind_said(model.entry)
        if name == "account.name":
            return getattr(model.account, f"name_{language()}")
        if name in ("debit", "credit"):
            amount = model.amount_minor if name == "debit" else -model.amount_minor
            return money(amount, model.currency) if amount > 0 else ""
        return shown(attrgetter(name)(model))


class EventView(BrowseView):
    """Every event of Stripe's, the last received first, with what became of it."""

    permission = "billing:read"
    title = N_("Stripe events")
    column_default_sort = ("received_at", True)
    column_list = ("received_at", "type", "state", "attempts", "problem", "id")
    column_searchable_list = ("id", "type", "state")
    column_details_list = (
        "received_at", "created", "type", "id", "account", "api_version", "livemode", "state",
        "attempts", "problem", "applied_at", "payload",
    )  # fmt: skip
    labels: ClassVar = {
        "received_at": N_("Received"),
        "created": N_("Happened"),
        "type": N_("Kind"),
        "id": N_("Stripe’s number"),
        "account": N_("Connected account"),
        "api_version": N_("Version"),
        "livemode": N_("Real money"),
        "state": N_("State"),
        "attempts": N_("Attempts"),
        "problem": N_("Problem"),
        "applied_at": N_("Applied"),
        "payload": N_("Content"),
    }
    words: ClassVar = {
        "state": {
            EventState.PENDING: N_("Waits"),
            EventState.APPLIED: N_("Applied"),
            EventState.IGNORED: N_("Changes nothing here"),
            EventState.FAILED: N_("Could not be applied"),
        },
        "livemode": {True: N_("Yes"), False: N_("No")},
    }

    def __init__(self) -> None:
        super().__init__(StripeEvent, "stripe_events")
