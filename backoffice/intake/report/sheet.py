"""All that was typed of a report so far: each step's form, and the notice that they make."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backoffice.core.model_errors import sentence
from backoffice.core.text import Text, text
from backoffice.intake.report.steps import STEPS, Step
from backoffice.queues.notices.form import TARGETS_MAX, NoticeForm, RightForm
from backoffice.queues.notices.model import RIGHTS, NoticeKind
from backoffice.queues.notices.targets import Found, Named, find
from backoffice.queues.standard_forms import clean
from backoffice.web.locale import language

AGAIN = "again"  # the link that proves whose report this is; carried like an answer
NOTIFIER = ("name", "email", "organisation")
FIELDS = {
    "right/kind": "right_kind",
    "right/holder/name": "holder_name",
    "right/holder/country": "holder_country",
}
"""The fields that the model calls otherwise; the others bear the last name of their place."""


class Line(NamedTuple):
    """One line of what is reported, and what is here under it."""

    number: int
    typed: str
    found: Found


class Sheet:
    """A report under way; nothing of it is kept before it is sent."""

    def __init__(self, typed: MultiDict[str, Any]) -> None:
        self.typed: MultiDict[str, Any] = MultiDict(
            (name, value.replace("\0", "") if isinstance(value, str) else value)
            for name, value in typed.items(multi=True)
        )
        self.kind: str = self.typed.get("kind", "")
        self.steps = tuple(one for one in STEPS if one.fits(self.kind))

    def step(self, slug: str) -> Step:
        """Return the step of this name; the first where this report has none."""
        return next((one for one in self.steps if one.slug == slug), self.steps[0])

    def beside(self, step: Step, by: int) -> Step:
        """Return the step after (1) or before (-1) another."""
        place = self.steps.index(step) + by
        return self.steps[min(max(place, 0), len(self.steps) - 1)]

    def form(self, step: Step) -> Any:
        """Return a step's form with what was typed into it."""
        form = step.form(self.typed)
        form.fit(self.kind)
        if "mandate" in form and not (self.kind in RIGHTS and self.typed.get("role") == "agent"):
            del form.mandate
        return form

    def carried(self, shown: Step) -> Iterator[tuple[str, str]]:
        """Yield what the page of a step holds of all the others, so that no server need keep it."""
        names = [name for step in STEPS if step != shown for name in step.form().data]
        for name in (*names, AGAIN):
            values = self.typed.getlist(name)
            yield from ((name, value) for value in values if isinstance(value, str))

    def answers(self, step: Step) -> list[tuple[str, list[str]]]:
        """Return what a step's questions were answered, in words."""
        form = self.form(step)
        return [(field.label.text, words) for field in form if (words := _words(field))]

    def lines(self) -> list[tuple[int, str]]:
        """Return the lines of what is reported that are not empty, by number."""
        lines = enumerate(self.typed.get("targets", "").splitlines(), 1)
        return [(number, line.strip()) for number, line in lines if line.strip()]

    def look_up(self, session: Session) -> list[Line]:
        """Look every line up as it was typed."""
        lines = self.lines()[:TARGETS_MAX]
        return [Line(number, line, find(session, Named(typed=line))) for number, line in lines]

    def notice(self) -> NoticeForm:
        """Return the notice; raises ValidationError."""
        return NoticeForm.model_validate(self._body())

    def check(self, step: Step, form: Any) -> bool:
        """Tell whether a step is well filled in; what is not stands on its fields."""
        form.validate()
        for name, said in self._problems().items():
            if name in form and not form[name].errors:
                form.complain(name, said)
        return not form.errors

    def blame(self, errors: Mapping[str, Text]) -> tuple[Step, Any]:
        """Return the first step that errors by place are about, with its form that says them."""
        said = dict(self._placed(place.split("/"), words) for place, words in errors.items())
        for step in self.steps:
            form = self.form(step)
            if mine := [name for name in said if name in form]:
                for name in mine:
                    form.complain(name, said[name])
                return step, form
        raise LookupError(f"no step asks for {', '.join(errors)}")

    def _body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "kind": self.kind,
            "locale": language(),
            "explanation": self._said("explanation"),
            "good_faith": "good_faith" in self.typed,
            "targets": [{"typed": line} for _, line in self.lines()],
        }
        if self.kind != NoticeKind.CHILD_ABUSE:
            body["notifier"] = {name: self._said(name) for name in NOTIFIER}
        if self.kind in RIGHTS:
            body["right"] = self._right()
        return body

    def _right(self) -> dict[str, Any]:
        asked = self.form(self.step("right"))
        words = ("register", "number", "sign", "role", "test_purchase")
        said: dict[str, Any] = {name: self._said(name) for name in words if name in asked}
        said["holder"] = {
            "name": self._said("holder_name"),
            "country": self._said("holder_country") or "FR",
        }
        said["infringes"] = self.typed.getlist("infringes")
        if "right_kind" in asked:
            said["kind"] = self._said("right_kind")
        if "territories" in asked:
            said["territories"] = self.typed.getlist("territories")
        if "classes" in asked:
            said["classes"] = [
                _number(one) for one in re.findall(r"[^\s,;]+", self._said("classes"))
            ]
        if "expires_on" in asked:
            said["expires_on"] = self._said("expires_on") or None
        return said

    def _said(self, name: str) -> str:
        return clean(self.typed.get(name))

    def _problems(self) -> dict[str, Text]:
        """Return what the model refuses, by field; of unfinished steps too."""
        body = self._body()
        try:
            NoticeForm.model_validate(body)
            found = {}
        except ValidationError as error:
            errors = error.errors(include_url=False)
            found = dict(reversed([self._placed(one["loc"], sentence(one)) for one in errors]))
        try:
            right = RightForm.model_validate(body["right"]) if "right" in body else None
        except ValidationError:
            return found  # told above
        problems = right.problems(self.kind) if right else {}
        return found | dict(self._placed(at.split("/"), said) for at, said in problems.items())

    def _placed(self, place: Sequence[int | str], said: Text) -> tuple[str, Text]:
        """Return the field that a place in the model is, and what to say there."""
        first, *rest = place
        if first == "targets" and rest:
            number, _ = self.lines()[int(rest[0])]
            return "targets", text("Line %(number)s: %(problem)s", number=number, problem=said)
        names = [str(one) for one in place if not str(one).isdigit()]
        return FIELDS.get("/".join(names), names[-1]), said


def _words(field: Any) -> list[str]:
    """Return the value of a field as its page shows it."""
    if hasattr(field, "iter_choices"):
        return [one.label for one in field.iter_choices() if one.selected]
    return [field.data] if field.data else []


def _number(typed: str) -> int | str:
    """Return a number where it is one; the model says what else is wrong with the rest."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else typed
