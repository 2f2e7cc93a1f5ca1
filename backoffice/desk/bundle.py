"""The evidence of a case as one ZIP, written while it is sent: a list with digests, the files."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from io import RawIOBase
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from backoffice.core.case import Case
from backoffice.core.clock import now
from backoffice.core.party import Piece, Side
from backoffice.core.store import file_store

CHUNK = 256 * 1024
MANIFEST = "manifest.json"


class Outgoing(RawIOBase):
    """What a ZIP is written into and read from again, piece by piece; it cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        """Tell that bytes are taken."""
        return True

    def write(self, data: Any, /) -> int:
        """Take bytes."""
        self.waiting.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Give what was written since the last time."""
        data, self.waiting = b"".join(self.waiting), []
        return data


def bundle(case: Case, sides: Sequence[Side]) -> Iterator[bytes]:
    """Return the ZIP in pieces; all that is asked of the database is asked before the first."""
    listed = [_entry(side, piece) for side in sides for piece in side.pieces]
    manifest = {"case": case.reference, "made_at": now().isoformat(), "pieces": listed}
    said = json.dumps(manifest, ensure_ascii=False, indent=2).encode()
    kept = [
        (str(entry["file"]), piece.attachment.storage_key)
        for entry, piece in zip(listed, (one for side in sides for one in side.pieces), strict=True)
        if piece.attachment.storage_key
    ]
    return _written(said, kept)


def _written(manifest: bytes, kept: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    out, store = Outgoing(), file_store()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        archive.writestr(ZipInfo(MANIFEST), manifest)
        yield out.taken()
        for name, key in kept:
            with suppress(FileNotFoundError), ExitStack() as opened:
                source = opened.enter_context(store.open(key))
                target = opened.enter_context(archive.open(ZipInfo(name), "w"))
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    yield out.taken()
    yield out.taken()


def _entry(side: Side, piece: Piece) -> dict[str, Any]:
    one = piece.attachment
    return {
        "number": piece.number,
        "side": side.kind,
        "kind": one.kind,
        "file": f"{piece.number}-{one.filename}",
        "size_bytes": one.size_bytes,
        "received_at": one.created_at.isoformat(),
        "is_late": piece.is_late,
        "sha256": one.sha256,
    }
