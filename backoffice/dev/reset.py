"""`make reset`: stop the run of this clone and remove its data."""

import os
import signal
import sys
import time
from contextlib import suppress

from backoffice.dev import leftovers, place
from backoffice.dev.environment import LOCAL

STOP_SECONDS = 60


def main() -> None:
    """Stop, then remove; the next run starts from nothing."""
    deadline = time.monotonic() + STOP_SECONDS
    while True:
        try:
            place.take()
        except place.AlreadyRunning as holder:
            if time.monotonic() > deadline:
                sys.exit(f"{holder} does not stop")
            with suppress(ProcessLookupError):
                os.kill(int(str(holder).split()[1]), signal.SIGTERM)
            print(f"Stopping {holder}")
            time.sleep(1)
        else:
            break
    leftovers.end(leftovers.of_run(LOCAL))
    place.remove()
    print("Removed what earlier runs had kept. `make run` starts over.")


if __name__ == "__main__":
    main()
