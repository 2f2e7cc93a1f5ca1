"""The page images of an attachment, which people look at instead of the original."""

from sqlalchemy.orm import Session

from backoffice.core.files import Attachment, PageImage, PagesState
from backoffice.core.rendering import render_pages
from backoffice.core.store import file_store
from backoffice.core.text import text


def make_page_images(session: Session, attachment_id: int) -> Attachment | None:
    """Draw an attachment's pages and keep them; done once, whoever asks and however often.

    A document that cannot be read is a recorded problem, never an error. Nothing is committed.
    """
    attachment = session.get(Attachment, attachment_id, with_for_update=True)
    if attachment is None or attachment.pages_state != PagesState.PENDING:
        return attachment
    store = file_store()
    try:
        with store.open(attachment.storage_key or "") as source:
            rendering = render_pages(source, attachment.content_type or "")
    except FileNotFoundError:
        attachment.pages_state = PagesState.FAILED
        attachment.problem = text("The file is not in the store any more.").to_json()
        return attachment
    for page in rendering.pages:
        key = store.put(page.data)
        attachment.pages.append(
            PageImage(
                number=page.number,
                storage_key=key,
                width_px=page.width_px,
                height_px=page.height_px,
            )
        )
    attachment.page_count = rendering.page_count
    attachment.warnings = [warning.to_json() for warning in rendering.warnings]
    attachment.problem = rendering.problem.to_json() if rendering.problem else None
    attachment.pages_state = PagesState.FAILED if rendering.problem else PagesState.READY
    session.flush()
    return attachment
