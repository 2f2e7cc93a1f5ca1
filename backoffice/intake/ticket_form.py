"""Tickets and their messages as programs send them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from sqlalchemy.orm import Session

from backoffice.core.answer import Sent
from backoffice.core.party import Party
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidFields, parse_line, parse_text
from backoffice.intake.sent_files import admit_all
from backoffice.marketplace.accounts import account_named
from backoffice.marketplace.contacts import parse_email
from backoffice.marketplace.order import Order, order_by_external_id
from backoffice.marketplace.profile_form import STRICT
from backoffice.marketplace.seller import EXTERNAL_ID
from backoffice.marketplace.sent_file import FileBytes, FileWord
from backoffice.queues.tickets.receive import Asked
from backoffice.queues.tickets.requesters import is_of

SUBJECT_MAX, NAME_MAX, EMAIL_MAX, BODY_MAX, DOCUMENTS_MAX = 200, 200, 254, 20_000, 10
EXAMPLE: JsonDict = {
    "external_id": "billet-2041",
    "subject": "Où en est mon virement ?",
    "category": "payment",
    "body": "Bonjour, le virement de lundi n’est pas arrivé.",
    "requester": {"kind": "seller", "external_id": "shop-1042"},
}
MESSAGE_EXAMPLE: JsonDict = {
    "external_id": "billet-2041-2",
    "body": "Il est arrivé ce matin, merci.",
}
Reference = Annotated[str, Field(pattern=EXTERNAL_ID)]
Body = Annotated[
    str,
    Field(min_length=1, max_length=BODY_MAX),
    AfterValidator(lambda raw: parse_text(raw, BODY_MAX)),
]


class TicketDocument(BaseModel):
    """A file that goes with a message."""

    model_config = STRICT
    filename: FileWord
    content_type: FileWord
    content_base64: FileBytes


class WithDocuments(BaseModel):
    """What may carry files."""

    documents: Annotated[
        list[TicketDocument], Field(default_factory=list, max_length=DOCUMENTS_MAX)
    ]

    def files(self) -> list[Sent]:
        """Return what may be kept; raises UploadTooLarge, or InvalidFields that name the files."""
        return [Sent("evidence", one) for one in admit_all(self.documents, "documents")]


class RequesterSent(BaseModel):
    """Who asks: an account by its number, a person by name and address."""

    model_config = STRICT
    kind: Literal["seller", "buyer", "person"]
    external_id: Annotated[Reference | None, Field(description="Of the seller or the buyer")] = None
    name: Annotated[
        Annotated[
            str,
            Field(min_length=1, max_length=NAME_MAX),
            AfterValidator(lambda raw: parse_line(raw, NAME_MAX)),
        ]
        | None,
        Field(description="Of a person"),
    ] = None
    email: Annotated[
        Annotated[str, Field(min_length=3, max_length=EMAIL_MAX), AfterValidator(parse_email)]
        | None,
        Field(description="Of a person"),
    ] = None
    locale: Annotated[Literal["fr", "en"], Field(description="Of a person")] = "fr"

    def party(self, session: Session) -> Party:
        """Return who it is; raises InvalidFields."""
        if self.kind == "person":
            return self._person()
        known = account_named(session, self.kind, self.external_id) if self.external_id else None
        if known is None:
            said = text("There is no such account: send it first.")
            raise InvalidFields({"requester/external_id": said})
        return known.party

    def _person(self) -> Party:
        missing = text("Send this for a person without an account.")
        if self.name is None or self.email is None:
            given = {"name": self.name, "email": self.email}
            raise InvalidFields(
                {f"requester/{name}": missing for name, value in given.items() if value is None}
            )
        return Party("person", 0, self.name, self.email, self.locale)


class TicketSent(WithDocuments):
    """A question to support."""

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    external_id: Reference
    subject: Annotated[
        str,
        Field(min_length=1, max_length=SUBJECT_MAX),
        AfterValidator(lambda raw: parse_line(raw, SUBJECT_MAX)),
    ]
    category: Literal[
        "registration", "listing", "order", "refund", "payment", "access", "report", "deletion",
        "decision", "other",
    ] = "other"  # fmt: skip
    body: Body
    requester: RequesterSent
    order: Annotated[Reference | None, Field(description="The order that it is about")] = None

    def asked(self, session: Session) -> Asked:
        """Return what is asked, of whom we know; raises InvalidFields."""
        requester = self.requester.party(session)
        return Asked(
            requester, self.subject, self.body, self.category,
            order=self._order(session, requester), external_id=self.external_id,
        )  # fmt: skip

    def _order(self, session: Session, requester: Party) -> Order | None:
        if self.order is None:
            return None
        order = order_by_external_id(session, self.order)
        problem: Text | None = None
        if order is None:
            problem = text("There is no such order: send the order first.")
        elif not is_of(order, requester):
            problem = text("The order is not one of the requester’s.")
        if problem is not None:
            raise InvalidFields({"order": problem})
        return order


class TicketMessageSent(WithDocuments):
    """What the requester adds."""

    model_config = STRICT | ConfigDict(json_schema_extra={"examples": [MESSAGE_EXAMPLE]})
    external_id: Reference
    body: Body
