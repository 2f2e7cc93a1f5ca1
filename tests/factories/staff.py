"""People for tests: accounts with a known password and second factor, and ways to sign them in."""

import re
from functools import lru_cache
from itertools import count

import pyotp
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from backoffice.core.clock import now
from backoffice.core.secrets import encrypt
from backoffice.staff import sessions
from backoffice.staff.model import Staff, StaffSession
from backoffice.staff.passwords import hash_password

PASSWORD = "le thym pousse au soleil"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

_numbers = count(1)


@lru_cache(maxsize=1)
def password_hash() -> str:
    """The hash of PASSWORD, made once."""
    return hash_password(PASSWORD)


def make_staff(
    session: Session, *, role: str | None = None, roles: tuple[str, ...] = (), **kw
) -> Staff:
    """Make an account that signs in with PASSWORD and a code of TOTP_SECRET."""
    number = next(_numbers)
    values = {
        "email": f"personne{number}@marjolaine.example",
        "name": f"Personne {number}",
        "roles": list(roles or ((role,) if role else ())),
        "password_hash": password_hash(),
        "totp_secret": encrypt(TOTP_SECRET),
        **kw,
    }
    staff = Staff(**values)
    session.add(staff)
    session.flush()
    return staff


def sign_in(client: FlaskClient, session: Session, staff: Staff) -> StaffSession:
    """Give the client a session of this person, without the forms."""
    row, token = sessions.begin(session, staff, ip="127.0.0.1", user_agent=USER_AGENT)
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return row


def code_of(secret: str = TOTP_SECRET, *, steps: int = 0) -> str:
    """The code shown now, or so many steps of 30 seconds later."""
    return pyotp.TOTP(secret).at(int(now().timestamp()), counter_offset=steps)


def csrf_of(client: FlaskClient, path: str = "/login") -> str:
    """The token that the forms of a page carry."""
    page = client.get(path).get_data(as_text=True)
    return re.search(r'name="csrf-token" content="([^"]+)"', page)[1]


def submit(client: FlaskClient, path: str, *, on: str | None = None, **fields):
    """Send a form as a browser does, with the token of the page it stands on."""
    return client.post(path, data={"csrf_token": csrf_of(client, on or path), **fields})


def sign_in_by_forms(client: FlaskClient, staff: Staff, *, secret: str = TOTP_SECRET):
    """Go through the real forms; the answer is that of the last one."""
    answer = submit(client, "/login", email=staff.email, password=PASSWORD)
    if answer.status_code == 302 and staff.totp_secret:
        answer = submit(client, "/login", code=code_of(secret))
    return answer
