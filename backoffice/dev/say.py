"""What a run says at the terminal."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

from backoffice.dev.environment import LOCAL

DEMO = LOCAL / "demo.json"


def welcome(url: str, seconds: float) -> None:
    """Print the address and the demo sign-ins; demo.json always has the current address."""
    DEMO.chmod(0o600)
    demo = json.loads(DEMO.read_text())
    if demo["url"] != url:
        demo["url"] = url
        DEMO.write_text(json.dumps(demo, indent=2) + "\n")
    print(f"\n{url}  (ready after {seconds:.1f} s)")
    print(f"{url}/dev/mail  {url}/dev/webhooks\n")
    for person in demo["staff"]:
        print("  {role:<10} {email:<36} {password}  TOTP {totp_secret}".format(**person))
    print(f"\n  API key    {demo['api_key']}")
    print(f"\nThe same in {DEMO}. Ctrl-C stops everything.", flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is being done, then how long it took."""
    started_at = time.monotonic()
    print(f"{name} …", flush=True)
    yield
    print(f"{name}: {time.monotonic() - started_at:.1f} s", flush=True)
