"""Stripe's sandbox on loopback, named in the settings of a test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from backoffice.dev.sandboxes.server import running
from backoffice.dev.sandboxes.stripe import KEY, Misbehaviour, Sandbox
from backoffice.dev.sandboxes.stripe.sandbox import WHSEC, WHSEC_CONNECT
from config.settings import get_settings

QUIET = Misbehaviour(settle_seconds=None)  # refunds that end later wait for `settle()`

MakeStripe = Callable[..., Sandbox]


@contextmanager
def serving(sandbox: Sandbox) -> Iterator[str]:
    """Serve a sandbox while the block runs; give its address."""
    with running(stripe=sandbox) as url:
        try:
            yield f"{url}/stripe"
        finally:
            sandbox.close()


@pytest.fixture
def make_stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeStripe]:
    """Start a sandbox, as unreliable as the test wishes, and name it in the settings."""
    with ExitStack() as stack:

        def make(misbehaviour: Misbehaviour = QUIET, **more: Any) -> Sandbox:
            sandbox = Sandbox(misbehaviour=misbehaviour, **more)
            monkeypatch.setenv("STRIPE_URL", stack.enter_context(serving(sandbox)))
            monkeypatch.setenv("STRIPE_KEY", KEY)
            monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", WHSEC)
            monkeypatch.setenv("STRIPE_CONNECT_WEBHOOK_SECRET", WHSEC_CONNECT)
            get_settings.cache_clear()
            return sandbox

        yield make
        monkeypatch.undo()
        get_settings.cache_clear()


@pytest.fixture
def stripe_sandbox(make_stripe: MakeStripe) -> Sandbox:
    """A sandbox where all goes well."""
    return make_stripe()
