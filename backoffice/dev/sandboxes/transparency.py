"""The sandbox of the European transparency database: what it stores is forgotten with the run."""

import json
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from backoffice.dev.sandboxes.answer import Answer, json_answer
from backoffice.marketplace.transparency.entry import Entry

BATCH_MAX = 100
KNOWN = "The given puid is not unique within this platform"
FIND = "/statement/existing-puid/"

Errors = dict[str, list[str]]


def errors_of(statement: Mapping[str, Any]) -> Errors:
    """Return what is wrong with a statement, by field; nothing when it is right."""
    try:
        Entry.model_validate(statement)
    except ValidationError as error:
        return {str(one["loc"][0] if one["loc"] else "puid"): [one["msg"]]
                for one in error.errors()}  # fmt: skip
    return {}


class Sandbox:
    """A database that stores each identifier once; it lets in any key, or the one given."""

    def __init__(
        self, key: str = "", check: Callable[[Mapping[str, Any]], Errors] = errors_of
    ) -> None:
        self.stored: dict[str, dict[str, Any]] = {}
        self._expected = f"Bearer {key}"
        self._check = check
        self._lock = Lock()

    def answer(self, method: str, path: str, key: str, body: bytes) -> Answer:
        """Answer one request; the path is without the service's prefix."""
        if not key.startswith(self._expected) or key == "Bearer ":
            return json_answer(401, {"message": "Unauthenticated."})
        if method == "GET" and path.startswith(FIND):
            return self._found(path.removeprefix(FIND))
        if method == "POST" and path in ("/statement", "/statements"):
            return self._take(path == "/statements", body)
        return json_answer(404, {"message": "Not found."})

    def _found(self, puid: str) -> Answer:
        if puid not in self.stored:
            return json_answer(404, {"message": "statement not found", "puid": puid})
        answer = json_answer(302, {"message": "statement found", "puid": puid})
        answer.headers["Location"] = f"/statement/{self.stored[puid]['uuid']}"
        return answer

    def _take(self, is_batch: bool, body: bytes) -> Answer:
        try:
            given = json.loads(body)
            listed = given["statements"] if is_batch else [given]
        except (ValueError, KeyError, TypeError):
            return _refusal({"statements": ["The statements field is required."]})
        if not 1 <= len(listed) <= BATCH_MAX:
            return _refusal({"statements": [f"Between 1 and {BATCH_MAX} statements."]})
        with self._lock:
            return self._store(listed) if is_batch else self._store_one(listed[0])

    def _store_one(self, statement: dict[str, Any]) -> Answer:
        if existing := self.stored.get(statement.get("puid", "")):
            return _refusal({"puid": [KNOWN]}, existing=existing)
        if errors := self._check(statement):
            return _refusal(errors)
        return json_answer(201, self._keep(statement))

    def _store(self, listed: list[dict[str, Any]]) -> Answer:
        """Store all or none."""
        found = {}
        for position, statement in enumerate(listed):
            is_known = statement.get("puid") in self.stored
            if errors := {"puid": [KNOWN]} if is_known else self._check(statement):
                found[f"statement_{position}"] = errors
        if found:
            return _refusal(found)
        return json_answer(201, {"statements": [self._keep(one) for one in listed]})

    def _keep(self, statement: dict[str, Any]) -> dict[str, Any]:
        kept = {**statement, "uuid": str(uuid4())}
        self.stored[statement["puid"]] = kept
        return kept


def _refusal(errors: Mapping[str, Any], **more: Any) -> Answer:
    return json_answer(422, {"message": "The given data was invalid.", "errors": errors, **more})


SANDBOX = Sandbox()
