"""The files of an e-mail: those that may be kept, and a line of the message for each other one."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import force_locale
from sqlalchemy.orm import Session

from backoffice.core.answer import Sent
from backoffice.core.case import Case
from backoffice.core.files import keep_refused
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidInput
from backoffice.core.uploads import admit
from backoffice.intake.mail.message import InboundMessage
from backoffice.intake.mail.parts import RawFile
from backoffice.queues.party_form import FILES_MAX
from backoffice.web.text import say

KIND = "evidence"
MEGABYTE = 1024 * 1024


class Refusal(NamedTuple):
    """A file that is not kept, and why."""

    file: RawFile
    problem: Text


class Enclosed(NamedTuple):
    """The files of an e-mail, sorted; `lines` say in its thread what is not here."""

    kept: list[Sent]
    refused: list[Refusal]
    lines: list[Text]


def sort_files(mail: InboundMessage, size_bytes: int) -> Enclosed:
    """Look at each file; at most so many as a form takes are kept."""
    kept: list[Sent] = []
    refused: list[Refusal] = []
    for file in mail.files[:FILES_MAX]:
        try:
            kept.append(Sent(KIND, admit(file.filename, file.content_type, file.data)))
        except InvalidInput as problem:
            refused.append(Refusal(file, problem.text))
    too_many = text("More than %(count)s files came with one e-mail.", count=FILES_MAX)
    refused += [Refusal(file, too_many) for file in mail.files[FILES_MAX:]]
    lines = [
        text("%(name)s was not kept: %(problem)s",
             name=one.file.filename, problem=one.problem.to_json())
        for one in refused
    ]  # fmt: skip
    return Enclosed(kept, refused, [*lines, *_left_out(mail, size_bytes)])


def body_of(mail: InboundMessage, enclosed: Enclosed, locale: str) -> str:
    """Return the words of an e-mail, and beneath them what is not here."""
    with force_locale(locale):
        words = mail.body or say(text("(This e-mail has no words.)"))
        lines = [f"[{say(line)}]" for line in enclosed.lines]
    return "\n\n".join((words, "\n".join(lines))) if lines else words


def record_refused(session: Session, case: Case, refused: Sequence[Refusal]) -> None:
    """Keep of each refused file that it came, and why it is not here."""
    for one in refused:
        keep_refused(session, one.problem, kind=KIND, size_bytes=len(one.file.data),
                     uploaded_by="portal", case_id=case.id)  # fmt: skip


def _left_out(mail: InboundMessage, size_bytes: int) -> list[Text]:
    if not mail.is_cut:
        return []
    if size_bytes >= MEGABYTE:
        return [text("This e-mail of %(size)s MB was too large: only its beginning is here, the"
                     " whole stays in the mailbox.", size=size_bytes // MEGABYTE)]  # fmt: skip
    return [text("The e-mail was longer: only its beginning is here.")]
