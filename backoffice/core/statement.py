"""The statement of reasons: composed once from the decision, frozen, rendered everywhere.

Its parts follow DSA art. 17(3) and P2B art. 4: the measure with its scope and duration, the facts,
where they came from, automated means, the ground with its explanation, and the ways to contest.
"""

import hashlib
import json
from typing import Any

from backoffice.core.action import Action, Context, Owed
from backoffice.core.checks import results_of
from backoffice.core.decision import Decision, Statement
from backoffice.core.queue import Queue
from backoffice.core.text import Text


def owed_by(queue: Queue, action: Action, context: Context) -> list[Owed]:
    """Return the statements that an action owes; most owe one, to the case's party."""
    if action.owes is not None:
        return list(action.owes(context))
    if not action.measure:
        return []
    target = queue.target(context.subject)
    one = Owed(
        queue.party(context.session, context.subject),
        action.measure,
        action.code,
        target,
        about=context.case.title if target else "",
        scope=action.scope,
        duration=action.duration,
        source=action.source,
    )
    return [one]


def compose(context: Context, decision: Decision, owed: Owed) -> dict[str, Any]:
    """Return the parts of a statement in the party's language."""
    party = owed.party
    checked = bool(results_of(context.session, context.case))
    return {
        "reference": context.case.reference,
        "recipient": party.name,
        "about": owed.about,
        "measure": _kept(owed.measure),
        "scope": owed.scope,
        "duration": _kept(owed.duration),
        "facts": decision.facts,
        "source": owed.source,
        "automated_detection": checked,
        "automated_decision": False,
        "grounds": [
            {
                "code": reason.code,
                "label": reason.label(party.locale),
                "text": reason.text(party.locale),
                "rule": reason.rule,
                "ground": reason.ground,
            }
            for reason in decision.reasons
        ],
        "decided_at": context.at.isoformat(),
        "appeal_until": decision.appeal_until.isoformat() if decision.appeal_until else None,
        **({"restates": True} if owed.restates else {}),
    }


def _kept(sentence: str | Text) -> str | dict[str, Any]:
    return sentence.to_json() if isinstance(sentence, Text) else sentence


def freeze_statement(context: Context, decision: Decision, owed: Owed) -> Statement:
    """Keep what this decision tells a party, with the hash of its canonical form."""
    parts, party = compose(context, decision, owed), owed.party
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()
    statement = Statement(
        recipient_kind=party.kind,
        recipient_id=party.id,
        locale=party.locale,
        measure=owed.code,
        target=owed.target,
        parts=parts,
        sha256=hashlib.sha256(canonical).hexdigest(),
    )
    decision.statements.append(statement)
    return statement
