"""What a seller writes in the form of a listing: read field by field, or each fault named."""

import pytest

from backoffice.core.action import Context
from backoffice.core.clock import now
from backoffice.core.permissions import SYSTEM
from backoffice.core.typed_text import InvalidFields
from backoffice.marketplace.category import Category
from backoffice.marketplace.listing_form import Content, content_digest
from backoffice.queues.listings.correct import CORRECTABLE, PROSE, body_of, correct, written
from backoffice.web.text import say
from tests.factories.listing import gtin, make_listing

pytestmark = pytest.mark.usefixtures("app")
VARIANTS = [
    {"reference": "rouge", "options": {"color": "rouge", "size": "M"}, "gtin": gtin(77)},
    {"reference": "bleu", "options": {"color": "bleu"}},
]


@pytest.fixture
def revision(session):
    for code, label in (("maison", "Maison"), ("maison/bols", "Bols")):
        session.add(Category(code=code, label_fr=label, label_en=label, starts_at=now(),
                             attributes=[{"code": "size", "label_fr": "Taille",
                                          "label_en": "Size"}]))  # fmt: skip
    session.flush()
    return make_listing(session, category="maison/bols", variants=VARIANTS).revision


@pytest.fixture
def write(session, revision):
    """Return a function that corrects fields of the revision."""

    def write(**typed):
        correct(Context(session, None, revision, SYSTEM, now()), typed)
        return revision

    return write


def faults(write, **typed) -> dict[str, str]:
    """Return what is wrong with what was typed, by field, in English."""
    with pytest.raises(InvalidFields) as refused:
        write(**typed)
    return {name: said.msgid % said.values for name, said in refused.value.errors.items()}


def test_every_field_is_written_and_labelled(revision):
    assert set(written(revision)) == set(CORRECTABLE)
    assert set(PROSE) < set(CORRECTABLE)


def test_what_is_not_changed_stays_to_the_byte(revision, write):
    before = revision.content_sha256
    write(**written(revision))
    assert revision.content_sha256 == before
    assert Content.model_validate(body_of(revision)).columns()["content_sha256"] == before


def test_a_correction_changes_the_content_and_its_digest(revision, write):
    write(
        title="  Bol  bleu ", description="Deux\r\nlignes", brand="", gtin="",
        category="Maison > Bols", images="https://a.example/1.jpg\n\nhttps://a.example/2.jpg",
        attributes="material: grès\nTaille: 12 cm", variants="rouge | color: rouge",
        responsible_name="Import SARL", responsible_address="1 rue\nLyon",
        responsible_email="a@b.fr", warnings="Chaud.",
    )  # fmt: skip
    assert (revision.title, revision.description) == ("Bol bleu", "Deux\nlignes")
    assert (revision.brand, revision.gtin, revision.gtin_entered) == ("", None, "")
    assert revision.images == ["https://a.example/1.jpg", "https://a.example/2.jpg"]
    assert revision.attributes == {"material": "grès", "size": "12 cm"}
    assert [one["options"] for one in revision.variants] == [{"color": "rouge"}]
    assert revision.safety["responsible"]["email"] == "a@b.fr"
    assert revision.safety["manufacturer"]["name"] == "Poterie du Lac"
    assert revision.listing.gtin is None
    columns = {name: getattr(revision, name) for name in (
        "title", "description", "category", "brand", "gtin", "gtin_entered", "images",
        "attributes", "variants", "safety")}  # fmt: skip
    assert revision.content_sha256 == content_digest(columns)


def test_a_contact_is_removed_by_emptying_it(write):
    revision = write(manufacturer_name="", manufacturer_address="", manufacturer_email="")
    assert "manufacturer" not in revision.safety


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title", "", "at least|empty"),
        ("title", "x" * 251, "at most 250"),
        ("title", "a\u202eb", "invisible"),
        ("gtin", "3,76011E+12", "spreadsheet"),
        ("gtin", "12345", "digits"),
        ("category", "Nulle part", "no such category"),
        ("images", "ftp://a.example/1.jpg", "https://"),
        ("images", "\n".join(f"https://a.example/{n}.jpg" for n in range(13)), "at most 12"),
        ("attributes", "color rouge", "Line 1: "),
        ("attributes", "a: b\nÉté: x", "Line 2: "),
        ("attributes", "a: b\na: c", "Line 2: "),
        ("attributes", "a:", "Line 1: "),
        ("attributes", "\n".join(f"a{n}: b" for n in range(101)), "at most 100"),
        ("variants", "deux mots | color: rouge", "Line 1: "),
        ("variants", "r | color: rouge\nr | color: bleu", "Line 2: "),
        ("variants", "r | gtin: abc", "Line 1: "),
        ("responsible_name", "Import SARL", ""),
        ("manufacturer_email", "nobody", ""),
    ],
)
def test_what_cannot_be_taken_is_said_on_its_field_and_nothing_is_stored(
    revision, write, field, typed, said
):
    before = written(revision)
    found = faults(write, **{field: typed, "brand": "Neuve"})
    if field == "responsible_name":
        assert set(found) == {"responsible_address", "responsible_email"}
    else:
        assert set(found) == {field}
        words = str(found[field])
        assert any(one in words for one in said.split("|")), words
    assert written(revision) == before


def test_every_fault_is_told_at_once(write):
    assert set(faults(write, title="", gtin="x", category="?")) == {"title", "gtin", "category"}


def test_a_fault_is_said_in_the_readers_language(app, write):
    with pytest.raises(InvalidFields) as refused:
        write(attributes="color rouge")
    with app.test_request_context("/?lang=en"):
        assert say(refused.value.errors["attributes"]).startswith("Line 1: Write a name")
