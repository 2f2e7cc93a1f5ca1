"""What an e-mail has attached, written when it is to leave: tables of its queue's as CSV, letters
of its queue's, the invoice that it brings, and the statements of reasons that its decision owes to
its reader as PDF.

The outbox row names only what they are made from, so that it stays small; each attempt writes the
same table again, and sends the same bytes of a statement or an invoice.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session

from backoffice.billing.invoice import Invoice
from backoffice.billing.invoice_files import enclosed_invoice, open_file
from backoffice.core.outbox import OutboxMessage
from backoffice.core.queue import QUEUES
from backoffice.core.table import LinkTo, Table
from backoffice.core.text import Text
from backoffice.notify.letter import letter_name, letter_pdf
from backoffice.notify.message import Enclosure
from backoffice.notify.render import link
from backoffice.notify.statement import PDF, enclosed_statements, file_names, keep_pdf
from backoffice.web.sheet import MARK, harmless, line
from backoffice.web.text import say

PLAIN_MAX = 4 * 1024 * 1024
"""Bytes above which a table travels compressed: many mailboxes take 10 to 25 MB."""


def enclosures(session: Session, row: OutboxMessage) -> list[Enclosure]:
    """Return what is to be attached to the e-mail of an outbox row."""
    makers = (queue.enclosures[row.event] for queue in QUEUES.values()
              if row.event in queue.enclosures)  # fmt: skip
    tables = (make(session, row.payload) for make in makers)
    letters = (queue.letters[row.event] for queue in QUEUES.values() if row.event in queue.letters)
    statements = enclosed_statements(session, row)
    names = file_names(statements)
    invoice = enclosed_invoice(session, row)
    with force_locale(row.locale):
        return [
            *(_sheet(table) for table in tables if table),
            *(
                Enclosure(f"{letter_name(one, row)}.pdf", PDF, letter_pdf(one, row))
                for one in letters
            ),
            *(Enclosure(f"{names[one.id]}.pdf", PDF, keep_pdf(one)) for one in statements),
            *(_invoice(invoice) if invoice else ()),
        ]


def _invoice(invoice: Invoice) -> Iterator[Enclosure]:
    if (kept := open_file(invoice, "pdf")) is not None:
        with kept:
            yield Enclosure(f"{invoice.number}.pdf", PDF, kept.read())


def _sheet(table: Table) -> Enclosure:
    data = "".join(_lines(table)).encode()
    name = f"{table.name}.csv"
    if len(data) <= PLAIN_MAX:
        return Enclosure(name, "text/csv", data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return Enclosure(f"{table.name}.zip", "application/zip", packed.getvalue())


def _lines(table: Table) -> Iterator[str]:
    yield MARK + line(say(heading) for heading in table.headings)
    for row in table.rows:
        yield line(map(_cell, row))


def _cell(value: Any) -> str:
    if isinstance(value, LinkTo):
        return link("p", value.row_id)
    return harmless(say(value) if isinstance(value, Text) else str(value))
