"""Every event that is told by e-mail has its folder of words, and no folder is without event."""

import ast
from collections.abc import Iterator

from sqlalchemy import select

from backoffice.core.action import no_mails
from backoffice.core.outbox import Channel, OutboxMessage
from backoffice.notify.render import render
from backoffice.queues import REGISTRY
from config.settings import ROOT
from tests.contracts.code import calls
from tests.contracts.ways import every_queue, every_way, takable
from tests.factories.case import act, bring
from tests.factories.staff import make_staff

EMAILS = ROOT / "templates" / "emails"
PARTS = {"subject.txt", "body.txt", "body.html"}


def folder(event: str) -> str:
    return event.replace(".", "-")


def of_actions(*, takable_alone: bool) -> set[str]:
    """Return the events of actions that write an e-mail."""
    return {
        action.event_name(queue.noun)
        for queue in REGISTRY
        for action in (takable(queue) if takable_alone else queue.actions)
        if action.mails is not no_mails
    }


def put_directly() -> Iterator[str]:
    """Yield the events that `put_mail`, or what hands one on to it, is called with by name."""
    names = ("put_mail", "tell_invoice", "tell_invoices")
    for _, call in (found for name in names for found in calls(name)):
        event = next(word.value for word in call.keywords if word.arg == "event")
        for one in ast.walk(event):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one.value


def test_every_event_has_its_folder():
    events = of_actions(takable_alone=True) | set(put_directly())
    found = {path.name for path in EMAILS.iterdir() if path.is_dir()}
    assert {folder(event) for event in events} - found == set()
    for name in found:
        assert {path.name for path in (EMAILS / name).iterdir()} == PARTS


def test_every_folder_has_its_event():
    events = of_actions(takable_alone=False) | set(put_directly())
    found = {path.name for path in EMAILS.iterdir() if path.is_dir()}
    assert found - {folder(event) for event in events} == set()


@every_way
def test_what_a_decision_writes_can_be_read_in_both_languages(session, app, queue, action, state):
    lead = make_staff(session, role="lead").actor
    case = bring(session, queue, state, lead, action=action)
    decision = act(session, case, action, lead)
    mails = select(OutboxMessage).where(
        OutboxMessage.decision_id == decision.id, OutboxMessage.channel == Channel.MAIL
    )
    with app.app_context():
        for row in session.scalars(mails):
            read = {locale: render(row.event, locale, row.payload) for locale in ("fr", "en")}
            for mail in read.values():
                assert mail.subject
                assert case.reference in mail.text
                assert case.reference in mail.html
                assert "None" not in mail.text
            assert read["fr"].html.startswith("<!doctype html>")


@every_queue
def test_a_step_that_decides_nothing_writes_to_nobody(queue):
    steps = [action for action in queue.actions if not action.is_decision]
    assert [action.name for action in steps if action.mails is not no_mails or action.event] == []
