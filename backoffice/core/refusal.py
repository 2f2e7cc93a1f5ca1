"""Why something was not done: named refusals, each with a sentence for the person."""

from typing import Any

from backoffice.core.text import Text


class Refused(Exception):  # noqa: N818 (it is an answer, not an error of the program)
    """Base of the refusals; nothing was changed."""

    status = 409

    def __init__(self, said: Text, **more: Any) -> None:
        super().__init__(said.msgid)
        self.said = said
        self.more = more


class NotFound(Refused):
    """There is nothing here for this person; a page that one may not see answers the same."""

    status = 404


class Stale(Refused):
    """The case changed since the page was opened; what was typed is kept by the caller."""


class NotPossible(Refused):
    """The case is not in a state that admits this action."""


class Taken(Refused):
    """Somebody else holds the case, or the person's own lease was taken over."""


class Full(Refused):
    """The person already holds as many cases as one may."""


class Barred(Refused):
    """This person may not decide this case: she decided what it is about."""


class Invalid(Refused):
    """The form has errors; `form` holds them with what was typed."""

    status = 422

    def __init__(self, said: Text, form: Any) -> None:
        super().__init__(said)
        self.form = form
