"""Small tables that are edited, and append-only ones that are looked into."""

from flask import Flask
from flask_admin import Admin, AdminIndexView

from backoffice.admin.base import Guarded
from backoffice.admin.views import VIEWS
from backoffice.core.text import N_
from backoffice.web.headers import csp_nonce


class Index(Guarded, AdminIndexView):
    """The list of what there is to see."""

    permission = "desk:read"

    def __init__(self) -> None:
        super().__init__(name=N_("Reference data"), template="admin/start.html")
        self.static_folder = None  # none of the library's own scripts and styles is used


def init_app(app: Flask) -> None:
    """Register the pages under /admin."""
    admin = Admin(app, index_view=Index(), csp_nonce_generator=csp_nonce)
    for view in VIEWS:
        admin.add_view(view())
