"""The notices queue: what somebody outside says is against the law or our terms."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.queue import Column, Queue
from backoffice.core.text import N_, text
from backoffice.marketplace.transparency.owe import declare
from backoffice.queues.notices.actions import ACTIONS
from backoffice.queues.notices.checks import CHECKS
from backoffice.queues.notices.evidence import evidence
from backoffice.queues.notices.filters import FILTERS
from backoffice.queues.notices.foresee import foresee
from backoffice.queues.notices.granting import granted
from backoffice.queues.notices.matter import PROOFS, matter, wrote
from backoffice.queues.notices.model import KINDS, Notice, NoticeKind
from backoffice.queues.notices.parties import notifier_party, sellers, title_of
from backoffice.queues.notices.telling import described
from backoffice.queues.standard import REQUEST_INFO, STANDARD


def describe(session: Session, case: Case, notice: Notice) -> dict[str, Any]:
    """Return what the API and the webhooks say of a notice: nothing of who reports."""
    return {
        "case": case.reference,
        "kind": notice.kind,
        "version": case.version,
        "resolution": case.resolution,
        "targets": [described(one) for one in notice.targets],
    }


def keys(session: Session, notice: Notice) -> Iterable[tuple[str, str]]:
    """Return the identifiers by which the case is found."""
    found = [("notifier", notice.email)] if notice.email else []
    if notice.right and notice.right.number:
        found.append(("right", notice.right.number))
    for one in notice.targets:
        if row := one.listing or one.review or one.message:
            found.append(("external_id", row.external_id))
        if one.listing and one.listing.gtin:
            found.append(("gtin", one.listing.gtin.lstrip("0")))
    return dict.fromkeys(found)


def words(session: Session, notice: Notice) -> str:
    """Return the words by which the case is found."""
    right = notice.right
    of_right = f"{right.sign} {right.holder.name}" if right else ""
    titles = " ".join(one.title for one in notice.targets)
    shops = " ".join(one.seller.display_name for one in notice.targets if one.seller)
    return f"{titles} {shops} {notice.name} {notice.organisation} {of_right}"


QUEUE = Queue(
    slug="notices",
    noun="notice",
    prefix="NOT",
    title=N_("Notices"),
    icon="flag",
    kinds=("", "urgent"),
    subject=Notice,
    party=notifier_party,
    others=sellers,
    describe=describe,
    keys=keys,
    words=words,
    case_title=lambda notice: title_of(notice.targets),
    actions=(*ACTIONS, REQUEST_INFO, *STANDARD),
    checks=CHECKS,
    columns=(
        Column("title", N_("Reported"), lambda case, notice: case.title),
        Column("kind", N_("Kind"), lambda case, notice: text(KINDS[NoticeKind(notice.kind)]),
               css="c-what", wide=True),
        Column("notifier", N_("Notifier"),
               lambda case, notice: notice.organisation or notice.name, wide=True),
        Column("targets", N_("Things"), lambda case, notice: len(notice.targets), css="c-money",
               wide=True),
    ),
    declare=declare,
    filters=FILTERS,
    foresee=foresee,
    evidence=evidence,
    matter=matter,
    wrote=wrote,
    proofs={"seller": PROOFS},
    granted=granted,
)  # fmt: skip
