"""The table of contents: every queue, in the order of the navigation."""

from backoffice.core.queue import Queue
from backoffice.queues.appeals.queue import QUEUE as APPEALS
from backoffice.queues.disputes.queue import QUEUE as DISPUTES
from backoffice.queues.erasures.queue import QUEUE as ERASURES
from backoffice.queues.listings.queue import QUEUE as LISTINGS
from backoffice.queues.notices.queue import QUEUE as NOTICES
from backoffice.queues.profile_changes.queue import QUEUE as PROFILE_CHANGES
from backoffice.queues.registrations.queue import QUEUE as REGISTRATIONS
from backoffice.queues.tickets.queue import QUEUE as TICKETS

REGISTRY: tuple[Queue, ...] = (
    REGISTRATIONS,
    PROFILE_CHANGES,
    LISTINGS,
    NOTICES,
    DISPUTES,
    ERASURES,
    TICKETS,
    APPEALS,
)
