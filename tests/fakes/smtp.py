"""A mail server on loopback that keeps what it takes, and misbehaves as told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from backoffice.dev.environment import free_port

ACCEPTED = "250 OK"
HANG_UP = "hang up"


class Mailbox:
    """The handler: `on_rcpt` and `on_data` answer for an address, or say HANG_UP."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.connections: set[object] = set()
        self.on_rcpt: Callable[[str], str] = lambda address: ACCEPTED
        self.on_data: Callable[[str], str] = lambda address: ACCEPTED

    @property
    def ids(self) -> list[str]:
        """The `Message-ID` of every mail taken, in order."""
        return [str(mail["Message-ID"]) for mail in self.mails]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer for a recipient."""
        self.connections.add(session.peer)
        answer = self.on_rcpt(address)
        if answer == HANG_UP:
            server.transport.abort()
            return ACCEPTED
        if answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail, then answer for it; hanging up here leaves its sender in doubt."""
        answer = self.on_data(envelope.rcpt_tos[0])
        if answer in (ACCEPTED, HANG_UP):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.mails.append(mail)
        if answer == HANG_UP:
            server.transport.abort()
            return ACCEPTED
        return answer


class OnePassword:
    """Lets in whoever says this name and password."""

    def __init__(self, user: str, password: str) -> None:
        self._expected = LoginPassword(user.encode(), password.encode())

    def __call__(self, server, session, envelope, mechanism, given) -> AuthResult:
        """Compare what was given."""
        return AuthResult(success=given == self._expected, handled=False)


@contextmanager
def mail_server(mailbox: Mailbox, port: int = 0, **more) -> Iterator[str]:
    """Yield the address of a server that puts mails into this box."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=port or free_port(), **more)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()
