"""日志文件: the entries of one draw as a bundle has them, each proved to be in the tree of a checkpoint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from solver import merkle
from solver.canonical import canonical, parse
from solver.errors import CanonicalError, LogError
from solver.log.checkpoint import Checkpoint

#: A list of hashes as canonical JSON.
_HASHES = re.compile(r'\[("[0-9a-f]{64}"(,"[0-9a-f]{64}")*)?\]')


@dataclass(frozen=True, slots=True)
class Logged:
    """已登记: what entry ``index`` of the log says (any JSON value so far), with its inclusion proof."""

    index: int
    entry: Any
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LogFile:
    """日志文件: the log's key as told, the entries of one draw, and the proof from the earlier checkpoint."""

    key: str
    entries: tuple[Logged, ...]
    consistency: tuple[bytes, ...] | None


def told_key(text: bytes) -> str | None:
    """The key that a log file tells, if it can be read at all."""
    try:
        value = parse(text)
    except CanonicalError:
        return None
    key = value.get("key") if isinstance(value, dict) else None
    return key if isinstance(key, str) else None


def parse_log(text: bytes) -> LogFile:
    """Read ``log.json``; ``LogError`` unless it is canonical and of its shape, whatever the entries say."""
    try:
        value = parse(text)
        if canonical(value) != text:
            raise LogError.of("log_malformed")
    except CanonicalError as error:
        raise LogError.of("log_malformed") from error
    if not isinstance(value, dict) or set(value) | {"consistency"} != {"key", "entries", "consistency"}:
        raise LogError.of("log_malformed")
    if not isinstance(value["key"], str) or not isinstance(value["entries"], list):
        raise LogError.of("log_malformed")
    consistency = _hashes(value["consistency"]) if "consistency" in value else None
    return LogFile(value["key"], tuple(map(_logged, value["entries"])), consistency)


def _logged(value: Any) -> Logged:
    if isinstance(value, dict) and set(value) == {"index", "entry", "proof"}:
        index = value["index"]
        if isinstance(index, int) and index >= 0 and isinstance(value["entry"], dict):
            return Logged(index, value["entry"], _hashes(value["proof"]))
    raise LogError.of("log_malformed")


def _hashes(value: Any) -> tuple[bytes, ...]:
    if not _HASHES.fullmatch(canonical(value).decode("ascii")):
        raise LogError.of("log_malformed")
    return tuple(map(bytes.fromhex, value))


def check_inclusion(log: LogFile, checkpoint: Checkpoint) -> None:
    """Whether every entry is in the log of the checkpoint, at its index; ``LogError`` names the first."""
    for logged in log.entries:
        leaf = canonical(logged.entry)
        if not merkle.check_inclusion(leaf, logged.index, checkpoint.size, logged.proof, checkpoint.root):
            raise LogError.of("log_inclusion", index=logged.index)


def check_consistency(log: LogFile, earlier: Checkpoint | None, checkpoint: Checkpoint) -> None:
    """Whether the log of ``earlier`` is the beginning of the log of ``checkpoint``; ``LogError``."""
    if earlier is None or log.consistency is None:
        raise LogError.of("log_earlier")
    if not merkle.check_consistency(
        earlier.size, checkpoint.size, earlier.root, checkpoint.root, log.consistency
    ):
        raise LogError.of("log_inconsistent")
