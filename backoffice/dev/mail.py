"""`python -m backoffice.dev.mail`: a mail server that keeps every mail and sends none."""

import asyncio
import secrets
import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session

from config.settings import get_settings


def folder() -> Path:
    """Return where the mails lie: beside the files of the same run."""
    return get_settings().files_dir.parent / "mail"


class Catcher:
    """Writes each mail to a file of its own, byte for byte, whole or not at all."""

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail; the name of its file says when it came."""
        name = f"{time.time_ns()}-{secrets.token_hex(4)}"
        unfinished = folder() / f".{name}"
        unfinished.write_bytes(envelope.original_content or b"")
        unfinished.rename(folder() / f"{name}.eml")
        return "250 OK"


async def serve() -> None:
    """Listen at SMTP_URL until a signal asks for the end."""
    url = urlsplit(get_settings().smtp_url)
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    server = await loop.create_server(
        lambda: SMTP(Catcher(), hostname="localhost", enable_SMTPUTF8=True, loop=loop),
        url.hostname,
        url.port or 25,
    )
    async with server:
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve())
