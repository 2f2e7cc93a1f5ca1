"""The steps of a report, in order; some are for some kinds of report alone."""

from collections.abc import Callable
from typing import Any, NamedTuple

from backoffice.core.text import N_
from backoffice.intake.report import forms
from backoffice.queues.notices.model import RIGHTS, NoticeKind


class Step(NamedTuple):
    """One page of questions."""

    slug: str
    title: str
    form: type[Any]
    fits: Callable[[str], bool] = lambda kind: True


STEPS = (
    Step("kind", N_("What is wrong"), forms.KindForm),
    Step("about", N_("What it is about"), forms.AboutForm),
    Step("why", N_("Why it is wrong"), forms.WhyForm),
    Step("right", N_("Your right"), forms.RightForm, lambda kind: kind in RIGHTS),
    Step("you", N_("Who you are"), forms.YouForm, lambda kind: kind != NoticeKind.CHILD_ABUSE),
    Step("check", N_("Check and send"), forms.CheckForm),
)
