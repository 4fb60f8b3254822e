"""求解: the stages of docs/schedule.md, section 4, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import metadata

from solver.progress import silent
from solver.schedule.errors import ScheduleError
from solver.schedule.limits import Limits, Watch
from solver.schedule.problem import Id, Problem, id_order
from solver.schedule.team.guard import Guard
from solver.schedule.team.plan import TeamPlan
from solver.schedule.timetable import Route, Timetable, Unscheduled
from solver.schedule.travel import Travel
from solver.schedule.working import Team, Together, Workers
from solver.schedule.writing import problem_sha256

ENGINES = ("ortools", "numba", "numpy")
#: Seconds kept free of the wall guard for a question of the model under way, the figures and the file.
LAST_WORDS = 0.25
TIME_UP = "求解到时限或被叫停，检查对象 {visit} 还没有排；请放宽时限后重新求解。"


def solve(problem: Problem, limits: Limits | None = None, watch: Watch | None = None) -> Timetable:
    """排期: each team's best plan, people and cars shared, days made flat, reasons for what is left out.

    Raises ``ScheduleError`` where visits have no team and ``Cancelled`` where that was asked for. Where the
    wall guard strikes or somebody asks to stop, what was found so far is kept and the rest planned at once;
    ``reproducible`` is false then.
    """
    limits, watch = limits or Limits(), watch or Watch()
    homeless = [one.id for one in problem.visits if one.team is None]
    if homeless:
        raise ScheduleError.of("no_team", count=len(homeless), id=homeless[0])
    guard = Guard.of(limits, watch)
    travel = Travel.of(problem)
    plans = planned(problem, limits, guard)
    routes = [route for plan in plans for route in plan.routes]
    if guard.left() != 0:
        from solver.schedule.county.flatten import flatten

        tell = watch.progress or silent
        tell(0, 1, "days")
        routes = list(flatten(problem, routes, limits, guard))
        tell(1, 1, "days")
    missing = [visit for plan in plans for visit in plan.missing]
    cut = frozenset(plan.team for plan in plans if plan.cut)
    unscheduled = explained(problem, travel, routes, missing, limits, guard, cut)
    found = assemble(problem, plans, routes, unscheduled, reproducible=not (cut or guard.struck))
    if not problem.published:
        return found
    from solver.schedule.replanning.steady import keep_times

    return keep_times(problem, found)


def planned(problem: Problem, limits: Limits, guard: Guard) -> list[TeamPlan]:
    """Every team's plan, in order of id; teams that get in each other's way are planned together."""
    from solver.schedule.county.components import components, tight_offices

    with Workers(problem, limits, guard) as workers:
        known = {
            plan.team: plan for (plan,) in workers.each([Team(one.id) for one in problem.teams], "teams")
        }
        groups = [one for one in components(problem, tight_offices(problem)) if len(one) > 1]
        tasks = [Together(group, tuple(known[team] for team in group)) for group in groups]
        for plans in workers.each(tasks, "couplings"):
            known.update((plan.team, plan) for plan in plans)
    return [known[one.id] for one in problem.teams]


def explained(
    problem: Problem,
    travel: Travel,
    routes: Sequence[Route],
    missing: Sequence[Id],
    limits: Limits,
    guard: Guard,
    cut: Collection[Id] = (),
) -> list[Unscheduled]:
    """Each visit that is left out with its reason; fixes are tried while there is time.

    Of the teams ``cut`` short nobody knows yet what they could do: once time is up their visits say that.
    """
    if not missing:
        return []
    from solver.schedule.explaining.bench import Bench
    from solver.schedule.explaining.reasons import all_work, reason_of

    tell = guard.watch.progress or silent
    bench = Bench.of(problem, routes, limits, travel)
    found, spent = [], 0
    for number, visit in enumerate(sorted(missing, key=id_order)):
        tell(number, len(missing), "reasons")
        left = guard.left()
        late = left is not None and left < LAST_WORDS
        guard.struck = guard.struck or late
        if late and bench.visit(visit).team in cut:
            found.append(Unscheduled(visit, "TIME_UP", {}, TIME_UP.format(visit=visit)))
            continue
        in_time = bench if left is None else replace(bench, limits=replace(limits, seconds=left))
        told, used = reason_of(in_time, visit, rest=0 if late else all_work(problem) - spent)
        spent += used
        found.append(told)
    tell(len(missing), len(missing), "reasons")
    return found


def assemble(
    problem: Problem,
    plans: Sequence[TeamPlan],
    routes: Iterable[Route],
    unscheduled: Sequence[Unscheduled],
    *,
    reproducible: bool,
) -> Timetable:
    """The timetable of these routes with its figures; bound and proofs are those of ``plans``."""
    ordered = tuple(sorted(routes, key=lambda one: (id_order(one.team), one.day)))
    travel = sum(one.travel for one in ordered)
    objective = travel + problem.day_cost * len(ordered) + problem.miss_cost * len(unscheduled)
    return Timetable(
        problem_sha256=problem_sha256(problem),
        routes=ordered,
        unscheduled=tuple(sorted(unscheduled, key=lambda one: id_order(one.visit))),
        travel=travel,
        objective=objective,
        bound=min(objective, sum(plan.bound for plan in plans)),
        proven=tuple(plan.team for plan in plans if plan.proven),
        reproducible=reproducible,
        changed=moved(problem, ordered),
        peak_cars=peaks(problem, ordered),
        engine=engine(),
    )


def moved(problem: Problem, routes: Iterable[Route]) -> tuple[Id, ...]:
    """Visits that stand on another day or with another team than published."""
    found = [one for r in routes for one in r.visits if problem.would_change(one, r.team, r.day)]
    return tuple(sorted(found, key=id_order))


def peaks(problem: Problem, routes: Iterable[Route]) -> dict[int, int]:
    """Office → most cars out on one day."""
    office = {one.id: one.office for one in problem.teams}
    out = Counter((office[route.team], route.day) for route in routes)
    most: dict[int, int] = {}
    for (place, _), cars in out.items():
        most[place] = max(most.get(place, 0), cars)
    return dict(sorted(most.items()))


def engine() -> Mapping[str, str]:
    """What was used, with versions."""
    return {name: metadata.version(name) for name in ENGINES}
