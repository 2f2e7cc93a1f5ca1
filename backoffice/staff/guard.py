"""What every view declares: the permission it asks for, or that it asks for none."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from backoffice.extensions import db
from backoffice.staff import sessions
from backoffice.staff.model import StaffSession

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed-in"
# Pages of rooms below, which cannot declare it here themselves.
PUBLIC_BELOW = {"static", "theme.choose", "health.alive", "health.ready"}
ENROLMENT_PAGES = frozenset({"staff.enrol", "staff.logout"})


def requires(permission: str) -> Callable[[View], View]:
    """Let only those through who have a permission; to others the page does not exist (404)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            return turned_away(permission) or view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def signed_in(view: View) -> View:
    """Let any signed-in person through."""
    return requires(SIGNED_IN)(view)


def public(view: View) -> View:
    """Declare that a view asks for no sign-in; it checks keys or tokens itself, if any."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def background(view: View) -> View:
    """Declare that a page calls this by itself, so that it does not count as activity."""
    view.background = True  # type: ignore[attr-defined]
    return view


def turned_away(permission: str) -> ResponseReturnValue | None:
    """Return the redirect that sends somebody to sign in or enrol; None lets her through."""
    if not current_user.is_authenticated:
        return redirect(url_for("staff.login", next=_here()))
    if current_user.must_enrol and request.endpoint not in ENROLMENT_PAGES:
        return redirect(url_for("staff.enrol", next=_here()))
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
        if current_user.is_authenticated:
            sessions.touch(db.session.get_one(StaffSession, current_user.session_id))


def _here() -> str | None:
    return request.full_path.removesuffix("?") if request.method == "GET" else None
