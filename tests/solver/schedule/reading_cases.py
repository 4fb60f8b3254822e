"""A small problem file, and everything that can be wrong with one."""

from __future__ import annotations

import copy
from typing import Any


def small_file() -> dict[str, Any]:
    """Two teams, four visits, three days; every key that a file may have."""
    day = 25_200
    return {
        "name": "小县",
        "seed": 4,
        "daylen": day,
        "max_visits": 4,
        "day_cost": 1800,
        "miss_cost": 21_600,
        "days": ["2026-09-16", "2026-09-14", "2026-09-15"],
        "counties": [[28.1, 115.2]],
        "lunch": 10_800,
        "clock": ["09:00", "12:00", "13:30", "17:30"],
        "cars": {"0": 2},
        "sharing": "day",
        "aims": "lexicographic",
        "change_cost": 7200,
        "unknown_years": [],
        "allow_provisional": True,
        "far_km": 150,
        "merge_saves": 900,
        "travel_step": 60,
        "inspectors": [
            {"id": "甲", "days": [0, 1], "skills": ["食品"]},
            {"id": "乙", "hours": {"1": [0, 10_800]}},
            {"id": "丙", "spare": True},
        ],
        "teams": [
            {"id": 2, "county": 0, "office": 0, "members": ["甲", "乙"], "avail": [0, 1, 2]},
            {"id": 1, "county": 0, "office": 0, "members": ["丁"], "avail": [2], "hours": {"2": [0, 7200]}},
        ],
        "visits": [
            {"id": "b", "county": 0, "lat": 28.2, "lon": 115.3, "dur": 3600, "tw": [0, day], "days": [0, 1], "team": 2},
            {
                "id": "a", "county": 0, "lat": 28.3, "lon": 115.1, "dur": 12_000, "tw": [[0, 1], [2, day]], "days": [0, 1, 2],
                "team": 2, "closed": [1], "earliest": 1, "deadline": 0, "tw_on": {"0": [3, day]},
                "appointment": {"day": 0, "start": 40}, "entity": "E1", "tasks": ["T1"], "departments": ["市监"],
                "skills": ["食品"], "recused": ["丙"],
            },
            {"id": 3, "county": 0, "dur": 60, "tw": [0, day], "days": [2], "team": 1, "pinned": {"day": 2}},
            {"id": 4, "county": 0, "lat": 28.0, "lon": 115.0, "dur": 60, "tw": [0, day], "days": [2], "team": 1},
        ],
        "published": {"b": {"team": 2, "day": 1, "start": 900}},
    }  # fmt: skip


def broken(*path: object, to: object) -> dict[str, Any]:
    """The small file with the value at ``path`` replaced; ``...`` takes it away."""
    file = copy.deepcopy(small_file())
    here: Any = file
    for step in path[:-1]:
        here = here[step]
    if to is ...:
        del here[path[-1]]
    else:
        here[path[-1]] = to
    return file


#: (file, where, code)
CASES: list[tuple[dict[str, Any], str, str]] = [
    (broken("daylen", to=...), "文件", "missing_key"),
    (broken("teams", 0, "avail", to=...), "teams[0]", "missing_key"),
    (broken("visits", 0, "tw", to=...), "visits[0]", "missing_key"),
    (broken("daylen", to=8.5), "daylen", "not_integer"),
    (broken("daylen", to="28800"), "daylen", "not_integer"),
    (broken("daylen", to=True), "daylen", "not_integer"),
    (broken("daylen", to=0), "daylen", "out_of_range"),
    (broken("max_visits", to=0), "max_visits", "out_of_range"),
    (broken("day_cost", to=-1), "day_cost", "out_of_range"),
    (broken("visits", 0, "dur", to=float("nan")), "visits[0].dur", "not_integer"),
    (broken("visits", 0, "dur", to=-60), "visits[0].dur", "out_of_range"),
    (broken("visits", 0, "dur", to=None), "visits[0].dur", "not_integer"),
    (broken("visits", 0, "lat", to=float("nan")), "visits[0].lat", "not_number"),
    (broken("visits", 0, "lat", to=float("inf")), "visits[0].lat", "not_number"),
    (broken("visits", 0, "lat", to="28"), "visits[0].lat", "not_number"),
    (broken("visits", 0, "lat", to=128), "visits[0].lat", "out_of_range"),
    (broken("counties", 0, to=[115.2, 28.1]), "counties[0][0]", "place_turned"),
    (broken("visits", 0, "lat", to=10**400), "visits[0].lat", "out_of_range"),
    (broken("visits", 0, "lat", to=None), "visits[0]", "half_place"),
    (broken("visits", 0, "id", to="a"), "visits[1].id", "duplicate_id"),
    (broken("visits", 2, "id", to="4"), "visits[3].id", "duplicate_id"),
    (broken("teams", 1, "id", to=2), "teams[1].id", "duplicate_id"),
    (broken("visits", 0, "id", to=None), "visits[0].id", "not_id"),
    (broken("visits", 0, "id", to=1.5), "visits[0].id", "not_id"),
    (broken("visits", 0, "id", to=""), "visits[0].id", "not_id"),
    (broken("visits", 0, "id", to="长" * 201), "visits[0].id", "not_id"),
    (broken("visits", 0, "team", to=9), "visits[0].team", "unknown_team"),
    (broken("visits", 0, "team", to="2"), "visits[0].team", "unknown_team"),
    (broken("visits", 0, "county", to=1), "visits[0].county", "unknown_office"),
    (broken("teams", 0, "office", to=-1), "teams[0].office", "unknown_office"),
    (broken("visits", 0, "days", to=[3]), "visits[0].days[0]", "day_index"),
    (broken("visits", 0, "days", to=[-1]), "visits[0].days[0]", "day_index"),
    (broken("visits", 0, "days", to=[0.0]), "visits[0].days[0]", "not_integer"),
    (broken("visits", 0, "days", to=0), "visits[0].days", "not_list"),
    (broken("visits", 1, "closed", to=[8]), "visits[1].closed[0]", "day_index"),
    (broken("visits", 1, "earliest", to=8), "visits[1].earliest", "day_index"),
    (broken("visits", 1, "appointment", "day", to=8), "visits[1].appointment.day", "day_index"),
    (broken("visits", 1, "tw_on", to={"8": [0, 1]}), "visits[1].tw_on.8", "day_index"),
    (broken("visits", 1, "tw_on", to={"x": [0, 1]}), "visits[1].tw_on.x", "not_integer"),
    (broken("visits", 1, "tw_on", to={"9" * 5000: [0, 1]}), f"visits[1].tw_on.{'9' * 5000}", "not_integer"),
    (broken("visits", 0, "tw", to=[9, 1]), "visits[0].tw", "window_upside_down"),
    (broken("visits", 0, "tw", to=[[0, 1], [9, 1]]), "visits[0].tw[1]", "window_upside_down"),
    (broken("visits", 0, "tw", to=[1]), "visits[0].tw", "window_shape"),
    (broken("visits", 0, "tw", to="0-9"), "visits[0].tw", "window_shape"),
    (broken("visits", 0, "tw", to=[0, 1.5]), "visits[0].tw[1]", "not_integer"),
    (broken("visits", 0, "skills", to="食品"), "visits[0].skills", "not_list"),
    (broken("visits", 0, "over_lunch", to=1), "visits[0].over_lunch", "not_boolean"),
    (broken("visits", 0, to=7), "visits[0]", "not_object"),
    (broken("visits", to={}), "visits", "not_list"),
    (broken("teams", 1, "hours", to={"2": [5, 4]}), "teams[1].hours.2", "window_upside_down"),
    (broken("teams", 0, "members", to=["甲", "甲"]), "teams[0].members[1].id", "duplicate_id"),
    (broken("inspectors", 0, "days", to=[7]), "inspectors[0].days[0]", "day_index"),
    (broken("days", 0, to="2026-9-14"), "days[0]", "bad_date"),
    (broken("days", 0, to="2026-02-30"), "days[0]", "bad_date"),
    (broken("days", 0, to="2026-09-14"), "days[1]", "duplicate_day"),
    (broken("counties", 0, to=[1]), "counties[0]", "not_list"),
    (broken("clock", to=["09:00", "08:00", "13:30", "17:30"]), "clock", "clock_shape"),
    (broken("clock", to=["0²:00", "12:00", "13:30", "17:30"]), "clock", "clock_shape"),
    (broken("cars", to={"3": 1}), "cars.3", "unknown_office"),
    (broken("cars", to=-1), "cars", "out_of_range"),
    (broken("sharing", to="hour"), "sharing", "not_one_of"),
    (broken("aims", to="cheap"), "aims", "not_one_of"),
    (broken("travel", to=[[0]]), "travel", "matrix_shape"),
    (broken("travel", to=[[0] * 5] * 4 + [[0, 0, 0, 0, -1]]), "travel[4][4]", "out_of_range"),
    (broken("published", to={"z": {"team": 2, "day": 0, "start": 0}}), "published.z", "unknown_visit"),
    (broken("published", "b", "day", to=5), "published.b.day", "day_index"),
]  # fmt: skip
