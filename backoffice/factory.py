"""The application factory: the only place where the parts are joined."""

import logging
from datetime import timedelta

from flask import Flask
from flask.typing import ResponseReturnValue
from redis import Redis
from rq import Worker
from sqlalchemy import text as sql
from werkzeug.middleware.proxy_fix import ProxyFix

from backoffice import admin, desk, dev, insight, intake, portal, staff, web
from backoffice.billing import views as billing
from backoffice.core import queue
from backoffice.core.work import unit_of_work
from backoffice.extensions import babel, csrf, db, limiter, login_manager
from backoffice.queues import REGISTRY
from backoffice.shell import shell
from backoffice.web import health
from config.settings import ROOT, Settings, get_settings

LOG_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
ROOMS = (staff, desk, portal, intake, insight, billing, admin)


class BackOffice(Flask):
    """The application; each request's view is one unit of work."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view: what it returns is committed before it leaves, what it raises is not."""
        with unit_of_work(db.session()):
            return super().dispatch_request()


def build(settings: Settings | None = None) -> Flask:
    """Build the application from its settings."""
    settings = settings or get_settings()
    logging.basicConfig(level=logging.INFO, format=LOG_LINE)
    for talker in ("httpx", "stripe"):
        logging.getLogger(talker).setLevel(logging.WARNING)  # their lines hold whole addresses
    queue.register(REGISTRY)
    app = BackOffice(
        "backoffice", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config.from_mapping(_flask_config(settings))
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]  # as Flask documents it
    for extension in (db, login_manager, csrf, babel, limiter):
        extension.init_app(app)
    web.init_app(app, settings, shell())
    health.init_app(app, _probes(settings))
    rooms = (*ROOMS, dev) if settings.is_development else ROOMS
    for room in rooms:
        room.init_app(app)
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "ENVIRONMENT": settings.environment,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True, "pool_size": 8},
        "MAX_CONTENT_LENGTH": settings.request_max_bytes,
        "MAX_FORM_MEMORY_SIZE": settings.request_max_bytes,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "SESSION_COOKIE_SECURE": settings.environment == "production",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_SSL_STRICT": False,  # the portal sends no Referer; the token is enough
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
        "RATELIMIT_STORAGE_URI": settings.redis_url,
        "RATELIMIT_SWALLOW_ERRORS": True,  # without Redis the limiter lets pass, and logs
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        "BABEL_DEFAULT_LOCALE": "fr",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Paris",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "backoffice" / "translations"),
    }


def _probes(settings: Settings) -> dict[str, health.Probe]:
    redis = Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2)

    def worker() -> None:
        if not Worker.all(connection=redis):
            raise LookupError("no worker was seen lately")

    return {
        "database": lambda: db.session.execute(sql("select 1")),
        "redis": redis.ping,
        "worker": worker,
    }
