"""What the pages of a pairing show, made from the table of chances and from what was drawn from it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from markupsafe import Markup

from api.charts import against_expected, bar_chart, heat_map
from api.i18n import lazy
from api.office.answers import Translate
from api.pairings import Names, about_load, seat_label
from solver.pairing.table import Table

MOST_BARS = 24
"""Inspectors shown one by one; more of them are counted by load."""
MOST_TASKS, MOST_PEOPLE = 20, 24
"""Rows and columns of the heat map; the pages after it and the files have the rest."""
RUNG_LABELS: Mapping[str, str] = {
    "L0": lazy("组内没有须回避的同事，概率与表完全一致"),
    "L1": lazy("须回避的同事限定在同一席位，不会同组，概率与表完全一致"),
    "L2": lazy("须回避的同事抽到同组时作废重抽，每次重抽都有记录"),
    "L3": lazy("回避关系太密，从事先列好的合法方案（签票）中抽取一张"),
}


@dataclass(frozen=True, slots=True)
class Chance:
    """一个搭配: what stands the chance that this inspector goes to this visit; ``exact`` as a fraction."""

    visit: str
    code: str
    who: str
    seats: str
    probability: Fraction
    exact: str


@dataclass(frozen=True, slots=True)
class LoadLine:
    """任务量: past visits of the year, expected new ones, and those that the lottery gave, if it was held."""

    who: str
    past: int
    expected: str
    actual: int | None
    chances: int
    """Visits to which the inspector may come."""


@dataclass(frozen=True, slots=True)
class Figures:
    """概率表要点."""

    tasks: int
    people: int
    rows: int
    highest: Fraction
    """The greatest chance of any pairing that is not certain; 0 where all are."""
    certain: int
    rungs: Sequence[tuple[str, str, int]]
    """Rung, what it means, and how many visits have it."""


@dataclass(frozen=True, slots=True)
class Heat:
    """热力图 of some of the visits."""

    picture: Markup
    chances: Sequence[Chance]
    first: int
    last: int
    total: int
    left_out: int
    """Inspectors that would make the picture too wide."""


def figures(_: Translate, table: Table) -> Figures:
    sums = pair_sums(table)
    one = 1 << table.bits
    open_sums = [n for n in sums.values() if n < one]
    counted = Counter(table.rung.values())
    return Figures(
        tasks=len(table.problem.tasks),
        people=len(table.problem.inspectors),
        rows=len(table.rows),
        highest=Fraction(max(open_sums, default=0), one),
        certain=len(sums) - len(open_sums),
        rungs=[(rung, _(text), counted[rung]) for rung, text in RUNG_LABELS.items() if counted[rung]],
    )


def pair_sums(table: Table, visits: Iterable[str] | None = None) -> dict[tuple[str, str], int]:
    """(visit, inspector) → the sum of its rows; of all visits, or of those named."""
    found: dict[tuple[str, str], int] = {}
    for visit, _seat, who, n in rows_of(table, visits):
        found[visit, who] = found.get((visit, who), 0) + n
    return found


def chances(_: Translate, table: Table, visits: Iterable[str], names: Names) -> list[Chance]:
    """Every pairing of these visits, in the order of the table: visits, then the likeliest first."""
    one = 1 << table.bits
    seats: dict[tuple[str, str], list[str]] = {}
    for visit, seat, who, _n in rows_of(table, visits):
        seats.setdefault((visit, who), []).append(seat_label(_, seat))
    sums = pair_sums(table, visits)
    ordered = sorted(sums.items(), key=lambda each: (each[0][0], -each[1], each[0][1]))
    return [
        Chance(
            visit=names.visit(visit),
            code=visit,
            who=names.who(who),
            seats="、".join(seats[visit, who]),
            probability=Fraction(n, one),
            exact=f"{n}/{one}",
        )
        for (visit, who), n in ordered
    ]


def heat(_: Translate, table: Table, names: Names, page: int = 0) -> Heat:
    """The heat map of one page of visits; people whom nothing joins to them are left out."""
    codes = [task.id for task in table.problem.tasks]
    first = min(page * MOST_TASKS, max(0, len(codes) - 1))
    shown = codes[first : first + MOST_TASKS]
    sums = pair_sums(table, shown)
    weights: Counter[str] = Counter()
    for (_visit, who), n in sums.items():
        weights[who] += n
    people = sorted((who for who, _weight in weights.most_common(MOST_PEOPLE)), key=names.who)
    heads = _heads(names, people)
    one = 1 << table.bits
    rows = [
        {"who": heads[who], "visit": names.visit(visit)[:18], "p": n / one}
        for (visit, who), n in sorted(sums.items())
        if who in heads
    ]
    picture = heat_map(
        rows,
        "who",
        "visit",
        "p",
        _("每户由每人检查的概率"),
        legend=_("概率"),
        certain=_("必然（只有此人可派）"),
        columns=list(heads.values()),
    )
    return Heat(
        picture=picture,
        chances=chances(_, table, shown, names),
        first=first + 1 if shown else 0,
        last=first + len(shown),
        total=len(codes),
        left_out=len(weights) - len(people),
    )


def load_lines(
    table: Table, names: Names, actual: Mapping[str, int] | None = None, *, with_chances: bool = True
) -> list[LoadLine]:
    """任务量 of everybody, who is expected to have most first."""
    met: Counter[str] = Counter()
    if with_chances:
        met.update(who for _visit, who in pair_sums(table))
    past = {one.id: one.past_load for one in table.problem.inspectors}
    ordered = sorted(table.loads.items(), key=lambda load: (-load[1], load[0]))
    return [
        LoadLine(
            who=names.who(code),
            past=past.get(code, 0),
            expected=load_text(load),
            actual=None if actual is None else actual.get(code, 0),
            chances=met[code],
        )
        for code, load in ordered
    ]


def load_chart(
    _: Translate,
    loads: Mapping[str, Fraction],
    names: Names,
    actual: Mapping[str, int] | None = None,
    unit: str = "",
) -> Markup:
    """A bar for each inspector, with a line at what was expected; of a large office, people by load.

    ``unit``: what loads are counted in, where it is not visits.
    """
    title = _("检查任务量：实际与期望") if actual is not None else _("期望任务量")
    ordered = sorted(loads.items(), key=lambda load: (-load[1], load[0]))
    if len(ordered) <= MOST_BARS:
        rows = [
            {
                "who": names.who(code),
                "actual": None if actual is None else actual.get(code, 0),
                "expected": float(load),
            }
            for code, load in ordered
        ]
        labels = (_("实际检查户数"), _("期望检查户数"))
        if unit:
            labels = (_("实际{unit}数").format(unit=unit), _("期望{unit}数").format(unit=unit))
        x_title = _("{unit}数").format(unit=unit) if unit else _("检查户数")
        return against_expected(rows, "who", "actual", "expected", title, labels=labels, x_title=x_title)
    if actual is not None:
        counted = sorted(Counter(actual.get(code, 0) for code in loads).items())
        rows = [{"visits": _count(_, visits, unit), "n": people} for visits, people in counted]
    else:
        spread = sorted(Counter(round(load, 2) for load in loads.values()).items())
        rows = [{"visits": _count(_, about_load(load), unit), "n": people} for load, people in spread]
        if len(rows) > MOST_BARS:
            floors = sorted(Counter(int(load) for load in loads.values()).items())
            rows = [
                {"visits": _count(_, f"{load}+", unit) if unit else _("{n} 户多").format(n=load), "n": people}
                for load, people in floors
            ]
    x_title = _("每人{unit}数").format(unit=unit) if unit else _("每人检查户数")
    return bar_chart(rows, "visits", "n", title, x_title=x_title, y_title=_("人数"))


def _count(_: Translate, number: object, unit: str) -> str:
    return f"{number} {unit}" if unit else _("{n} 户").format(n=number)


def load_text(load: Fraction) -> str:
    """``4``, ``4 1/4``: exactly."""
    whole, rest = divmod(load, 1)
    if not rest:
        return str(whole)
    return f"{whole} {rest}" if whole else str(rest)


def _heads(names: Names, people: Sequence[str]) -> dict[str, str]:
    """Heads of columns, as narrow as may be: the name if nobody else has it, else the code."""
    known = Counter(names.people.get(person, ("", ""))[0] for person in names.people)
    found = {}
    for person in people:
        name, code = names.people.get(person, ("", person))
        found[person] = name if name and known[name] == 1 else code
    return found


def rows_of(table: Table, visits: Iterable[str] | None) -> Iterable[tuple[str, str, str, int]]:
    """Rows of these visits alone; the rows of a seat stand together, in the order of seats."""
    rows = table.rows
    if visits is None:
        yield from rows
        return
    wanted = set(visits)
    places = np.array(
        [place for place, (task, _s) in enumerate(rows.seats) if task in wanted], dtype=np.int64
    )
    firsts = np.searchsorted(rows.seat, places, "left").tolist()
    lasts = np.searchsorted(rows.seat, places, "right").tolist()
    for place, first, last in zip(places.tolist(), firsts, lasts, strict=True):
        for at in range(first, last):
            yield *rows.seats[place], rows.people[int(rows.person[at])], int(rows.n[at])
