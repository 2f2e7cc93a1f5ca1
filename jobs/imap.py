"""One IMAP connection to one folder, each answer within a time limit."""

import base64
import imaplib
import re
import ssl
from types import TracebackType
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 15  # for each answer of the server
BEGINNING_BYTES = 256 * 1024
FAULTS = (imaplib.IMAP4.error, OSError, ValueError)
"""What a server, the way to it or its address may be at fault with."""


class Mailbox:
    """The folder that an address names: `imap://`, `imap+starttls://` or `imaps://`, with user and
    password; `INBOX` where it names none.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def __enter__(self) -> "Mailbox":
        self._imap = self._connected()
        try:
            if self._url.scheme == "imap+starttls":
                self._imap.starttls(ssl.create_default_context())
            self._sign_in()
            self._capabilities = self._asked(self._imap.capability())[0].decode().upper().split()
            folder = unquote(self._url.path.lstrip("/")) or "INBOX"
            self._asked(self._imap.select(folder_name(folder)))
        except FAULTS:
            self._imap.shutdown()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._imap.logout()
        except FAULTS:
            self._imap.shutdown()

    def unread(self) -> list[str]:
        """Return the numbers (UID) of the messages that nobody has read, the oldest first."""
        (numbers, *_) = self._asked(self._imap.uid("SEARCH", "UNSEEN"))
        return (numbers or b"").decode().split()

    def size_bytes(self, number: str) -> int | None:
        """Return the size of a message; None when it is no longer here."""
        told = self._asked(self._imap.uid("FETCH", number, "(RFC822.SIZE)"))
        found = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(filter(None, told)))
        return int(found[1]) if found else None

    def message(self, number: str, *, is_beginning: bool = False) -> bytes | None:
        """Return a message, or its first 256 KB; it stays unread. None: it is no longer here."""
        part = f"<0.{BEGINNING_BYTES}>" if is_beginning else ""
        told = self._asked(self._imap.uid("FETCH", number, f"(BODY.PEEK[]{part})"))
        return next((one[1] for one in told if isinstance(one, tuple)), None)

    def put_away(self, number: str, folder: str = "") -> None:
        """Mark a message as read, and move it where the server can."""
        self._asked(self._imap.uid("STORE", number, "+FLAGS", r"(\Seen)"))
        if not folder or "MOVE" not in self._capabilities:
            return
        name = folder_name(folder)
        said, _ = self._imap.uid("MOVE", number, name)
        if said != "OK":  # most likely there is no such folder yet
            self._imap.create(name)
            self._imap.uid("MOVE", number, name)

    def _connected(self) -> imaplib.IMAP4:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "imaps":
            tls = ssl.create_default_context()
            return imaplib.IMAP4_SSL(host, port or 993, ssl_context=tls, timeout=TIMEOUT_SECONDS)
        return imaplib.IMAP4(host, port or 143, timeout=TIMEOUT_SECONDS)

    def _sign_in(self) -> None:
        """Sign in; what the server says of it may repeat the password, so it is not passed on."""
        user, password = unquote(self._url.username or ""), unquote(self._url.password or "")
        try:
            self._imap.login(user, password)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnicodeError):
            raise imaplib.IMAP4.error("the server refuses the name or the password") from None

    def _asked(self, answer: tuple[str, list]) -> list:
        said, told = answer
        if said != "OK":
            raise imaplib.IMAP4.error(f"the server answers {said}: {told!r}")
        return told


def folder_name(name: str) -> str:
    """Return a folder's name as IMAP writes it (RFC 3501, modified UTF-7), in quotes."""
    encoded = re.sub(r"[^\x20-\x7e]+", _coded, name.replace("&", "&-"))
    return '"' + re.sub(r'(["\\])', r"\\\1", encoded) + '"'


def _coded(found: re.Match[str]) -> str:
    coded = base64.b64encode(found[0].encode("utf-16-be")).decode()
    return f"&{coded.rstrip('=').replace('/', ',')}-"
