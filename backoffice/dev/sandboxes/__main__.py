"""`python -m backoffice.dev.sandboxes`: listen where the settings look for outside registers."""

import signal
from contextlib import ExitStack
from urllib.parse import urlsplit

from backoffice.dev.sandboxes.server import running
from config.settings import Settings, get_settings


def loopback_ports(settings: Settings) -> set[int]:
    """Return the ports of those registers whose address is on this machine."""
    urls = (settings.company_register_url, settings.vies_url, settings.transparency_url)
    parts = [urlsplit(url) for url in urls]
    return {part.port or 80 for part in parts if part.hostname == "127.0.0.1"}


def main() -> None:
    """Serve until a signal asks for the end."""
    endings = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, endings)  # held back until we wait for them
    with ExitStack() as servers:
        for port in loopback_ports(get_settings()):
            print(f"sandboxes at {servers.enter_context(running(port))}", flush=True)
        signal.sigwait(endings)


if __name__ == "__main__":
    main()
