"""The schedule at a terminal: files whole or not at all, sentences for what is wrong, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from solver.schedule.errors import ScheduleInputError
from supervision.cli import app
from supervision.errors import InvalidInput
from tests.solver.schedule.test_solving import small_county

RUN = CliRunner()
ROOT = Path(__file__).parents[3]


def run(*words: object) -> Result:
    return RUN.invoke(app, ["schedule", *map(str, words)])


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("county") / "P.json"
    file.write_text(json.dumps(small_county(teams=3, each=6)))
    return file


@pytest.fixture(scope="module")
def solved(county: Path) -> Path:
    file = county.with_name("T.json")
    done = run("--problem", county, "--out", file, "--judge")
    assert done.exit_code == 0, done.output
    return file


def test_a_solved_county_is_written_shown_and_judged(county: Path, solved: Path) -> None:
    told = json.loads(solved.read_text())
    assert sum(len(one["visits"]) for one in told["routes"]) + len(told["unscheduled"]) == 18
    assert told["proven_teams"] == [0, 1, 2]
    shown = run("--problem", county, "--out", solved, "--judge").output
    assert told["plan_sha256"] in shown
    assert "核对通过" in shown
    assert json.loads(solved.read_text()) == told


def test_the_judge_exits_with_1_for_a_plan_that_somebody_broke(
    county: Path, solved: Path, tmp_path: Path
) -> None:
    assert run("judge", "--problem", county, "--timetable", solved).exit_code == 0
    told = json.loads(solved.read_text())
    told["routes"][0]["start_s"][0] -= 60
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(told))
    done = run("judge", "--problem", county, "--timetable", broken)
    assert done.exit_code == 1
    assert "TRAVEL_TOO_SHORT" in done.output or "OUT_OF" in done.output or "WRONG_FIGURES" in done.output


def test_a_visit_is_explained_by_the_id_that_somebody_typed(county: Path, solved: Path) -> None:
    visit = json.loads(solved.read_text())["routes"][0]["visits"][0]
    assert str(visit) in run("explain", "--problem", county, "--timetable", solved, "--visit", visit).output
    refused = run("explain", "--problem", county, "--timetable", solved, "--visit", "nobody").exception
    assert isinstance(refused, InvalidInput)


def test_a_mended_plan_is_lawful_and_its_changes_are_listed(
    county: Path, solved: Path, tmp_path: Path
) -> None:
    route = json.loads(solved.read_text())["routes"][0]
    events, out, after = tmp_path / "E.json", tmp_path / "T2.json", tmp_path / "P2.json"
    events.write_text(json.dumps([{"kind": "away", "inspector": "I0a", "days": [route["day"]]}]))
    words = (
        "--problem",
        county,
        "--timetable",
        solved,
        "--events",
        events,
        "--out",
        out,
        "--problem-out",
        after,
    )
    done = run("replan", *words)
    assert done.exit_code == 0, done.output
    assert (route["team"], route["day"]) not in [
        (one["team"], one["day"]) for one in json.loads(out.read_text())["routes"]
    ]
    assert run("judge", "--problem", after, "--timetable", out).exit_code == 0
    listed = run("diff", solved, out).output
    assert all(f"{visit}：" in listed for visit in route["visits"])
    assert "没有变动" in run("diff", solved, solved).output


@pytest.mark.parametrize("unit", ["bundle", "day-route"])
def test_teams_are_drawn_by_the_unit_that_was_asked_for(county: Path, tmp_path: Path, unit: str) -> None:
    out, drawn = tmp_path / "T.json", tmp_path / "P.json"
    words = ("--problem", county, "--out", out, "--draw-unit", unit, "--drawn", drawn, "--judge")
    done = run(*words, "--seed", "5d" * 32)
    assert done.exit_code == 0, done.output
    teams = {one["id"]: one["team"] for one in json.loads(drawn.read_text())["visits"]}
    assert all(
        teams[visit] == route["team"]
        for route in json.loads(out.read_text())["routes"]
        for visit in route["visits"]
    )
    again = tmp_path / "again.json"
    run("--problem", county, "--out", again, "--draw-unit", unit, "--seed", "5d" * 32)
    assert json.loads(again.read_text()) == json.loads(out.read_text())


def test_notes_in_a_file_are_told_on_the_error_stream_and_refuse_nothing(tmp_path: Path) -> None:
    file, out = tmp_path / "noted.json", tmp_path / "T.json"
    file.write_text(json.dumps({**small_county(teams=1, each=3), "optimum": 7}))
    done = run("--problem", file, "--out", out)
    assert (done.exit_code, out.exists()) == (0, True)
    assert "不认识的项 optimum 共 1 处，未作考虑" in done.stderr
    assert "optimum" not in done.stdout


def faulty(tmp_path: Path) -> Path:
    file = tmp_path / "faulty.json"
    value: dict[str, Any] = small_county(teams=3, each=6)
    value["visits"][4]["tw"] = [9, 1]
    file.write_text(json.dumps(value))
    return file


def test_a_faulty_file_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    out = tmp_path / "T.json"
    done = run("--problem", faulty(tmp_path), "--out", out)
    assert isinstance(done.exception, ScheduleInputError)
    assert "visits[4].tw" in done.exception.message
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--problem", "nowhere.json", "--out", "T.json"), "无法读取"),
        (("--problem", "P.json", "--out", "no/such/folder/T.json"), "无法写入"),
        (("--out", "T.json"), "请用 --problem 给出"),
        (("--problem", "P.json"), "请用 --out 给出"),
        (("--problem", "P.json", "--out", "T.json", "--draw-unit", "bundle"), "需要种子"),
        (("--problem", "P.json", "--out", "T.json", "--seed", "xyz"), "十六进制"),
        (("--vrptw", "P.json"), "--limit"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    county: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(county.parent)
    done = run(*words)
    assert isinstance(done.exception, InvalidInput)
    assert told in done.exception.message


def started(problem: Path, out: Path) -> subprocess.Popen[bytes]:
    """The command as a process of its own, its workers at work."""
    code = "import sys; from supervision.cli import main; sys.argv[0] = 'double-random'; main()"
    words = ["schedule", "--problem", str(problem), "--out", str(out), "--workers", "2"]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while process.poll() is None and len(workers_of(process.pid)) < 2:
        time.sleep(0.01)
    return process


def workers_of(pid: int) -> list[int]:
    """Its children that run the solver."""
    found = []
    for task in sorted(Path(f"/proc/{pid}/task").glob("*/children")):
        for child in task.read_text().split():
            try:
                words = Path(f"/proc/{child}/cmdline").read_bytes()
            except OSError:
                continue
            found += [int(child)] if b"solver.schedule.working" in words else []
    return found


def gone(pid: int) -> bool:
    """Ended, or only still listed because nobody has asked for its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc to see processes in")


@needs_proc
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_killed_leaves_the_old_file_whole_and_no_worker(
    tmp_path: Path, sign: signal.Signals
) -> None:
    problem, out = tmp_path / "P.json", tmp_path / "T.json"
    problem.write_text(json.dumps(small_county(teams=40, each=12)))
    out.write_text("{}")
    process = started(problem, out)
    workers = set(workers_of(process.pid))
    assert len(workers) == 2
    process.send_signal(sign)
    _, told = process.communicate(timeout=60)
    assert process.returncode == (130 if sign is signal.SIGINT else -sign)
    assert out.read_text() == "{}"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["P.json", "T.json"]
    assert b"Traceback" not in told
    until = time.monotonic() + 30
    while not all(gone(pid) for pid in workers) and time.monotonic() < until:
        time.sleep(0.01)
    assert all(gone(pid) for pid in workers)
