"""RQ as we use it: one queue per channel, arguments as JSON, one wake-up at a time."""

from redis import Redis
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

from backoffice.core.clock import now
from config.settings import get_settings
from jobs.drain import longest_seconds

SLOT_SECONDS = 10
"""While a wake-up waits or runs, another is let in after so long, in case its worker was killed."""

UNHEARD_SECONDS = 60  # after which a wake-up that no worker took is forgotten


def connect() -> Redis:
    """Return a connection to the Redis of the settings; it connects when first used."""
    return Redis.from_url(get_settings().redis_url, socket_connect_timeout=5, socket_timeout=10)


def wake(redis: Redis, channel: str) -> None:
    """Ask a worker to drain a channel, unless one was asked within this slot and still has to."""
    queue = Queue(channel, connection=redis, serializer=JSONSerializer)
    try:
        queue.enqueue(
            "jobs.drain.drain",
            channel,
            job_id=f"drain-{channel}-{int(now().timestamp()) // SLOT_SECONDS}",
            unique=True,
            ttl=UNHEARD_SECONDS,
            job_timeout=longest_seconds(),
            result_ttl=0,
            failure_ttl=SLOT_SECONDS,
        )
    except DuplicateJobError:
        return
