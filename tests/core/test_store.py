"""The folder that keeps the bytes of files."""

import stat
from pathlib import Path

import pytest

from backoffice.core.store import FolderStore


def test_bytes_come_back_and_are_kept_once(tmp_path):
    store = FolderStore(tmp_path)
    key = store.put(b"Bonjour")
    assert store.put(b"Bonjour") == key
    with store.open(key) as file:
        assert file.read() == b"Bonjour"
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_deleted_bytes_are_gone(tmp_path):
    store = FolderStore(tmp_path)
    key = store.put(b"Bonjour")
    store.delete(key)
    store.delete(key)
    with pytest.raises(FileNotFoundError):
        store.open(key)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "a" * 63, "/" + "a" * 63])
def test_other_keys_are_refused(tmp_path, key):
    with pytest.raises(ValueError, match="not a key"):
        FolderStore(tmp_path).open(key)


def test_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def fail(self: Path, target: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        FolderStore(tmp_path).put(b"Bonjour")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
