"""The one-file verifier: the same bytes as the library, and the same refusals."""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.blind import blind
from solver.draw import DrawResult, draw
from solver.errors import SolverError
from solver.frame import Entity, Frame
from solver.plan import Plan
from solver.verify import parse_reveals
from tests.solver.drawing import (
    BEACON,
    FIXED,
    RATE,
    SCRIPT,
    SECRETS,
    entity_id,
    frame_of,
    hex_list,
    plan_value,
    vector,
    verifier,
)
from tests.solver.test_verify import TAMPERED

DONE = {
    "rate60": "bf15e34caf714f69857192c17f17f9c2b4ddaa28f25e3c4edb0186472e50a8e2",
    "fixed60": "73bea944819eeb5f6bd74a7198e374bf87034f8331dfc7f5bdfc65bb2122a8fd",
}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The script in a process of its own, where the package cannot be imported."""
    command = [sys.executable, "-I", "-X", "utf8", str(SCRIPT), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)


def laid_out(folder: Path, plan: bytes, frame: bytes, reveals: bytes) -> tuple[str, str, str]:
    files = {"PLAN.json": plan, "FRAME.csv": frame, "REVEALS.json": reveals}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return "PLAN.json", "FRAME.csv", "REVEALS.json"


def library(plan: bytes, frame: bytes, reveals: bytes) -> DrawResult:
    return draw(Plan.parse(plan), Frame.parse(frame), parse_reveals(reveals))


@pytest.mark.parametrize("name", DONE)
def test_the_script_gives_the_known_answer_byte_for_byte(name: str, tmp_path: Path) -> None:
    done = run(tmp_path, *laid_out(tmp_path, *vector(name)), "--expect", DONE[name])
    expected = library(*vector(name))
    assert done.returncode == 0
    assert done.stdout == expected.result_bytes
    assert hashlib.sha256(done.stdout).hexdigest() == DONE[name]
    assert done.stderr.count(b"\n") == 1
    assert json.loads(done.stderr) == expected.summary()


def test_a_compressed_frame_gives_the_same_answer(tmp_path: Path) -> None:
    plan, frame, reveals = vector("rate60")
    done = run(tmp_path, *laid_out(tmp_path, plan, gzip.compress(frame), reveals))
    assert hashlib.sha256(done.stdout).hexdigest() == DONE["rate60"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda p, f, r: (p, f.replace(b"F,C\n", b"F,D\n", 1), r), "root"),
        (lambda p, f, r: (p, f, r.replace(b'"ae', b'"af')), "commitment"),
        (lambda p, f, r: (p.replace(b'"n": 12', b'"n": 12.0'), f, r), "not an integer"),
        (lambda p, f, r: (p, f.replace(b"\n", b"\r\n"), r), "line 1"),
        (lambda p, f, r: (p, f[:-1], r), "line feed"),
        (lambda p, f, r: (p, b"".join(f.splitlines(keepends=True)[1:]), r), "size"),
        (lambda _, f, r: (b"\xff", f, r), "JSON"),
        (lambda p, f, r: (p.replace(b'"n": 12', b'"n": 61'), f, r), "draws 61 of 60"),
    ],
)
def test_the_script_says_in_one_sentence_what_does_not_agree(change: Any, says: str, tmp_path: Path) -> None:
    done = run(tmp_path, *laid_out(tmp_path, *change(*vector("fixed60"))))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.count(b"\n") == 1
    assert says in done.stderr.decode()


def test_the_script_refuses_another_expected_hash(tmp_path: Path) -> None:
    done = run(tmp_path, *laid_out(tmp_path, *vector("rate60")), "--expect", DONE["fixed60"])
    assert (done.returncode, done.stdout) == (1, b"")
    assert "expected hash" in done.stderr.decode()


@pytest.mark.parametrize("arguments", [[], ["a"], ["a", "b", "c"], ["a", "b", "c", "--expect"]])
def test_the_script_says_how_it_is_used(arguments: list[str], tmp_path: Path) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1


def test_the_script_explains_itself(tmp_path: Path) -> None:
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    assert b"BUNDLE.zip [--log-key VERIFIER_KEY]" in done.stdout


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 9))


@pytest.mark.parametrize(
    "case", [case for case, (change, *_) in TAMPERED.items() if change.keys() & {"plan", "frame", "reveals"}]
)
def test_the_script_refuses_or_shows_what_the_library_refuses(case: str) -> None:
    change, step, _ = TAMPERED[case]
    plan, frame, reveals = vector("fixed60")
    given_reveals = hex_list(change["reveals"]) if "reveals" in change else reveals
    files = change.get("plan", plan), change.get("frame", frame), given_reveals
    if step == "plan_hash":  # a sound plan, but another one: its result is another
        assert verifier.replay(*files)[1]["result_sha256"] != DONE["fixed60"]
        return
    with pytest.raises(verifier.Disagreement):
        verifier.replay(*files)


paths = st.sampled_from(
    ["330105", "330105/C", "330105/F", "330106/F", "330106/F/01", "330106/F/02", "3301-x/_"]
)
classes = st.sampled_from("ABCD")
numbers = st.fixed_dictionaries({cls: st.integers(0, 40) for cls in "ABCD"})


@st.composite
def cases(choose: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    """Plan, frame and reveals of a random small draw, in every mode; not all of them can be drawn."""
    mode = choose(st.sampled_from(["rate", "fixed", "pps"]))
    sizes = st.integers(0, 50) if mode == "pps" else st.none()
    kinds = choose(st.lists(st.tuples(paths, classes, sizes), max_size=40))
    frame = Frame.of(Entity(entity_id(i), *kind) for i, kind in enumerate(kinds))
    more: dict[str, Any] = {"alg": choose(st.sampled_from(["sha256", "sm3"]))}
    if choose(st.booleans()):
        frame = blind(frame, b"k" * 32)
        more["frame"] = "blinded"
    n = {"n": choose(st.integers(0, len(kinds) + 1))}
    numbers_of = {
        "rate": lambda: {"den": choose(st.integers(1, 50)), "rates": choose(numbers)},
        "fixed": lambda: n | {"weights": choose(numbers)},
        "pps": lambda: n,
    }
    value = plan_value(frame, {"mode": mode, **numbers_of[mode]()}, **more)
    reveals = list(SECRETS)
    if choose(st.booleans()):
        value |= {"beacon": BEACON, "commits": [*value["commits"], None]}
        reveals = [
            choose(st.sampled_from([SECRETS[0], b""])),
            SECRETS[1],
            choose(st.binary(min_size=32, max_size=32)),
        ]
    return json.dumps(value).encode(), frame.data, hex_list(reveals)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_script_and_library_agree_on_any_draw(case: tuple[bytes, bytes, bytes]) -> None:
    try:
        expected = library(*case)
    except SolverError:
        with pytest.raises(verifier.Disagreement):
            verifier.replay(*case)
        return
    lines, summary = verifier.replay(*case)
    assert lines == expected.result_bytes
    assert summary == expected.summary()


FRAME = frame_of(["330106/F/A", "330106/F/B"])
OTHER_FIELDS = (
    "n", "weights", "alg", "beacon", "lottery", "disclosure", "open_by", "exclusion", "frame",
    "min_anonymity", "inspector_root", "campaign", "items", "else",
)  # fmt: skip
JUNK = (
    None, True, 0, -1, 1, 2**53, 1.5, "", "x", "0" * 64, "draw/1", "rate", "sm3", "open", "2026-12-31",
    [], [None], ["0" * 64], {}, {"A": 1}, {"A": -1}, {"chain": "0" * 64, "round": 1},
    [{"game": "g", "issue": "1"}], {"hash": "0" * 64, "rule": "a rule"},
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([RATE, FIXED]),
    st.sampled_from([*plan_value(FRAME, RATE), *OTHER_FIELDS]),
    st.sampled_from(JUNK),
)
def test_script_and_library_accept_the_same_plans(mode: dict[str, Any], key: str, junk: Any) -> None:
    text = json.dumps({**plan_value(FRAME, mode), key: junk}).encode()
    try:
        Plan.parse(text)
    except SolverError:
        with pytest.raises(verifier.Disagreement):
            verifier.check_plan(verifier.read_json(text, "方案"))
        return
    verifier.check_plan(verifier.read_json(text, "方案"))
