"""The sprite of icons and the addresses of static files, as template functions."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import current_app, g, url_for
from markupsafe import Markup

NAMED = Markup('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>')
HIDDEN = Markup('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>')


def icon(name: str, label: object = None, css: str = "") -> Markup:
    """Draw an icon of static/icons.svg, hidden from screen readers unless it has a label."""
    if "sprite" not in g:  # a list draws hundreds
        g.sprite = asset("icons.svg")
    return _drawn(current_app.static_folder or "", g.sprite, name, str(label or ""), css)


def asset(filename: str) -> str:
    """Return the address of a static file; it changes with the content, so it may be kept long."""
    return url_for(
        "static", filename=filename, v=_digest(current_app.static_folder or "", filename)
    )


@lru_cache(maxsize=1024)
def _drawn(folder: str, sprite: str, name: str, label: str, css: str) -> Markup:
    if name not in _names(folder):
        raise LookupError(f"static/icons.svg has no icon “{name}”")
    classes, address = f"i {css}".strip(), f"{sprite}#{name}"
    return NAMED.format(classes, label, address) if label else HIDDEN.format(classes, address)


@lru_cache
def _names(folder: str) -> frozenset[str]:
    sprite = Path(folder, "icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', sprite))


@lru_cache
def _digest(folder: str, filename: str) -> str:
    return hashlib.sha256(Path(folder, filename).read_bytes()).hexdigest()[:8]
