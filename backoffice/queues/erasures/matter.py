"""What the party of a request reads on its page: what was asked, when, and by whom."""

from backoffice.core.action import Context
from backoffice.core.clock import day_of
from backoffice.core.party import Matter, Party, Thing
from backoffice.core.text import N_, text
from backoffice.queues.erasures.model import KINDS, Erasure, Kind

FROM = N_("from the address %(address)s, which is not the account’s")
IN_ITS_NAME = N_("in your own name")


def matter(context: Context, party: Party) -> Matter:
    """Say what was asked, and which address asked where it was another one."""
    erasure: Erasure = context.subject
    said = text(
        "%(what)s: asked on %(day)s, %(who)s.",
        what=text(KINDS[Kind(erasure.kind)]),
        day=day_of(erasure.received_at),
        who=text(FROM, address=erasure.asked_by) if erasure.asked_by else text(IN_ITS_NAME),
    )
    return Matter(said, [Thing(erasure.title)])
