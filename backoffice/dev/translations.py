"""The French catalogue: `extract` brings it up to the sources, `check` names what is missing,
`compile` writes what the program reads.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.settings import ROOT

FILE = ROOT / "backoffice" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy_gettext": None,
    "N_": None,
    "text": None,
    "pgettext": ((1, "c"), 2),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
UNCHANGING = datetime(2026, 1, 1, tzinfo=UTC)
SOURCES = ("backoffice", "jobs", "templates")
LEFT_OUT = "migrations/"


def sources() -> Catalog:
    """Return every sentence that the sources mark for translation."""
    found = Catalog(fuzzy=False)
    for folder in SOURCES:
        rows = extract_from_dir(
            ROOT / folder, METHODS, {"**": {"trimmed": "true", "silent": "false"}}, KEYWORDS
        )
        for name, line, message, comments, context in rows:
            if name.startswith(LEFT_OUT):
                continue
            place = [(str(Path(folder) / name), line)]
            found.add(message, None, place, auto_comments=comments, context=context)
    return found


def catalogue() -> Catalog:
    """Return the French catalogue as it lies in the tree."""
    if not FILE.exists():
        return Catalog(locale="fr")
    return read_po(io.BytesIO(FILE.read_bytes()), locale="fr")


def extract() -> None:
    """Add new sentences to the catalogue and drop those that no source marks any more."""
    french, marked = catalogue(), sources()
    french.update(marked, no_fuzzy_matching=True)
    french.obsolete.clear()
    save(french)


def save(french: Catalog) -> None:
    """Write the catalogue, without dates and names that would change at every turn."""
    french.fuzzy = False
    french.header_comment = "# What the back-office says in French."
    french.project, french.version, french.msgid_bugs_address = "backoffice", "1", ""
    french.last_translator, french.language_team = "", "French"
    french.creation_date = french.revision_date = UNCHANGING
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with FILE.open("wb") as file:
        write_po(file, french, width=100, sort_output=True, include_lineno=False)


def compile_catalogue() -> None:
    """Write the file that the program reads."""
    with FILE.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue())


def missing() -> list[str]:
    """Return the sentences that have no French."""
    french = catalogue()
    wanted = (message.id for message in sources() if message.id)
    return [str(one) for one in wanted if not _is_translated(french, one)]


def _is_translated(french: Catalog, wanted: Any) -> bool:
    message = french.get(wanted if isinstance(wanted, str) else wanted[0])
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings)


def main() -> int:
    """Run what is asked for; `check` answers 1 when something is missing."""
    done = {"extract": extract, "compile": compile_catalogue}.get(" ".join(sys.argv[1:]))
    if done:
        done()
        return 0
    left = missing()
    for sentence in left:
        print(f"no French for: {sentence}", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
