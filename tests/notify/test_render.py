"""Links, masks and whatever people type into what becomes an e-mail."""

import re

from backoffice.core.secrets import read_token
from backoffice.notify.render import masked, one_line, preview_mails, render
from tests.factories.mails import CONTEXTS
from tests.factories.outbox import make_endpoint, make_mail, make_webhook

REFUSED = "registration.rejected"


def test_a_link_opens_what_it_names(app):
    mail = render(REFUSED, "fr", CONTEXTS[REFUSED])
    (address,) = set(re.findall(r"http\S+/p/(\S+)", mail.text))
    assert read_token("p", address) == CONTEXTS[REFUSED]["portal"]
    assert f"/p/{address}" in mail.html


def test_kinds_of_links_do_not_open_each_other(app):
    mail = render("staff.reset", "fr", CONTEXTS["staff.reset"])
    (token,) = re.findall(r"/reset/(\S+)", mail.text)
    assert read_token("reset", token) == 3
    assert read_token("invitation", token) is None


def test_a_masked_mail_holds_no_token(app):
    for event, context in CONTEXTS.items():
        mail = masked(render(event, "fr", context))
        assert not re.search(r"/\d+-[\w-]{20}", " ".join(mail))
        if "portal" in context or "staff_link" in context:
            assert "•••" in mail.text


def test_the_preview_leaves_out_what_is_no_mail(app, session):
    webhook = make_webhook(session, make_endpoint(session, "http://127.0.0.1:1/"))
    (mail,) = preview_mails([make_mail(session), webhook])
    assert mail.subject == "Votre inscription n’est pas approuvée · REG-2026-000017"
    assert "/p/•••" in mail.text


def test_typed_text_is_text_in_both_parts(app):
    typed = "<script>alert(1)</script> {{ brand }} %(name)s & “quoted”"
    context = {**CONTEXTS["registration.info_requested"], "question": typed, "title": typed}
    mail = render("registration.info_requested", "fr", context)
    assert f"> {typed}" in mail.text
    assert "<script" not in mail.html
    assert "{{ brand }} %(name)s &amp; “quoted”" in mail.html


def test_a_subject_is_one_line(app):
    context = {
        **CONTEXTS["profile_change.email_changed"],
        "title": "A\r\nBcc: b@exemple.fr\x00\u202e",
    }
    subject = render("profile_change.email_changed", "fr", context).subject
    assert subject == "L’adresse e-mail de l’entreprise A Bcc: b@exemple.fr a changé"


def test_one_line_keeps_what_can_be_seen():
    assert one_line(" Zoé\t\n Lefèvre \u2028👩‍🔧 ") == "Zoé Lefèvre 👩 🔧"
