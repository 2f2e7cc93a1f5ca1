"""The table of contents: every queue, in the order of the navigation."""

from backoffice.core.queue import Queue
from backoffice.queues.registrations.queue import QUEUE as REGISTRATIONS

REGISTRY: tuple[Queue, ...] = (REGISTRATIONS,)
