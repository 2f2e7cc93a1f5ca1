"""Characteristics and variants as people write them: a line each, `name: value`, parts by `|`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from backoffice.core.search import words
from backoffice.core.text import Text, text
from backoffice.core.typed_text import InvalidInput, parse_line
from backoffice.marketplace.categories import Tree
from backoffice.marketplace.gtin import parse_gtin
from backoffice.marketplace.seller import EXTERNAL_ID

CODE = re.compile(r"[a-z][a-z0-9_]{0,49}")


def attribute_lines(attributes: Mapping[str, str]) -> str:
    """Write characteristics, one a line."""
    return "\n".join(f"{code}: {value}" for code, value in attributes.items())


def variant_lines(variants: Iterable[Mapping[str, Any]]) -> str:
    """Write variants, one a line: the reference, then what tells it apart."""
    return "\n".join(" | ".join(_parts(one)) for one in variants)


def _parts(variant: Mapping[str, Any]) -> Iterator[str]:
    yield variant["reference"]
    yield from (f"{code}: {value}" for code, value in variant["options"].items())
    if variant.get("gtin_entered"):
        yield f"gtin: {variant['gtin_entered']}"


def parse_attributes(raw: str, tree: Tree, category: str) -> dict[str, str]:
    """Read characteristics; raises InvalidInput that names the line."""
    found: dict[str, str] = {}
    for number, line in _lines(raw):
        _add(found, line, tree, category, number)
    return found


def parse_variants(raw: str, tree: Tree, category: str) -> list[dict[str, Any]]:
    """Read variants as the API's body has them; raises InvalidInput that names the line."""
    found: dict[str, dict[str, Any]] = {}
    for number, line in _lines(raw):
        reference, *rest = (part.strip() for part in line.split("|"))
        if not re.fullmatch(EXTERNAL_ID, reference):
            raise _wrong(number, text("Begin with the variant’s own reference, without spaces."))
        if reference in found:
            raise _wrong(number, text("%(name)s is there twice.", name=reference))
        options: dict[str, str] = {}
        for part in filter(None, rest):
            _add(options, part, tree, category, number)
        gtin = options.pop("gtin", None)
        try:
            entered = parse_gtin(gtin).entered if gtin else None
        except InvalidInput as refused:
            raise _wrong(number, refused.text) from refused
        found[reference] = {"reference": reference, "options": options, "gtin": entered}
    return list(found.values())


def _lines(raw: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(raw.splitlines(), 1):
        if line.strip():
            yield number, line.strip()


def _add(found: dict[str, str], written: str, tree: Tree, category: str, number: int) -> None:
    """Read one `name: value`; a name may be a code or what the category calls it."""
    name, colon, value = (part.strip() for part in written.partition(":"))
    try:
        if not colon:
            raise InvalidInput(text("Write a name, a colon and a value, as in “color: red”."))
        code = _code(name, tree, category)
        if code in found:
            raise InvalidInput(text("%(name)s is there twice.", name=name))
        found[code] = parse_line(value)
    except InvalidInput as refused:
        raise _wrong(number, refused.text) from refused


def _code(name: str, tree: Tree, category: str) -> str:
    if CODE.fullmatch(name):
        return name
    node, folded = tree.get(category), words(name)
    for one in node.characteristics if node else ():
        if folded and folded in (words(one.label_fr), words(one.label_en)):
            return one.code
    raise InvalidInput(
        text("%(name)s is no name of a characteristic: use small letters, as in “color”.",
             name=name[:50])
    )  # fmt: skip


def _wrong(number: int, said: Text) -> InvalidInput:
    return InvalidInput(text("Line %(number)s: %(problem)s", number=number, problem=said.to_json()))
