"""``double-random pair``: table and teams from P.json, many draws of one table, and the audit of a list."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from solver import verify_pairing
from solver.errors import SolverError
from supervision.cli import app
from supervision.errors import InvalidInput
from tests.vectors.pair_story import GOOD, honest

RUN = CliRunner()
FOUR = ["i1", "i2", "i3", "i4"]
PROBLEM = {
    "inspectors": [{"id": name} for name in FOUR],
    "tasks": [
        {"id": task, "seats": [{"id": "lead", "demand": 2, "eligible": FOUR}]} for task in ("t1", "t2")
    ],
}


def pair(folder: Path, problem: Any, *more: str, seed: str = "00ff") -> Result:
    if not isinstance(problem, bytes):
        problem = json.dumps(problem, ensure_ascii=False).encode()
    (folder / "P.json").write_bytes(problem)
    words = ["--problem", str(folder / "P.json"), "--seed", seed, "--out", str(folder / "A.json"), *more]
    return RUN.invoke(app, ["pair", *words])


def answer(folder: Path) -> Any:
    return json.loads((folder / "A.json").read_text("utf-8"))


def refused(done: Result, *said: str) -> None:
    """Refused with a sentence; the programme then exits with 2."""
    assert isinstance(done.exception, InvalidInput | SolverError)
    for words in said:
        assert words in done.exception.message


def test_table_and_teams_are_written_and_anybody_verifies_them(tmp_path: Path) -> None:
    assert pair(tmp_path, PROBLEM).exit_code == 0
    files = (tmp_path / "P.json").read_bytes(), (tmp_path / "A.json").read_bytes()
    assert set(verify_pairing.verify(*files, b"\x00\xff").done.values()) == {"ok"}
    told = answer(tmp_path)
    assert [row["n"] for row in told["table"]] == [1 << 19] * 8
    assert (told["loads"], told["bits"]) == (dict.fromkeys(FOUR, "1"), 20)
    assert len(told["assignment"]) == 4


def test_the_same_seed_writes_the_same_file_and_another_one_the_same_table(tmp_path: Path) -> None:
    told = []
    for seed in ("00ff", "00FF", "00fe"):
        assert pair(tmp_path, PROBLEM, seed=seed).exit_code == 0
        told.append(answer(tmp_path))
    assert told[0] == told[1]
    assert told[0]["table_sha256"] == told[2]["table_sha256"]


def test_a_published_table_is_drawn_from_without_solving_again(tmp_path: Path) -> None:
    story = GOOD["open"]
    (tmp_path / "T.json").write_bytes(story.files()[1])
    done = pair(tmp_path, story.problem, "--table", str(tmp_path / "T.json"), seed=story.seed.hex())
    assert done.exit_code == 0
    assert answer(tmp_path) == story.answer


def test_the_table_alone_can_be_published_before_there_is_a_seed(tmp_path: Path) -> None:
    (tmp_path / "P.json").write_text(json.dumps(PROBLEM))
    words = ["--problem", str(tmp_path / "P.json"), "--out", str(tmp_path / "T.json")]
    assert RUN.invoke(app, ["pair", "table", *words]).exit_code == 0
    table = json.loads((tmp_path / "T.json").read_text("utf-8"))
    assert not verify_pairing.OUTCOME_KEYS & table.keys()
    assert pair(tmp_path, PROBLEM, "--table", str(tmp_path / "T.json")).exit_code == 0
    assert table.items() <= answer(tmp_path).items()


def test_repeated_draws_are_one_a_line_with_seeds_that_count_up_and_wrap(tmp_path: Path) -> None:
    story = GOOD["redrawn"]
    (tmp_path / "T.json").write_bytes(story.files()[1])
    table = ("--table", str(tmp_path / "T.json"))
    assert pair(tmp_path, story.problem, *table, "--repeat", "4", seed="fffe").exit_code == 0
    lines = [json.loads(line) for line in (tmp_path / "A.json").read_text("utf-8").splitlines()]
    assert [line["seed"] for line in lines] == ["fffe", "ffff", "0000", "0001"]
    for line in lines:
        assert pair(tmp_path, story.problem, *table, seed=line.pop("seed")).exit_code == 0
        assert line.items() <= answer(tmp_path).items()
        assert line.keys() == {"assignment", "rejected", "assignment_sha256"}


def test_a_pairing_that_cannot_be_exits_with_3_and_writes_what_is_missing_and_what_would_help(
    tmp_path: Path,
) -> None:
    seats = [{"id": "lead", "demand": 2, "eligible": ["i1"]}]
    done = pair(tmp_path, {"inspectors": [{"id": "i1"}], "tasks": [{"id": "t1", "seats": seats}]})
    assert done.exit_code == 3
    told = answer(tmp_path)
    assert told.keys() == {"infeasible", "suggestions"}
    (short,) = told["infeasible"]
    assert (short["seats"], short["inspectors"], short["short"]) == ([["t1", "lead"]], ["i1"], 1)
    assert short["message"] in done.output
    assert all(one["message"] for one in told["suggestions"])


def test_a_cap_below_the_lowest_exits_with_4_and_names_the_seats(tmp_path: Path) -> None:
    done = pair(tmp_path, PROBLEM | {"cap": "1/4"})
    assert done.exit_code == 4
    told = answer(tmp_path)["cap_too_low"]
    assert (told["cap"], told["lowest_cap"]) == ("1/4", "1/2")
    assert told["seats"] == [["t1", "lead"], ["t2", "lead"]]
    assert told["inspectors"] == FOUR
    assert told["message"] in done.output


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (b"{", "P.json第 1 行第 2 列不是正确的 JSON"),
        (b"\xff", "不是 UTF-8 编码"),
        (b'{"inspectors": [], "inspectors": [], "tasks": []}', "inspectors 一项重复出现"),
        (b'{"inspectors": [], "tasks": [], "affinity": {"weight": NaN}}', "NaN 不是数"),
        (PROBLEM | {"bits": 50}, "bits 应在 4 到 40"),
        (PROBLEM | {"recusals": []}, "不认识的项 recusals"),
        ({"inspectors": []}, "匹配问题缺少 tasks"),
    ],
)
def test_a_bad_problem_is_refused_with_its_place_and_the_file_stays_as_it_was(
    tmp_path: Path, problem: Any, said: str
) -> None:
    refused(pair(tmp_path, problem), said)
    assert not (tmp_path / "A.json").exists()
    (tmp_path / "A.json").write_text("older")
    refused(pair(tmp_path, problem), said)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["A.json", "P.json"]
    assert (tmp_path / "A.json").read_text() == "older"


@pytest.mark.parametrize("seed", ["", "abc", "xyzz", "00 ff", "0x00"])
def test_a_seed_that_is_not_hex_is_refused(tmp_path: Path, seed: str) -> None:
    refused(pair(tmp_path, PROBLEM, seed=seed), "--seed", "十六进制")
    assert not (tmp_path / "A.json").exists()


@pytest.mark.parametrize("missing", ["--problem", "--seed", "--out"])
def test_each_of_the_three_options_has_to_be_given(tmp_path: Path, missing: str) -> None:
    (tmp_path / "P.json").write_text(json.dumps(PROBLEM))
    given = {"--problem": str(tmp_path / "P.json"), "--seed": "00", "--out": str(tmp_path / "A.json")}
    del given[missing]
    refused(RUN.invoke(app, ["pair", *(word for option in given.items() for word in option)]), missing)


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path) -> None:
    nowhere = tmp_path / "no" / "A.json"
    refused(pair(tmp_path, PROBLEM, "--out", str(nowhere)), str(nowhere), "没有这个文件夹")
    refused(pair(tmp_path, PROBLEM, "--table", str(nowhere)), str(nowhere), "无法读取")


def test_a_table_that_was_changed_or_is_of_another_problem_is_refused(tmp_path: Path) -> None:
    story = honest("open")
    story.row("t2", "member", "鄂")["n"] -= 1
    (tmp_path / "T.json").write_bytes(story.files()[1])
    table = ("--table", str(tmp_path / "T.json"))
    refused(pair(tmp_path, story.problem, *table), "table_sha256 不符")
    refused(pair(tmp_path, PROBLEM, *table), "概率表不是这个匹配问题的")


def test_a_table_that_is_not_sound_is_not_drawn_from(tmp_path: Path) -> None:
    story = honest("open")
    story.row("t2", "member", "鄂")["n"] -= 40
    story.row("t2", "member", "方")["n"] += 40
    story.mend()
    (tmp_path / "T.json").write_bytes(story.files()[1])
    refused(pair(tmp_path, story.problem, "--table", str(tmp_path / "T.json")), "方 的概率之和与所载任务量")
    assert not (tmp_path / "A.json").exists()


def test_a_list_of_pairings_is_audited_and_told_in_words_and_as_json(tmp_path: Path) -> None:
    (tmp_path / "L.csv").write_text(
        "任务,检查人员\n" + "".join(f"t{k},i{k % 3}\nt{k},i{(k + 1) % 3}\n" for k in range(9))
    )
    done = RUN.invoke(app, ["pair", "audit", str(tmp_path / "L.csv"), "--json", str(tmp_path / "audit.json")])
    assert done.exit_code == 0
    told = json.loads((tmp_path / "audit.json").read_text("utf-8"))
    assert (told["tasks"], told["rows"], told["inspectors"]) == (9, 18, 3)
    assert done.output.startswith("结论：")


def test_the_answer_of_a_pairing_can_be_audited_with_its_problem(tmp_path: Path) -> None:
    problem, answered = GOOD["open"].files()
    (tmp_path / "P.json").write_bytes(problem)
    (tmp_path / "A.json").write_bytes(answered)
    words = ["audit", str(tmp_path / "A.json"), "--problem", str(tmp_path / "P.json")]
    assert RUN.invoke(app, ["pair", *words]).exit_code == 0
    refused(RUN.invoke(app, ["pair", "audit", str(tmp_path / "none.csv")]), "none.csv")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pair", "--help"], ["--problem", "--seed", "--out", "--repeat", "--table", "audit", "退出码"]),
        (["pair", "table", "--help"], ["--problem", "--out"]),
        (["pair", "audit", "--help"], ["LIST", "--problem", "--json"]),
    ],
)
def test_help_names_every_option(words: list[str], said: list[str]) -> None:
    output = RUN.invoke(app, words).output
    for word in said:
        assert word in output


def test_from_the_shell_a_bad_problem_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "P.json").write_text("[]")
    words = ["pair", "--problem", "P.json", "--seed", "00", "--out", "A.json"]
    command = [sys.executable, "-c", "from supervision.cli import main; main()", *words]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == "匹配问题应为 JSON 对象。"
    assert [file.name for file in tmp_path.iterdir()] == ["P.json"]


def test_help_loads_neither_numpy_nor_a_solver() -> None:
    program = (
        "import sys, supervision.cli; print([x for x in ('numpy', 'numba', 'ortools') if x in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
