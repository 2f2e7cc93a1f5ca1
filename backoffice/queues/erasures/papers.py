"""Identity documents: asked for only where there is doubt, deleted once they have served."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.core.action import Context, Effect
from backoffice.core.clock import now
from backoffice.core.files import Attachment, PagesState
from backoffice.core.outbox import Channel, put_work
from backoffice.core.text import N_, text
from backoffice.marketplace.erasing.files import owe_forgetting_files
from config.settings import get_settings

FORGET_IDENTITY = "identity.forget"
"""The work that deletes the identity documents of a case; its payload names the case."""

GONE = N_("Deleted once it had served to verify the identity.")


def has_papers(session: Session, case_id: int) -> bool:
    """Tell whether documents of the party are kept with a request."""
    return session.scalars(_papers(case_id).limit(1)).first() is not None


def owe_forgetting(context: Context, *, after_undo: bool) -> None:
    """Owe the deletion: at once, or once the decision can no longer be undone."""
    if not has_papers(context.session, context.case.id):
        return
    usual = timedelta(seconds=get_settings().undo_seconds)
    wait = (context.undo_for or usual) if after_undo else timedelta()
    put_work(
        context.session, Channel.CHECKS, FORGET_IDENTITY, {"case_id": context.case.id},
        case_id=context.case.id, available_at=now() + wait,
        decision_id=context.decision.id if context.decision and after_undo else None,
    )  # fmt: skip


def forget_papers(session: Session, case_id: int) -> int:
    """Empty the rows and owe the end of the bytes; return of how many documents.

    The rows stay, empty: they prove that a document came and went. May be done again after a crash.
    """
    papers = session.scalars(_papers(case_id).with_for_update()).all()
    keys = {page.storage_key for paper in papers for page in paper.pages}
    for paper in papers:
        keys.add(paper.storage_key or "")
        paper.pages.clear()
        paper.filename, paper.sha256, paper.storage_key = "", None, None
        paper.pages_state, paper.page_count, paper.warnings = PagesState.NONE, None, []
        paper.problem = text(GONE).to_json()
    owe_forgetting_files(session, keys)
    return len(papers)


def _papers(case_id: int) -> Any:
    return select(Attachment).where(
        Attachment.case_id == case_id,
        Attachment.uploaded_by == "portal",
        Attachment.storage_key.is_not(None),
    )


def _forget(context: Context) -> dict[str, Any]:
    owe_forgetting(context, after_undo=True)
    return {}


def _cancelled_with_its_decision(context: Context, change: dict[str, Any]) -> None:
    """Take nothing back: the row that is owed is cancelled with its decision."""


FORGET_PAPERS = Effect("forget_papers", _forget, _cancelled_with_its_decision)
