"""The proof of an erasure: what was done, what is kept until when, where to complain."""

from datetime import datetime

import pytest
from flask_babel import force_locale

from backoffice.core.outbox import OutboxMessage
from backoffice.core.queue import QUEUES
from backoffice.notify.blocks import blocks_of
from backoffice.notify.letter import letter_name, letter_pdf
from tests.factories.mails_of_erasures import CONTEXTS

EVENT = "erasure.executed"


@pytest.fixture
def letter(app):
    with app.app_context():
        yield QUEUES["erasures"].letters[EVENT]


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_attempt_to_send_it_writes_the_same_bytes(letter, locale):
    row = OutboxMessage(event=EVENT, locale=locale, payload=CONTEXTS[EVENT])
    first = letter_pdf(letter, row)
    assert first.startswith(b"%PDF")
    assert letter_pdf(letter, row) == first
    assert letter_name(letter, row).endswith("-DEL-2026-000008")


def test_it_says_that_the_paid_month_stays_paid_and_where_to_complain(letter, app):
    ours = {"lang": "en", "brand": "M", "contact": "c", "backup_days": 30}
    words = {**CONTEXTS[EVENT], **ours, "time": datetime.fromisoformat}
    with force_locale("en"):
        html = app.jinja_env.get_template(letter.template).render(words)
    said = " ".join(block.text for block in blocks_of(html))
    for one in ("stays paid", "3 place de Fontenoy", "30", "L123-22", "2036"):
        assert one in said
