"""Receiving a registration: the seller, the snapshot, its documents and its case, in one go."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.billing.plan import plan_in_force
from backoffice.core.case import Case, CaseLink
from backoffice.core.clock import now
from backoffice.core.files import Attachment, keep, keep_refused
from backoffice.core.open import open_case
from backoffice.core.outbox import Channel, put_mail, put_webhook, put_work
from backoffice.core.permissions import Actor
from backoffice.core.public import PENDING, WAITING, public_status
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.core.typed_text import InvalidFields
from backoffice.core.uploads import Admitted, UnsafeUpload, UploadTooLarge, admit
from backoffice.marketplace.edit import Profile
from backoffice.marketplace.profile import COLUMNS, copy_profile
from backoffice.marketplace.profile_fields import contradictions
from backoffice.marketplace.seller import Seller, by_external_id
from backoffice.queues.registrations.form import Document, RegistrationForm
from backoffice.queues.registrations.model import Registration
from backoffice.queues.registrations.queue import QUEUE
from backoffice.queues.registrations.snapshot import MAY_APPLY, mirror


class Attempt(NamedTuple):
    """A registration with its case."""

    registration: Registration
    case: Case


def receive(
    session: Session, form: RegistrationForm, *, actor: Actor, channel: str = "api"
) -> Attempt:
    """Open a registration; the same body again, while it is open, gives the same one.

    Raises InvalidFields for what cannot be, NotPossible while another one is open or where the
    seller is one already, UploadTooLarge for a document above the limit.
    """
    profile = _profile(session, form)
    files = [_admitted(document) for document in form.documents]
    seller = _locked_seller(session, form, profile)
    newest = newest_attempt(session, seller)
    if newest and public_status(session, newest.case) in (PENDING, WAITING):
        return _same_one(newest, form)
    if seller.status not in MAY_APPLY:
        raise NotPossible(
            text("This seller is registered already: change its profile instead."),
            seller_status=seller.status,
        )
    registration = _snapshot(session, seller, form, profile, newest)
    attachments = _keep(session, form.documents, files, channel)
    case = open_case(session, QUEUE, registration, actor=actor, channel=channel)
    for attachment in attachments:
        attachment.case_id = case.id
    if newest:
        session.add(CaseLink(from_id=case.id, to_id=newest.case.id, relation="earlier"))
    _acknowledge(session, case, registration)
    return Attempt(registration, case)


def newest_attempt(session: Session, seller: Seller) -> Attempt | None:
    """Return the seller's last registration with the case it opened, wherever that was moved."""
    row = session.execute(
        select(Registration, Case)
        .join(Case, (Case.subject_id == Registration.id) & (Case.queue == QUEUE.slug))
        .where(Registration.seller_id == seller.id, Case.kind == "")
        .order_by(Registration.attempt.desc(), Case.id.desc())
        .limit(1)
    ).first()
    return Attempt(*row) if row else None


def _profile(session: Session, form: RegistrationForm) -> Profile:
    values = form.values()
    errors = contradictions(None, values)
    if plan_in_force(session, form.plan) is None:
        errors["plan"] = text("There is no such plan: %(plan)s.", plan=form.plan)
    if errors:
        raise InvalidFields(errors)
    profile = Profile()
    profile.set_iban(values.pop("iban"))
    for name, value in values.items():
        setattr(profile, name, value)
    profile.self_certified_at = now() if form.self_certified else None
    profile.set_address_key()
    return profile


def _locked_seller(session: Session, form: RegistrationForm, profile: Profile) -> Seller:
    """Return the seller of this identifier, its row locked; two first calls at once make one."""
    if seller := by_external_id(session, form.external_id, lock=True):
        return seller
    columns = {name: getattr(profile, name) for name in COLUMNS}
    session.execute(
        insert(Seller)
        .values(external_id=form.external_id, plan=form.plan, **columns)
        .on_conflict_do_nothing(index_elements=["external_id"])
    )
    seller = by_external_id(session, form.external_id, lock=True)
    assert seller is not None  # noqa: S101 (inserted above, by us or by another call)
    return seller


def _same_one(newest: Attempt, form: RegistrationForm) -> Attempt:
    if newest.registration.body_sha256 == form.sha256():
        return newest
    raise NotPossible(
        text("A registration of this seller is being examined: wait for its outcome."),
        case=newest.case.reference,
    )


def _snapshot(
    session: Session, seller: Seller, form: RegistrationForm, profile: Profile,
    newest: Attempt | None,
) -> Registration:  # fmt: skip
    registration = Registration(
        seller=seller,
        attempt=newest.registration.attempt + 1 if newest else 1,
        plan=form.plan,
        body_sha256=form.sha256(),
    )
    copy_profile(profile, registration)
    session.add(registration)
    if newest:
        mirror(registration)
    session.flush()
    return registration


def _admitted(document: Document) -> Admitted | UnsafeUpload:
    try:
        return admit(document.filename, document.content_type, document.content_base64)
    except UploadTooLarge:
        raise
    except UnsafeUpload as refused:
        return refused


def _keep(
    session: Session, documents: Sequence[Document], files: Sequence[Admitted | UnsafeUpload],
    channel: str,
) -> list[Attachment]:  # fmt: skip
    """Keep each document; a refused one leaves a row that says why, for the person who looks."""
    kept = []
    for document, file in zip(documents, files, strict=True):
        if isinstance(file, UnsafeUpload):
            size_bytes = len(document.content_base64)
            attachment = keep_refused(session, file.text, kind=document.kind,
                                      size_bytes=size_bytes, uploaded_by=channel)  # fmt: skip
        else:
            attachment = keep(session, file, kind=document.kind, uploaded_by=channel)
            put_work(session, Channel.CHECKS, "pages.render", {"attachment_id": attachment.id})
        kept.append(attachment)
    return kept


def _acknowledge(session: Session, case: Case, registration: Registration) -> None:
    """Tell the seller and the marketplace that the registration came in."""
    put_mail(
        session,
        event="registration.received",
        to=registration.contact_email,
        locale=registration.locale,
        context={
            "recipient": registration.representative,
            "reference": case.reference,
            "title": case.title,
            "received_at": case.received_at.isoformat(),
            "due_at": case.due_at.isoformat(),
        },
        case_id=case.id,
    )
    data = QUEUE.describe(session, case, registration)
    put_webhook(session, event="registration.received", data=data, case_id=case.id)
