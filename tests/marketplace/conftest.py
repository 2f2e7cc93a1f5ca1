"""Fixtures of the tests of the marketplace's nouns."""

from tests.fakes.registers import registers, sandboxes

__all__ = ["registers", "sandboxes"]
