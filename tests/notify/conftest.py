"""What the tests of e-mails share."""

from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The application, in a context as jobs have one: no request."""
    with app.app_context():
        yield app
