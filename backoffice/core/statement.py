"""The statement of reasons: composed once from the decision, frozen, rendered everywhere.

Its parts follow DSA art. 17(3) and P2B art. 4: the measure with its scope and duration, the facts,
where they came from, automated means, the ground with its explanation, and the ways to contest.
"""

import hashlib
import json
from typing import Any

from backoffice.core.action import Action, Context
from backoffice.core.checks import results_of
from backoffice.core.decision import Decision, Statement
from backoffice.core.queue import Party


def compose(action: Action, context: Context, decision: Decision, party: Party) -> dict[str, Any]:
    """Return the parts of a statement in the party's language."""
    checked = bool(results_of(context.session, context.case))
    return {
        "reference": context.case.reference,
        "recipient": party.name,
        "measure": action.measure,
        "scope": action.scope,
        "duration": action.duration,
        "facts": decision.facts,
        "source": action.source,
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
    }


def freeze_statement(
    action: Action, context: Context, decision: Decision, party: Party
) -> Statement:
    """Keep what this decision tells the party, with the hash of its canonical form."""
    parts = compose(action, context, decision, party)
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()
    statement = Statement(
        recipient_kind=party.kind,
        recipient_id=party.id,
        locale=party.locale,
        parts=parts,
        sha256=hashlib.sha256(canonical).hexdigest(),
    )
    decision.statements.append(statement)
    return statement
