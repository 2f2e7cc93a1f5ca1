"""A Stripe of our own for development and tests: stateful, strict, and as unreliable as wished."""

from backoffice.dev.sandboxes.stripe.misbehaviour import Misbehaviour
from backoffice.dev.sandboxes.stripe.sandbox import KEY, Sandbox

__all__ = ["KEY", "Misbehaviour", "Sandbox"]
