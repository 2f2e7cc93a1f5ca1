"""What every way has in common: be ready, begin when told, post for some seconds, say how often."""

import sys
import time
from collections.abc import Callable

LINES = (("517", 1200), ("706200", -1000), ("44571", -200))
"""A commission of 12 euros with its VAT, in cents: debits are positive."""

BATCH = 1_000  # entries of three lines


def run(post_one: Callable[[int], None]) -> None:
    """Post again and again, each in a transaction of its own; print how many there were."""
    seconds = float(sys.argv[2])
    print("ready", flush=True)
    sys.stdin.readline()
    number, ends_at = 0, time.monotonic() + seconds
    while time.monotonic() < ends_at:
        post_one(number)
        number += 1
    print(number)
