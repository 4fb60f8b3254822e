"""Plans, frames and reveals for the tests of the draw, and the one-file verifier loaded from its file."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from solver import seed
from solver.frame import Entity, Frame
from solver.plan import NO_PREVIOUS, Plan

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors" / "draw-1"
SCRIPT = ROOT / "solver" / "verify_draw.py"

SECRETS = (bytes(range(32)), b"\x07" * 32)
BEACON = {"chain": "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971", "round": 123}
FIXED = {"mode": "fixed", "n": 12, "weights": {"A": 1, "B": 3, "C": 10, "D": 40}}
RATE = {"mode": "rate", "den": 100, "rates": {"A": 1, "B": 3, "C": 10, "D": 30}}


def entity_id(number: int) -> str:
    return f"91{number:016d}"


def frame_of(cells: Iterable[str]) -> Frame:
    """One entity for each cell name ``path/class``, ids rising."""
    split = [cell.rpartition("/") for cell in cells]
    return Frame.of(Entity(entity_id(i), path, cls) for i, (path, _, cls) in enumerate(split))


def sized_frame_of(sizes: Sequence[int]) -> Frame:
    return Frame.of(Entity(entity_id(i), "330106/F", "A", size) for i, size in enumerate(sizes))


def plan_value(frame: Frame, mode: dict[str, Any], /, **more: Any) -> dict[str, Any]:
    """The fields of a plan with two parties for ``frame``."""
    alg = more.get("alg", "sha256")
    return {
        "v": "draw/1",
        "draw_id": "330106-2026-0001",
        "prev": NO_PREVIOUS,
        "register_root": frame.root(alg),
        "register_n": len(frame),
        "commits": [seed.commitment(secret, alg).hex() for secret in SECRETS],
        **mode,
        **more,
    }


def plan_of(frame: Frame, mode: dict[str, Any], /, **more: Any) -> Plan:
    return Plan.of(plan_value(frame, mode, **more))


def vector(name: str) -> tuple[bytes, bytes, bytes]:
    """The three files of a known answer: plan, frame, reveals."""
    ends = ("plan.json", "register.csv", "reveals.json")
    plan, frame, reveals = ((VECTORS / f"{name}.{end}").read_bytes() for end in ends)
    return plan, frame, reveals


def hex_list(reveals: Sequence[bytes]) -> bytes:
    return json.dumps([reveal.hex() for reveal in reveals]).encode()


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_draw_alone", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = _load()
