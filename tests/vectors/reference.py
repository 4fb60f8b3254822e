"""draw/1 once more, as plainly as the contract can be written: what honest bundles are made with.

It shares no code with the library or the one-file verifier, so that neither is its own judge. It checks nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from solver.sm3 import SM3

Plan = dict[str, Any]
Hasher = Callable[[bytes], Any]


def canon(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def tag(name: str) -> bytes:
    return f"draw/1 {name}".encode().ljust(32, b"\0")


def hasher(plan: Plan) -> Hasher:
    return SM3 if plan.get("alg") == "sm3" else hashlib.sha256


def keyed(key: bytes, message: bytes, new: Hasher) -> bytes:
    if new is hashlib.sha256:
        return hmac.digest(key, message, "sha256")
    block = key.ljust(64, b"\0")
    inner = new(bytes(b ^ 0x36 for b in block) + message).digest()
    return bytes(new(bytes(b ^ 0x5C for b in block) + inner).digest())


def root(lines: Sequence[bytes], new: Hasher) -> bytes:
    """RFC 9162, 2.1.1, word for word: the split is the largest power of two below the number of lines."""
    if not lines:
        return bytes(new(b"").digest())
    if len(lines) == 1:
        return bytes(new(b"\0" + lines[0]).digest())
    split = 1 << (len(lines) - 1).bit_length() - 1
    return bytes(new(b"\1" + root(lines[:split], new) + root(lines[split:], new)).digest())


def plan_hash(plan: Plan) -> str:
    return str(hasher(plan)(tag("plan") + canon(plan)).hexdigest())


def commitment(secret: bytes, plan: Plan) -> str:
    return str(hasher(plan)(tag("commit") + secret).hexdigest())


def closing_hash(record: dict[str, str], plan: Plan) -> str:
    return str(hasher(plan)(tag("closing") + canon(record)).hexdigest())


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw gives: the published files and the closing record."""

    seed: str
    result: bytes
    cells: bytes
    closing: dict[str, str]


def draw(plan: Plan, lines: Sequence[bytes], reveals: Sequence[bytes], campaign: Any = None) -> Drawn:
    new = hasher(plan)
    message = tag("seed") + b"".join(len(x).to_bytes(4, "big") + x for x in reveals)
    seed = keyed(bytes.fromhex(plan_hash(plan)), message, new)
    shared = keyed(new(tag("campaign") + canon(campaign)).digest(), message, new) if campaign else seed
    pps = plan["mode"] == "pps"
    cells: dict[str, list[tuple[str, str]]] = {}
    weight: dict[str, int] = {}
    for line in lines:
        ident, path, cls, *size = line.decode().split(",")
        cell = ident if pps else f"{path}/{cls}"
        ticket = new(tag("ticket") + shared + ident.encode()).hexdigest()
        cells.setdefault(cell, []).append((ticket, ident))
        weight[cell] = int(size[0]) if pps else plan["rates" if plan["mode"] == "rate" else "weights"][cls]
    counts = Counter({cell: len(members) for cell, members in cells.items()})
    d, numerator = _probabilities(plan, counts, weight)

    def place(cell: str) -> Any:
        if pps:
            return cells[cell][0]
        labels = cell.split("/")
        prefixes = ["/".join(labels[: i + 1]) for i in range(len(labels))]
        return [new(tag("cell") + seed + prefix.encode()).digest() for prefix in prefixes]

    total = int.from_bytes(new(tag("round") + seed).digest(), "big") % d
    result, table = b"", []
    for cell in sorted(cells, key=place):
        before, total = total, total + counts[cell] * numerator[cell]
        chosen = sorted(cells[cell])[: total // d - before // d]
        result += b"".join(f"{ident},{cell},{ticket}\n".encode() for ticket, ident in chosen)
        last = chosen[-1][0] if chosen else ""
        table.append([cell, counts[cell], numerator[cell], len(chosen), last])
    closing = {
        "draw_id": plan["draw_id"],
        "plan_hash": plan_hash(plan),
        "seed_commit": str(new(tag("seed-commit") + seed).hexdigest()),
        "result_sha256": hashlib.sha256(result).hexdigest(),
    }
    return Drawn(seed.hex(), result, canon(table), closing)


def _probabilities(plan: Plan, counts: Counter[str], weight: dict[str, int]) -> tuple[int, dict[str, int]]:
    if plan["mode"] == "rate":
        return plan["den"], {cell: min(weight[cell], plan["den"]) for cell in counts}
    certain: set[str] = set()
    while True:
        left = plan["n"] - sum(counts[cell] for cell in certain)
        d = sum(counts[cell] * weight[cell] for cell in counts if cell not in certain)
        sure = {cell for cell in counts if cell not in certain and d and left * weight[cell] >= d}
        if not sure:
            d = d or 1
            return d, {cell: d if cell in certain else left * weight[cell] for cell in counts}
        certain |= sure
