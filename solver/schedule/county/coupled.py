"""共同求解: teams that share people, or the cars of an office, are planned together; nobody is in two places.

Each team's own best plan comes first. Where these get along, after other days and times have been tried for
the same outings, together they are the best there can be. Otherwise, where a person goes out with one team a
day, the day-tours of all teams go into one set partitioning, with proof (``joint``); where the teams are too
many for that, or people go from team to team within a day, plans are mended neighbourhood by neighbourhood
(``pairs``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from solver.schedule.county.choosing import Worth, visit_weights
from solver.schedule.county.components import clashes, crowded_offices, working_days
from solver.schedule.county.counts import by_counts
from solver.schedule.county.joint import plan_joint
from solver.schedule.county.options import Lister, Option
from solver.schedule.county.pairs import Alone, County, Found, Plan, mend
from solver.schedule.county.promising import promising
from solver.schedule.limits import Limits, Watch
from solver.schedule.problem import Id, Problem, id_order
from solver.schedule.team.frame import Frame
from solver.schedule.team.guard import Guard
from solver.schedule.team.plan import TeamPlan, cheapest, plan_team
from solver.schedule.timetable import Route
from solver.schedule.travel import Travel

MOST = 4_000
"""Options of one team that are all listed; of a team with more, the promising ones."""


def plan_together(
    problem: Problem,
    travel: Travel,
    teams: Sequence[Id],
    limits: Limits,
    watch: Watch | None = None,
    alone: Mapping[Id, TeamPlan] | None = None,
    guard: Guard | None = None,
) -> list[TeamPlan]:
    """The plans of ``teams`` (a component), in order of id. ``alone``: their own best plans, where known
    already.

    An office's cars count where all its teams are among ``teams``. A plan is ``proven`` where no plan of the
    teams together is better, or where the team has what it would have alone.
    """
    guard = guard or Guard.of(limits, watch)
    chosen = sorted(teams, key=id_order)
    known = dict(alone or {})
    for team in chosen:
        if team not in known:
            known[team] = plan_team(problem, travel, team, limits, guard=guard)
    plans = [known[team] for team in chosen]
    cars = _cars(problem, chosen)
    routes = [route for plan in plans for route in plan.routes]
    if not clashes(problem, routes) and not set(crowded_offices(problem, routes)) & set(cars):
        return plans
    listers = {team: Lister(Frame.of(problem, travel, team)) for team in chosen}
    own = {team: known[team] for team in chosen if listers[team].able}
    weigh = visit_weights(problem)
    bests = {team: _alone(problem, plan, weigh) for team, plan in own.items()}
    county = County(problem, listers, bests, cars, weigh)
    found = _found(county, limits, guard)
    known.update({plan.team: plan for plan in _plans(county, own, found, guard.struck)})
    return [known[team] for team in chosen]


def _found(county: County, limits: Limits, guard: Guard) -> Found:
    calendar, left = county.side_by_side()
    if not left:
        proven = all(one.proven for one in county.alone.values())
        return Found(county.grouped(calendar.placed.values()), proven)
    plan: Plan = county.grouped(county.taken_apart(calendar, left).placed.values())
    calm: Plan | None = None
    if county.problem.published:
        calm = county.grouped(county.taken_apart(calendar, left, tries=0).placed.values())
    counted = by_counts(county, limits, guard) if guard.left() != 0 else None
    floor = None if counted is None else counted[0]
    if counted is not None:
        settled = replace(county, alone=counted[1])
        calendar, left = settled.side_by_side()
        if not left:
            return Found(county.grouped(calendar.placed.values()), True)
        other: Plan = county.grouped(settled.taken_apart(calendar, left).placed.values())
        plan = min(plan, other, key=county.rank)
    if county.problem.sharing == "day" and guard.left() != 0:
        joint = plan_joint(county, limits, guard, floor)
        if joint is not None and joint.best:
            return joint
        if joint is not None:
            plan = min(plan, joint.placed, key=county.rank)
    every = {team: county.listers[team].all(MOST) for team in county.teams}
    options: dict[Id, tuple[Option, ...]] = {}
    for team, ways in every.items():
        known = [frozenset(route.visits) for route in county.alone[team].routes]
        known += [one.option.visits for one in plan[team]]
        options[team] = promising(county.listers[team], known, limits, guard) if ways is None else ways
    return mend(county, options, plan, limits, guard, None not in every.values(), calm)


def _cars(problem: Problem, teams: Sequence[Id]) -> dict[int, int]:
    """Cars of the offices all of whose teams with anything to do are here."""
    busy, here = working_days(problem), set(teams)
    elsewhere = {team.office for team in problem.teams if team.id in busy and team.id not in here}
    return {office: cars for office, cars in problem.cars.items() if office not in elsewhere}


def _alone(problem: Problem, plan: TeamPlan, weigh: Mapping[Id, int]) -> Alone:
    return Alone(plan.routes, _worth(problem, plan.routes, plan.missing, weigh), plan.proven)


def _worth(
    problem: Problem, routes: Sequence[Route], missing: Sequence[Id], weigh: Mapping[Id, int]
) -> Worth:
    moved = sum(
        problem.would_change(visit, route.team, route.day) for route in routes for visit in route.visits
    )
    cost = sum(route.travel + problem.day_cost for route in routes)
    return Worth(sum(weigh[visit] for visit in missing), moved, cost)


def _plans(county: County, alone: Mapping[Id, TeamPlan], found: Found, cut: bool) -> list[TeamPlan]:
    problem, plans = county.problem, []
    for team in county.teams:
        lister, before = county.listers[team], county.alone[team]
        routes = tuple(lister.route(one.option, one.leaves) for one in found.placed[team])
        done = {visit for route in routes for visit in route.visits}
        missing = tuple(visit.id for visit in lister.frame.visits if visit.id not in done)
        now = _worth(problem, routes, missing, county.weigh)
        cost = now.cost + problem.miss_cost * len(missing)
        proven = found.best or (before.proven and now.rank(problem) == before.worth.rank(problem))
        plans.append(TeamPlan(team, routes, missing, cost, cost, proven, cut or alone[team].cut))
    if found.best:
        return plans
    bounds = _bounds(county, alone, plans)
    return [replace(plan, bound=min(plan.cost, bounds[plan.team])) for plan in plans]


def _bounds(county: County, alone: Mapping[Id, TeamPlan], plans: Sequence[TeamPlan]) -> dict[Id, int]:
    """What teams cost at least, summed up. Alone, but that so many as more visits are missing now than then
    may have been dropped where that saves most; and so many teams as more visits have moved may have moved
    theirs to cheaper days (with as few changes in all, those that drop visits leave theirs to others).
    """
    problem = county.problem
    bounds = {team: alone[team].bound for team in county.teams}
    if problem.aims == "weighted":
        return bounds
    more = {plan.team: len(plan.missing) - len(alone[plan.team].missing) for plan in plans}
    dropped = max(0, sum(more.values()))
    calm = {team: one.worth.changes if one.proven else 0 for team, one in county.alone.items()}
    moved = sum(_worth(problem, plan.routes, (), county.weigh).changes for plan in plans)
    moved += sum(sorted(calm.values(), reverse=True)[:dropped]) - sum(calm.values())
    if moved > 0:
        low = {team: cheapest(county.listers[team].frame, len(alone[team].missing)) for team in county.teams}
        for team in sorted(county.teams, key=lambda team: (low[team] - bounds[team], id_order(team)))[:moved]:
            bounds[team] = min(bounds[team], low[team])
    floor = {team: problem.miss_cost * len(alone[team].missing) for team in county.teams}
    dearest = sorted(county.teams, key=lambda team: (floor[team] - bounds[team], id_order(team)))
    for team in dearest[:dropped]:
        bounds[team] = min(bounds[team], floor[team])
    return {team: bounds[team] + problem.miss_cost * more[team] for team in county.teams}
