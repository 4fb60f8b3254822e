"""按出车天数分配: how many days each team is out, when they take days from each other.

What a team's best plan with at most ``n`` days is worth is found team by team, with proof. The numbers of
days that can stand side by side, at the best sum of worths, then bound what the teams can do together; and
where the plans behind them can be dated side by side, they are the best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field

import numpy as np

from solver.schedule.county.choosing import Worth, steady
from solver.schedule.county.pairs import Alone, County, going
from solver.schedule.county.teamdays import Days, groups_of
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem
from solver.schedule.team.columns import Columns
from solver.schedule.team.driving import drive
from solver.schedule.team.frame import Ints
from solver.schedule.team.guard import Guard
from solver.schedule.team.partition import Choice, Partition
from solver.schedule.team.relaxation import Aim
from solver.schedule.team.tours import list_tours

MOST_TEAMS = 60

Group = tuple[Sequence[int], int]
"""Teams (positions), and the most days that they can be out in all."""
Plans = tuple[tuple[Worth, Choice], ...]


@dataclass(slots=True, eq=False)
class ByDays:
    """一组按天数的最优: the best plan of a team for each number of days, as it is asked for."""

    problem: Problem
    columns: Columns
    weigh: Ints
    nodes: int
    guard: Guard
    alone: Worth
    days: int
    """Days of its best plan alone; with as many or more it does no better."""
    known: dict[int, tuple[Worth, Choice] | None] = field(default_factory=dict)

    def best(self, days: int) -> tuple[Worth, Choice] | None:
        """Worth and columns of the best plan in so many days; none where it could not be proven."""
        if days not in self.known:
            self.known[days] = self._found(days)
        return self.known[days]

    def guess(self, days: int) -> Worth:
        """What the team is worth with so many days, at the best."""
        nearest = min((one for one in self.known if one >= days and self.known[one]), default=None)
        found = None if nearest is None else self.known[nearest]
        return self.alone if found is None else found[0]

    def _found(self, days: int) -> tuple[Worth, Choice] | None:
        columns = self.columns
        each, none = np.ones(len(columns), dtype=np.int64), np.zeros(len(self.weigh), dtype=np.int64)
        cap = (each, none, days)
        partition = Partition(columns, self.nodes, self.guard.left)
        if self.problem.aims == "weighted":
            cost = columns.cost + self.problem.change_cost * columns.changes
            choice = partition.least(Aim(cost, self.problem.miss_cost * self.weigh, (cap,)))
        else:
            miss = self.weigh * (len(self.weigh) + 1)
            first = Aim(columns.changes, miss, (cap,))
            relaxed = partition.relax(first, rounds=6)
            least = int(np.ceil(relaxed.bound - 1e-6))
            choice = partition.least(Aim(columns.cost, none, (cap, (columns.changes, miss, least))))
            if choice is None:
                fewest = partition.least(first)
                if fewest is None or not fewest.whole:
                    return None
                choice = partition.least(Aim(columns.cost, none, (cap, (columns.changes, miss, fewest.cost))))
        if choice is None or not choice.whole:
            return None
        chosen = list(choice.columns)
        return Worth(
            int(self.weigh[list(choice.missed)].sum()),
            int(columns.changes[chosen].sum()),
            int(columns.cost[chosen].sum()),
        ), choice


def share_days(problem: Problem, teams: Sequence[ByDays], groups: Sequence[Group]) -> Plans | None:
    """The best plan of each team for the numbers of days of best worth in all; ``None`` where some number
    could not be settled. A team with fewer days is no better off, so that what it is worth with fewer than
    were asked for so far is guessed, and asked for only where the guess is chosen.
    """
    while True:
        chosen = _numbers(problem, teams, groups)
        if chosen is None:
            return None
        new = [team for team, days in zip(teams, chosen, strict=True) if days not in team.known]
        if any(team.best(days) is None for team, days in zip(teams, chosen, strict=True)):
            return None
        if not new:
            found = [team.best(days) for team, days in zip(teams, chosen, strict=True)]
            return tuple(one for one in found if one is not None)


def _numbers(problem: Problem, teams: Sequence[ByDays], groups: Sequence[Group]) -> list[int] | None:
    """A number of days for each team, of least worth by what is known and guessed; many days before few.
    ``None`` where that could not be settled.
    """
    from ortools.sat.python import cp_model  # 0.5 s to import

    model = cp_model.CpModel()
    tables = [[team.guess(days) for days in range(team.days + 1)] for team in teams]
    fewer = 1 + sum(team.days**2 for team in teams)
    change = 1 + sum(max(worth.cost for worth in table) for table in tables)
    missed = change * (1 + sum(max(worth.changes for worth in table) for table in tables))
    if problem.aims == "weighted":
        change, missed = problem.change_cost, problem.miss_cost
    taken, goal = [], []
    for team, table in zip(teams, tables, strict=True):
        own = [model.new_bool_var("") for _ in table]
        model.add_exactly_one(own)
        taken.append(sum(days * one for days, one in enumerate(own)))
        for days, (worth, one) in enumerate(zip(table, own, strict=True)):
            weight = missed * worth.missing + change * worth.changes + worth.cost
            goal.append((weight * fewer + (team.days - days) ** 2) * one)
    for members, most in groups:
        model.add(sum(taken[at] for at in members) <= most)
    model.minimize(sum(goal))
    solver = cp_model.CpSolver()
    steady(solver, 5.0)
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return [solver.value(one) if not isinstance(one, int) else one for one in taken]


def by_counts(county: County, limits: Limits, guard: Guard) -> tuple[Worth, Mapping[Id, Alone]] | None:
    """The worth that no plan of all teams can undercut, and plans of that worth, which may still want the
    same days. ``None`` where there are too many teams or it could not be settled.
    """
    teams, problem = county.teams, county.problem
    if len(teams) > MOST_TEAMS or not all(one.proven for one in county.alone.values()):
        return None
    by_team = {team: _by_days(county, team, limits, guard) for team in teams}
    listed = [by_team[team].columns.tours for team in teams]
    if not all(tours.complete for tours in listed):
        return None
    days = Days(
        tuple((team, day) for team, tours in zip(teams, listed, strict=True) for day in tours.days),
        going(county, teams) if problem.sharing == "day" else {},
        {team: county.listers[team].frame.team.office for team in teams},
        county.cars,
    )
    groups = []
    for group in groups_of(teams, days):
        chosen = np.array([team in group for team, _ in days.days], dtype=np.bool_)
        groups.append(([at for at, team in enumerate(teams) if team in group], days.most(chosen)))
    plans = share_days(problem, [by_team[team] for team in teams], groups)
    if plans is None:
        return None
    floor = Worth(*(sum(part) for part in zip(*(astuple(worth) for worth, _ in plans), strict=True)))
    found = {}
    for team, (worth, choice) in zip(teams, plans, strict=True):
        columns, frame = by_team[team].columns, county.listers[team].frame
        routes = []
        for column, at in sorted(columns.dated(choice.columns).items(), key=lambda pair: pair[1]):
            order = columns.tours.orders[columns.tour[column]]
            route = drive(frame, at, [int(one) for one in order if one >= 0])
            if route is not None:
                routes.append(route)
        found[team] = Alone(tuple(routes), worth, True)
    return floor, found


def _by_days(county: County, team: Id, limits: Limits, guard: Guard) -> ByDays:
    frame, alone = county.listers[team].frame, county.alone[team]
    columns = Columns.of(county.problem, list_tours(frame, limits.tours))
    weigh = np.array([county.weigh[visit] for visit in frame.ids], dtype=np.int64)
    return ByDays(county.problem, columns, weigh, limits.nodes, guard, alone.worth, len(alone.routes))
