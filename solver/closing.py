"""结案记录: what closes a draw, and links it to the organ's next plan (draw/1, part 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from solver import seed as seeds
from solver.canonical import Alg, canonical, digest, parse
from solver.draw import DrawResult
from solver.errors import CanonicalError, ResultMismatch

_HEX = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Closing:
    """结案: the draw took place; ``seed_commit`` binds the seed even while it stays sealed."""

    draw_id: str
    plan_hash: str
    seed_commit: str
    result_sha256: str

    @property
    def record(self) -> bytes:
        """The canonical bytes that are logged."""
        return canonical(
            {
                "draw_id": self.draw_id,
                "plan_hash": self.plan_hash,
                "seed_commit": self.seed_commit,
                "result_sha256": self.result_sha256,
            }
        )


@dataclass(frozen=True, slots=True)
class Void:
    """作废: the draw did not take place; ``reason`` is a reason code. It stays in the chain for ever."""

    draw_id: str
    plan_hash: str
    reason: str

    @property
    def record(self) -> bytes:
        """The canonical bytes that are logged."""
        return canonical({"draw_id": self.draw_id, "plan_hash": self.plan_hash, "void": self.reason})


def close(result: DrawResult) -> Closing:
    """结案记录 of a draw that took place."""
    commit = seeds.seed_commit(result.seed, result.alg).hex()
    return Closing(result.draw_id, result.plan_hash, commit, result.result_sha256)


def closing_hash(record: bytes, alg: Alg = "sha256") -> str:
    """结案摘要 ``H(TAG("closing") ‖ record)`` in hex: the ``prev`` of the organ's next plan."""
    return digest(seeds.tag("closing") + record, alg).hex()


def parse_closing(text: bytes) -> Closing | Void:
    """Read a closing record in any layout; ``ResultMismatch`` if it is none."""
    try:
        value = parse(text)
    except CanonicalError as error:
        raise ResultMismatch.of("closing_malformed") from error
    if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        keys = set(value)
        digests = [value.get(key, "0" * 64) for key in ("plan_hash", "seed_commit", "result_sha256")]
        codes = [value.get(key, "none") for key in ("draw_id", "void")]
        if all(map(_HEX.fullmatch, digests)) and all(map(_CODE.fullmatch, codes)):
            if keys == {"draw_id", "plan_hash", "seed_commit", "result_sha256"}:
                return Closing(**value)
            if keys == {"draw_id", "plan_hash", "void"}:
                return Void(value["draw_id"], value["plan_hash"], value["void"])
    raise ResultMismatch.of("closing_malformed")
