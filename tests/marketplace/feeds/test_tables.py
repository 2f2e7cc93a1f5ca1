"""CSV and TSV: encodings, separators, headings, and what hostile or broken rows cost."""

import tracemalloc
from io import BytesIO

import pytest

from backoffice.marketplace.feeds.delimited import rows
from backoffice.marketplace.feeds.recognise import recognise
from backoffice.marketplace.feeds.record import Place, UnreadableFile

FRENCH = "Référence;EAN;Nom du produit;Catégorie;Prix TTC;Quantité;Marque;Couleur;Photo\n"
ROW = (
    "bol-1;3760274111907;Bol à café;Vaisselle;12,50;3;Grès & Cie;bleu;https://shop.example/1.jpg\n"
)


@pytest.mark.parametrize(
    "content",
    [
        (FRENCH + ROW).encode(),
        b"\xef\xbb\xbf" + (FRENCH + ROW).encode(),
        (FRENCH + ROW).encode("cp1252"),
        (FRENCH + ROW).replace("\n", "\r\n").encode(),
        ("sep=;\n" + FRENCH + ROW).encode(),
        (FRENCH + ROW).replace(";", "\t").encode(),
        (FRENCH + ROW).replace(";", "|").encode(),
        (FRENCH + ROW).replace(";", '","').replace("\n", '"\n').replace("bol-1", '"bol-1')
        .replace("Référence", '"Référence').encode(),
    ],
)  # fmt: skip
def test_reads_what_french_spreadsheets_write(read, content):
    found = read(content, "articles.txt")
    assert found.said == []
    (form,) = found.forms
    assert (form.external_id, form.title, form.price_minor, form.quantity) == (
        "bol-1", "Bol à café", 1250, 3)  # fmt: skip
    assert form.category == "maison/cuisine/vaisselle"
    assert (form.brand, form.attributes) == ("Grès & Cie", {"color": "bleu"})
    assert form.images == ["https://shop.example/1.jpg"]


def test_english_headings_and_own_characteristics(read):
    content = (
        "SKU,GTIN,Title,Category,Price,Stock,attribute:capacity,image 1,image 2\n"
        "a,,Bowl,Tableware,1.50,2,1 L,https://x.example/1.jpg,https://x.example/2.jpg\n"
    )
    (form,) = read(content).forms
    assert form.attributes == {"capacity": "1 L"}
    assert len(form.images) == 2
    assert form.gtin is None


HEAD = "reference;ean;title;category;price;quantity\n"
GOOD = "{};3760274111907;Bol;Vaisselle;12,50;3\n"


@pytest.mark.parametrize(
    ("bad", "column", "says"),
    [
        ("b;3.76011E+12;Bol;Vaisselle;12,50;3\n", "ean", "A spreadsheet rounded this number"),
        ("b;;Bol;Vaisselle;12,34567;3\n", "price", "at most two decimals"),
        ("b;;Bol;Vaisselle;-1,00;3\n", "price", "not negative"),
        ("b;;Bol;Licornes;12,50;3\n", "category", "no category of this name"),
        ("b;;;Vaisselle;12,50;3\n", "title", "required"),
        ("é b;;Bol;Vaisselle;12,50;3\n", "reference", "A reference has"),
        ("b;;Bol;Vaisselle;12,50;3;en trop\n", "", "This row has 7 cells, the heading 6"),
        ("b;;Bol\n", "", "This row has 3 cells"),
        ('b;;"Bol" 5";Vaisselle;12,50;3\n', "", "quotation mark"),
        ('b;;"Bol;Vaisselle;12,50;3\n', "", "quotation mark"),
        ("b;;Bol\0;Vaisselle;12,50;3\n", "", "NUL"),
        ("b;;Bol\u202e;Vaisselle;12,50;3\n", "title", "invisible"),
        ("b;;" + "x" * 300 + ";Vaisselle;12,50;3\n", "title", "at most"),
    ],
)
def test_a_bad_row_is_named_and_costs_itself_alone(read, bad, column, says):
    found = read(HEAD + GOOD.format("a") + bad + GOOD.format("c") + GOOD.format("d"))
    assert [form.external_id for form in found.forms] == ["a", "c", "d"]
    ((line, where, said),) = found.said
    assert (line, where) == (3, column)
    assert says in said


def test_line_ends_inside_quotes_belong_to_the_cell(read):
    content = HEAD.replace("title", "description;title") + (
        'a;;"Une ligne\nune ""autre""\n";Bol;Vaisselle;1,00;1\n' + "b;;;Bol;Vaisselle;1,00;x\n"
    )
    found = read(content)
    assert found.forms[0].description == 'Une ligne\nune "autre"'
    assert found.said[0][0] == 5  # the line in the file, not the row


def test_bytes_of_another_encoding_cost_their_line(read):
    content = (HEAD + GOOD.format("a").replace("Bol", "Bôl") * 2).encode()
    found = read(content.replace(b"B\xc3\xb4l", b"B\xf4l", 1))
    assert len(found.forms) == 1
    assert "utf-8" in found.said[0][2]


def test_formulas_are_text(read):
    (form,) = read(HEAD + 'a;;"=HYPERLINK(""http://x"")";Vaisselle;1,00;1\n').forms
    assert form.title == '=HYPERLINK("http://x")'


def test_our_error_file_comes_back_without_its_apostrophes(read):
    head = HEAD.strip() + ";Import: line;Import: column;Import: value;Import: reason\n"
    (form,) = read(head + "a;;'=Bol;Vaisselle;1,00;1;3;price;x;y\n").forms
    assert form.title == "=Bol"
    (form,) = read(HEAD + "a;;'=Bol;Vaisselle;1,00;1\n").forms
    assert form.title == "'=Bol"


def test_texts_of_shops_become_plain(read):
    content = HEAD.replace("title", "title;description") + (
        'a;;"Caf&eacute;";<p>Un</p><ul><li>deux</li></ul><script>x()</script>;Vaisselle;1,00;1\n'
    )
    (form,) = read(content).forms
    assert (form.title, form.description) == ("Café", "Un\n\ndeux")


def test_a_reading_goes_on_where_it_stopped(read):
    content = HEAD + "".join(GOOD.format(f"é{n}") for n in range(50)) + 'x;;"a\nb";;;\n' * 3
    file = BytesIO(content.encode())
    dialect = recognise(file, "a.csv")
    whole = list(rows(file, dialect))
    for stop in (1, 17, 49, 51):
        rest = list(rows(file, dialect, whole[stop - 1].end))
        assert rest == whole[stop:]


def test_an_endless_line_ends_the_reading():
    file = BytesIO((HEAD + GOOD.format("a") + "x" * 5_000_000).encode())
    found = rows(file, recognise(BytesIO(HEAD.encode()), "a.csv"))
    assert next(found).values["reference"] == "a"
    with pytest.raises(UnreadableFile):
        next(found)


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write(HEAD)
        file.writelines(GOOD.format(n) for n in range(100_000))
    with path.open("rb") as file:
        dialect = recognise(file, "large.csv")
        tracemalloc.start()
        count = sum(1 for _ in rows(file, dialect))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 100_000
    assert peak < 500_000


def test_headings_that_repeat_are_told_apart():
    dialect = recognise(BytesIO(b"image;image;;titre\n"), "a.csv")
    assert dialect.headers == ("image", "image (2)", "column 3", "titre")
    assert dialect.start == Place(19, 1)
