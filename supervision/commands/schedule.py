"""排期: a problem file becomes a timetable file; timetables are judged, explained, mended and compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from supervision.commands import schedule_files as files
from supervision.commands import schedule_tables as tables
from supervision.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.schedule.problem import Problem
    from solver.schedule.timetable import Timetable

app = typer.Typer(help="排期：把抽定的检查组和检查对象排成日程")

STAGES = {
    "teams": "逐组求最优",
    "couplings": "协调共用人员和车辆",
    "days": "调匀每天出车",
    "reasons": "说明未排原因",
}
#: Seconds in which a process ends.
LEAVING = 0.15

ProblemOption = Annotated[Path, typer.Option("--problem", help="排期问题文件 P.json")]
TimetableOption = Annotated[Path, typer.Option("--timetable", help="检查安排文件 T.json")]
OutOption = Annotated[Path | None, typer.Option("--out", help="写入此文件（写完整或不写）")]
LimitOption = Annotated[
    float | None, typer.Option("--limit", min=1, max=86_400, help="限时（秒），含启动；到时保留已得结果")
]


@app.callback(invoke_without_command=True)
def schedule(
    context: typer.Context,
    problem: Annotated[Path | None, typer.Option("--problem", help="排期问题文件 P.json")] = None,
    out: OutOption = None,
    draw_unit: Annotated[
        Literal["entity", "bundle", "day-route"],
        typer.Option("--draw-unit", help="抽组的单位：逐户、按片区、按一日路线"),
    ] = "entity",
    seed: Annotated[str | None, typer.Option("--seed", help="抽组用的种子，十六进制")] = None,
    drawn: Annotated[Path | None, typer.Option("--drawn", help="把抽定检查组后的排期问题写入此文件")] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=256, help="同时求解的进程数，不影响结果")
    ] = 1,
    limit: LimitOption = None,
    judge: Annotated[bool, typer.Option("--judge", help="排完后独立核对，有不符即以 1 退出")] = False,
    vrptw: Annotated[
        Path | None, typer.Option("--vrptw", help="求解公开的带时间窗路线算例（Solomon、CVRPLIB）")
    ] = None,
) -> None:
    """求出每组的最优日程并写入 T.json；排不下的逐户说明原因和可行的办法。"""
    if context.invoked_subcommand is not None:
        return
    if vrptw is not None:
        _drive(vrptw, limit, out)
        return
    if problem is None:
        raise InvalidInput(field="--problem", problem="请用 --problem 给出排期问题文件；用法见 --help。")
    if out is None:
        raise InvalidInput(field="--out", problem="请用 --out 给出写入检查安排的文件；用法见 --help。")
    files.may_write(out)
    given = files.problem_of(problem)
    posed = _drawn(given, draw_unit, seed)
    if drawn is not None:
        from solver.schedule.writing import problem_json

        files.write(drawn, problem_json(posed), "--drawn")
    found = _solved(posed, workers, limit)
    _keep(posed, found, out)
    tables.show_timetable(posed, found)
    if judge:
        _judged(posed, found)


@app.command("judge")
def judge_file(problem: ProblemOption, timetable: TimetableOption) -> None:
    """独立核对一份检查安排（也可以是手工改过的），列出全部不符之处；有不符即以 1 退出。"""
    posed = files.problem_of(problem)
    _judged(posed, files.timetable_of(posed, timetable, by_hand=True))


@app.command()
def explain(
    problem: ProblemOption,
    timetable: TimetableOption,
    visit: Annotated[str, typer.Option("--visit", help="检查对象的编号")],
) -> None:
    """说明一户为什么排在这一天、改在别的日子代价多大；或者为什么没有排上、怎样才能排上。"""
    from solver.schedule.explaining import explain as explained

    posed = files.problem_of(problem)
    tables.show_explanation(
        explained(posed, files.timetable_of(posed, timetable), files.visit_of(posed, visit))
    )


@app.command()
def replan(
    problem: ProblemOption,
    timetable: TimetableOption,
    events: Annotated[Path, typer.Option("--events", help="事件文件：请假、停业、约定时间等")],
    out: OutOption = None,
    today: Annotated[
        str | None, typer.Option("--today", help="今天的日期，例如 2026-09-21；当天及以前不再变动")
    ] = None,
    after: Annotated[
        Path | None, typer.Option("--problem-out", help="把事件之后的排期问题写入此文件")
    ] = None,
) -> None:
    """出了变化以后重排：尽量不动已发布的安排，逐户列出改动和原因。"""
    from solver.schedule.replanning import replan as replanned
    from solver.schedule.writing import problem_json

    posed = files.problem_of(problem)
    found = replanned(posed, files.timetable_of(posed, timetable), files.events_of(events), _date(today))
    if out is not None:
        _keep(found.problem, found.timetable, out)
    if after is not None:
        files.write(after, problem_json(found.problem), "--problem-out")
    tables.show_replanned(found)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="原来的检查安排")],
    new: Annotated[Path, typer.Argument(help="新的检查安排")],
    problem: Annotated[Path | None, typer.Option("--problem", help="排期问题文件 P.json")] = None,
) -> None:
    """比较两份检查安排：哪些户换了日子、时间或检查组。"""
    from solver.schedule.replanning import diff as changes

    posed = files.bare_problem(old, new) if problem is None else files.problem_of(problem)
    before, after = files.timetable_of(posed, old, "原安排"), files.timetable_of(posed, new, "新安排")
    tables.show_changes(changes(posed, before, after))


def _drawn(problem: Problem, unit: str, seed: str | None) -> Problem:
    """Teams for those that have none yet; by bundle and day-route for all."""
    if seed is None:
        if unit != "entity":
            raise InvalidInput(field="--seed", problem="按片区或按路线抽组需要种子（十六进制）。")
        return problem
    try:
        secret = bytes.fromhex(seed)
    except ValueError:
        raise InvalidInput(field="--seed", problem="种子应为十六进制文本。") from None
    from solver.schedule.units.lots import draw_unit

    return draw_unit(problem, unit, secret)


def _solved(problem: Problem, workers: int, limit: float | None) -> Timetable:
    from solver.schedule import solve
    from solver.schedule.limits import Limits, Watch

    seconds = None if limit is None else max(0.0, limit - _age() - LEAVING)
    with _bar() as progress:
        return solve(problem, Limits(seconds=seconds, workers=workers), Watch(progress=progress))


@contextmanager
def _bar() -> Iterator[Callable[[int, int, str], None]]:
    """Stages on the error stream, where that is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    from supervision.commands.common import errors_to

    stream = errors_to()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stream, disable=not stream.is_terminal) as bar:
        shown: dict[str, TaskID] = {}

        def tell(done: int, total: int, stage: str) -> None:
            if stage not in shown:
                shown[stage] = bar.add_task(STAGES.get(stage, stage), total=total)
            bar.update(shown[stage], completed=done, total=total)

        yield tell


def _keep(problem: Problem, timetable: Timetable, out: Path) -> None:
    from solver.schedule.writing import timetable_json

    files.write(out, timetable_json(problem, timetable))


def _judged(problem: Problem, timetable: Timetable) -> None:
    from solver.schedule import judge

    found = judge(problem, timetable)
    tables.show_violations(found)
    if found:
        raise typer.Exit(1)


def _drive(file: Path, limit: float | None, out: Path | None) -> None:
    from solver.schedule.routing.vrptw import solve_file

    if limit is None:
        raise InvalidInput(field="--limit", problem="求解路线算例须限时，请用 --limit 给出秒数。")
    if out is not None:
        files.may_write(out)
    files.read_bytes(file, "--vrptw")
    found = solve_file(file, limit)
    if out is not None:
        from solver.schedule.writing import write_whole

        write_whole(out, found.text().encode())
    tables.line(f"{found.name}：{len(found.routes)} 条路线，总距离 {found.cost / 10:,.1f}")
    if not found.reproducible:
        tables.line(f"按时限停止，搜索 {found.iterations:,} 轮，重算结果可能不同（reproducible: false）。")


def _date(told: str | None) -> str | None:
    """An ISO date."""
    from datetime import date

    if told is None:
        return None
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        raise InvalidInput(field="--today", problem=f"日期应写作 2026-09-21 的形式，现为 {told}。") from None


def _age() -> float:
    """Seconds since the process started."""
    from solver.schedule.routing.vrptw import process_age

    return process_age()
