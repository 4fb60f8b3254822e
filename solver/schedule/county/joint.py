"""一人一日一组的共同集合划分: the day-tours of all teams in one set partitioning, with proof.

Tours are chosen without their days. That they can be dated, each team and each person once a day and no more
cars than there are, enters as rows: of the tours confined to some days of some teams at most so many can be
chosen as the teams can be out on these days side by side. A choice that still cannot be dated is cut off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from solver.schedule.county.choosing import Worth
from solver.schedule.county.pairs import County, Found, going
from solver.schedule.county.placing import Placed
from solver.schedule.county.teamdays import Days, Tangled, groups_of
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, id_order
from solver.schedule.team.columns import Columns
from solver.schedule.team.frame import Bools, Ints
from solver.schedule.team.guard import Guard
from solver.schedule.team.partition import Choice, Partition, branch
from solver.schedule.team.relaxation import Aim, Relaxed
from solver.schedule.team.tours import Tours, list_tours

MOST_TEAMS, MOST_COLUMNS, MOST_VISITS = 12, 60_000, 300
CUTS = 60
"""Choices that could not be dated and were cut off one by one, before it is given up."""
NODES = 200
"""Nodes of each branch and bound, which are dear over many teams."""


@dataclass(slots=True, eq=False)
class _Cuts:
    """Rows that came out of choices that could not be dated."""

    left: int = CUTS
    known: set[bytes] = field(default_factory=set)


class JointPartition(Partition):
    """Set partitioning over several teams; ``columns.masks`` are over team-days."""

    def __init__(self, columns: Columns, days: Days, nodes: int, guard: Guard) -> None:
        super().__init__(columns, nodes, guard.left)
        self.days, self._cuts = days, _Cuts()
        for chosen in _lists(columns, days):
            self._row(chosen)

    def _row(self, chosen: Bools, below: int | None = None) -> bool:
        """Of the tours confined to these team-days, no more than can be out side by side. ``below``: only if
        it forbids so many.
        """
        most = self.days.most(chosen)
        members = self.columns.within(chosen)
        key = members.tobytes()
        if key in self._cuts.known or (below is not None and most >= below) or members.sum() <= most:
            return False
        self._cuts.known.add(key)
        self.rows.add(members, most)
        return True

    def dated(self, columns: Sequence[int]) -> list[int] | None:
        """The team-day of each column."""
        groups = self.columns.group[np.array(columns, dtype=np.int64)].tolist()
        return self.days.dated([self.columns.masks[group] for group in groups])

    def _as_it_stands(self, aim: Aim, relaxed: Relaxed) -> Choice | None:
        found = super()._as_it_stands(aim, relaxed)
        return None if found is None or self.dated(found.columns) is None else found

    def _branch(self, aim: Aim, chosen: Ints) -> tuple[Choice | None, float, bool]:
        while True:
            found, bound, whole = branch(
                self.columns, aim, self.rows, chosen, self.nodes, self.left(), self.left
            )
            if found is None or self.dated(found.columns) is not None:
                return found, bound, whole
            self._cut_off(found.columns)

    def _cut_off(self, columns: Sequence[int]) -> None:
        """A smallest part that cannot be dated, and all like it; or that part alone."""
        if self._cuts.left == 0:
            raise Tangled
        self._cuts.left -= 1
        part = list(columns)
        for column in columns:
            fewer = [one for one in part if one != column]
            if self.dated(fewer) is None:
                part = fewer
        union = np.logical_or.reduce(self.columns.masks[self.columns.group[part]])
        if not self._row(union, below=len(part)):
            members = np.zeros(len(self.columns), dtype=np.bool_)
            members[part] = True
            self.rows.add(members, len(part) - 1)


def _lists(columns: Columns, days: Days) -> list[Bools]:
    """Lists of team-days worth a row: of those who share a person or cars, all, or those of some days."""
    teams = sorted({team for team, _ in days.days}, key=id_order)
    groups = groups_of(teams, days)
    spans = {frozenset(days.days[at][1] for at in np.flatnonzero(mask).tolist()) for mask in columns.masks}
    spans.add(frozenset(day for _, day in days.days))
    found = []
    for group in groups:
        for span in sorted(spans, key=sorted):
            found.append(np.array([team in group and day in span for team, day in days.days], dtype=np.bool_))
    return found


def plan_joint(county: County, limits: Limits, guard: Guard, floor: Worth | None) -> Found | None:
    """The best plan of all teams together, which is not below ``floor``; ``None`` where they are too many,
    or it was not found."""
    teams = tuple(team for team in county.teams if county.listers[team].able)
    if len(teams) > MOST_TEAMS or sum(len(county.listers[team].frame.visits) for team in teams) > MOST_VISITS:
        return None
    listed = [list_tours(county.listers[team].frame, limits.tours) for team in teams]
    parts = [Columns.of(county.problem, tours) for tours in listed]
    if not all(tours.complete for tours in listed) or sum(map(len, parts)) > MOST_COLUMNS:
        return None
    columns = _joined(parts)
    days = Days(
        tuple((team, day) for team, tours in zip(teams, listed, strict=True) for day in tours.days),
        going(county, teams),
        {team: county.listers[team].frame.team.office for team in teams},
        county.cars,
    )
    try:
        partition = JointPartition(columns, days, min(limits.nodes, NODES), guard)
        choice = _lexicographic(county, partition, floor)
    except Tangled:
        return None
    orders = dict(zip(teams, listed, strict=True))
    return None if choice is None else _read(county, columns, partition, choice, orders)


def _joined(parts: Sequence[Columns]) -> Columns:
    """One table: visits and days side by side, columns below one another."""
    visits = [part.members.shape[1] for part in parts]
    days = [part.masks.shape[1] for part in parts]
    groups = [len(part.masks) for part in parts]
    members = np.zeros((sum(map(len, parts)), sum(visits)), dtype=np.bool_)
    masks = np.zeros((sum(groups), sum(days)), dtype=np.bool_)
    row = left = top = side = 0
    for part in parts:
        members[row : row + len(part), left : left + part.members.shape[1]] = part.members
        masks[top : top + len(part.masks), side : side + part.masks.shape[1]] = part.masks
        row, left = row + len(part), left + part.members.shape[1]
        top, side = top + len(part.masks), side + part.masks.shape[1]
    starts = np.cumsum([0, *groups])
    return Columns(
        parts[0].tours,
        np.concatenate([part.tour for part in parts]),
        members,
        np.concatenate([part.cost for part in parts]),
        np.concatenate([part.changes for part in parts]),
        masks,
        np.concatenate([part.group + start for part, start in zip(parts, starts, strict=False)]),
    )


def _lexicographic(county: County, partition: JointPartition, floor: Worth | None) -> Choice | None:
    """With as few missing and changed as the ``floor`` has, if that can be; else weights that keep the aims
    in order rise until the answer shows that they did, or they are safe.
    """
    problem, columns = county.problem, partition.columns
    ids = [visit for team in county.teams for visit in county.listers[team].frame.ids]
    weigh = np.array([county.weigh[visit] for visit in ids], dtype=np.int64)

    def least(miss: int, change: int) -> Choice | None:
        return partition.least(Aim(columns.cost + change * columns.changes, miss * weigh))

    if problem.aims == "weighted":
        return least(problem.miss_cost, problem.change_cost)
    if floor is not None:
        nothing = np.zeros(len(ids), dtype=np.int64)
        sides = [(np.zeros(len(columns), dtype=np.int64), weigh, floor.missing)]
        if columns.changes.any():
            sides.append((columns.changes, nothing, floor.changes))
        choice = partition.least(Aim(columns.cost, nothing, tuple(sides)))
        if choice is not None:
            return choice
    fewest = sum(one.worth.missing for one in county.alone.values())
    calmest = sum(one.worth.changes for one in county.alone.values())
    dearest = int(columns.cost.max(initial=0)) + 1
    published = bool(columns.changes.any())
    for factor in (4, 32, len(ids) + 1):
        change = factor * dearest if published else 0
        miss = factor * (dearest + problem.max_visits * change)
        choice = least(miss, change)
        if choice is None or not choice.whole:
            return choice
        changes = int(columns.changes[list(choice.columns)].sum())
        if int(weigh[list(choice.missed)].sum()) == fewest and changes == calmest:
            return choice
        if factor > len(ids):
            return choice
    return None


def _read(
    county: County,
    columns: Columns,
    partition: JointPartition,
    choice: Choice,
    listed: Mapping[Id, Tours],
) -> Found | None:
    placed = []
    for column, at in zip(choice.columns, partition.dated(choice.columns) or (), strict=True):
        team, day = partition.days.days[at]
        visits = listed[team].order(int(columns.tour[column]))
        placed.append(_placed(county, team, visits, day))
    return Found(county.grouped(placed), choice.whole)


def _placed(county: County, team: Id, visits: Sequence[Id], day: int) -> Placed:
    way = next(way for way in county.listers[team].of_visits(visits) if way.day == day)
    return Placed(way, way.slot.earliest)
