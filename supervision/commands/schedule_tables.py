"""排期的结果 for people at a terminal: figures, what was left out, what the judge found, what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from supervision.commands.common import console

if TYPE_CHECKING:
    from solver.schedule.explaining import Explanation
    from solver.schedule.judging import Violation
    from solver.schedule.problem import Problem
    from solver.schedule.replanning import Change, Replanned
    from solver.schedule.timetable import Timetable, Unscheduled

SHOWN = 50


def line(text: str) -> None:
    console().print(text, markup=False, soft_wrap=True)


def show_timetable(problem: Problem, timetable: Timetable) -> None:
    from solver.schedule.writing import plan_sha256

    planned = len(problem.visits) - len(timetable.unscheduled)
    gap = timetable.objective - timetable.bound
    rows = [
        ("已排 / 待排", f"{planned:,} / {len(problem.visits):,} 户"),
        ("出车", f"{timetable.team_days:,} 组日"),
        ("路程", f"{timetable.travel / 3600:,.1f} 小时"),
        ("总代价", f"{timetable.objective / 3600:,.1f} 小时"),
        ("证明最优的组", f"{len(timetable.proven):,} / {len(problem.teams):,}"),
        ("离下界", f"{gap / max(1, timetable.objective):.2%}" if gap else "0"),
        (
            "同日最多出车",
            "、".join(f"{office} 号办公地点 {cars} 辆" for office, cars in timetable.peak_cars.items())
            or "无",
        ),
    ]
    if problem.published:
        rows.append(("改动已发布的安排", f"{len(timetable.changed):,} 户"))
    rows.append(("可重现", "是" if timetable.reproducible else "否（受时间限制或中途停止）"))
    table = Table(show_header=False, title=problem.name or None, title_justify="left")
    for label, value in rows:
        table.add_row(label, value)
    console().print(table, markup=False)
    line(f"安排摘要：{plan_sha256(problem, timetable)}")
    show_unscheduled(timetable.unscheduled)


def show_unscheduled(unscheduled: Sequence[Unscheduled]) -> None:
    for one in unscheduled[:SHOWN]:
        line(f"未能安排 {one.visit}（{one.code}）：{one.message}")
        for fix in one.fixes:
            line(f"  可行的办法：{fix.message}")
    _more(len(unscheduled))


def show_violations(found: Sequence[Violation]) -> None:
    for one in found[:SHOWN]:
        line(f"{one.code}：{one.message}")
    _more(len(found))
    line(f"核对发现 {len(found):,} 处不符合规则。" if found else "核对通过，没有发现不符合规则之处。")


def show_explanation(told: Explanation) -> None:
    line(told.message)
    for one in told.days:
        line(f"  {one.message}")
    for fix in told.unscheduled.fixes if told.unscheduled else ():
        line(f"  可行的办法：{fix.message}")


def show_replanned(found: Replanned) -> None:
    for step in found.steps:
        line(step.message)
    show_changes(found.changes)
    show_unscheduled(found.timetable.unscheduled)


def show_changes(changes: Iterable[Change]) -> None:
    listed = list(changes)
    for one in listed:
        line(f"{one.visit}：{one.reason}")
    line(f"共 {len(listed):,} 户有变动。" if listed else "没有变动。")


def _more(count: int) -> None:
    if count > SHOWN:
        line(f"……另有 {count - SHOWN:,} 处，见输出文件。")
