"""A notice that names more than one case can hold is refused whole, and says why."""

import pytest
from sqlalchemy import func, select

from backoffice.core.typed_text import InvalidFields
from backoffice.queues.notices import receive
from backoffice.queues.notices.model import Notice
from tests.factories.notice import make_notice, make_online

pytestmark = pytest.mark.usefixtures("app")


def test_nothing_is_cut_off_in_silence(session, monkeypatch):
    monkeypatch.setattr(receive, "TARGETS_FOUND_MAX", 1)
    with pytest.raises(InvalidFields) as refused:
        make_notice(session, make_online(session), make_online(session))
    assert "more than %(count)s things" in refused.value.errors["targets"].msgid
    assert session.scalar(select(func.count(Notice.id))) == 0
