"""What Stripe says when it will not: the form of its errors, and the common ones."""

from typing import Any


class Problem(Exception):  # noqa: N818 (an answer)
    """One error, as Stripe's body holds it; `is_kept` under the idempotency key of its request."""

    def __init__(
        self, message: str, *, code: str | None = None, param: str | None = None,
        status: int = 400, type: str = "invalid_request_error", is_kept: bool = True,
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status = status
        self.is_kept = is_kept
        named = {"code": code, "message": message, "param": param, "type": type, **more}
        self.body = {"error": {name: value for name, value in named.items() if value is not None}}


def no_such(kind: str, id: str, param: str = "id", status: int = 404) -> Problem:
    """Return the error for an identifier that names nothing."""
    code = "resource_missing"
    return Problem(f"No such {kind}: '{id}'", code=code, param=param, status=status)


def bad_key(key: str) -> Problem:
    """Return the error for a key that is none of ours."""
    return Problem(f"Invalid API Key provided: {key[:8]}***", status=401, is_kept=False)


def unknown_address(method: str, path: str) -> Problem:
    """Return the error for an address that the sandbox does not have."""
    said = f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs."
    return Problem(said, status=404, is_kept=False)


def key_in_use(key: str) -> Problem:
    """Return the error for an idempotency key whose first request is still being worked on."""
    said = (
        "There is currently another in-progress request using this Idempotent Key (that probably "
        "means you submitted twice, and the other request is still going through): "
        f"{key}. Please try again later."
    )
    code, type = "idempotency_key_in_use", "idempotency_error"
    return Problem(said, code=code, status=409, type=type, is_kept=False)


def other_parameters(key: str) -> Problem:
    """Return the error for an idempotency key that comes again with another request."""
    said = (
        "Keys for idempotent requests can only be used with the same parameters they were first "
        f"used with. Try using a key other than '{key}' if you meant to execute a different "
        "request."
    )
    return Problem(said, type="idempotency_error", is_kept=False)


def euros(amount: int) -> str:
    """Write an amount as Stripe's messages do."""
    return f"€{amount / 100:,.2f}"
