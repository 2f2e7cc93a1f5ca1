"""Reading e-mails: whatever is broken, the words are found and told from what they quote."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from backoffice.intake.mail.html_text import html_to_text
from backoffice.intake.mail.message import BODY_LENGTH_MAX, read
from backoffice.intake.mail.quoting import split
from backoffice.intake.mail.robots import Bounce, Kind
from tests.intake.mail.letters import FOLDER, eml, letter

NAMES = sorted(path.stem for path in FOLDER.glob("*.eml"))
WORDS = {
    "plain": ("Bonjour,\n\nle virement n’est pas arrivé.\n\nCamille", ""),
    "gmail_fr": ("Merci, c’est arrivé.", "Le mar. 24 nov. 2026 à 09:12, Marjolaine <"),
    "apple_en": ("It arrived, thank you.", "On 24 Nov 2026, at 09:12, Marjolaine"),
    "bottom_posted": ("Oui, merci.", "Le 24/11/2026 à 09:12, Marjolaine a écrit :"),
    "outlook_text": ("C’est arrivé.", "________________________________\nDe : Marjolaine"),
    "outlook_html": (
        "Bonjour,\n\nle colis n’est jamais arrivé : suivi <https://suivi.exemple.fr/1>.",
        "De : Marjolaine\nEnvoyé : mardi 24 novembre 2026 09:12",
    ),
    "original_message": ("It arrived.", "-----Original Message-----"),
    "only_quoted": ("> Bonjour Camille,\n> avez-vous reçu le virement ?", ""),
    "iso_2022_jp": ("こんにちは。まだ届いていません。", ""),
    "null_bytes": ("Bonjour, où est-il ?", ""),
    "unknown_charset": ("Un café s’il vous plaît.", ""),
    "broken_mime": ("Bonjour, cassé", ""),
    "empty": ("", ""),
    "attachments": ("Voici la facture.", ""),
    "nested": ("Voyez ci-joint.", "From: niveau1@exemple.fr\nSubject: niveau 1\n\nNiveau 1."),
}


@pytest.mark.parametrize("name", WORDS)
def test_the_words_and_what_they_quote(name):
    body, quoted = WORDS[name]
    mail = read(eml(name))
    assert mail.body == body
    assert mail.quoted.startswith(quoted)
    assert bool(mail.quoted) == bool(quoted)


def test_answers_between_quotations_stay_among_them():
    mail = read(eml("interleaved"))
    assert "> Quel est le numéro ?\n\nLe 12.\n\n> Et la date ?" in mail.body
    assert mail.quoted == ""


@pytest.mark.parametrize(
    ("name", "subject"),
    [("plain", "Où en est mon virement ?"), ("iso_2022_jp", "お支払いについて"),
     ("null_bytes", "Virement perdu"), ("unknown_charset", "=?x-martien?q?caf=E9?="),
     ("eight_bit_headers", "Problème")],
)  # fmt: skip
def test_the_subject(name, subject):
    assert read(eml(name)).subject == subject


def test_who_writes():
    mail = read(eml("eight_bit_headers"))
    assert (mail.name, mail.email) == ("André", "andre@exemple.fr")
    mail = read(b"From: =?utf-8?q?a=40b=2Efr=2C_c?= <d@exemple.fr>\n\nBonjour")
    assert (mail.name, mail.email) == ("a@b.fr, c", "d@exemple.fr")
    assert read(eml("no_sender")).email == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [("plain", Kind.PERSON), ("out_of_office", Kind.AUTOMATIC), ("mailing_list", Kind.AUTOMATIC),
     ("no_return_path", Kind.AUTOMATIC), ("no_sender", Kind.AUTOMATIC),
     ("delayed", Kind.AUTOMATIC), ("bounce", Kind.BOUNCE), ("spoofed_reference", Kind.PERSON)],
)  # fmt: skip
def test_who_wrote_it(name, kind):
    assert read(eml(name)).kind is kind


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-generated (rejected)"}, {"Precedence": "auto_reply"},
     {"X_Autoreply": "yes"}, {"X_Autorespond": "1"}, {"X_Loop": "a@b.fr"}, {"List_Id": "<a.b>"},
     {"sender": "support@marjolaine.example"}, {"sender": "ne-pas-repondre@marjolaine.example"}],
)  # fmt: skip
def test_robots_betray_themselves(headers):
    assert read(letter(**headers)).kind is Kind.AUTOMATIC


def test_a_person_may_say_that_no_robot_wrote():
    assert read(letter(Auto_Submitted="no", Precedence="first-class")).kind is Kind.PERSON


def test_what_a_bounce_says():
    bounce = read(eml("bounce")).bounce
    assert bounce == Bounce("camille@exemple.fr", "smtp; 550 5.1.1 User unknown", UUID(int=7))
    assert read(eml("delayed")).bounce is None


def test_files_with_their_names():
    first, second = read(eml("attachments")).files
    assert (first.filename, first.content_type) == ("facture nº1.pdf", "application/pdf")
    assert first.data.startswith(b"%PDF-")
    assert second.filename == "archive.zip"
    assert [one.filename for one in read(eml("broken_mime")).files] == ["reçu.pdf"]


def test_a_mail_within_a_mail():
    mail = read(eml("nested"))
    assert "From: fond@exemple.fr\nSubject: fond\n\nLe mail du fond." in mail.quoted
    assert [one.filename for one in mail.files] == ["fond.pdf"]
    deep = read(eml("nested_too_deep"))
    assert "fond" not in deep.quoted
    assert [one.filename for one in deep.files] == ["niveau1.eml"]


def test_a_mail_is_known_again_by_whichever_way_it_came():
    raw = eml("plain")
    assert read(b"Received: by mx2\n" + raw).digest == read(raw).digest
    assert read(raw.replace(b"\n", b"\r\n")).digest == read(raw).digest
    assert read(raw + b"P.-S.").digest != read(raw).digest


def test_a_long_text_says_that_it_ends_early():
    mail = read(letter("mot " * BODY_LENGTH_MAX))
    assert (len(mail.body), mail.is_cut) == (BODY_LENGTH_MAX, True)


def test_a_mail_folded_without_end_is_read_as_it_stands():
    raw = b"From: a@exemple.fr\nSubject: poupees\n"
    for number in range(3000):
        raw += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
    mail = read(raw + b"\nau fond")
    assert (mail.email, mail.subject) == ("a@exemple.fr", "poupees")


def test_html_is_read_and_never_kept():
    page = (
        "<p>a&lt;b</p><script>x()</script><ul><li>un<li>deux</ul><img src=x onerror=y>"
        "<a href='javascript:z'>c</a>"
    )
    assert html_to_text(page) == "a<b\n\n- un\n- deux\nc"


@pytest.mark.parametrize(
    "words",
    ["Bonjour,\nLe vendeur m’a écrit :\nattendez.",
     "Le magasin m’a écrit : rien.", "On Monday she wrote to me:\nnothing came.",
     "From: Paris with love", "a > b\n--\nCamille"],
)  # fmt: skip
def test_what_only_looks_like_a_quotation(words):
    assert split(words).body.startswith(words.split("\n")[0])
    assert split(words).quoted == ""


@pytest.mark.parametrize("name", NAMES)
def test_no_mail_is_too_broken(name):
    raw = eml(name)
    for cut in range(0, len(raw), max(1, len(raw) // 40)):
        read(raw[:cut])
        read(raw[:cut] + b"\xff\x00\n--b\n" + raw[cut:])


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=400))
def test_any_bytes_are_read(raw):
    mail = read(b"From: a@exemple.fr\nContent-Type: " + raw)
    assert "\0" not in f"{mail.subject}{mail.body}{mail.quoted}{mail.name}{mail.message_id}"
