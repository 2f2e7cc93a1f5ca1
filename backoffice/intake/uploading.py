"""Large files in a request: a limit of their own, and never in memory."""

import hashlib

from flask import request

from config.settings import get_settings

OTHER_FIELDS_BYTES = 64 * 1024  # beside the file


def admit_large() -> None:
    """Let this request be as large as a file of an import may be; before its form is read.

    A larger one is answered 413 when its form is asked for.
    """
    request.max_content_length = get_settings().import_max_bytes + OTHER_FIELDS_BYTES


def form_digest() -> bytes:
    """Return what tells two forms with files apart."""
    digest = hashlib.sha256()
    for name, value in sorted(request.form.items()):
        digest.update(f"{name}={value}\0".encode())
    for name, file in sorted(request.files.items()):
        digest.update(f"{name}={file.filename}\0".encode())
        while block := file.stream.read(1024 * 1024):
            digest.update(block)
        file.stream.seek(0)
    return digest.digest()
