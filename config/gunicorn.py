"""How gunicorn serves the application; `BIND` and the `WEB_…` variables change it."""

import os
from typing import Any

from backoffice.extensions import db

wsgi_app = "backoffice:create_app()"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# One import for all workers; what must not be shared across a fork is dropped in post_fork.
preload_app = True
timeout = 60  # seconds without a sign of life; the largest upload passes through in fewer
graceful_timeout = int(os.environ.get("WEB_GRACE_SECONDS", "15"))
keepalive = 5
max_requests = 20_000  # a slow leak of a library ends with its worker
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm"  # noqa: S108 (heartbeats belong in memory; a disk may stall them)
control_socket_disable = True
loglevel = "warning"
# No access log: addresses of the portal contain the key of somebody's page.


def post_fork(_server: Any, worker: Any) -> None:
    """Give the new worker its own database connections."""
    application = worker.app.wsgi()
    with application.app_context():
        db.engine.dispose(close=False)
