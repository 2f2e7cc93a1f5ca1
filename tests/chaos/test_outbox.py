"""Whatever is killed, what was decided is told: by mail and by webhook, under one identity."""

import os
import random
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from backoffice.core.case import Case
from backoffice.core.outbox import Channel, OutboxMessage, OutboxState
from tests.chaos.conftest import House
from tests.factories.appeal import APPROVAL, act
from tests.factories.outbox import make_endpoint
from tests.factories.registration import make_registration
from tests.factories.staff import make_staff
from tests.fakes.receiver import Receiver, Reply, receiving
from tests.fakes.smtp import ACCEPTED, Mailbox, mail_server

DECISIONS, LAST_KILLS = (200, 5) if os.environ.get("BACKOFFICE_LONG") else (12, 3)
SECONDS = 180

pytestmark = [pytest.mark.chaos, pytest.mark.slow]


def dawdle(answer):
    """Return a reply that takes a moment, so that kills fall between a send and its mark."""

    def reply(_):
        time.sleep(random.uniform(0, 0.05))
        return answer

    return reply


def decide_one(house, actor, number):
    """Approve one more registration; every fifth approval is undone at once, then made again."""
    with house.session() as session:
        case_id = make_registration(session, documents=[]).case.id
    for action in ("approve", "undo", "approve") if number % 5 == 4 else ("approve",):
        with house.session() as session:
            data = APPROVAL if action == "approve" else {}
            act(session, session.get_one(Case, case_id), action, actor, data)
    return case_id


def is_told(house):
    """Tell whether no mail and no webhook is owed any more."""
    with house.session() as session:
        owed = OutboxMessage.state == OutboxState.PENDING
        told = OutboxMessage.channel.in_([Channel.MAIL, Channel.WEBHOOK])
        return session.scalar(select(func.count()).where(owed, told)) == 0


def rows(house, channel):
    """Return every row of a channel."""
    with house.session() as session:
        return session.scalars(select(OutboxMessage).where(OutboxMessage.channel == channel)).all()


def disturb(house, number):
    """Kill processes at random; in the middle third Redis is away, then it is back and empty."""
    if random.random() < 0.4:
        house.herd.kill_one()
    if number == DECISIONS // 3:
        house.stop_redis()
    if number == 2 * DECISIONS // 3:
        house.empty_redis()
    time.sleep(random.uniform(0, 0.3))


def test_every_decision_is_told_whatever_is_killed(fresh_database, tmp_path, short_waits):
    box, shop = Mailbox(), Receiver()
    box.on_data, shop.reply = dawdle(ACCEPTED), dawdle(Reply())
    with mail_server(box) as smtp_url, receiving(shop) as hook_url:
        house = House(fresh_database, tmp_path, smtp_url)
        try:
            with house.session() as session:
                make_endpoint(session, hook_url)
                actor = make_staff(session, role="moderator").actor
            cases = []
            for number in range(DECISIONS):
                cases.append(decide_one(house, actor, number))
                disturb(house, number)
            for _ in range(LAST_KILLS):
                house.herd.kill_one()
                time.sleep(random.uniform(1, 3))
            house.wait_for(lambda: is_told(house), SECONDS)
        finally:
            house.stop()
        check(house, cases, Channel.MAIL, "<{}@marjolaine.example>", box.ids)
        check(house, cases, Channel.WEBHOOK, "msg_{}", shop.ids)
    sys.stdout.write(f"{house.herd.kills} kills: {len(box.ids)} mails, {len(shop.ids)} webhooks\n")


def check(house, cases, channel, identity, arrived):
    """Compare what was owed with what arrived; only repeats of the same id are forgiven."""
    owed = rows(house, channel)
    sent = {identity.format(row.uid) for row in owed if row.state == OutboxState.SENT}
    cancelled = {identity.format(row.uid) for row in owed if row.state == OutboxState.CANCELLED}
    assert {row.state for row in owed} == {OutboxState.SENT, OutboxState.CANCELLED}
    assert set(arrived) == sent
    assert not cancelled & set(arrived)
    told = Counter(
        row.case_id
        for row in owed
        if row.event == "registration.approved" and row.state == OutboxState.SENT
    )
    assert told == dict.fromkeys(cases, 1)
