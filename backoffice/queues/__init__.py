"""The table of contents: every queue, in the order of the navigation."""

from backoffice.core.queue import Queue
from backoffice.queues.appeals.queue import QUEUE as APPEALS
from backoffice.queues.disputes.queue import QUEUE as DISPUTES
from backoffice.queues.listings.queue import QUEUE as LISTINGS
from backoffice.queues.notices.queue import QUEUE as NOTICES
from backoffice.queues.profile_changes.queue import QUEUE as PROFILE_CHANGES
from backoffice.queues.registrations.queue import QUEUE as REGISTRATIONS

REGISTRY: tuple[Queue, ...] = (
    REGISTRATIONS,
    PROFILE_CHANGES,
    LISTINGS,
    NOTICES,
    DISPUTES,
    APPEALS,
)
