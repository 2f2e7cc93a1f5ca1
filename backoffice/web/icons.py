"""The sprite of icons and the addresses of static files, as template functions."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import current_app, url_for
from markupsafe import Markup

NAMED = Markup('<svg class="i {}" role="img" aria-label="{}"><use href="{}"/></svg>')
HIDDEN = Markup('<svg class="i {}" aria-hidden="true"><use href="{}"/></svg>')


def icon(name: str, label: object = None, css: str = "") -> Markup:
    """Draw an icon of static/icons.svg, hidden from screen readers unless it has a label."""
    if name not in _names(current_app.static_folder or ""):
        raise LookupError(f"static/icons.svg has no icon “{name}”")
    address = f"{asset('icons.svg')}#{name}"
    if label:
        return NAMED.format(css, label, address)
    return HIDDEN.format(css, address)


def asset(filename: str) -> str:
    """Return the address of a static file; it changes with the content, so it may be kept long."""
    return url_for(
        "static", filename=filename, v=_digest(current_app.static_folder or "", filename)
    )


@lru_cache
def _names(folder: str) -> frozenset[str]:
    sprite = Path(folder, "icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', sprite))


@lru_cache
def _digest(folder: str, filename: str) -> str:
    return hashlib.sha256(Path(folder, filename).read_bytes()).hexdigest()[:8]
