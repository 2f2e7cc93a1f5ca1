"""The list of notices: its columns, its filters, what is urgent, and the same as CSV."""

import pytest

from backoffice.marketplace.notifier import NotifierKind, TrustedStatus
from tests.factories.notice import make_notice, make_online
from tests.factories.staff import make_staff, sign_in


@pytest.fixture
def listed(client, session):
    """Return which notices a filter leaves, as a moderator sees them."""
    sign_in(client, session, make_staff(session, role="moderator"))

    def shown(*received, **query):
        session.flush()
        html = client.get("/queues/notices", query_string={"lang": "en", **query}).text
        return [one.case.reference in html for one in received]

    return shown


def test_it_is_filtered_by_kind_by_notifier_and_by_number(session, listed):
    mark = make_notice(session)
    danger = make_notice(session, kind="dangerous", right=None)
    one = danger.notice.notifier
    one.kind, one.trusted_status = NotifierKind.TRUSTED_FLAGGER, TrustedStatus.ACTIVE
    assert listed(mark, danger) == [True, True]
    assert listed(mark, danger, about="dangerous") == [False, True]
    assert listed(mark, danger, notifier="trusted_flagger") == [False, True]
    number = mark.notice.right.number
    assert listed(mark, danger, right=f"FR {number[:4]} {number[4:]}") == [True, False]
    assert listed(mark, danger, right="9999") == [False, False]


def test_what_is_urgent_is_marked(session, client, listed):
    make_notice(session)
    session.flush()
    assert '<span class="badge is-bad">Urgent</span>' not in client.get(
        "/queues/notices?lang=en"
    ).text  # fmt: skip
    make_notice(session, kind="dangerous", right=None)
    session.flush()
    assert '<span class="badge is-bad">Urgent</span>' in client.get("/queues/notices").text


def test_it_leaves_as_csv_with_the_number_of_things(session, client, listed):
    received = make_notice(
        session, make_online(session), make_online(session), notifier__organisation="Maison Roux"
    )
    session.flush()
    answer = client.get("/queues/notices/export.csv?lang=en", buffered=True)
    assert answer.status_code == 200
    (line,) = [one for one in answer.text.splitlines() if received.case.reference in one]
    assert "Trademark;Maison Roux;2;" in line
