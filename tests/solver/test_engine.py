"""Compiled or not, whole registers are hashed, read and drawn to the same bytes."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args

import numpy as np
import pytest

from solver import blind, engine, merkle
from solver.canonical import ALGS, Alg
from solver.draw import DrawResult, draw
from solver.engine.lines import Lines
from solver.engine.tickets import Heads, Tickets
from solver.errors import Cancelled, FrameError
from solver.frame import Entity, Frame
from tests.solver.drawing import FIXED, RATE, SECRETS, entity_id, hex_list, plan_of, verifier

PPS = {"mode": "pps", "n": 40}
PATHS = [f"33010{county}/{section}" for county in "1568" for section in "CFHIK"] + [
    "330109",
    "330110/F/51.2_x-y",
]


def register(size: int, *, sized: bool = False) -> Frame:
    """Entities in shuffled cells, some much larger than others."""
    chance = random.Random(size)
    return Frame.of(
        Entity(
            entity_id(i),
            chance.choice(PATHS),
            chance.choices("ABCD", (60, 25, 10, 5))[0],
            int(chance.paretovariate(1.1)) if sized else None,
        )
        for i in range(size)
    )


FRAME = register(1000)
BLINDED = blind.blind(FRAME, b"k" * 32)
SIZED = register(1000, sized=True)


@pytest.fixture
def from_the_first_line(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every register counts as large enough for the compiled kernels."""
    import_module("numba")  # a machine without it must say so: the two paths could not be compared
    engine._checked.cache_clear()
    monkeypatch.setattr(engine, "COMPILED_FROM", 0)
    yield
    engine._checked.cache_clear()


def read_again(frame: Frame) -> Frame:
    """The same frame without its remembered root."""
    return Frame.parse(frame.data)


def drawn(frame: Frame, mode: dict[str, Any], alg: Alg = "sha256") -> DrawResult:
    kind = "blinded" if frame.blinded else "open"
    return draw(plan_of(frame, mode, alg=alg, frame=kind), read_again(frame), SECRETS)


def bytes_of(result: DrawResult) -> tuple[object, ...]:
    return result.summary(), result.result_bytes, result.cells_bytes


CASES = [
    (FRAME, RATE),
    (FRAME, FIXED),
    (BLINDED, RATE),
    (SIZED, PPS),
    (register(1), RATE),
    (Frame.parse(b""), RATE),
]


@pytest.mark.parametrize("alg", ALGS)
@pytest.mark.parametrize(("frame", "mode"), CASES)
def test_a_compiled_draw_gives_the_bytes_of_a_plain_one(
    frame: Frame, mode: dict[str, Any], alg: Alg, request: pytest.FixtureRequest
) -> None:
    plain = drawn(frame, mode, alg)
    root = read_again(frame).root(alg)
    request.getfixturevalue("from_the_first_line")
    assert engine.compiled(alg, len(frame)) is not None
    assert read_again(frame).root(alg) == root
    assert bytes_of(drawn(frame, mode, alg)) == bytes_of(plain)
    for cell in plain.cells[:3]:
        assert drawn(frame, mode, alg).reserve(cell.cell, 4) == plain.reserve(cell.cell, 4)


@pytest.mark.parametrize(("frame", "mode"), CASES)
def test_the_one_file_verifier_agrees_with_a_compiled_draw(
    frame: Frame, mode: dict[str, Any], from_the_first_line: None
) -> None:
    plan = plan_of(frame, mode, frame="blinded" if frame.blinded else "open")
    result = draw(plan, frame, SECRETS)
    lines, summary = verifier.replay(plan.canonical, frame.data, hex_list(SECRETS))
    assert (lines, summary) == (result.result_bytes, result.summary())


def _first_bits(heads: Heads) -> Heads:
    return heads & np.uint64(3 << 62)


def _none(heads: Heads) -> Heads:
    return np.zeros_like(heads)


def _crowded(heads: Heads) -> Heads:
    return (heads >> np.uint64(1)) | np.uint64(1 << 63)


@pytest.mark.parametrize("blur", [_first_bits, _none, _crowded])
@pytest.mark.parametrize(("frame", "mode"), [(FRAME, RATE), (FRAME, FIXED), (SIZED, PPS)])
def test_equal_or_crowded_first_bits_change_nothing(
    frame: Frame, mode: dict[str, Any], blur: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = bytes_of(drawn(frame, mode))
    heads = Tickets.heads
    monkeypatch.setattr(Tickets, "heads", lambda *arguments: blur(heads(*arguments)))
    assert bytes_of(drawn(frame, mode)) == exact


def test_equal_tickets_are_drawn_in_the_order_of_the_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tickets, "_run", lambda _, places: bytes(32 * len(places)))
    for frame, mode in ((FRAME, RATE), (SIZED, PPS)):
        result = drawn(frame, mode)
        for cell in result.cells:
            ids = [e.id for e in frame if cell.cell in (e.cell, e.id)]
            assert [row.id for row in result.rows if row.cell == cell.cell] == ids[: cell.k]


def test_without_numba_hashlib_does_the_work(
    from_the_first_line: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = bytes_of(drawn(FRAME, RATE))
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "solver.engine.kernels", raising=False)
    engine._checked.cache_clear()
    assert engine.compiled("sha256", 10**9) is None
    assert bytes_of(drawn(FRAME, RATE)) == compiled


def test_a_compiler_that_has_nowhere_to_keep_its_work_is_not_used(
    from_the_first_line: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setattr(engine, "import_module", refuse)
    assert engine.compiled("sha256", 10**9) is None


@pytest.mark.parametrize("alg", ALGS)
def test_kernels_that_hash_wrongly_are_not_used(
    alg: Alg, from_the_first_line: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from solver.engine import kernels

    start = f"{alg.upper()}_START"
    monkeypatch.setattr(kernels, start, getattr(kernels, start) ^ np.uint32(1))
    assert engine.compiled(alg, 10**9) is None


def test_a_small_register_never_waits_for_the_compiler() -> None:
    assert engine.compiled("sha256", 999_999) is None
    assert set(ALGS) == set(get_args(Alg))


@pytest.mark.parametrize("rooms", [(), (4,), (4, 2**18)])
def test_ends_of_lines_too_many_for_the_kernels_are_numbered_all_the_same(
    rooms: tuple[int, ...], from_the_first_line: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = FRAME.columns
    monkeypatch.setattr(engine, "_ROOMS", rooms)
    numbered = engine.number(FRAME.lines, 19)
    assert (numbered is not None) == (2**18 in rooms)
    found = read_again(FRAME).columns
    assert found.rests == usual.rests
    assert found.codes.tolist() == usual.codes.tolist()


@pytest.mark.parametrize("size", [32_767, 32_768, 32_769, 98_305])
def test_root_and_proofs_over_runs_are_those_over_all_leaves(
    size: int, request: pytest.FixtureRequest
) -> None:
    lines = Lines.of(b"%d" % i for i in range(size))
    leaves = [merkle.leaf_hash(line) for line in lines]
    expected = merkle.root_of_hashes(leaves)
    proofs = {at: merkle.inclusion_proof_of_hashes(leaves, at) for at in {0, 32_766, size - 1}}
    for _ in ("plain", "compiled"):
        assert merkle.root(lines) == expected
        assert {at: merkle.inclusion_proof(lines, at) for at in proofs} == proofs
        request.getfixturevalue("from_the_first_line")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"/F,A\n", b"/F,E\n", "frame_line"),
        (b"/F,A\n", b"//F,A\n", "frame_line"),
        (b"/F,A\n", b"/F,A\0\n", "frame_line"),
        (entity_id(500).encode(), b"9100000000000x0500", "frame_line"),
        (entity_id(500).encode(), entity_id(499).encode(), "frame_duplicate"),
        (entity_id(500).encode(), entity_id(400).encode(), "frame_order"),
    ],
)
def test_what_is_wrong_is_named_alike(
    old: bytes, new: bytes, code: str, request: pytest.FixtureRequest
) -> None:
    data = FRAME.data.replace(old, new, 1)
    assert data != FRAME.data
    found = []
    for _ in range(2):
        with pytest.raises(FrameError) as caught:
            Frame.parse(data)
        found.append((caught.value.code, caught.value.params))
        request.getfixturevalue("from_the_first_line")
    assert found[0] == found[1]
    assert found[0][0] == code


def test_a_compiled_draw_can_be_stopped(from_the_first_line: None) -> None:
    plan = plan_of(FRAME, RATE)

    def stop(done: int, total: int, stage: str) -> None:
        if (done, stage) == (total, "tickets"):
            raise Cancelled.of("cancelled")

    with pytest.raises(Cancelled):
        draw(plan, FRAME, SECRETS, stop)


def test_the_root_of_a_frame_is_computed_once_and_its_progress_told_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = read_again(FRAME)
    root = frame.root()
    monkeypatch.setattr(merkle, "root", None)
    told: list[tuple[int, int, str]] = []
    assert frame.root(progress=lambda *step: told.append(step)) == root
    assert told == [(0, 1000, "root"), (1000, 1000, "root")]


def test_lines_are_a_sequence_of_what_stands_before_each_line_feed() -> None:
    texts = [b"one", b"", b"three", b"4"]
    lines = Lines(b"one\n\nthree\n4\n")
    assert (list(lines), len(lines)) == (texts, 4)
    assert [lines[i] for i in (0, 1, -1, -4)] == [b"one", b"", b"4", b"one"]
    assert (lines[1:3], lines[2:9], lines[3:1], lines[::-2]) == (texts[1:3], texts[2:], [], texts[::-2])
    assert list(Lines(b"")) == []
    assert lines == Lines.of(texts)
    assert hash(lines) == hash(Lines.of(texts))
    for at in (4, -5):
        with pytest.raises(IndexError):
            lines[at]


def test_a_line_feed_in_a_name_makes_no_second_line() -> None:
    with pytest.raises(FrameError) as caught:
        Frame.of([Entity(entity_id(0), f"330106/F,A\n{entity_id(1)},330106/F", "A")])
    assert caught.value.code == "frame_line"
