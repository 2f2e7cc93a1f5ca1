"""The settings of a development run: `.local/env`, its secrets, its addresses."""

import os
import secrets
import socket
import sys
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from backoffice.dev.sandboxes.stripe.keys import KEY, WHSEC, WHSEC_CONNECT
from config.settings import ROOT

LOCAL = ROOT / ".local"
FILE = LOCAL / "env"
PORTS = range(8000, 8100)


def new_secrets() -> dict[str, str]:
    """Return fresh secrets by the names of their settings."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(32),
        "ENCRYPTION_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "FINGERPRINT_KEY": secrets.token_urlsafe(32),
        "METRICS_TOKEN": secrets.token_urlsafe(32),
    }


def development(port: int, *, kept: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a run on this port: secrets are kept, given addresses respected."""
    values = {name: kept.get(name, fresh) for name, fresh in new_secrets().items()}
    sandboxes = f"http://127.0.0.1:{free_port()}"
    addresses = {
        "BASE_URL": f"http://127.0.0.1:{port}",
        "SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        "COMPANY_REGISTER_URL": f"{sandboxes}/register",
        "VIES_URL": f"{sandboxes}/vies",
        "TRANSPARENCY_URL": f"{sandboxes}/transparency",
        "TRANSPARENCY_TOKEN": "" if "TRANSPARENCY_URL" in given else "sandbox",
        "TRANSPARENCY_VOLUNTARY": "true",
        **_stripe(sandboxes, given),
        "PRIVATE_HOSTS": "127.0.0.1",
        "FILES_DIR": str(LOCAL / "files"),
    }
    values |= {name: given.get(name, address) for name, address in addresses.items()}
    values |= {name: given[name] for name in ("DATABASE_URL", "REDIS_URL") if name in given}
    run = {"ENVIRONMENT": "development", "BIND": f"127.0.0.1:{port}", "WEB_GRACE_SECONDS": "2"}
    return run | values


def _stripe(sandboxes: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return Stripe's settings: its sandbox, unless a key is given."""
    names = ("STRIPE_URL", "STRIPE_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_CONNECT_WEBHOOK_SECRET")
    if "STRIPE_KEY" in given:
        return {name: given[name] for name in names if name in given}
    return dict(zip(names, (f"{sandboxes}/stripe", KEY, WHSEC, WHSEC_CONNECT), strict=True))


def read(file: Path = FILE) -> dict[str, str]:
    """Return what the file sets; nothing when there is none."""
    if not file.exists():
        return {}
    lines = file.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def write(values: dict[str, str], file: Path = FILE) -> None:
    """Replace the file whole, readable by its owner alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    unfinished.replace(file)


def adopt(file: Path = FILE) -> None:
    """Take the file's settings into our environment, unless that is set up for another database."""
    values = read(file)
    for name in ("ENVIRONMENT", "DATABASE_URL"):
        if os.environ.get(name, values.get(name)) != values.get(name):
            return
    for name, value in values.items():
        os.environ.setdefault(name, value)


def free_port() -> int:
    """Return a port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(given: Mapping[str, str]) -> int:
    """Return PORT, which must be free, or else the first free one of ours."""
    if "PORT" in given:
        wanted = given["PORT"]
        if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
            sys.exit(f"PORT is {wanted!r}, which is no port")
        if not is_free(int(wanted)):
            sys.exit(f"Port {wanted} is taken: set PORT to another, or free it")
        return int(wanted)
    port = next(filter(is_free, PORTS))
    if port != PORTS[0]:
        print(f"Port {PORTS[0]} is taken; using {port} (PORT=… chooses)")
    return port
