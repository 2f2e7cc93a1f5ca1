"""E-mails as people, robots and servers write them."""

from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from pathlib import Path

FOLDER = Path(__file__).parent / "eml"
SUPPORT = "support@marjolaine.example"
_numbers = count(1)


def eml(name: str) -> bytes:
    """Return a mail of the folder beside."""
    return (FOLDER / f"{name}.eml").read_bytes()


def letter(
    words: str = "Bonjour, où est le colis ?", *, to: str = SUPPORT, subject: str = "Colis",
    sender: str = "Zoé Petit <zoe@exemple.fr>", **headers: str,
) -> bytes:  # fmt: skip
    """Return one more mail; `headers` are further ones, `_` for `-`."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<letter-{next(_numbers)}@exemple.fr>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(words)
    return mail.as_bytes()


def with_files(files: dict[str, tuple[str, bytes]]) -> bytes:
    """Return a mail with files: by name, a media type and the content."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Zoé <zoe@exemple.fr>", SUPPORT, "Pièces"
    mail["Message-ID"] = f"<files-{next(_numbers)}@exemple.fr>"
    mail.set_content("Voici les pièces.")
    for name, (media_type, data) in files.items():
        main, _, sub = media_type.partition("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()
