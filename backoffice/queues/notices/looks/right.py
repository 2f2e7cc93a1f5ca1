"""The right that is invoked: its number, whether it holds here and now, whose it is."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backoffice.core import clock
from backoffice.core.case import Case
from backoffice.core.checks import Finding, Outcome
from backoffice.core.files import Attachment
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidInput
from backoffice.marketplace.listing_checks.item import found
from backoffice.marketplace.right import Mandate, Right
from backoffice.marketplace.right_number import HERE, Register, RightKind, parse_right_number
from backoffice.queues.notices.model import Notice
from backoffice.queues.notices.parties import notifier_party

Findings = Sequence[Finding]
EVERYWHERE_HERE = frozenset({Register.INPI, Register.EUIPO, Register.EAMBROSIA})
GOODS_TO = 34  # classes of Nice; the others are services


def number(session: Session, case: Case, notice: Notice) -> Findings:
    """Read the number once more: whether it has its register's shape, and what to look up."""
    right = notice.right
    if right is None:
        return []
    try:
        read = parse_right_number(right.register, right.kind, right.number)
    except InvalidInput as refused:
        return [found(Outcome.FAIL, refused.text)]
    if right.kind == RightKind.COPYRIGHT:
        return [found(Outcome.PASS, text("Copyright has no number: the work is named."))]
    said = text("%(number)s has the shape of %(register)s.", number=read.canonical,
                register=read.register)  # fmt: skip
    is_settled = right.register == Register.WIPO and HERE & set(right.territories)
    if read.note and not is_settled:
        return [found(Outcome.WARN, read.note, [said])]
    return [found(Outcome.PASS, said)]


def protection(session: Session, case: Case, notice: Notice) -> Findings:
    """Tell whether the right has expired; one that has no register lasts long."""
    right = notice.right
    if right is None or not right.register:
        return []
    if right.expires_on is None and right.verified_at is None:
        said = text("Its end is not stated: look it up at %(register)s.", register=right.register)
        return [found(Outcome.WARN, said)]
    if right.expires_on is None:
        return [found(Outcome.PASS, text("Looked up in its register."))]
    day = right.expires_on
    is_over = day < clock.now().astimezone(clock.PARIS).date()
    said = text("Protected until %(day)s.", day=day.isoformat())
    if is_over:
        said = text("The protection ended on %(day)s.", day=day.isoformat())
    return [found(Outcome.FAIL if is_over else Outcome.PASS, said)]


def territory(session: Session, case: Case, notice: Notice) -> Findings:
    """Tell whether the right holds in France: by its register, or by what it designates."""
    right = notice.right
    if right is None or not right.register:
        return []
    if right.register in EVERYWHERE_HERE:
        said = text("A right of %(register)s holds in France.", register=right.register)
        return [found(Outcome.PASS, said)]
    named = ", ".join(right.territories)
    if HERE & set(right.territories):
        return [found(Outcome.PASS, text("It holds in France: %(named)s.", named=named))]
    if named:
        said = text("It holds neither in France nor in the Union: %(named)s.", named=named)
        return [found(Outcome.FAIL, said)]
    return [found(Outcome.WARN, text("Where it holds is not stated: look it up."))]


def classes(session: Session, case: Case, notice: Notice) -> Findings:
    """Tell whether a trademark covers goods at all; which ones is for a person to compare."""
    right = notice.right
    if right is None or right.kind != RightKind.TRADEMARK:
        return []
    if not right.classes:
        return [found(Outcome.WARN, text("The classes of the trademark are not stated."))]
    listed = ", ".join(str(one) for one in right.classes)
    if min(right.classes) > GOODS_TO:
        said = text("Registered for services alone (%(classes)s): it covers no goods.",
                    classes=listed)  # fmt: skip
        return [found(Outcome.WARN, said)]
    said = text("Registered for goods: %(classes)s. Compare them with the products.",
                classes=listed)  # fmt: skip
    return [found(Outcome.PASS, said)]


def holder(session: Session, case: Case, notice: Notice) -> Findings:
    """Tell whether the notifier speaks for the holder that is known under this right."""
    right = notice.right
    if right is None:
        return []
    mandates = _mandates(session, notice)
    mine = [one for one in mandates if one.holder_id == right.holder_id]
    if not mine:
        said = text("This right is known as %(holder)s’s; the notifier speaks for another.",
                    holder=right.holder.name)  # fmt: skip
        lines = [text("Speaks for: %(holder)s", holder=one.holder.name) for one in mandates]
        return [found(Outcome.FAIL, said, lines)]
    today = clock.now().astimezone(clock.PARIS).date()
    if all(one.until and one.until < today for one in mine):
        said = text("The notifier’s mandate ended on %(day)s.",
                    day=max(one.until for one in mine if one.until).isoformat())  # fmt: skip
        return [found(Outcome.FAIL, said)]
    said = text("The notifier speaks for %(holder)s.", holder=right.holder.name)
    return [found(Outcome.PASS, said, [_known_as(right)])]


def _known_as(right: Right) -> Text:
    if right.verified_at is None:
        return text("As the notifier says: nobody has looked it up in a register yet.")
    return text("Looked up in its register on %(day)s.", day=clock.day_of(right.verified_at))


def _mandates(session: Session, notice: Notice) -> Sequence[Mandate]:
    return session.scalars(
        select(Mandate)
        .where(Mandate.notifier_id == notice.notifier_id)
        .options(joinedload(Mandate.holder))
        .order_by(Mandate.id.desc())
    ).all()


def mandate(session: Session, case: Case, notice: Notice) -> Findings:
    """Tell whether an agent sent anything that may be the mandate."""
    if notice.right is None:
        return []
    if notice.role != "agent":
        return [found(Outcome.PASS, text("The notifier says to be the holder."))]
    sender = notifier_party(session, notice).ref
    files = session.scalars(
        select(Attachment.filename).where(
            Attachment.case_id == case.id, Attachment.sent_by.in_((sender, ""))
        )
    ).all()
    if not files:
        said = text("An agent of the holder, and no file that shows the mandate.")
        return [found(Outcome.WARN, said)]
    said = text("Files of the agent, among which the mandate should be: %(count)s.",
                count=len(files))  # fmt: skip
    return [found(Outcome.PASS, said, [text("%(name)s", name=one) for one in files])]
