import pytest

from backoffice.core.outbox import OutboxMessage
from backoffice.notify.message import compose
from backoffice.notify.render import render
from backoffice.staff import links
from backoffice.staff.model import LinkKind
from tests.factories.staff import make_staff


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("kind", list(LinkKind))
def test_the_link_is_in_the_mail_and_not_in_what_is_kept(app, session, kind, locale):
    staff = make_staff(session, role="lead", name="Inès <b>", locale=locale)
    link = links.send(session, staff, kind)
    session.flush()
    row = session.query(OutboxMessage).one()
    with app.test_request_context():
        letter = compose(row)
        rendered = render(row.event, row.locale, row.payload)
    token = rendered.text.partition(f"/{kind}/")[2].split()[0]
    assert links.find(session, kind, token) is link
    assert token in rendered.html
    assert token not in str(letter.copy)
    assert "<b>" not in rendered.html
    assert staff.email in rendered.text
