"""One SMTP connection, and what its server answers, in three kinds."""

import smtplib
import ssl
from types import TracebackType
from urllib.parse import unquote, urlsplit

from backoffice.notify.message import Letter
from config.settings import get_settings

TIMEOUT_SECONDS = 15  # for each answer of the server
SERVICE_NOT_AVAILABLE = 421  # the server is about to close the connection


class Unreachable(Exception):  # noqa: N818 (the server's state; no mail is at fault)
    """There is no mail server to speak to."""


class Broken(Exception):  # noqa: N818 (this mail, or the server, ends connections)
    """The connection broke while a mail was handed over, and broke again on the second try."""


class Refused(Exception):  # noqa: N818 (an answer)
    """The server does not take this mail: for good, or for now."""

    def __init__(self, answer: str, *, for_good: bool) -> None:
        super().__init__(answer)
        self.for_good = for_good


class Connection:
    """A connection that opens for the first mail, and once more for a mail on which it breaks.

    The address is `smtp://` (plain), `smtp+starttls://` or `smtps://`, with user and password.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, letter: Letter) -> None:
        """Hand one mail over; raises Refused, Broken or Unreachable."""
        try:
            _hand_over(self._opened(), letter)
        except Broken:
            self.close()
            _hand_over(self._opened(), letter)

    def close(self) -> None:
        """End the connection, in order if the server still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except OSError:
            smtp.close()

    def _opened(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._open()
            except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors
                raise Unreachable(repr(error)) from error
        return self._smtp

    def _open(self) -> smtplib.SMTP:
        smtp = self._connect()
        try:
            if self._url.scheme == "smtp+starttls":
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if self._url.username and self._url.password:
                smtp.login(unquote(self._url.username), unquote(self._url.password))
        except (OSError, ValueError):
            smtp.close()
            raise
        return smtp

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port
        us = urlsplit(get_settings().base_url).hostname  # the name under which we say hello
        if self._url.scheme == "smtps":
            tls = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port or 465, us, timeout=TIMEOUT_SECONDS, context=tls)
        return smtplib.SMTP(host, port or 25, us, timeout=TIMEOUT_SECONDS)


def _hand_over(smtp: smtplib.SMTP, letter: Letter) -> None:
    try:
        smtp.sendmail(letter.sender, [letter.recipient], letter.data)
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(*error.recipients[letter.recipient], is_about_mail=True) from error
    except smtplib.SMTPResponseException as error:
        is_about_mail = isinstance(error, smtplib.SMTPDataError)  # else it is about us
        raise _refusal(error.smtp_code, error.smtp_error, is_about_mail) from error
    except OSError as error:
        raise Broken(repr(error)) from error


def _refusal(code: int, said: bytes | str, is_about_mail: bool) -> Exception:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    if code == SERVICE_NOT_AVAILABLE:
        return Broken(f"{code} {words}")
    return Refused(f"{code} {words}", for_good=code >= 500 and is_about_mail)
