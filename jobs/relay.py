"""`python -m jobs.relay`: wakes a drain for every channel on which something is owed.

It keeps nothing: killed, started twice or without Redis for an hour, the next round finds the same
rows in PostgreSQL.
"""

from redis import Redis

from backoffice import create_app
from backoffice.core.lease import ready_channels
from backoffice.core.work import unit_of_work
from backoffice.extensions import db
from jobs.drain import DRAINS
from jobs.process import repeat, set_up_log
from jobs.wake import connect, wake

ROUND_SECONDS = 0.5


def main() -> None:
    """Relay until told to stop."""
    set_up_log()
    redis = connect()
    with create_app().app_context():
        repeat(lambda: relay(redis), ROUND_SECONDS)


def relay(redis: Redis) -> None:
    """Look once, and wake what has work."""
    with unit_of_work(db.session()) as session:
        ready = ready_channels(session, DRAINS)
    for channel in ready:
        wake(redis, channel)


if __name__ == "__main__":
    main()
