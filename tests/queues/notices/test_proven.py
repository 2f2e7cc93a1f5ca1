"""An address that is typed proves nothing: only who showed that it is theirs goes first."""

import pytest

from backoffice.core.permissions import SYSTEM
from backoffice.marketplace.notifier import NotifierKind, TrustedStatus
from backoffice.queues.notices.form import NoticeForm
from backoffice.queues.notices.looks.report import record
from backoffice.queues.notices.receive import receive
from backoffice.queues.notices.telling import source_of
from tests.factories.notice import make_notice, make_online, notice_body

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
    assert bool(case.priority) == is_proven
    assert record(session, case, notice).outcome == outcome
