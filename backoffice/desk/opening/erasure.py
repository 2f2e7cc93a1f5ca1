"""A deletion opened from a ticket: of the requester's account, of another, or of no account."""

from sqlalchemy.orm import Session
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from backoffice.core.party import Party
from backoffice.core.permissions import Actor
from backoffice.core.text import N_, text
from backoffice.desk.from_ticket import Opened, Source
from backoffice.desk.opening.form import CHOOSE, OpeningForm, Posted, share_address
from backoffice.marketplace.accounts import account_named
from backoffice.marketplace.buyer import Buyer
from backoffice.marketplace.seller import Seller
from backoffice.queues.erasures.model import KINDS, Kind
from backoffice.queues.erasures.receive import Asked, receive
from backoffice.queues.standard_forms import clean, long_text

NOBODY = "person"


class ErasureForm(OpeningForm):
    """Whose account or data is to be erased."""

    account_kind = SelectField(
        N_("Whose account"), [InputRequired(N_("Choose one."))],
        choices=[CHOOSE, SelectChoice("seller", N_("A seller’s")),
                 SelectChoice("buyer", N_("A buyer’s")),
                 SelectChoice(NOBODY, N_("None: what this address wrote to us"))],
    )  # fmt: skip
    account = StringField(
        N_("Number of the account"), filters=[clean],
        description=N_("The marketplace’s number. Its own address is asked to confirm."),
    )  # fmt: skip
    kind = SelectField(
        N_("Request"),
        choices=[SelectChoice(one.value, said) for one, said in KINDS.items()],
    )
    words = long_text(N_("In the requester’s words"))

    def open(self, session: Session, source: Source, actor: Actor) -> Opened | None:
        """Open the request, which counts from the day of the ticket (GDPR art. 12(3))."""
        party = self._party(session, source)
        if party is None:
            self.complain("account", text("There is no account of this number."))
            return None
        ticket = source.ticket
        asked = Asked(
            party, self.kind.data, self.words.data,
            asked_by="" if share_address(ticket.requester, party) else ticket.email,
            received_at=ticket.received_at,
        )  # fmt: skip
        return Opened(receive(session, asked, actor=actor, channel="staff").case)

    def _party(self, session: Session, source: Source) -> Party | None:
        requester = source.ticket.requester
        if "account" in self:
            if self.account_kind.data == NOBODY:
                return requester
            account = account_named(session, self.account_kind.data, self.account.data or "")
            return account.party if account else None
        if requester.kind == "seller":
            return session.get_one(Seller, requester.id).party
        return session.get_one(Buyer, requester.id).party


def erasure_form(session: Session, source: Source, asked: str, posted: Posted = None) -> Form:
    """Return the form of an erasure; who has an account asks for that one."""
    form = ErasureForm(posted, data={"kind": Kind.BOTH.value, "words": source.words})
    if source.ticket.requester_id is not None:
        del form.account_kind, form.account
    return form
