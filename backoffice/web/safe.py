"""Addresses that came from outside."""

from urllib.parse import urlsplit


def safe_next(url: str | None, default: str = "/") -> str:
    """Return the address if it leads to one of our own pages, else the default."""
    if not url or not url.isprintable() or "\\" in url:
        return default
    parts = urlsplit(url)
    is_ours = not parts.scheme and not parts.netloc and url.startswith("/")
    return url if is_ours and not url.startswith("//") else default
