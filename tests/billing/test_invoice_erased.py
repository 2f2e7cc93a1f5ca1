"""Invoices of sellers who were erased: kept whole for ten years (C. com. L123-22)."""

import pytest

from backoffice.billing.invoice_files import open_file, render_invoice
from backoffice.core.clock import now
from backoffice.marketplace.erasing.files import forget_files
from backoffice.marketplace.erasing.run import erase
from tests.factories.erasure import make_erasure
from tests.factories.invoice import make_invoice
from tests.factories.order import make_order
from tests.factories.seller import make_seller
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]


@pytest.fixture
def erased(session, app, files_dir):
    """A seller with an invoice, erased since; its name as it was."""
    with app.app_context():
        seller = make_seller(session)
        make_order(session, seller)
        name, siren, invoice = seller.legal_name, seller.siren, make_invoice(session, seller)
        render_invoice(session, invoice.id)
        case = make_erasure(session, seller.party).case
        erase(session, seller.party, at=now(), keep_case_id=case.id)
        session.flush()
        session.expire_all()
        yield seller, invoice, name, siren


def test_what_was_issued_stays_with_its_files(erased):
    seller, invoice, name, siren = erased
    assert seller.legal_name != name
    assert (invoice.seller_name, invoice.seller_siren) == (name, siren)
    for ending in ("pdf", "xml"):
        with open_file(invoice, ending) as kept:
            assert kept.read()


def test_what_is_issued_later_names_whom_it_is_for_and_is_sent_to_nobody(session, erased):
    seller, _, name, siren = erased
    late = make_invoice(session, seller)
    assert (late.seller_name, late.seller_siren, late.seller_city) == (name, siren, "Paris")
    render_invoice(session, late.id)
    assert late.file.mail is None


def test_a_copy_that_the_seller_sent_us_goes_without_ours(session, erased):
    _, invoice, _, _ = erased
    forget_files(session, [invoice.file.pdf_key])
    with open_file(invoice, "pdf") as kept:
        assert kept.read()
