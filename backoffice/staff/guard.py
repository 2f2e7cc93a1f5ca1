"""What every view declares: the permission it asks for, or that it asks for none."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.extensions import db
from backoffice.staff import sessions
from backoffice.staff.model import StaffSession
from backoffice.web import errors
from backoffice.web.safe import safe_next

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed-in"
# Pages of rooms below, which cannot declare it here themselves.
PUBLIC_BELOW = {"static", "theme.choose", "health.alive", "health.ready"}
ENROLMENT_PAGES = {"staff.enrol", "staff.finish_enrolment", "staff.logout"}


def requires(permission: str) -> Callable[[View], View]:
    """Let only those through who have a permission; to others the page does not exist (404)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            return turned_away(permission) or view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read by `permission_of`
        return guarded  # type: ignore[return-value]  # the same signature

    return decorate


def signed_in(view: View) -> View:
    """Let any signed-in person through."""
    return requires(SIGNED_IN)(view)


def public(view: View) -> View:
    """Declare that a view asks for no sign-in; it checks keys or tokens itself, if any."""
    view.permission = PUBLIC  # type: ignore[attr-defined]  # read by `permission_of`
    return view


def background(view: View) -> View:
    """Declare that a page calls this by itself, so that it does not count as activity."""
    view.background = True  # type: ignore[attr-defined]  # read below
    return view


def turned_away(permission: str) -> ResponseReturnValue | None:
    """Return what sends somebody to sign in or to enrol; None lets her through."""
    if not current_user.is_authenticated:
        return redirect(url_for("staff.login", next=_here())) if _is_page() else signed_out()
    if current_user.must_enrol and request.endpoint not in ENROLMENT_PAGES:
        return redirect(url_for("staff.enrol", next=_here() if _is_page() else None))
    if permission != SIGNED_IN and not current_user.actor.may(permission):
        abort(404)
    return None


def permission_of(view: Callable[..., Any] | None) -> str | None:
    """Return what a view declares; for a bound view, its class may declare it."""
    declared = getattr(view, "permission", None)
    return declared or getattr(getattr(view, "__self__", None), "permission", None)


def init_app(app: Flask) -> None:
    """Refuse every route that declares nothing, and note that the person is there."""
    for endpoint in PUBLIC_BELOW & set(app.view_functions):
        public(app.view_functions[endpoint])

    @app.before_request
    def _refuse_undeclared() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and permission_of(view) is None:
            raise RuntimeError(f"{request.endpoint} declares no permission")

    @app.before_request
    def _note_presence() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if permission_of(view) in {None, PUBLIC} or getattr(view, "background", False):
            return
        if current_user.is_authenticated and sessions.is_worth_noting(current_user.last_seen_at):
            sessions.touch(db.session.get_one(StaffSession, current_user.session_id))


def signed_out() -> ResponseReturnValue:
    """Answer a form sent, or data asked for, after the session ended: what was typed is kept."""
    # No redirect: the browser would take it for success and forget what was typed.
    page = urlsplit(request.referrer or "")
    next_url = safe_next(urlunsplit(("", "", page.path, page.query, "")))
    kept = errors.kept_text(401)
    template = "staff/signed_out.html"
    return render_template(template, layout="public.html", kept=kept, next_url=next_url), 401


def _is_page() -> bool:
    """Tell whether a person opens a page, rather than a form being sent or a script asking."""
    is_script = request.headers.get("Sec-Fetch-Dest") == "empty"
    return request.method in {"GET", "HEAD"} and not is_script


def _here() -> str:
    return request.full_path.removesuffix("?")
