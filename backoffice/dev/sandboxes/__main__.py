"""`python -m backoffice.dev.sandboxes`: listen where the settings look for outside services."""

import signal
from contextlib import ExitStack
from urllib.parse import urlsplit

from backoffice.dev.sandboxes.server import running
from backoffice.dev.sandboxes.stripe.run import sandbox_of
from config.settings import Settings, get_settings


def loopback_ports(settings: Settings) -> set[int]:
    """Return the ports of those services whose address is on this machine."""
    urls = (
        settings.company_register_url, settings.vies_url, settings.transparency_url,
        settings.stripe_url,
    )  # fmt: skip
    parts = [urlsplit(url) for url in urls]
    return {part.port or 80 for part in parts if part.hostname == "127.0.0.1"}


def main() -> None:
    """Serve until a signal asks for the end."""
    settings = get_settings()
    endings = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, endings)  # held back until we wait for them
    with ExitStack() as servers:
        stripe = sandbox_of(settings) if settings.stripe_is_sandbox else None
        if stripe is not None:
            servers.callback(stripe.close)
        for port in loopback_ports(settings):
            print(f"sandboxes at {servers.enter_context(running(port, stripe))}", flush=True)
        signal.sigwait(endings)


if __name__ == "__main__":
    main()
