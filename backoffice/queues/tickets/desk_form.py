"""The form by which staff open a ticket, for who called, or to write to somebody."""

from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from backoffice.core.party import Party
from backoffice.core.text import N_, text
from backoffice.core.typed_text import InvalidFields, InvalidInput
from backoffice.marketplace.accounts import account_named
from backoffice.marketplace.contacts import parse_email
from backoffice.marketplace.order import Order, order_by_external_id
from backoffice.queues.party_form import PartyForm
from backoffice.queues.standard_forms import clean, long_text
from backoffice.queues.tickets.model import CATEGORIES, Category
from backoffice.queues.tickets.receive import Asked
from backoffice.queues.tickets.requesters import is_of

LINE_MAX = 200
SAID, OURS = "in", "out"


def _line(label: str, hint: str = "") -> StringField:
    limit = Length(max=LINE_MAX, message=N_("Keep this under 200 characters."))
    return StringField(label, [Optional(), limit], [clean], description=hint)


class OpenForm(PartyForm):
    """Who asks, or is written to; about what; and the first message."""

    kind = RadioField(
        N_("Requester"),
        [InputRequired(N_("Choose who it is."))],
        choices=[
            SelectChoice("seller", N_("A seller")),
            SelectChoice("buyer", N_("A buyer")),
            SelectChoice("person", N_("Somebody without an account")),
        ],
        default="seller",
    )
    seller = _line(N_("Number of the seller"), N_("Empty: the one of the order."))
    buyer = _line(N_("Number of the buyer"), N_("Empty: the one of the order."))
    name = _line(N_("Name"), N_("Of somebody without an account."))
    email = _line(N_("E-mail address"), N_("Of somebody without an account."))
    order = _line(N_("Order"), N_("The order that it is about, if any."))
    direction = RadioField(
        N_("The first message is"),
        [InputRequired(N_("Choose whose words these are."))],
        choices=[
            SelectChoice(SAID, N_("What the requester said, by telephone for example")),
            SelectChoice(OURS, N_("Ours: it leaves by e-mail at once")),
        ],
        default=OURS,
    )
    subject = StringField(
        N_("Subject"),
        [
            DataRequired(N_("Write a subject.")),
            Length(max=LINE_MAX, message=N_("Keep this under 200 characters.")),
        ],
        [clean, lambda value: " ".join((value or "").split())],
    )
    category = SelectField(
        N_("Category"),
        choices=[SelectChoice(one.value, said) for one, said in CATEGORIES.items()],
        default=Category.OTHER.value,
    )
    body = long_text(N_("Message"))

    def asked(self, session: Session, number: str) -> Asked:
        """Return what it says, under a number of its own; raises InvalidFields."""
        order = self._order(session)
        requester = self._requester(session, order)
        if order is not None and not is_of(order, requester):
            raise InvalidFields({"order": text("The order is not one of the requester’s.")})
        return Asked(requester, self.subject.data, self.body.data, self.category.data,
                     order=order, external_id=number)  # fmt: skip

    def _order(self, session: Session) -> Order | None:
        if not self.order.data:
            return None
        order = order_by_external_id(session, self.order.data)
        if order is None:
            raise InvalidFields({"order": text("There is no such order.")})
        return order

    def _requester(self, session: Session, order: Order | None) -> Party:
        kind: str = self.kind.data
        if kind == "person":
            return self._person()
        number = self[kind].data
        if not number and order is not None:
            return order.seller.party if kind == "seller" else order.buyer.party
        known = account_named(session, kind, number) if number else None
        if known is None:
            raise InvalidFields({kind: text("There is no account of this number.")})
        return known.party

    def _person(self) -> Party:
        if not self.name.data:
            raise InvalidFields({"name": text("Write a name.")})
        try:
            email = parse_email(self.email.data or "")
        except InvalidInput as refused:
            raise InvalidFields({"email": refused.text}) from None
        return Party("person", 0, self.name.data, email, "fr")
