"""Notices as the API tells them: outcomes only once they are final, nothing of who reports."""

from typing import Any

from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.public import final_decision, public_status
from backoffice.intake.notice_answers import (
    NoticeReceived,
    NoticeState,
    TargetDecided,
    TargetTaken,
)
from backoffice.intake.told import tell_case
from backoffice.queues.notices.model import Notice, NoticeTarget, TargetKind
from backoffice.queues.notices.receive import Received
from backoffice.queues.notices.telling import described


def tell_received(session: Session, received: Received) -> NoticeReceived:
    """Tell what came in, and what of it was found."""
    notice, case, is_repeat = received
    return NoticeReceived(
        id=notice.id,
        case=case.reference,
        status=public_status(session, case),
        targets=[TargetTaken.model_validate(_target(one)) for one in notice.targets],
        merged=is_repeat,
    )


def tell_notice(session: Session, notice: Notice, case: Case) -> NoticeState:
    """Tell where a notice is; what was decided of its targets, once that is final."""
    is_final = final_decision(session, case) is not None
    targets = [
        TargetDecided(**_target(one), outcome=one.outcome if is_final else None)
        for one in notice.targets
    ]
    return NoticeState(
        id=notice.id,
        kind=notice.kind,
        case=tell_case(session, case),
        repeats=notice.repeats,
        targets=targets,
    )


def _target(target: NoticeTarget) -> dict[str, Any]:
    told = described(target)
    named = {name: told[name] for name in ("kind", "typed", "seller", "external_id")}
    return {**named, "title": target.title, "found": target.kind != TargetKind.UNKNOWN}
