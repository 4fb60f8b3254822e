"""A small timetable made by hand: two teams, three weeks with a make-up Sunday and a holiday, five visits."""

from dataclasses import replace
from datetime import date

from api.office.schedules_board import About, Board
from solver.schedule.judging.moving import refigured, timed
from solver.schedule.judging.ways import Facts
from solver.schedule.problem import Fixed, Place, Problem, Team, Visit
from solver.schedule.timetable import Fix, Timetable, Unscheduled

OFFICE = Place(28.2926, 117.2454)
DAYS = ("2026-09-18", "2026-09-20", "2026-09-21", "2026-09-22", "2026-09-23", "2026-09-24", "2026-09-28")
"""Sunday 20 September makes up for the holiday of Friday 25."""
CLOCK = ("09:00", "12:00", "13:30", "17:30")
PEOPLE = {"J01": "王建国", "J02": "李敏", "J03": "张伟", "J04": "刘静"}
NAMES = {
    "D-V0001": "城东餐馆", "D-V0002": "城西超市", "D-V0003": "城南药房", "D-V0004": "城北茶庄", "D-V0005": "早点铺",
}  # fmt: skip
HOUR = 3600


def visit(code: str, team: str, north: float, **more: object) -> Visit:
    fields: dict[str, object] = {
        "county": 0,
        "place": Place(OFFICE.lat + north, OFFICE.lon),
        "duration": HOUR,
        "windows": ((0, 7 * HOUR),),
        "days": tuple(range(len(DAYS))),
        "team": team,
        "items": 2,
        "entity": code,
    }
    return Visit(id=code, **{**fields, **more})  # type: ignore[arg-type]


def problem(**more: object) -> Problem:
    teams = (
        Team("J01+J02", 0, 0, ("J01", "J02"), tuple(range(len(DAYS)))),
        Team("J03+J04", 0, 0, ("J03", "J04"), tuple(range(len(DAYS)))),
    )
    visits = (
        visit("D-V0001", "J01+J02", 0.02),
        visit("D-V0002", "J01+J02", 0.04),
        visit("D-V0003", "J01+J02", 0.03, days=(0, 2, 3)),
        visit("D-V0004", "J03+J04", 0.01, pinned=Fixed(1, HOUR)),
        visit("D-V0005", "J03+J04", 0.01, place=None),
    )
    fields: dict[str, object] = {
        "name": "county",
        "day_length": 7 * HOUR,
        "max_visits": 4,
        "day_cost": 1800,
        "miss_cost": 21_600,
        "days": DAYS,
        "offices": (OFFICE,),
        "teams": teams,
        "visits": visits,
        "lunch": 3 * HOUR,
        "clock": CLOCK,
        "provisional": (6,),
        "unknown_years": (2026,),
    }
    return Problem(**{**fields, **more})  # type: ignore[arg-type]


def timetable(at: Problem) -> Timetable:
    """Timed and figured as the judge would have it."""
    facts = Facts(at)
    visits, teams = {each.id: each for each in at.visits}, {each.id: each for each in at.teams}
    routes = tuple(
        timed(facts, teams[team], day, [visits[name] for name in names], {})
        for team, day, names in (
            ("J01+J02", 2, ("D-V0001", "D-V0002")),
            ("J01+J02", 3, ("D-V0003",)),
            ("J03+J04", 1, ("D-V0004",)),
        )
    )
    fix = Fix("give_coordinates", {"visit": "D-V0005"}, "补录检查对象 D-V0005 的经纬度。")
    message = "检查对象 D-V0005 没有经纬度，无法计算路程，不能排期。"
    missing = Unscheduled("D-V0005", "NO_COORDINATES", {}, message, (fix,))
    bare = Timetable("0" * 64, routes, (missing,), 0, 0, 10**9, ())
    return replace(refigured(at, bare), proven=("J01+J02", "J03+J04"))


def board(today: date | None = date(2026, 9, 18), **more: object) -> Board:
    about = {
        code: About(name, "建设路 1 号", "贵溪市", "第四季度抽查", (code,)) for code, name in NAMES.items()
    }
    posed = problem(**more)
    return Board(posed, timetable(posed), about, PEOPLE, today, ("局机关",))
