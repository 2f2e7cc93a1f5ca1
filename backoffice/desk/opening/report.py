"""A notice opened from a ticket, with the requester as its notifier."""

from collections.abc import Mapping

from pydantic import ValidationError as Unfit
from sqlalchemy.orm import Session
from wtforms import BooleanField, Form, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from backoffice.core.model_errors import sentence
from backoffice.core.permissions import Actor
from backoffice.core.text import N_, Text
from backoffice.core.typed_text import InvalidFields
from backoffice.desk.from_ticket import Opened, Source
from backoffice.desk.opening.form import CHOOSE, OpeningForm, Posted
from backoffice.queues.notices.form import NoticeForm
from backoffice.queues.notices.model import KINDS, RIGHTS
from backoffice.queues.notices.receive import receive
from backoffice.queues.standard_forms import clean, long_text


class ReportForm(OpeningForm):
    """What the requester reports. A right is invoked by its holder alone, on the public page."""

    kind = SelectField(
        N_("What is wrong"), [InputRequired(N_("Choose what is wrong."))],
        choices=[CHOOSE, *(SelectChoice(one.value, said) for one, said in KINDS.items()
                           if one not in RIGHTS)],
        description=N_("A right is invoked by its holder alone, on the public page."),
    )  # fmt: skip
    targets = TextAreaField(
        N_("Addresses, references or GTINs"),
        [DataRequired(N_("Give an address, a reference or a GTIN."))], [clean],
        description=N_("Of each listing, seller, review or message: one per line."),
    )  # fmt: skip
    explanation = long_text(N_("Why it is against the law or our terms"))
    good_faith = BooleanField(
        N_("The requester says that this is accurate and complete, to the best of their belief."),
        [InputRequired(N_("Ask the requester to confirm this first."))],
    )

    def open(self, session: Session, source: Source, actor: Actor) -> Opened | None:
        """Open the notice with the requester as its notifier."""
        ticket = source.ticket
        received = receive(
            session, self._said(source), actor=actor, channel="staff",
            is_proven=ticket.requester_id is not None, received_at=ticket.received_at,
        )  # fmt: skip
        notifier = received.notice.notifier
        return Opened(received.case, f"notifier:{notifier.id}" if notifier else None)

    def _said(self, source: Source) -> NoticeForm:
        """Return the notice as the API would send it; raises InvalidFields."""
        ticket = source.ticket
        body = {
            "kind": self.kind.data,
            "locale": "en" if ticket.locale == "en" else "fr",
            "explanation": self.explanation.data,
            "notifier": {"name": ticket.name, "email": ticket.email},
            "good_faith": self.good_faith.data,
            "targets": [{"typed": one} for one in self.targets.data.splitlines() if one.strip()],
        }
        try:
            return NoticeForm.model_validate(body)
        except Unfit as unfit:
            problems = unfit.errors(include_url=False, include_input=False)
            raise InvalidFields({str(one["loc"][0]): sentence(one) for one in problems}) from unfit

    def blame(self, errors: Mapping[str, Text]) -> None:
        """Put what is not here, or cannot be, on the fields."""
        for name, said in errors.items():
            field = name.partition("/")[0]
            self.complain(field if field in self else "explanation", said)


def report_form(session: Session, source: Source, asked: str, posted: Posted = None) -> Form:
    """Return the form of a notice."""
    return ReportForm(posted, data={"explanation": source.words})
