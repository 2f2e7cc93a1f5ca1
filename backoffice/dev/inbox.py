"""The development inbox: what the mail catcher kept, shown as its receiver would see it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from backoffice.core.case import Case
from backoffice.dev.mail import folder
from backoffice.extensions import db
from backoffice.intake.mail.take import take_mail
from backoffice.staff.guard import public
from backoffice.web.headers import frame_mail

blueprint = Blueprint("inbox", __name__, url_prefix="/dev")
SHOWN = 200
LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Caught:
    """One mail as it came in."""

    name: str
    message: EmailMessage

    @property
    def received_at(self) -> datetime:
        """Return when it came, as the name of its file says."""
        return datetime.fromtimestamp(int(self.name.partition("-")[0]) / 1e9, UTC)

    def body(self, kind: str) -> str:
        """Return the part of a kind, `plain` or `html`."""
        part = self.message.get_body((kind,))
        return part.get_content() if part else ""

    def links(self) -> list[str]:
        """Return the addresses in its text."""
        return LINK.findall(self.body("plain"))

    def to_json(self) -> dict[str, Any]:
        """Return what programs read."""
        headers = ("From", "To", "Subject", "Message-ID")
        return {
            "name": self.name,
            "received_at": self.received_at.isoformat(),
            **{name.lower().replace("-", "_"): str(self.message[name]) for name in headers},
            "text": self.body("plain"),
            "html": self.body("html"),
            "links": self.links(),
        }


def caught(to: str = "") -> Iterator[Caught]:
    """Yield the newest mails, those to an address alone if one is given."""
    shown = 0
    for path in sorted(folder().glob("*.eml"), key=lambda path: path.name, reverse=True):
        mail = read(path)
        if to.lower() in str(mail.message["To"]).lower():
            yield mail
            shown += 1
        if shown == SHOWN:
            return


def read(path: Path) -> Caught:
    """Read one mail's file."""
    return Caught(path.stem, message_from_bytes(path.read_bytes(), policy=policy.default))


def find(name: str) -> Caught:
    """Return the mail of this name, or answer 404."""
    path = folder() / f"{name}.eml"
    if not re.fullmatch(r"\d+-[0-9a-f]+", name) or not path.exists():
        abort(404)
    return read(path)


@blueprint.get("/mail")
@public
def mails() -> ResponseReturnValue:
    """List what was caught; `?to=` narrows it."""
    return render_template("dev/mails.html", mails=list(caught(request.args.get("to", ""))))


@blueprint.get("/mail.json")
@public
def mails_json() -> ResponseReturnValue:
    """The same for programs."""
    return jsonify([mail.to_json() for mail in caught(request.args.get("to", ""))])


@blueprint.get("/mail/<name>")
@public
def mail(name: str) -> ResponseReturnValue:
    """Show one mail: headers, both parts, links that can be followed."""
    return render_template("dev/mail.html", mail=find(name))


@blueprint.post("/mail/<name>/answer")
@public
def answer(name: str) -> ResponseReturnValue:
    """Take an answer to a mail as if its receiver had sent it and a mail server had brought it."""
    taken = take_mail(db.session(), answer_to(find(name).message, request.form.get("body", "")))
    case = db.session.get(Case, taken.case_id) if taken.case_id else None
    flash(_("Your answer is in %(case)s.", case=case.reference if case else "–"), "success")
    return redirect(url_for(".mail", name=name), 303)


def answer_to(mail: EmailMessage, words: str) -> bytes:
    """Return the mail by which the receiver of another answers it, as mail programs write it."""
    answered = EmailMessage()
    answered["From"], answered["To"] = str(mail["To"]), str(mail["Reply-To"] or mail["From"])
    answered["Subject"] = f"Re: {mail['Subject']}"
    answered["Message-ID"] = make_msgid()
    answered["In-Reply-To"] = str(mail["Message-ID"])
    part = mail.get_body(("plain",))
    quoted = "".join(f"> {line}\n" for line in (part.get_content() if part else "").splitlines())
    answered.set_content(f"{words}\n\nOn {mail['Date']}, {mail['From']} wrote:\n\n{quoted}")
    return answered.as_bytes()


@blueprint.get("/mail/<name>/html")
@public
def mail_html(name: str) -> ResponseReturnValue:
    """Show the HTML part alone, for the locked frame of the page above."""
    return frame_mail(Response(find(name).body("html"), mimetype="text/html"))
