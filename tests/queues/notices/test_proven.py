"""An address that is typed proves nothing: only who showed that it is theirs goes first."""

from datetime import timedelta

import pytest

from backoffice.core.claim import claim_next
from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.notifier import NotifierKind, TrustedStatus
from backoffice.queues.notices.form import NoticeForm
from backoffice.queues.notices.looks.report import record
from backoffice.queues.notices.receive import receive
from backoffice.queues.notices.telling import source_of
from tests.factories.notice import make_notice, make_online, notice_body
from tests.factories.notifier import make_notifier

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def flagger(session):
    one = make_notice(session).notice.notifier
    one.kind, one.trusted_status = NotifierKind.TRUSTED_FLAGGER, TrustedStatus.ACTIVE
    session.flush()
    return one


@pytest.mark.parametrize(
    ("is_proven", "kind", "source", "outcome"),
    [(True, "urgent", "trusted_flagger", "pass"), (False, "", "notice", "warn")],
)
def test_a_trusted_flagger_s_address_counts_once_it_is_proven(
    session, flagger, is_proven, kind, source, outcome
):
    body = notice_body(make_online(session), notifier={"name": "X", "email": flagger.email})
    form = NoticeForm.model_validate(body)
    notice, case, _ = receive(session, form, actor=SYSTEM, channel="report", is_proven=is_proven)
    assert (case.kind, source_of(notice)) == (kind, source)
    assert bool(case.rank) == is_proven
    assert record(session, case, notice).outcome == outcome


def test_of_one_day_s_notices_those_of_a_proven_good_record_go_first(session, moderator):
    known = make_notifier(session, upheld_count=120, dismissed_count=12)
    careless = make_notifier(session, upheld_count=2, dismissed_count=12)

    def received(notifier, is_proven=True):
        sender = {"name": notifier.name, "email": notifier.email}
        form = NoticeForm.model_validate(notice_body(make_online(session), notifier=sender))
        return receive(session, form, actor=SYSTEM, channel="report", is_proven=is_proven).case

    earlier, poor, typed = received(careless), received(careless), received(known, is_proven=False)
    good = received(known)
    assert poor.due_at == typed.due_at == good.due_at
    earlier.due_at -= timedelta(days=1)
    session.flush()
    taken = [claim_next(session, "notices", moderator) for _ in range(4)]
    assert taken == [earlier, good, typed, poor]
