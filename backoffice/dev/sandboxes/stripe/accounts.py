"""Connected accounts: all exist by a rule, and the end of their name says in what state they are.

| `acct_…` ends with | state |
|---|---|
| `Gone` | unknown: our key has no access to it |
| `Off` | disabled: the identity documents were refused |
| `Past` | something was due and did not come: payouts have stopped |
| `Due` | something is due in ten days |
| `Later` | something will be due once the turnover grows |
| anything else | all is well |
"""

import re
import time
from typing import Any

from backoffice.dev.sandboxes.stripe.problem import Problem, no_such
from backoffice.dev.sandboxes.stripe.state import Object

DAY = 86_400
DOCUMENT = "person_1SandboxPerson.verification.document"
STATES: dict[str, dict[str, Any]] = {
    "Off": {"disabled_reason": "rejected.fraud", "charges": False, "payouts": False},
    "Past": {
        "past_due": ["external_account", DOCUMENT], "payouts": False,
        "disabled_reason": "requirements.past_due",
    },
    "Due": {"currently_due": ["company.tax_id", "external_account"], "deadline": 10 * DAY},
    "Later": {"eventually_due": [DOCUMENT]},
}  # fmt: skip


def exists(account: str) -> bool:
    """Tell whether an account's name is one of ours."""
    return bool(re.fullmatch(r"acct_[A-Za-z0-9]+", account)) and not account.endswith("Gone")


def check_destination(account: str, param: str) -> None:
    """Raise Problem where money would go to an account that there is not."""
    if not exists(account):
        raise no_such("destination", account, param, status=400)


def retrieve(account: str, key: str) -> Object:
    """Return an account; raises Problem for one that our key has no access to."""
    if not exists(account):
        said = (
            f"The provided key '{key[:8]}***' does not have access to account '{account}' (or that "
            "account does not exist). Application access may have been revoked."
        )
        raise Problem(said, code="account_invalid", status=403, is_kept=False)
    state = next((value for end, value in STATES.items() if account.endswith(end)), {})
    past_due = state.get("past_due", [])
    currently_due = [*state.get("currently_due", []), *past_due]
    deadline = int(time.time()) + state["deadline"] if "deadline" in state else None
    return {
        "id": account, "object": "account", "business_type": "company", "country": "FR",
        "charges_enabled": state.get("charges", True), "default_currency": "eur",
        "payouts_enabled": state.get("payouts", True), "details_submitted": True,
        "email": None, "metadata": {}, "type": "express",
        "capabilities": {"transfers": "active", "card_payments": "active"},
        "requirements": {
            "alternatives": [], "current_deadline": deadline, "currently_due": currently_due,
            "disabled_reason": state.get("disabled_reason"), "errors": [],
            "eventually_due": [*currently_due, *state.get("eventually_due", [])],
            "past_due": past_due, "pending_verification": [],
        },
    }  # fmt: skip
