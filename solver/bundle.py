"""验证包: the bundle of a draw (``evidence.zip``), read strictly and packed the same way every time.

A bundle has the files of docs/transparency-log.md, part 4, and no others, each once: what two readers could
read differently is not evidence.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from solver import archive
from solver.errors import BundleError
from solver.evidence import LIMIT, Evidence

#: The files of a bundle, in the order in which it is packed.
NAMES = (
    "README.txt",
    "plan.json",
    "frame.csv.gz",
    "frame.csv",
    "reveals.json",
    "beacon.json",
    "campaign.json",
    "result.csv",
    "cells.json",
    "closing.json",
    "previous.json",
    "summary.json",
    "checkpoint",
    "earlier",
    "log.json",
    "verify_draw.py",
)
FRAMES = ("frame.csv.gz", "frame.csv")

_MOMENT = (2026, 1, 1, 0, 0, 0)


def read(source: bytes | Path | Mapping[str, bytes], limit: int = LIMIT) -> Evidence:
    """读取验证包: the evidence in a zip (bytes or path), a folder, or files by name; ``BundleError``.

    ``limit``: the most bytes that all files have when unpacked, the frame among them.
    """
    return Evidence.of(files_of(source, limit), limit)


def files_of(source: bytes | Path | Mapping[str, bytes], limit: int = LIMIT) -> dict[str, bytes]:
    """The files of a bundle by name; ``BundleError`` in one sentence for what is no bundle."""
    if isinstance(source, Mapping):
        files = dict(source)
    elif isinstance(source, Path) and source.is_dir():
        files = dict(_in_folder(source, limit))
    else:
        files = _unzipped(source if isinstance(source, bytes) else source.read_bytes(), limit)
    _check_names(files)
    if sum(map(len, files.values())) > limit:
        raise BundleError.of("bundle_too_large", limit=limit)
    return files


def pack(files: Mapping[str, bytes]) -> bytes:
    """制作验证包: the zip of these files; the same files give the same bytes, whenever they are packed."""
    _check_names(files)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name in sorted(files, key=NAMES.index):
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED
            info.create_system = 3  # as on Unix, wherever it is packed
            info.external_attr = 0o100644 << 16
            target.writestr(info, files[name])
    return packed.getvalue()


def _check_names(files: Mapping[str, bytes]) -> None:
    for name in files:
        if name not in NAMES:
            raise BundleError.of("bundle_unknown", name=archive.shown(name))
    if all(name in files for name in FRAMES):
        raise BundleError.of("bundle_two_frames")
    if "plan.json" not in files:
        raise BundleError.of("bundle_missing", name="plan.json")
    if not any(name in files for name in FRAMES):
        raise BundleError.of("bundle_missing", name="frame.csv.gz")


def _in_folder(folder: Path, limit: int) -> Iterator[tuple[str, bytes]]:
    left = limit
    for path in sorted(folder.iterdir()):
        if path.name not in NAMES or path.is_symlink() or not path.is_file():
            raise BundleError.of("bundle_unknown", name=archive.shown(path.name))
        left -= path.stat().st_size
        if left < 0:
            raise BundleError.of("bundle_too_large", limit=limit)
        yield path.name, path.read_bytes()


def _unzipped(data: bytes, limit: int) -> dict[str, bytes]:
    members = archive.members(data)
    known: set[str] = set()
    for member in members:
        if member.name not in NAMES:
            raise BundleError.of("bundle_unknown", name=archive.shown(member.name))
        if member.name in known:
            raise BundleError.of("bundle_duplicate", name=member.name)
        known.add(member.name)
    if sum(member.size for member in members) > limit:
        raise BundleError.of("bundle_too_large", limit=limit)
    return {member.name: archive.unpack(data, member) for member in members}
