"""E-mails as they travel: headers, addresses, parts."""

import hashlib
from email import message_from_bytes, policy
from uuid import UUID

import pytest
from sqlalchemy import select

from backoffice.core.link import PortalLink, Scope
from backoffice.core.outbox import OutboxMessage
from backoffice.core.reply_address import make_reply_address
from backoffice.notify.message import NoAddress, address, compose
from tests.factories.mails import CONTEXTS
from tests.factories.outbox import make_mail
from tests.factories.ticket import make_ticket

REFUSED = "registration.rejected"


def read(letter):
    """Parse a letter's bytes as its receiver would."""
    return message_from_bytes(letter.data, policy=policy.default)


def test_the_headers(app, session):
    row = make_mail(session, uid=UUID(int=7), to="camille@exemple.fr")
    letter = compose(row)
    mail = read(letter)
    assert letter.sender == "ne-pas-repondre@marjolaine.example"
    assert letter.recipient == "camille@exemple.fr"
    assert mail["From"] == "Marjolaine <ne-pas-repondre@marjolaine.example>"
    assert mail["To"] == "Camille Moreau <camille@exemple.fr>"
    assert mail["Subject"] == "Votre inscription n’est pas approuvée · REG-2026-000017"
    assert mail["Message-ID"] == "<00000000-0000-0000-0000-000000000007@marjolaine.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"


def test_a_reader_who_may_answer_is_told_where(app, session):
    case = make_ticket(session).case
    owed = select(OutboxMessage).where(OutboxMessage.case_id == case.id)
    row = session.scalars(owed.where(OutboxMessage.channel == "mail")).one()
    (reply_to,) = read(compose(row))["Reply-To"].addresses
    assert (reply_to.display_name, reply_to.addr_spec) == (
        "Support", make_reply_address(case.reference)
    )  # fmt: skip
    link = session.get(PortalLink, row.payload["portal"])
    link.scope = Scope.CONTEST
    assert read(compose(row))["Reply-To"] is None
    assert read(compose(make_mail(session)))["Reply-To"] is None


def test_a_repeat_has_the_same_identity(app, session):
    row = make_mail(session)
    assert read(compose(row))["Message-ID"] == read(compose(row))["Message-ID"]


def test_both_parts_travel_as_seven_bits(app, session):
    letter = compose(make_mail(session))
    mail = read(letter)
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    for part, kind in ((text, "text/plain"), (html, "text/html")):
        assert part.get_content_type() == kind
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
        assert part.get_content_charset() == "utf-8"
    assert "n’est pas approuvée" in text.get_content()
    assert max(map(len, letter.data.split(b"\r\n"))) <= 78
    assert letter.data.isascii()


def test_the_copy_that_is_kept_opens_nothing(app, session):
    letter = compose(make_mail(session))
    assert letter.copy["sha256"] == hashlib.sha256(letter.data).hexdigest()
    assert "/p/•••" in letter.copy["text"]
    assert "/p/12-" not in str(letter.copy)


@pytest.mark.parametrize(
    "name", ["Zoé\r\nBcc: a@b.fr", "Zoé\nX: y", "Zoé\x00", "\u202eéoZ", "É" * 9000]
)
def test_a_name_cannot_add_a_header(app, session, name):
    context = {**CONTEXTS[REFUSED], "recipient": name}
    row = make_mail(session)
    session.expunge(row)  # some of these the database itself refuses
    row.payload = context
    mail = read(compose(row))
    assert set(mail.keys()) == set(read(compose(make_mail(session))).keys())
    assert "Bcc" not in mail
    assert "X" not in mail


@pytest.mark.parametrize(
    "spec", ["", "camille", "a\nb@c.fr", "a b@c.fr", "a@b@c.fr", "a@c.fr, d@e.fr", "<a@b.fr>",
             "a@b.fr\r\nBcc: c@d.fr", "a@élan.fr", "a@b.fr\x00"],
)  # fmt: skip
def test_what_is_no_address(spec):
    with pytest.raises(NoAddress):
        address("Camille", spec)


@pytest.mark.parametrize("spec", ["a@b.fr", "a+b@xn--lan-9la.fr", "o'neil@exemple.fr"])
def test_what_is_an_address(spec):
    assert address("Camille", spec).addr_spec == spec
