"""Security headers on every answer; a view may set its own first, and it is kept."""

import secrets

from flask import Flask, Response, g, request

NOTHING = "()"
POWERS = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{power}={NOTHING}" for power in POWERS),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# A document stands alone: with its own styles, without scripts, forms or anything from elsewhere.
DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "frame-ancestors 'self'; base-uri 'none'"
)
# A mail is shown as it will leave, in a frame that may do nothing else.
MAIL_POLICY = f"{DOCUMENT_POLICY}; sandbox"
YEAR = 365 * 24 * 3600


def init_app(app: Flask, *, is_https: bool) -> None:
    """Set the headers; `is_https` adds Strict-Transport-Security."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def harden(response: Response) -> Response:
        """Add what the view did not set itself."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=csp_nonce()))
        if is_https:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
        keep(response)
        return response


def csp_nonce() -> str:
    """Return this request's nonce, for `<script nonce>`."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def keep(response: Response) -> None:
    """Let browsers keep static files named with their digest or version, and nothing else."""
    is_static = request.endpoint == "static"
    is_frozen = "v" in request.args or "/vendor/" in request.path
    if is_static and is_frozen and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    elif not is_static and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"


def frame_mail(response: Response) -> Response:
    """Let one of our pages show this answer, a mail, inside a locked frame."""
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


def stand_alone(response: Response) -> Response:
    """Let this answer be a document of its own, which brings its styles and does nothing."""
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


def unlisted(response: Response) -> Response:
    """Let nobody learn, keep or list the address of an answer: it may hold a secret."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
