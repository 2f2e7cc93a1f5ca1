"""What the tests of e-mails share."""

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def _context(app: Flask, files_dir):
    """An application context, as requests and jobs have one."""
    with app.app_context():
        yield
