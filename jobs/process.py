"""What the long-running processes share: a start, a loop that outlives its servers, an end."""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

LONGEST_PAUSE_SECONDS = 5.0


def set_up_log() -> None:
    """Write the log to standard error, and leave out what RQ says of every job."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for name in ("rq", "rq.worker", "rq.job", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)


def repeat(round_: Callable[[], None], seconds: float) -> None:
    """Do a round every so many seconds until SIGTERM or SIGINT; a round is never cut short.

    A round that fails (the database or Redis is away) is logged and done again, after longer.
    """
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    log, pause = logging.getLogger(sys.argv[0]), seconds
    while not ended.wait(pause):
        try:
            round_()
            pause = seconds
        except Exception as error:
            log.warning("%s; trying again in %.1f s", error, pause)
            pause = min(pause * 2, max(LONGEST_PAUSE_SECONDS, seconds))
