"""The sandbox itself: its state, changed by one thread at a time, and what follows later."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from backoffice.dev.sandboxes.stripe import payouts, refunds
from backoffice.dev.sandboxes.stripe.api import Api
from backoffice.dev.sandboxes.stripe.clockwork import Clockwork
from backoffice.dev.sandboxes.stripe.keys import KEY, WHSEC, WHSEC_CONNECT
from backoffice.dev.sandboxes.stripe.misbehaviour import Misbehaviour
from backoffice.dev.sandboxes.stripe.routes import Call, Route, route_of
from backoffice.dev.sandboxes.stripe.state import HOSTED, PLATFORM, Object, State
from backoffice.dev.sandboxes.stripe.store import load, save
from backoffice.dev.sandboxes.stripe.webhooks import Webhooks

SAVE_SECONDS = 0.5


class Sandbox:
    """A Stripe of our own: `answer()` is its API, `events` what it has to tell."""

    def __init__(
        self, secret: str = WHSEC, endpoint: str | None = None,
        misbehaviour: Misbehaviour | None = None, *, connect_secret: str = WHSEC_CONNECT,
        key: str = KEY, file: Path | None = None, hosted_url: str = HOSTED,
    ) -> None:  # fmt: skip
        misbehaviour = misbehaviour or Misbehaviour()
        self.state = State(load(file))
        self.state.hosted_url = hosted_url
        self.misbehaviour = misbehaviour
        self.clockwork = Clockwork()
        self.webhooks = Webhooks(endpoint, secret, connect_secret, misbehaviour, self.clockwork)
        self._key = key
        self._file = file
        self._lock = RLock()
        self.answer = Api(self.state, key, misbehaviour, self._do).answer
        self._told = 0
        self._is_saving = False
        self._take_up()

    @property
    def events(self) -> list[Object]:
        """Every event, the oldest first."""
        with self._lock:
            return list(self.state.events)

    def objects(self, kind: str, **where: Any) -> list[Object]:
        """Return what there is of a kind, as shown, the oldest first."""
        with self._lock:
            return [self.state.view(one) for one in self.state.of_kind(kind, **where)]

    def charge(
        self, amount: int, *, order: str = "", destination: str | None = None, fee: int = 0,
        card: str = "tok_visa", account: str | None = None,
    ) -> Object:  # fmt: skip
        """Charge a test card as the shop would: for an order, to a seller's account, with a fee."""
        given: dict[str, Any] = {"amount": amount, "currency": "eur", "source": card}
        given["metadata"] = {"order": order} if order else {}
        if fee:
            given["application_fee_amount"] = fee
        if destination:
            given["transfer_data"] = {"destination": destination}
        return self.do("POST", "/v1/charges", given, account or PLATFORM)

    def open_dispute(self, charge: str, amount: int | None = None) -> Object:
        """Have the buyer's bank contest a charge."""
        given = {"charge": charge} | ({"amount": amount} if amount else {})
        return self.do("POST", "/v1/test_helpers/disputes", given)

    def close_dispute(self, id: str, status: str) -> Object:
        """Have the bank decide: won or lost."""
        return self.do("POST", f"/v1/test_helpers/disputes/{id}/close", {"status": status})

    def set_balance(self, amount: int, account: str = PLATFORM) -> None:
        """Set what an account, ours by default, has to spend."""
        self.do("POST", "/v1/test_helpers/balance", {"amount": amount, "account": account})

    def pay_out(self) -> Object:
        """Send all that we have to our bank, as Stripe does by itself each day."""
        return self.do("POST", "/v1/test_helpers/payouts", {})

    def end_payout(self, id: str, status: str) -> Object:
        """Have a payout arrive or come back: paid, failed or canceled."""
        return self.do("POST", f"/v1/test_helpers/payouts/{id}/end", {"status": status})

    def advance(self, seconds: int) -> None:
        """Put the sandbox's time ahead: months that are due begin, and are asked for."""
        self.do("POST", "/v1/test_helpers/clock/advance", {"seconds": seconds})

    def pay(self, invoice: str, card: str = "pm_card_visa") -> Object:
        """Have a customer pay an invoice."""
        return self.do("POST", f"/v1/invoices/{invoice}/pay", {"payment_method": card})

    def settle(self) -> None:
        """End every refund and every payout that waits for its end."""
        with self._change():
            for kind in ("refund", "payout"):
                for one in self.state.of_kind(kind):
                    if one["_ends"]:
                        _settle(self.state, one)

    def do(
        self, method: str, path: str, given: Mapping[str, Any], account: str = PLATFORM
    ) -> Object:
        """Do what a request asks, its parameters typed already; raises Problem."""
        route, id = route_of(method, path)
        return self._do(route, id, dict(given), account, None)

    def close(self) -> None:
        """End the threads, and write down what there is."""
        self.clockwork.stop()
        self._save()

    def _do(
        self, route: Route, id: str, given: dict[str, Any], account: str, ends: str | None
    ) -> Object:
        with self._change():
            found = route.work(Call(self.state, given, account, id, self._key, ends))
            if found["object"] == "list":
                return found
            return self.state.view(found, tuple(given.get("expand", ())))

    @contextmanager
    def _change(self) -> Iterator[None]:
        """Let one thread change the state; then send what it has to tell, and have it saved."""
        with self._lock:
            yield
            for event in self.state.events[self._told :]:
                self.webhooks.send(event)
                self._plan(event)
            if self._told != len(self.state.events):
                self._save_soon()
            self._told = len(self.state.events)

    def _plan(self, event: Object) -> None:
        is_made = event["type"] in ("refund.created", "payout.created")
        if not is_made or self.misbehaviour.settle_seconds is None:
            return
        made = self.state.objects[event["data"]["object"]["id"]]
        if made["_ends"]:
            self.clockwork.after(self.misbehaviour.settle_seconds, lambda: self._settle(made))

    def _settle(self, made: Object) -> None:
        with self._change():
            if made["_ends"]:
                _settle(self.state, made)

    def _take_up(self) -> None:
        """Go on where an earlier run ended: send what was not taken, end what waits."""
        self._told = len(self.state.events)
        for event in self.state.events:
            if event["pending_webhooks"]:
                self.webhooks.send(event)
            self._plan(event)

    def _save_soon(self) -> None:
        if self._file is not None and not self._is_saving:
            self._is_saving = True
            self.clockwork.after(SAVE_SECONDS, self._save)

    def _save(self) -> None:
        with self._lock:
            self._is_saving = False
            written = json.dumps(self.state.to_json()) if self._file is not None else ""
        if self._file is not None:
            save(self._file, written)


def _settle(state: State, made: Object) -> None:
    if made["object"] == "payout":
        payouts.settle(state, made, made["_ends"])
    else:
        refunds.settle(state, made)
