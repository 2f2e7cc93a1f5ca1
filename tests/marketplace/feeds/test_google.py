"""Google Merchant: the table and the XML feed; XML that explodes, reaches outside, never ends."""

from io import BytesIO

import pytest

from backoffice.marketplace.feeds import google_xml
from backoffice.marketplace.feeds.recognise import recognise
from backoffice.marketplace.feeds.record import Dialect, Place, UnreadableFile

ITEM = """
    <item>
      <g:id>bol-{0}</g:id>
      <title>Bol &amp; anse {0}</title>
      <g:description><![CDATA[<p>Tourné à la main.</p>]]></g:description>
      <link>https://shop.example/bol-{0}</link>
      <g:image_link>https://shop.example/{0}.jpg</g:image_link>
      <g:additional_image_link>https://shop.example/{0}-b.jpg</g:additional_image_link>
      <g:additional_image_link>https://shop.example/{0}-c.jpg</g:additional_image_link>
      <g:condition>new</g:condition>
      <g:availability>in_stock</g:availability>
      <g:price>24.50 EUR</g:price>
      <g:shipping><g:country>FR</g:country><g:price>4.90 EUR</g:price></g:shipping>
      <g:google_product_category>6740</g:google_product_category>
      <g:product_type>Inconnue &gt; Elle aussi</g:product_type>
      <g:brand>Terrabelle</g:brand>
      <g:gtin>3760274111907</g:gtin>
      <g:color>bleu</g:color>
    </item>"""
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">
  <channel>
    <title>Boutique</title><link>https://shop.example</link>
    {}
  </channel>
</rss>
"""


def feed(*numbers):
    return RSS.format("".join(ITEM.format(number) for number in numbers))


def test_a_feed_in_xml_needs_no_mapping(read):
    found = read(feed(1, 2), "feed.xml")
    assert found.dialect.format == "google_xml"
    assert found.said == []
    form = found.forms[0]
    assert (form.external_id, form.title) == ("bol-1", "Bol & anse 1")
    assert (form.price_minor, form.quantity) == (2450, 1)
    assert (form.category, form.brand) == ("maison/cuisine/vaisselle", "Terrabelle")
    assert form.description == "Tourné à la main."
    assert len(form.images) == 3
    assert form.attributes["color"] == "bleu"


def test_atom_too_and_other_encodings(read):
    atom = (
        '<?xml version="1.0" encoding="windows-1252"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:g="http://base.google.com/ns/1.0">'
        + ITEM.format(1).replace("item>", "entry>")
        + "</feed>"
    )
    (form,) = read(atom.encode("cp1252"), "feed.xml").forms
    assert form.description == "Tourné à la main."


def test_the_table_needs_no_mapping(read):
    content = (
        "id\ttitle\tdescription\tlink\timage link\tavailability\tprice\tgoogle product category\t"
        "brand\tgtin\tcolor\n"
        "b1\tBol\tUn bol\thttps://x.example\thttps://x.example/1.jpg\tout of stock\t15,00 EUR\t"
        "6740\tTerrabelle\t3760274111907\tbleu\n"
    )
    found = read(content, "feed.txt")
    (form,) = found.forms
    assert (found.dialect.format, form.price_minor, form.quantity) == ("google_tsv", 1500, 0)


def test_items_are_named_by_their_line(read):
    content = (
        feed(1, 2, 3)
        .replace("<g:price>24.50 EUR", "<g:price>24.505 EUR", 2)
        .replace("<g:price>24.505 EUR", "<g:price>24.50 EUR", 1)
    )
    found = read(content, "feed.xml")
    ((line, column, _),) = found.said
    assert (column, content.splitlines()[line - 1].strip()) == ("price", "<item>")
    assert found.products[1].records[0].line == line


def test_a_reading_goes_on_where_it_stopped():
    file = BytesIO(feed(*range(40)).encode())
    dialect = recognise(file, "feed.xml")
    whole = list(google_xml.rows(file, dialect))
    assert len(whole) == 40
    for stop in (1, 20, 39, 40):
        assert list(google_xml.rows(file, dialect, whole[stop - 1].end)) == whole[stop:]


LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<rss><channel><item><id>&d;</id></item></channel></rss>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<rss><channel><item><id>&a;</id></item></channel></rss>"""
ELSEWHERE = """<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd"><rss/>"""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (LAUGHS, "declares entities"),
        (OUTSIDE, "declares entities"),
        (ELSEWHERE, "declares entities"),
        ("<rss>" + "<a>" * 10_000, "deeper"),
        ("<rss><channel><title>x</title></channel></rss>", "not a product feed"),
        ("<html><body>bonjour</body></html>", "web page"),
        ("<rss><channel></rss>", "not well formed"),
    ],
)
def test_xml_that_is_no_feed_is_refused(content, says):
    with pytest.raises(UnreadableFile, match=says):
        recognise(BytesIO(content.encode()), "feed.xml")


class Endless:
    """A feed that opens an attribute and never closes it."""

    def __init__(self, start):
        self._start, self.read_bytes = BytesIO(start), 0

    def seek(self, *_):
        return 0

    def tell(self):
        return 0

    def read(self, size):
        self.read_bytes += size
        return self._start.read(size) or b"x" * size


def test_one_endless_tag_is_given_up():
    file = Endless(b"<rss><channel><item a='")
    with pytest.raises(UnreadableFile, match="1 MB without a tag"):
        list(google_xml.rows(file, Dialect("google_xml", start=Place(0, 0))))
    assert file.read_bytes < 5_000_000


def test_what_precedes_a_fault_is_read():
    file = BytesIO(feed(1, 2).replace("<g:id>bol-2</g:id>", "<g:id>bol-2</wrong>").encode())
    dialect = Dialect("google_xml", start=google_xml.first_item(file))
    found = google_xml.rows(file, dialect)
    assert next(found).values["id"] == "bol-1"
    with pytest.raises(UnreadableFile, match="not well formed at line"):
        next(found)
