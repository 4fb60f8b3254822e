"""压缩包: a zip and a gzip file, each read in the only way in which it can be read.

A zip has two accounts of its files, the directory at its end and the heading of each file: here they agree,
and the files follow one another without a gap, so that nobody finds another file in it than anybody else
(docs/transparency-log.md, part 4).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from solver.errors import BundleError, FrameError

GZIP = b"\x1f\x8b"

_END, _END_MARK = struct.Struct("<4s4H2IH"), b"PK\x05\x06"
_ENTRY, _ENTRY_MARK = struct.Struct("<4s6H3I5H2I"), b"PK\x01\x02"
_HEADING, _HEADING_MARK = struct.Struct("<4s5H3I2H"), b"PK\x03\x04"
_SUMS, _SUMS_MARK = struct.Struct("<3I"), b"PK\x07\x08"
_ENCRYPTED, _SUMS_FOLLOW = 0x1, 0x8
_FLAGS = _SUMS_FOLLOW | 0x806  # how hard it was compressed, and names in UTF-8
_STORED, _DEFLATED = 0, 8
_REGULAR = {0, 0o10}  # the kind of file by Unix, or none told
_GZIP_FLAGS = 0x1D  # neither a checksum of the heading nor what no reader knows


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a zip, as the directory and its heading tell it; the packed bytes are ``data[start:end]``."""

    name: str
    method: int
    crc: int
    size: int
    start: int
    end: int


def members(data: bytes) -> list[Member]:
    """The files of a zip in their order; nothing is unpacked yet. ``BundleError``."""
    end = len(data) - _END.size
    if end < 0:
        raise BundleError.of("bundle_not_zip")
    mark, disk, first, here, number, length, at, comment = _END.unpack_from(data, end)
    # numbers too large for their fields (zip64) do not fit either
    if (mark, disk, first, here, comment) != (_END_MARK, 0, 0, number, 0) or at + length != end:
        raise BundleError.of("bundle_not_zip")
    found: list[Member] = []
    place, directory = 0, at
    for _ in range(number):
        if at + _ENTRY.size > end:
            raise BundleError.of("bundle_not_zip")
        member, place, at = _member(data, at, place)
        found.append(member)
    if at != end or place != directory:
        raise BundleError.of("bundle_not_zip")
    return found


def _member(data: bytes, at: int, place: int) -> tuple[Member, int, int]:
    """The file whose entry in the directory is ``at``; it begins at ``place``. Where the next ones begin."""
    (mark, _, _, flags, method, _, _, crc, packed, size, named, extra, note, _, _, kind, begins) = (
        _ENTRY.unpack_from(data, at)
    )
    name = data[at + _ENTRY.size : at + _ENTRY.size + named]
    told = name.decode("ascii", "replace")
    if flags & _ENCRYPTED or method not in {_STORED, _DEFLATED}:
        raise BundleError.of("bundle_encrypted", name=shown(told))
    if kind >> 28 not in _REGULAR:  # a link or a folder
        raise BundleError.of("bundle_unknown", name=shown(told))
    start = place + _HEADING.size
    if mark != _ENTRY_MARK or begins != place or flags & ~_FLAGS or start > at:
        raise BundleError.of("bundle_not_zip")
    head = _HEADING.unpack_from(data, place)
    start += len(name) + head[10]
    sums = (crc, packed, size)
    agrees = (head[0], head[2], head[3], head[9]) == (_HEADING_MARK, flags, method, named)
    agrees = agrees and data[place + _HEADING.size : place + _HEADING.size + named] == name
    if not agrees or not (flags & _SUMS_FOLLOW or head[6:9] == sums):
        raise BundleError.of("bundle_not_zip")
    member = Member(told, method, crc, size, start, start + packed)
    after = member.end + (_sums_length(data, member.end, _SUMS.pack(*sums)) if flags & _SUMS_FOLLOW else 0)
    return member, after, at + _ENTRY.size + named + extra + note


def _sums_length(data: bytes, at: int, sums: bytes) -> int:
    """How many bytes tell the sums once more behind a file that was packed before they were known."""
    for told in (_SUMS_MARK + sums, sums):
        if data.startswith(told, at):
            return len(told)
    raise BundleError.of("bundle_not_zip")


def unpack(data: bytes, member: Member) -> bytes:
    """The bytes of a file, of the length and the checksum that are told; ``BundleError``."""
    packed = memoryview(data)[member.start : member.end]
    try:
        found = bytes(packed) if member.method == _STORED else _inflated(packed, -zlib.MAX_WBITS, member.size)
    except (zlib.error, EOFError) as error:
        raise BundleError.of("bundle_not_zip") from error
    if (len(found), zlib.crc32(found)) != (member.size, member.crc):
        raise BundleError.of("bundle_not_zip")
    return found


def gunzip(data: bytes, limit: int) -> bytes:
    """The bytes of a gzip file of one member with nothing behind it; ``FrameError``. At most ``limit``."""
    if len(data) < 4 or data[3] & ~_GZIP_FLAGS:
        raise FrameError.of("frame_gzip")
    try:
        found = _inflated(data, zlib.MAX_WBITS | 16, limit)
    except (zlib.error, EOFError) as error:
        raise FrameError.of("frame_gzip") from error
    if len(found) > limit:
        raise FrameError.of("frame_too_large", limit=limit)
    return found


def _inflated(packed: bytes | memoryview, window: int, limit: int) -> bytes:
    """What ``packed`` holds, to its very end; more than ``limit`` bytes are cut off one byte later."""
    reader = zlib.decompressobj(window)
    found = reader.decompress(packed, limit + 1)
    if len(found) <= limit and (not reader.eof or reader.unused_data):
        raise EOFError
    return found


def shown(name: str) -> str:
    """A name fit for a sentence."""
    return "".join(sign if sign.isprintable() else "?" for sign in name[:60])
