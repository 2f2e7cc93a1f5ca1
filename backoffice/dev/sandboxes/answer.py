"""What a sandbox sends back."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """A status, a body and its headers."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(status: int, content: Any) -> Answer:
    """Return an answer in JSON."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Answer(status, body, {"Content-Type": "application/json"})
