"""An e-mail that answers a request for information, in whichever queue it was asked."""

from sqlalchemy.orm import Session

from backoffice.core.answer import answer, why_not
from backoffice.core.case import Case
from backoffice.core.permissions import Actor
from backoffice.core.queue import queue_of, subject_of
from backoffice.core.request import open_requests
from backoffice.intake.mail.enclosed import Enclosed, body_of, record_refused
from backoffice.intake.mail.message import InboundMessage


def answer_request(session: Session, case: Case, mail: InboundMessage, enclosed: Enclosed) -> bool:
    """Answer the question that the case waits on, and tell whether there was one for this sender.

    The signed address says which case it is; the sender's, which of its parties answers.
    """
    parties = queue_of(case).parties(session, subject_of(session, case))
    party = next((one for one in parties if one.email.lower() == mail.email.lower()), None)
    if party is None:
        return False
    requests = (one for one in open_requests(session, case) if one.is_of(party))
    request = next((one for one in requests if why_not(session, case, one) is None), None)
    if request is None:
        return False
    answer(
        session, case, request, actor=Actor("party", party.id, party.name),
        body=body_of(mail, enclosed, party.locale), corrections={}, documents=enclosed.kept,
    )  # fmt: skip
    record_refused(session, case, enclosed.refused)
    return True
