"""What the sandbox remembers: objects, events, answers given, balances; one JSON document."""

import secrets
import string
import time
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from backoffice.dev.sandboxes.stripe.problem import no_such

PLATFORM = "acct_platform"
API_VERSION = "2026-10-28.endive"
ALPHABET = string.ascii_letters + string.digits
START_MINOR = 1_000_000  # of our own balance
HOSTED = "https://invoice.stripe.com/i"  # where customers pay
PARENT = {
    "refund": "charge", "dispute": "charge", "transfer": "source_transaction",
    "transfer_reversal": "transfer", "fee_refund": "fee", "subscription": "customer",
}  # fmt: skip
"""What an object belongs to for ever: a year has too many to look at each."""

Object = dict[str, Any]


class State:
    """All there is; a name that begins with `_` is the sandbox's own and never shown."""

    def __init__(self, kept: dict[str, Any] | None = None) -> None:
        kept = kept or {}
        self.objects: dict[str, Object] = kept.get("objects", {})
        self.events: list[Object] = kept.get("events", [])
        self.answers: dict[str, Any] = kept.get("answers", {})
        self.balances: dict[str, int] = kept.get("balances", {})
        self.hosted_url = HOSTED
        self.ahead_seconds: int = kept.get("ahead_seconds", 0)
        self._shelves: dict[tuple[Any, ...], list[Object]] = defaultdict(list)
        for one in self.objects.values():
            self._put(one)
        if not kept:
            self.book(PLATFORM, "topup", START_MINOR, new_id("tu"))

    def to_json(self) -> dict[str, Any]:
        """Return what a later run starts from."""
        names = ("objects", "events", "answers", "balances", "ahead_seconds")
        return {name: getattr(self, name) for name in names}

    def now(self) -> int:
        """Return the second that it is here: time can be put ahead."""
        return int(time.time()) + self.ahead_seconds

    def add(self, prefix: str, kind: str, owner: str, **fields: Any) -> Object:
        """Keep a new object of an account."""
        made = {"id": new_id(prefix), "object": kind, "created": self.now(), **fields}
        made["_owner"] = owner
        self.objects[made["id"]] = made
        self._put(made)
        return made

    def _put(self, one: Object) -> None:
        kind = one["object"]
        self._shelves[(kind,)].append(one)
        if kind in PARENT:
            self._shelves[kind, one.get(PARENT[kind])].append(one)

    def find(self, kind: str, id: str, owner: str, param: str = "id", status: int = 404) -> Object:
        """Return an account's object; raises Problem where there is none."""
        found = self.objects.get(id)
        if found is None or found["object"] != kind or found["_owner"] != owner:
            raise no_such(kind.replace("_", " "), id, param, status)
        return found

    def of_kind(self, kind: str, owner: str | None = None, **where: Any) -> Iterator[Object]:
        """Yield objects, the oldest first."""
        parent = where.get(PARENT.get(kind, ""))
        shelf = self._shelves[(kind, parent) if parent else (kind,)]
        for one in list(shelf):
            if owner and one["_owner"] != owner:
                continue
            if all(one.get(name) == value for name, value in where.items()):
                yield one

    def book(
        self, owner: str, type: str, amount: int, source: str | None, *, category: str = "",
        fee: int = 0, application_fee: int = 0,
    ) -> str:  # fmt: skip
        """Move an account's balance and return the balance transaction that says so.

        `fee` is all that is kept of it, of which `application_fee` is the platform's.
        """
        parts = (
            ("stripe_fee", "Stripe processing fees", fee - application_fee),
            ("application_fee", "Marketplace application fee", application_fee),
        )
        details = [
            {"amount": part, "application": None, "currency": "eur", "type": fee_type,
             "description": said}
            for fee_type, said, part in parts if part
        ]  # fmt: skip
        made = self.add(
            "txn", "balance_transaction", owner, amount=amount, fee=fee, net=amount - fee,
            currency="eur", type=type, reporting_category=category or type, source=source,
            status="available", available_on=self.now(), exchange_rate=None,
            balance_type="payments", description=None, fee_details=details,
        )  # fmt: skip
        self.balances[owner] = self.balances.get(owner, 0) + amount - fee
        return str(made["id"])

    def tell(self, type: str, about: Object, previous: dict[str, Any] | None = None) -> Object:
        """Record an event about an object as it is now."""
        owner = about["_owner"]
        data: dict[str, Any] = {"object": self.view(about)}
        if previous:
            data["previous_attributes"] = previous
        event = {
            "id": new_id("evt"), "object": "event", "api_version": API_VERSION,
            "created": self.now(), "data": data, "livemode": False, "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None}, "type": type,
        }  # fmt: skip
        if owner != PLATFORM:
            event["account"] = owner
        self.events.append(event)
        return event

    def view(self, one: Object, expand: tuple[str, ...] = ()) -> Object:
        """Return an object as it is shown, with what was asked to be expanded."""
        shown = deepcopy({name: value for name, value in one.items() if name[0] != "_"})
        id = one.get("id", "")
        if one["object"] == "application_fee":
            shown["refunds"] = self._inside("fee_refund", f"application_fees/{id}/refunds", fee=id)
        elif one["object"] == "transfer":
            shown["reversals"] = self._inside(
                "transfer_reversal", f"transfers/{id}/reversals", transfer=id
            )
        elif one["object"] == "subscription":
            for item in shown["items"]["data"]:
                item["price"] = self.view(self.objects[item["price"]])
        elif one["object"] == "charge" and any(path.split(".")[0] == "refunds" for path in expand):
            shown["refunds"] = self._inside("refund", f"charges/{id}/refunds", charge=id)
        for path in expand:
            self._expand(shown, path.split("."))
        return shown

    def _inside(self, kind: str, path: str, **where: Any) -> Object:
        found = [self.view(one) for one in self.of_kind(kind, **where)]
        return {"object": "list", "data": found[::-1], "has_more": False, "url": f"/v1/{path}"}

    def _expand(self, shown: Any, path: list[str]) -> None:
        name, *rest = path
        if isinstance(shown, list):
            for each in shown:
                self._expand(each, path)
        elif isinstance(shown, dict) and name in shown:
            value = shown[name]
            if isinstance(value, str) and value in self.objects:
                shown[name] = self.view(self.objects[value], (".".join(rest),) if rest else ())
            elif rest:
                self._expand(value, rest)


def new_id(prefix: str) -> str:
    """Return an identifier of Stripe's form."""
    return f"{prefix}_" + "".join(secrets.choice(ALPHABET) for _ in range(24))
