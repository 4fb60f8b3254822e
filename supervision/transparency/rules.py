"""What the transparency log accepts, and the arithmetic of its tree (RFC 9162, 2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from solver.log.entries import Entry
from supervision.errors import SupervisionError

LONGEST_ENTRY = 65_535
"""Bytes: a tile gives an entry's length in two bytes."""

KIND_NAMES = MappingProxyType(
    {
        "plan": "公布方案",
        "campaign": "登记联合抽取",
        "reveal": "交出随机数",
        "missing": "未按期交出随机数",
        "beacon": "记入公共信标",
        "lottery": "记入开奖号码",
        "closing": "结案",
        "opening": "启封随机数",
        "replacement": "替补",
        "release": "公示结果",
        "pairing": "登记匹配概率表",
        "pairing_reveal": "交出匹配随机数",
        "pairing_missing": "未交出匹配随机数",
        "assignment": "抽出检查组",
        "reassignment": "换人",
    }
)
"""What each kind of entry says, in a clerk's words."""

Node = tuple[int, int]
"""A whole subtree: its height, and its number among those of the height, from the left."""


class EntryTooLong(SupervisionError):
    code = "log_entry_too_long"
    status = 422
    sentence = "公开日志的一条记录不能超过 65535 字节，这一条（{kind}）有 {size} 字节。"


class BadKeyFile(SupervisionError):
    code = "log_key_file"
    status = 500
    sentence = "密钥文件 {file} 不是本系统生成的，或者已经存在。请从备份恢复，或换一个文件名。"


class NoSuchTree(SupervisionError):
    code = "no_such_tree"
    status = 404
    sentence = "公开日志现有 {size} 条，没有您要的条目或检查点。"


class BrokenLog(SupervisionError):
    code = "broken_log"
    status = 500
    sentence = "公开日志第 {index} 条缺失，日志可能被改动。请立即保全数据库，并运行 double-random log fsck。"


class ForkedCheckpoint(SupervisionError):
    code = "forked_checkpoint"
    status = 409
    sentence = "该检查点（{size} 条）不是本日志签发的：条目数超出现有日志，或根摘要不同。不能接收。"


class NotCosigned(SupervisionError):
    code = "not_cosigned"
    status = 422
    sentence = "检查点上没有本单位登记的见证单位的联署。请先把见证单位的公钥加入 DR_WITNESS_KEYS。"


class CosignedLater(SupervisionError):
    code = "cosigned_later"
    status = 422
    sentence = "{name} 的联署时间晚于现在，请核对见证单位电脑的时钟后重新联署。"


class WitnessRefuses(SupervisionError):
    code = "witness_refuses"
    status = 409
    sentence = "不予联署：{reason}请保存两个检查点，并向日志的主办单位和公众说明。"


class NotStamped(SupervisionError):
    code = "not_stamped"
    status = 502
    sentence = "没有取得时间戳：{reason}检查点不受影响，可以稍后再运行 double-random log stamp。"


def moment_text(at: datetime) -> str:
    """``YYYY-MM-DDTHH:MM:SSZ``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry_bytes(kind: str, fields: Mapping[str, Any], at: datetime, index: int) -> bytes:
    """条目原文: canonical JSON of ``kind``, ``at`` and the fields of the kind; else ``LogError``."""
    body = Entry.of({"kind": kind, "at": moment_text(at)} | dict(fields), index).text
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
