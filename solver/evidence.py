"""证据: what was published of one draw, as values or as the files of a bundle (验证包)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solver.archive import GZIP, gunzip
from solver.canonical import canonical, parse
from solver.errors import CanonicalError, FrameError, ResultMismatch, RevealError, SolverError

#: The most bytes that an unpacked file may have.
LIMIT = 4 * 2**30

_HEX = re.compile(r"[0-9a-f]{64}")
_SUMMARY = {"plan_hash", "seed", "result_sha256", "cells_sha256", "closing_hash"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """证据: what was published of one draw. ``reveals`` is ``None`` while a sealed draw is not opened.

    ``frame`` may be gzip-compressed. What is ``None`` was not published, and its step is left out.
    ``beacon``, ``campaign``, ``checkpoint``, ``log`` and ``earlier`` are the bytes of these files of a
    bundle. ``faults``: by step, why a file that it reads cannot be read.
    """

    plan: bytes
    frame: bytes
    reveals: Sequence[bytes] | None
    plan_hash: str | None = None
    result: bytes | None = None
    result_sha256: str | None = None
    cells_sha256: str | None = None
    closing: bytes | None = None
    closing_hash: str | None = None
    previous_closing: bytes | None = None
    seed: str | None = None
    cells: bytes | None = None
    beacon: bytes | None = None
    campaign: bytes | None = None
    checkpoint: bytes | None = None
    log: bytes | None = None
    earlier: bytes | None = None
    faults: Mapping[str, SolverError] | None = None

    @property
    def outcome(self) -> bool:
        """Whether anything is published that only a draw can give."""
        told = (self.result, self.cells, self.seed, self.result_sha256, self.cells_sha256)
        return any(part is not None for part in told)

    @classmethod
    def of(cls, files: Mapping[str, bytes], limit: int = LIMIT) -> Evidence:
        """The evidence in the files of a bundle: its names are known, plan and frame are there.

        The frame is unpacked, to ``limit`` bytes at most.
        """
        faults: dict[str, SolverError] = {}
        name = "frame.csv.gz" if "frame.csv.gz" in files else "frame.csv"
        frame = files[name]
        try:
            if frame.startswith(GZIP) != name.endswith(".gz"):
                raise FrameError.of("frame_gzip")
            frame = plain(frame, limit)
        except FrameError as error:
            faults["frame"] = error
        summary: Mapping[str, str] = {}
        try:
            summary = parse_summary(files.get("summary.json"))
        except ResultMismatch as error:
            faults["plan_hash"] = error
        reveals: list[bytes] | None = None
        try:
            reveals = parse_reveals(files["reveals.json"]) if "reveals.json" in files else None
        except (CanonicalError, RevealError) as error:
            faults["reveals"] = error
        return cls(
            plan=files["plan.json"],
            frame=frame,
            reveals=reveals,
            plan_hash=summary.get("plan_hash"),
            result=files.get("result.csv"),
            result_sha256=summary.get("result_sha256"),
            cells_sha256=summary.get("cells_sha256"),
            closing=files.get("closing.json"),
            closing_hash=summary.get("closing_hash"),
            previous_closing=files.get("previous.json"),
            seed=summary.get("seed"),
            cells=files.get("cells.json"),
            beacon=files.get("beacon.json"),
            campaign=files.get("campaign.json"),
            checkpoint=files.get("checkpoint"),
            log=files.get("log.json"),
            earlier=files.get("earlier"),
            faults=faults,
        )


def parse_reveals(text: bytes | str) -> list[bytes]:
    """揭示文件: the JSON list of hex strings in plan order ("" for a missing one)."""
    value = parse(text)
    if not isinstance(value, list):
        raise RevealError.of("reveal_not_hex")
    return [_from_hex(item) for item in value]


def parse_summary(text: bytes | None) -> Mapping[str, str]:
    """摘要文件: the canonical object of the digests on the draw's page; nothing if it was not published."""
    if text is None:
        return {}
    try:
        value = parse(text)
    except CanonicalError as error:
        raise ResultMismatch.of("summary_malformed") from error
    if isinstance(value, dict) and "plan_hash" in value and set(value) <= _SUMMARY:
        hashes = all(isinstance(item, str) and _HEX.fullmatch(item) for item in value.values())
        if hashes and canonical(value) == text:
            return value
    raise ResultMismatch.of("summary_malformed")


def plain(data: bytes, limit: int = LIMIT) -> bytes:
    """The bytes of a frame file, unpacked if it is gzip; more than ``limit`` bytes are refused."""
    if not data.startswith(GZIP):
        return data
    return gunzip(data, limit)


def _from_hex(item: object) -> bytes:
    # `bytes.fromhex` would let blanks through; a reveal has one spelling only
    if isinstance(item, str) and len(item) % 2 == 0 and set(item) <= set("0123456789abcdef"):
        return bytes.fromhex(item)
    raise RevealError.of("reveal_not_hex")
