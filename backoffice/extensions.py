"""Flask extensions, created unbound; the factory binds them."""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BoundSession
from flask_wtf import CSRFProtect

from backoffice.core.base import Base
from backoffice.core.work import WorkSession


class FlaskWorkSession(WorkSession, BoundSession):
    """Our session, bound by Flask-SQLAlchemy to the application's engine."""


db = SQLAlchemy(
    model_class=Base,
    session_options={"class_": FlaskWorkSession, "expire_on_commit": False},
)
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(key_func=get_remote_address)
