"""What the tests of declarations share."""

from tests.jobs.conftest import change_settings

__all__ = ["change_settings"]
