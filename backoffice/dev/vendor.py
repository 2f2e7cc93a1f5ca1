"""Fetch the third-party files under static/vendor again: `python -m backoffice.dev.vendor`."""

import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from config.settings import ROOT

FOLDER = ROOT / "static" / "vendor"


class Asset(NamedTuple):
    """One npm package: where its files go, and which of them we take (path inside -> our name)."""

    package: str
    version: str
    folder: str
    files: dict[str, str]


ASSETS = (
    # The package holds no licence file: static/vendor/tabler-core-1.6.1/LICENSE is kept by hand.
    Asset(
        "@tabler/core",
        "1.6.1",
        "tabler-core-1.6.1",
        {"dist/css/tabler.min.css": "tabler.min.css"},
    ),
    Asset(
        "@fontsource-variable/inter",
        "5.3.0",
        "inter-5.3.0",
        {"files/inter-latin-wght-normal.woff2": "latin.woff2", "LICENSE": "LICENSE"},
    ),
)


def fetch(asset: Asset, workdir: Path) -> None:
    """Pack one package with npm, which checks its hash, and write the files we name."""
    command = ["npm", "pack", "--silent", f"{asset.package}@{asset.version}"]
    packed = subprocess.run(command, cwd=workdir, check=True, capture_output=True, text=True)
    target = FOLDER / asset.folder
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(workdir / packed.stdout.split()[-1]) as archive:
        for inside, ours in asset.files.items():
            member = archive.extractfile(f"package/{inside}")
            if member is None:
                raise FileNotFoundError(f"{asset.package} has no {inside}")
            (target / ours).write_bytes(without_map(member.read()))


def without_map(content: bytes) -> bytes:
    """Drop the last comment of a style sheet that names a source map we do not ship."""
    return content.split(b"/*# sourceMappingURL=", maxsplit=1)[0]


def main() -> None:
    """Fetch every asset."""
    with tempfile.TemporaryDirectory() as workdir:
        for asset in ASSETS:
            fetch(asset, Path(workdir))
            print(f"{asset.package} {asset.version} -> static/vendor/{asset.folder}")


if __name__ == "__main__":
    main()
