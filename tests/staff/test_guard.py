from flask import Flask

from backoffice.core.permissions import ROLES, Actor
from backoffice.staff import guard
from tests.factories.staff import make_staff, sign_in


class View:
    permission = "audit:read"

    def index(self):
        return "index"


class TestPermissionOf:
    def test_of_a_decorated_view(self):
        view = guard.requires("audit:read")(lambda: "page")
        assert guard.permission_of(view) == "audit:read"

    def test_of_the_two_marks(self):
        assert guard.permission_of(guard.signed_in(lambda: "page")) == guard.SIGNED_IN
        assert guard.permission_of(guard.public(lambda: "page")) == guard.PUBLIC

    def test_of_a_bound_view_its_class_answers(self):
        assert guard.permission_of(View().index) == "audit:read"

    def test_of_nothing_said(self):
        assert guard.permission_of(lambda: "page") is None
        assert guard.permission_of(None) is None

    def test_a_background_view_keeps_its_permission(self):
        view = guard.background(guard.requires("desk:read")(lambda: "page"))
        assert (guard.permission_of(view), view.background) == ("desk:read", True)


def test_every_route_of_the_application_declares_its_permission(app: Flask):
    undeclared = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if guard.permission_of(app.view_functions[rule.endpoint]) is None
    ]
    assert undeclared == []


def test_a_route_that_declares_none_answers_nobody(app, client, session, monkeypatch):
    monkeypatch.delattr(app.view_functions["health.alive"], "permission")
    sign_in(client, session, make_staff(session, role="admin"))
    assert client.get("/healthz").status_code == 500


def test_declared_permissions_are_of_the_policy(app: Flask):
    everything = Actor("staff", 1, "", frozenset(ROLES))
    for view in app.view_functions.values():
        permission = guard.permission_of(view)
        if permission not in {guard.PUBLIC, guard.SIGNED_IN}:
            assert everything.may(permission), permission
