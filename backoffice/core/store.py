"""Where the bytes of files are kept: a folder, each file under the digest of its content."""

import hashlib
import os
import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from config.settings import get_settings


class FolderStore:
    """Keeps bytes in a folder that only this user may read; equal bytes are kept once.

    A file is written whole or not at all, and before the row that names it: after a rollback
    it merely lies there, named by nobody.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their key."""
        return self._keep(hashlib.sha256(data).hexdigest(), BytesIO(data))

    def put_file(self, file: BinaryIO) -> str:
        """Keep the bytes of a file from its start, read piece by piece, and return their key."""
        file.seek(0)
        digest = hashlib.sha256()
        while block := file.read(1024 * 1024):
            digest.update(block)
        file.seek(0)
        return self._keep(digest.hexdigest(), file)

    def _keep(self, key: str, source: BinaryIO) -> str:
        path = self._path(key)
        if path.exists():
            return key
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp makes the file readable by its owner alone.
        descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                shutil.copyfileobj(source, file)
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        return key

    def open(self, key: str) -> BinaryIO:
        """Open the bytes of a key for reading; raises FileNotFoundError when they are gone."""
        return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        """Remove the bytes of a key that no row names any more; an absent one is no error."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise ValueError("not a key of this store")
        return self._folder / key[:2] / key


def file_store() -> FolderStore:
    """Return the store named in the settings."""
    return FolderStore(get_settings().files_dir)
