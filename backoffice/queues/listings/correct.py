"""A listing's content as a seller writes it in a form: field by field, there and back.

What is written is read strictly, and only where it differs from what is there; the whole must then
be a content as `listing_form` has it. Lists are written a line each.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from backoffice.core.action import Context
from backoffice.core.queue import Prose
from backoffice.core.text import N_, Text, text
from backoffice.core.typed_text import InvalidFields, InvalidInput, parse_line, parse_text
from backoffice.marketplace.categories import Tree, category_tree
from backoffice.marketplace.contacts import parse_email
from backoffice.marketplace.gtin import parse_gtin
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.listing_form import DESCRIPTION_MAX, TITLE_MAX, Content
from backoffice.marketplace.pictures import note_pictures
from backoffice.queues.listings.lines import (
    attribute_lines,
    parse_attributes,
    parse_variants,
    variant_lines,
)

ADDRESS_MAX, WARNINGS_MAX, LIST_MAX = 400, 4000, 40_000
CONTACTS = ("manufacturer", "responsible")
CORRECTABLE = {
    "title": N_("Title"),
    "description": N_("Description"),
    "category": N_("Category"),
    "brand": N_("Brand"),
    "gtin": "GTIN",
    "images": N_("Addresses of the pictures"),
    "attributes": N_("Characteristics"),
    "variants": N_("Variants"),
    "manufacturer_name": N_("Manufacturer"),
    "manufacturer_address": N_("Manufacturer’s postal address"),
    "manufacturer_email": N_("Manufacturer’s e-mail"),
    "responsible_name": N_("Responsible in the Union"),
    "responsible_address": N_("Responsible’s postal address"),
    "responsible_email": N_("Responsible’s e-mail"),
    "warnings": N_("Warnings"),
}
"""What a seller may be asked to correct, and sends again after a refusal, in the form's order."""

PROSE = {
    "description": Prose(DESCRIPTION_MAX, rows=6),
    "images": Prose(LIST_MAX, N_("One a line, the first is shown first.")),
    "attributes": Prose(LIST_MAX, N_("One a line, as in “color: red”.")),
    "variants": Prose(LIST_MAX, N_("One a line, as in “mug-red | color: red | gtin: 3760…”.")),
    "manufacturer_address": Prose(ADDRESS_MAX, rows=2),
    "responsible_address": Prose(ADDRESS_MAX, rows=2),
    "warnings": Prose(WARNINGS_MAX),
}
SENTENCES = {
    "too_long": N_("Send at most %(max_length)s of these."),
    "string_too_long": N_("Use at most %(max_length)s characters."),
}


def written(revision: ListingRevision) -> dict[str, str]:
    """Return a revision's content as its seller would write it, by field."""
    safety = revision.safety
    return {
        "title": revision.title,
        "description": revision.description,
        "category": revision.category,
        "brand": revision.brand,
        "gtin": revision.gtin_entered,
        "images": "\n".join(revision.images),
        "attributes": attribute_lines(revision.attributes),
        "variants": variant_lines(revision.variants),
        **{
            f"{one}_{part}": (safety.get(one) or {}).get(part, "")
            for one in CONTACTS
            for part in ("name", "address", "email")
        },
        "warnings": safety.get("warnings", ""),
    }


def body_of(revision: ListingRevision) -> dict[str, Any]:
    """Return a revision's content as the API writes it."""
    variants = (
        {"reference": one["reference"], "options": one["options"],
         "gtin": one.get("gtin_entered") or None}
        for one in revision.variants
    )  # fmt: skip
    return {
        "gtin": revision.gtin_entered or None,
        "title": revision.title,
        "description": revision.description,
        "category": revision.category,
        "brand": revision.brand or None,
        "images": list(revision.images),
        "attributes": dict(revision.attributes),
        "variants": list(variants),
        "safety": dict(revision.safety),
    }


def corrected_body(
    session: Session, revision: ListingRevision, typed: Mapping[str, str]
) -> dict[str, Any]:
    """Return the content with these fields as written, for the API's model; raises InvalidFields.

    Fields that are not among them, or say what is there already, stay as they are.
    """
    present, body = written(revision), body_of(revision)
    changed = [name for name in CORRECTABLE if name in typed and typed[name] != present[name]]
    tree = category_tree(session) if TREE_READERS.keys() & changed else Tree()
    errors: dict[str, Text] = {}
    for name in changed:
        try:
            _put(body, name, _read(name, typed[name].strip(), tree, body["category"]))
        except InvalidInput as refused:
            errors[name] = refused.text
    errors = _incomplete(body["safety"]) | errors or _contradictions(body)
    if errors:
        raise InvalidFields(errors)
    body["safety"] = {name: value for name, value in body["safety"].items() if value}
    return body


def correct(context: Context, typed: Mapping[str, str]) -> None:
    """Take corrections typed by the seller, by field; raises InvalidFields, nothing is changed."""
    revision: ListingRevision = context.subject
    content = Content.model_validate(corrected_body(context.session, revision, typed))
    context.session.refresh(revision.listing, with_for_update=True)
    for name, value in content.columns().items():
        setattr(revision, name, value)
    if revision.number == revision.listing.last_number:
        revision.listing.gtin = revision.gtin
    context.session.flush()
    note_pictures(context.session, [revision])


def _read(name: str, raw: str, tree: Tree, category: str) -> Any:
    if name in TREE_READERS:
        return TREE_READERS[name](raw, tree, category)
    contact, _, part = name.partition("_")
    reader = CONTACT_READERS[part] if contact in CONTACTS else READERS[name]
    return reader(raw) if raw or name == "title" else EMPTY.get(name, "")


def _put(body: dict[str, Any], name: str, value: Any) -> None:
    contact, _, part = name.partition("_")
    if contact in CONTACTS:
        parts = {**body["safety"].get(contact, {}), part: value}
        body["safety"][contact] = parts if any(parts.values()) else None
    elif name == "warnings":
        body["safety"]["warnings"] = value
    else:
        body[name] = value


def _category(raw: str, tree: Tree, _present: str) -> str:
    if code := tree.resolve(raw):
        return code
    raise InvalidInput(text("There is no such category: write its code, or its whole path."))


def _images(raw: str) -> list[str]:
    return [line.strip() for line in raw.splitlines() if line.strip()]


def _incomplete(safety: Mapping[str, Any]) -> dict[str, Text]:
    """Return what a contact lacks that is not quite empty."""
    return {
        f"{contact}_{part}": text("Fill this too: a contact has a name and both addresses.")
        for contact in CONTACTS
        if safety.get(contact)
        for part in CONTACT_READERS
        if not safety[contact].get(part)
    }


def _contradictions(body: Mapping[str, Any]) -> dict[str, Text]:
    """Return what the API's own model refuses, by field of the form."""
    try:
        Content.model_validate(body)
    except ValidationError as refused:
        return {_field_of(one["loc"]): _sentence(one) for one in refused.errors()}
    return {}


def _field_of(location: tuple[int | str, ...]) -> str:
    name = "_".join(map(str, location[1:3])) if location[0] == "safety" else str(location[0])
    return name if name in CORRECTABLE else "title"


def _sentence(error: Any) -> Text:
    context = error.get("ctx", {})
    if isinstance(context.get("error"), InvalidInput):
        return context["error"].text
    said = SENTENCES.get(error["type"], N_("This cannot be taken as it is written."))
    return text(said, **{name: context[name] for name in ("max_length",) if name in context})


READERS: dict[str, Callable[[str], Any]] = {
    "title": lambda raw: parse_line(raw, TITLE_MAX),
    "description": lambda raw: parse_text(raw, DESCRIPTION_MAX),
    "brand": parse_line,
    "gtin": lambda raw: parse_gtin(raw).entered,
    "images": _images,
    "warnings": lambda raw: parse_text(raw, WARNINGS_MAX),
}
CONTACT_READERS: dict[str, Callable[[str], Any]] = {
    "name": parse_line,
    "address": lambda raw: parse_text(raw, ADDRESS_MAX),
    "email": parse_email,
}
TREE_READERS: dict[str, Callable[[str, Tree, str], Any]] = {
    "category": _category,
    "attributes": parse_attributes,
    "variants": parse_variants,
}
EMPTY: dict[str, Any] = {"brand": None, "gtin": None, "images": []}
"""What an empty field means where it is not the empty text."""
