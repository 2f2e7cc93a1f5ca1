"""Who may do what: the whole policy on one page.

A permission is `noun:verb`. The nouns of queues are `registration`, `listing`…; a queue's own
actions are verbs under its noun (`registration:approve`). Other nouns belong to pages.
"""

from dataclasses import dataclass
from typing import Literal

MODERATION = frozenset({"registration", "profile_change", "listing", "notice"})
SUPPORT = frozenset({"ticket", "dispute", "erasure"})
QUEUES = MODERATION | SUPPORT | {"appeal"}

SECOND = frozenset({"confirm_hold", "send_back"})
LEADING = SECOND | {"assign", "reopen", "override", "claim_over", "unblock"}
"""Verbs on a case that only a lead has: second approvals, assignment, reopening, overriding,
lifting what an authority ordered.
"""

STAFF_PAGES = frozenset({"desk:read", "seller:read", "insight:read", "account:own"})
ADMIN = frozenset(
    {
        "staff:manage",
        "integration:manage",
        "reference:read",
        "reference:write",
        "setting:write",
        "audit:read",
        "outbox:read",
        "outbox:resend",
        "transparency:read",
    }
)
FINANCE = frozenset(
    {
        "billing:read",
        "billing:reconcile",
        "billing:export",
        "billing:adjust",
        "billing:confirm",
        "billing:close",
        "subscription:change",
    }
)
IMPORTS = frozenset({"import:read", "import:write"})
NOTES = frozenset({"seller:note"})
READING = frozenset(
    {
        "reference:read",
        "audit:read",
        "outbox:read",
        "billing:read",
        "staff:read",
        "import:read",
        "transparency:read",
    }
)


@dataclass(frozen=True)
class Role:
    """What one role may: every verb on `works` except `but`, `read` on `reads`, and `pages`."""

    works: frozenset[str] = frozenset()
    but: frozenset[str] = LEADING
    reads: frozenset[str] = frozenset()
    pages: frozenset[str] = STAFF_PAGES

    def allows(self, noun: str, verb: str) -> bool:
        """Tell whether this role grants `noun:verb`."""
        if f"{noun}:{verb}" in self.pages:
            return True
        if noun in self.works:
            return verb not in self.but
        return verb == "read" and noun in self.reads


ROLES: dict[str, Role] = {
    "moderator": Role(works=MODERATION, pages=STAFF_PAGES | IMPORTS | NOTES),
    # What a ticket turns out to be may go to whoever decides it: opening decides nothing.
    "support": Role(
        works=SUPPORT,
        pages=STAFF_PAGES | NOTES | {"order_watch:read", "appeal:open", "notice:open"},
    ),
    "finance": Role(
        reads=frozenset({"dispute"}),
        pages=STAFF_PAGES | FINANCE | NOTES | {"order_watch:read"},
    ),
    "lead": Role(
        works=QUEUES,
        but=frozenset(),
        pages=STAFF_PAGES
        | IMPORTS
        | NOTES
        | {
            "order_watch:read",
            "quality:read",
            "outbox:read",
            "outbox:resend",
            "transparency:read",
        },
    ),
    "admin": Role(pages=STAFF_PAGES | ADMIN),
    "auditor": Role(reads=QUEUES, pages=STAFF_PAGES | READING | {"order_watch:read"}),
}


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a person of the staff, a party, an integration, or the system itself."""

    kind: Literal["staff", "party", "integration", "system"]
    id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        """Tell whether any of the actor's roles grants this permission; the system may all."""
        if self.kind == "system":
            return True
        noun, _, verb = permission.partition(":")
        return any(ROLES[role].allows(noun, verb) for role in self.roles if role in ROLES)

    @property
    def ref(self) -> str:
        """Return the name that audit entries hold: a kind and a number, never a person's name."""
        return f"{self.kind}:{self.id}" if self.id is not None else self.kind


SYSTEM = Actor(kind="system", name="system")
