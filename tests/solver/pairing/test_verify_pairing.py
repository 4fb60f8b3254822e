"""verify_pairing.py, which shares no code with the library, comes to the same teams from any table and seed."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from solver import verify_pairing
from solver.errors import SolverError
from solver.pairing.errors import CapTooLow, PairingInfeasible
from solver.pairing.lottery import draw
from solver.pairing.problem import Problem
from solver.pairing.proof.answer import assignment_from_json, parse_json, table_from_json
from solver.pairing.proof.answer_writing import assignment_json, table_json, written
from solver.pairing.proof.checking import check, check_json
from solver.pairing.seeding import pairing_seed, reassignment_seed
from solver.pairing.solve import solve
from tests.solver.pairing.random_problems import random_problem
from tests.solver.pairing.random_tables import random_table
from tests.vectors.pair_story import GOOD, honest

PROGRAMME = Path(verify_pairing.__file__)
OPEN = GOOD["open"]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """As anybody would run it: alone, without this project or anything installed."""
    command = [sys.executable, "-I", "-S", str(PROGRAMME), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def put(folder: Path, problem: Any, answer: Any) -> tuple[Path, Path]:
    for name, value in (("P.json", problem), ("A.json", answer)):
        (folder / name).write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return folder / "P.json", folder / "A.json"


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_random_tables_are_sound_and_drawn_alike_by_both(first: int) -> None:
    drawn = 0
    for number in range(first, first + 20):
        table, seed = random_table(number), number.to_bytes(16, "big")
        problem = table.problem.to_json()
        try:
            outcome = draw(table, seed)
        except SolverError:  # recused people meet with certainty
            found = verify_pairing.verify(*in_bytes(problem, table_json(table)), seed)
            assert set(found.done.values()) == {"ok", "skipped"}
            continue
        drawn += 1
        assert check(table.problem, table, outcome, seed).ok
        found = verify_pairing.verify(*in_bytes(problem, assignment_json(table, outcome)), seed)
        assert found.said == {}
        assert set(found.done.values()) == {"ok"}
    assert drawn >= 15


def test_what_is_solved_and_drawn_for_random_problems_passes_every_step_of_both() -> None:
    rungs, refused = Counter[str](), Counter[str]()
    for number in range(50):
        problem = random_problem(number)
        try:
            table = solve(problem)
        except (PairingInfeasible, CapTooLow) as error:
            refused[error.code] += 1
            continue
        rungs.update(set(table.rung.values()))
        seed = number.to_bytes(8, "big")
        outcome = draw(table, seed)
        assert check(problem, table, outcome, seed).ok, number
        found = verify_pairing.verify(*in_bytes(problem.to_json(), assignment_json(table, outcome)), seed)
        assert set(found.done.values()) == {"ok"}, (number, found.said)
    assert min(rungs[how] for how in ("L0", "L1", "L2", "L3")) >= 2
    assert sum(refused.values()) <= 10


def in_bytes(problem: Any, answer: Any) -> tuple[bytes, bytes]:
    both = [json.dumps(value, ensure_ascii=False).encode() for value in (problem, answer)]
    return both[0], both[1]


def test_the_random_tables_hold_rungs_doors_pairs_of_seats_and_settled_rows() -> None:
    tables = [random_table(number) for number in range(120)]
    rungs = Counter(how for table in tables for how in table.rung.values())
    assert min(rungs[how] for how in ("L0", "L1", "L2")) >= 8
    assert sum(1 for table in tables if table.forced) >= 20
    assert sum(1 for table in tables if table.problem.affinity) >= 20
    caps = [one.period_cap for table in tables for one in table.problem.inspectors]
    assert caps.count(None) < len(caps) * 0.8
    twice = [Counter((row[0], row[2]) for row in table.rows) for table in tables]
    assert sum(1 for pairs in twice if max(pairs.values(), default=0) > 1) >= 20


@pytest.mark.parametrize("name", GOOD)
def test_the_programme_passes_an_honest_pairing_without_anything_installed(name: str, tmp_path: Path) -> None:
    story = GOOD[name]
    done = run(*put(tmp_path, story.problem, story.answer), "--seed", story.seed.hex(), "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [f"ok {step}" for step in verify_pairing.STEPS] + [
        "验证通过，每一步都一致 (every step is ok)"
    ]
    told = json.loads(done.stdout)
    assert told["ok"]
    assert told["failed"] is None
    assert told["assignment_sha256"] == story.answer["assignment_sha256"]


def test_the_first_failing_step_is_named_with_a_sentence_and_what_stands_on_it_is_skipped(
    tmp_path: Path,
) -> None:
    story = honest("open")
    story.row("t1", "member", "丁")["n"] -= 1
    story.mend()
    done = run(*put(tmp_path, story.problem, story.answer), "--seed", story.seed.hex())
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[3].startswith(
        "failed sound: 检查任务 t1 席位 member 的概率之和不是所需人数 (the rows of a seat"
    )
    assert [lines[4], lines[7], lines[8]] == [
        "skipped tickets",
        "skipped replay",
        "验证未通过 (first failing step): sound",
    ]


def test_without_a_seed_or_without_an_outcome_it_exits_with_2(tmp_path: Path) -> None:
    files = put(tmp_path, OPEN.problem, OPEN.answer)
    done = run(*files)
    assert (done.returncode, done.stderr.count("ok ")) == (2, 7)
    assert "skipped replay" in done.stderr
    table = {key: x for key, x in OPEN.answer.items() if key not in verify_pairing.OUTCOME_KEYS}
    done = run(*put(tmp_path, OPEN.problem, table), "--seed", "00")
    assert (done.returncode, done.stderr.count("skipped ")) == (2, 3)


def test_the_seed_follows_from_the_draw_and_the_second_secrets_of_its_parties() -> None:
    table = "ab" * 32
    seconds = [b"\1" * 32, None, b"\2" * 32]
    assert verify_pairing.seed_of(b"draw", table, seconds) == pairing_seed(b"draw", table, seconds)
    assert verify_pairing.seed_again(b"seed", table, 3) == reassignment_seed(b"seed", 3, table)


def test_the_programme_computes_the_seed_itself(tmp_path: Path) -> None:
    problem = Problem.from_json(OPEN.problem)
    table = table_from_json(problem, OPEN.answer)
    second = "5c" * 32
    seed = pairing_seed(b"\7" * 32, table.table_sha256, [bytes.fromhex(second), None])
    files = put(tmp_path, OPEN.problem, assignment_json(table, draw(table, seed)))
    done = run(*files, "--draw-seed", "07" * 32, "--second", second, "-", "--json")
    assert (done.returncode, json.loads(done.stdout)["seed"]) == (0, seed.hex())
    assert run(*files, "--draw-seed", "07" * 32, "--second", second, "--second", "-").returncode == 0
    assert run(*files, "--draw-seed", "07" * 32, "--second", "-", second).returncode == 1
    again = reassignment_seed(b"\7" * 32, 2, table.table_sha256)
    files = put(tmp_path, OPEN.problem, assignment_json(table, draw(table, again)))
    assert run(*files, "--seed", "07" * 32, "--again", "2").returncode == 0
    assert run(*files, "--seed", "07" * 32, "--again", "1").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["P.json"], "参数不合用法"),
        (["P.json", "A.json", "--sede", "00"], "参数不合用法"),
        (["P.json", "A.json", "--seed", "00", "--second", "-"], "参数不合用法"),
        (["P.json", "A.json", "--seed", "0"], "--seed 应为十六进制文本"),
        (["P.json", "A.json", "--draw-seed", "00", "--second", "00"], "--second 应为 32 字节十六进制文本"),
        (["nowhere.json", "A.json"], "无法读取文件"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_in_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put(tmp_path, OPEN.problem, OPEN.answer)
    at = {name: str(tmp_path / name) for name in ("P.json", "A.json", "nowhere.json")}
    assert verify_pairing.main([at.get(word, word) for word in arguments]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1


def test_help_is_the_head_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_pairing.main(["--help"]) == 0
    assert capsys.readouterr().out == f"{verify_pairing.__doc__}\n"


def test_it_imports_the_standard_library_alone() -> None:
    tree = ast.parse(PROGRAMME.read_text("utf-8"), feature_version=(3, 9))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    names |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


@pytest.mark.parametrize(
    "text", [b"", b"[", b"null", b"[]", b"{}", b"\xff", b'"\\ud800"', b"[" * 100_000, b"1" * 5000]
)
def test_any_bytes_are_refused_at_the_first_step(text: bytes) -> None:
    found = verify_pairing.verify(text, text, b"seed")
    assert found.done["problem"] == "failed"
    assert set(found.done.values()) == {"failed", "skipped"}
    good = OPEN.files()[0]
    assert verify_pairing.verify(good, text).done["table"] == "failed"


NOT_PROVED = {("forced",), ("gap",), ("acceptance", "u1")}
"""Told by whoever solved it: another value may be as lawful (a larger gap, fewer forced rows)."""


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, held in inner for place in places(held, (*at, key)))]


@pytest.mark.parametrize("wrong", [None, True, -1, 0.5, "生", [], {}, [[]], 10**30])
@pytest.mark.parametrize("name", GOOD)
def test_whatever_stands_anywhere_in_the_answer_both_refuse_the_same_step(name: str, wrong: Any) -> None:
    for place in places(honest(name).answer)[1:]:
        story = honest(name)
        held = story.answer
        for key in place[:-1]:
            held = held[key]
        if held[place[-1]] == wrong:
            continue
        held[place[-1]] = wrong
        problem, answer = story.files()
        done = verify_pairing.verify(problem, answer, story.seed).done
        failed = next((step for step, how in done.items() if how == "failed"), None)
        report = check_json(json.loads(problem), parse_json(answer, "A.json"), story.seed)
        assert report.failed == failed, (place, wrong)
        assert failed is not None or place in NOT_PROVED, place


@pytest.mark.parametrize("name", GOOD)
def test_an_answer_survives_the_trip_through_its_file(name: str) -> None:
    story = GOOD[name]
    text = "".join(written(story.answer))
    assert json.loads(text) == story.answer
    table = table_from_json(Problem.from_json(story.problem), parse_json(text.encode(), "A.json"))
    assert assignment_json(table, assignment_from_json(table, story.answer)) == story.answer
    lines = text.splitlines()
    assert len(lines) > len(story.answer["table"]) + len(story.answer["assignment"])


def test_the_digest_of_a_problem_with_numbers_is_that_of_their_shortest_decimals() -> None:
    told = OPEN.problem | {
        "affinity": {"weight": 1, "scores": {"t1": {"安": 1e-7, "柏": 0.1 + 0.2}, "t2": {}}}
    }
    assert verify_pairing.Problem(told).sha256 == Problem.from_json(told).problem_sha256
    assert (
        hashlib.sha256(verify_pairing.canon({"b": 1.0, "a": 1e-7})).digest()
        == hashlib.sha256(b'{"a":1e-07,"b":1.0}').digest()
    )
