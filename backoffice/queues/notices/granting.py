"""What stands of a decision on a notice once a party's complaint against it is granted."""

from collections.abc import Mapping, Sequence
from typing import Any

from backoffice.core.action import Context
from backoffice.core.decision import Statement
from backoffice.queues.notices.outcome_form import NOTHING
from backoffice.queues.notices.taking import taken

NONE = {"t": {"outcome": NOTHING}, "s": {"measure": ""}}
"""What a form says of a target, of a seller, about which nothing is done."""


def granted(context: Context, contested: Sequence[Statement]) -> Mapping[str, Mapping[str, Any]]:
    """Return the decision without the measures of these statements; without any it is dismissed.

    Whoever reported contests that too little was done: what more, only a person can say.
    """
    standing = context.decision
    if standing is None or standing.action == "dismiss":
        return {"uphold": {}}
    if not any(one.measure for one in contested):
        return {"uphold": standing.data}
    refs = {one.target for one in contested}
    measures = list(taken(context.subject, standing.data))
    gone = {one.key: NONE[one.key[0]] for one in measures if one.ref in refs}
    if len(gone) == len(measures):
        return {"dismiss": {}}
    return {"uphold": {**standing.data, **gone}, "dismiss": {}}
