"""What the transparency log accepts, and the arithmetic of its tree (RFC 9162, 2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from solver.canonical import canonical
from supervision.errors import SupervisionError

LONGEST_ENTRY = 65_535
"""Bytes: a tile gives an entry's length in two bytes."""

Node = tuple[int, int]
"""A whole subtree: its height, and its number among those of the height, from the left."""


class EntryTooLong(SupervisionError):
    code = "log_entry_too_long"
    status = 422
    sentence = "公开日志的一条记录不能超过 65535 字节，这一条（{kind}）有 {size} 字节。"


def moment_text(at: datetime) -> str:
    """``YYYY-MM-DDTHH:MM:SSZ``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry_bytes(kind: str, fields: Mapping[str, Any], at: datetime) -> bytes:
    """条目原文: canonical JSON of ``kind``, ``at`` and the fields of the kind."""
    body = canonical({"kind": kind, "at": moment_text(at)} | dict(fields))
    if len(body) > LONGEST_ENTRY:
        raise EntryTooLong(kind=kind, size=len(body))
    return body


def parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def completed_by(index: int) -> list[Node]:
    """The left halves of the whole subtrees that entry ``index`` completes, lowest first."""
    nodes, height, number = [], 0, index
    while number & 1:
        nodes.append((height, number - 1))
        height, number = height + 1, number >> 1
    return nodes


def last_of(node: Node) -> int:
    """The number of the last entry below a whole subtree: where its hash is kept."""
    height, number = node
    return ((number + 1) << height) - 1


def whole_subtrees(start: int, end: int) -> list[Node]:
    """Whole subtrees that make up the entries from ``start`` to before ``end``, left to right.

    ``start`` must be where a subtree of that length may begin, as in every range of a proof.
    """
    nodes = []
    while start < end:
        height = (end - start).bit_length() - 1
        nodes.append((height, start >> height))
        start += 1 << height
    return nodes


def range_hash(start: int, end: int, hash_of: Callable[[Node], bytes]) -> bytes:
    """Root over the entries from ``start`` to before ``end``; of none, the hash of nothing."""
    nodes = [hash_of(node) for node in whole_subtrees(start, end)]
    if not nodes:
        return hashlib.sha256(b"").digest()
    while len(nodes) > 1:
        right = nodes.pop()
        nodes[-1] = parent(nodes[-1], right)
    return nodes[0]


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges whose hashes prove entry ``index`` in the tree of ``size``, lowest first (2.1.3.1)."""
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[tuple[int, int]]:
    """The ranges whose hashes prove that the tree of ``size`` begins with that of ``old`` (2.1.4.1)."""
    if old in (0, size):
        return []
    start, end, ranges, whole = 0, size, [], True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    return ([] if whole else [(start, end)]) + ranges[::-1]


def rows_of(ranges: Iterable[tuple[int, int]]) -> set[int]:
    """The entries whose kept hashes give the hashes of these ranges."""
    return {last_of(node) for start, end in ranges for node in whole_subtrees(start, end)}


def _split(length: int) -> int:
    """The largest power of two below ``length``."""
    return 1 << ((length - 1).bit_length() - 1)
