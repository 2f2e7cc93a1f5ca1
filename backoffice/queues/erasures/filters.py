"""What the list of requests may be filtered by besides what every list may."""

from backoffice.core.text import N_
from backoffice.queues.column_filter import by_column
from backoffice.queues.erasures.model import IDENTITIES, KINDS, STAGES, Erasure

FILTERS = (
    by_column("request", N_("Request"), KINDS, Erasure.kind),
    by_column("identity", N_("Identity"), IDENTITIES, Erasure.identity),
    by_column("stage", N_("Progress"), STAGES, Erasure.stage),
)
