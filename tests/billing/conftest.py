"""Fixtures of the tests of billing."""

from tests.fakes.stripe import make_stripe, stripe_sandbox

__all__ = ["make_stripe", "stripe_sandbox"]
