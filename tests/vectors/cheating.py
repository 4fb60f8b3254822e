"""What a cheat needs: the table of frauds, and hands that change a bundle."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.vectors.evidence import Files, Story, honest, sha256
from tests.vectors.ledger import LOG
from tests.vectors.reference import canon


@dataclass(frozen=True, slots=True)
class Fraud:
    """One way to cheat."""

    name: str
    step: str
    done: str
    files: Callable[[], Files]
    log_key: str | None = None


FRAUDS: list[Fraud] = []
Lie = Callable[[Story], Files]


def fraud(step: str, done: str, good: str = "open", pinned: bool = False) -> Callable[[Lie], Lie]:
    """Enter a lie about the honest story ``good`` into the table, under the name of its function."""

    def enter(lie: Lie) -> Lie:
        name = lie.__name__.replace("_", "-")
        key = LOG.verifier if pinned else None
        FRAUDS.append(Fraud(name, step, done, lambda: lie(honest(good)), key))
        return lie

    return enter


def edited(files: Files, name: str, edit: Callable[[Any], Any]) -> Files:
    """The bundle with one canonical JSON file edited in place."""
    value = json.loads(files[name])
    edit(value)
    return files | {name: canon(value)}


def with_text(files: Files, name: str, old: bytes, new: bytes) -> Files:
    assert old in files[name], f"{name} has no {old!r}"
    return files | {name: files[name].replace(old, new, 1)}


def with_frame(story: Story, data: bytes) -> Files:
    return story.files() | {"frame.csv.gz": gzip.compress(data, mtime=0)}


def text_of(story: Story) -> bytes:
    return b"".join(line + b"\n" for line in story.lines)


def with_result(story: Story, result: bytes) -> Files:
    """Another list of the drawn, its hash mended in the summary and in the closing record."""
    assert story.closing
    story.closing["result_sha256"] = sha256(result)
    files = story.files() | {"result.csv": result}
    return edited(files, "summary.json", lambda told: told.update(result_sha256=sha256(result)))


def drawn_and_spared(story: Story) -> tuple[int, int]:
    """The places of a drawn entity, and of one of the same cell that was not drawn."""
    assert story.drawn
    drawn = {line.split(b",")[0] for line in story.drawn.result.splitlines()}
    for i, line in enumerate(story.lines):
        for j, other in enumerate(story.lines):
            if line[:40] in drawn and other[:40] not in drawn and line[40:] == other[40:]:
                return i, j
    raise AssertionError("no such pair")


def entries_of(log: Any, kind: str) -> list[Any]:
    return [told["entry"] for told in log["entries"] if told["entry"]["kind"] == kind]
