"""一组的安排: the best plan of one team by itself, with proof; and whether visits fit together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from solver.schedule.limits import Limits, Watch
from solver.schedule.problem import Id, Problem
from solver.schedule.team.columns import Columns
from solver.schedule.team.driving import drive
from solver.schedule.team.frame import Frame, Ints
from solver.schedule.team.greedy import plan_greedily
from solver.schedule.team.guard import Guard
from solver.schedule.team.partition import Choice, Partition
from solver.schedule.team.relaxation import Aim
from solver.schedule.team.tours import Tours, list_tours
from solver.schedule.timetable import Route
from solver.schedule.travel import Travel

#: Nodes of a branch and bound over tours that are not all there are: no proof can come of more.
NODES_OF_SOME = 50


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """一组的安排. ``cost`` = travel + day_cost · days + miss_cost · missing.

    ``bound``: no plan that misses as few (and, after publication, moves as few) costs less. ``proven``: this
    is the best. ``cut``: a clock or a person stopped the search, and another run may find another plan.
    """

    team: Id
    routes: tuple[Route, ...]
    """In order of day."""
    missing: tuple[Id, ...]
    cost: int
    bound: int
    proven: bool
    cut: bool = False


def plan_team(
    problem: Problem,
    travel: Travel,
    team_id: Id,
    limits: Limits,
    visits: Iterable[Id] | None = None,
    watch: Watch | None = None,
    guard: Guard | None = None,
) -> TeamPlan:
    """The team's best plan for its own visits, or for just these; its limits are in work, not in time.

    First as many visits as can be (pinned ones and appointments before all), then as few changes to the
    published plan, then least cost; or all at once in seconds (``aims: weighted``). Raises ``Cancelled``.
    """
    frame = Frame.of(problem, travel, team_id, visits)
    return plan_frame(frame, list_or_search(frame, limits), limits, guard or Guard.of(limits, watch))


def fits(problem: Problem, travel: Travel, team_id: Id, visit_ids: Iterable[Id]) -> bool:
    """Whether the team can do all of these in its days (as far as known, where not all tours were listed)."""
    frame = Frame.of(problem, travel, team_id, visit_ids)
    return fits_tours(frame, list_or_search(frame, Limits()), frame.ids)


def fits_tours(frame: Frame, tours: Tours, visit_ids: Iterable[Id]) -> bool:
    """As ``fits``, with tours that were listed before, for these and perhaps for more visits."""
    wanted = set(visit_ids)
    here = np.array([one in wanted for one in tours.visits], dtype=np.bool_)
    if not frame.on[here].any(axis=1).all():
        return False
    columns = Columns.of(frame.problem, tours.only(wanted))
    partition = Partition(columns, Limits().nodes, lambda: None)
    none = np.zeros(len(columns), dtype=np.int64)
    side = (none, here.astype(np.int64), 0)
    aim = Aim(columns.cost, np.zeros(len(here), dtype=np.int64), (side,))
    try:
        return partition.least(aim, first=True) is not None
    except ArithmeticError:
        return False


def list_or_search(frame: Frame, limits: Limits) -> Tours:
    """Every tour; or, where there are too many, good ones that a search of the team's days meets."""
    tours = list_tours(frame, limits.tours)
    if tours.complete:
        return tours
    from solver.schedule.routing.columns import search_tours  # brings the compiler

    return search_tours(frame, limits.tours)


def plan_frame(frame: Frame, tours: Tours, limits: Limits, guard: Guard) -> TeamPlan:
    """The best plan out of these tours.

    Where rounding errors defeat the relaxation of one team, the others are planned all the same: it gets what
    a search of its days finds, and no proof.
    """
    try:
        return _planned(frame, tours, limits, guard)
    except ArithmeticError:
        return _all_the_same(frame, tours, limits, guard)


def _all_the_same(frame: Frame, tours: Tours, limits: Limits, guard: Guard) -> TeamPlan:
    """A lawful plan without proof, where the exact model could not be solved."""
    found = greedy_plan(frame, cut=False)
    if not tours.complete or guard.left() == 0:
        return replace(found, cut=guard.struck)
    from solver.schedule.routing.columns import search_tours

    try:
        other = _planned(frame, search_tours(frame, limits.tours), limits, guard)
    except ArithmeticError:
        return found
    return min(found, replace(other, proven=False), key=lambda one: _worth(frame, one))


def greedy_plan(frame: Frame, *, cut: bool) -> TeamPlan:
    """A plan at once, without listing tours; ``cut``: because there was no time for more."""
    problem = frame.problem
    routes = plan_greedily(frame)
    done = {visit for route in routes for visit in route.visits}
    missing = tuple(one for one in frame.ids if one not in done)
    cost = sum(one.travel + problem.day_cost for one in routes) + problem.miss_cost * len(missing)
    bound = int(np.minimum(_into(frame)[1:], problem.miss_cost).sum())
    whole = not frame.visits
    return TeamPlan(
        frame.team.id, routes, missing, cost, min(cost, bound), proven=whole, cut=cut and not whole
    )


def _planned(frame: Frame, tours: Tours, limits: Limits, guard: Guard) -> TeamPlan:
    problem = frame.problem
    columns = Columns.of(problem, tours)
    nodes = limits.nodes if tours.complete else min(limits.nodes, NODES_OF_SOME)
    partition = Partition(columns, nodes, guard.left)
    quick = _quickly(frame, columns)
    choice: Choice | None = None
    if guard.left() != 0:
        plan = _weighted if problem.aims == "weighted" else _in_order
        choice = plan(frame, columns, partition, quick)
    cut = guard.struck
    whole = choice is not None and choice.whole and tours.complete and not cut
    choice = choice or quick
    dates = columns.dated(choice.columns)
    routes = []
    for column, day in sorted(dates.items(), key=lambda pair: pair[1]):
        order = [int(at) for at in tours.orders[columns.tour[column]] if at >= 0]
        route = drive(frame, day, order)
        if route is None:
            raise ArithmeticError(f"a listed tour of team {frame.team.id} cannot be driven")
        routes.append(route)
    missing = tuple(frame.visits[at].id for at in choice.missed)
    cost = sum(one.travel + problem.day_cost for one in routes) + problem.miss_cost * len(missing)
    bound = cost - (choice.cost - choice.bound)
    if not tours.complete:
        bound = min(bound, cheapest(frame, len(missing)))
    found = TeamPlan(frame.team.id, tuple(routes), missing, cost, cost if whole else bound, whole, cut)
    if whole or not tours.complete or guard.left() == 0:
        return found
    return _or_searched(frame, found, limits, guard)


def _or_searched(frame: Frame, found: TeamPlan, limits: Limits, guard: Guard) -> TeamPlan:
    """For a team too hard to be proven: what a search of its days finds, where that is better."""
    from solver.schedule.routing.columns import search_tours

    other = _planned(frame, search_tours(frame, limits.tours), limits, guard)
    if _worth(frame, other) >= _worth(frame, found):
        return found
    same = _worth(frame, other)[:2] == _worth(frame, found)[:2] and frame.problem.aims == "lexicographic"
    return replace(other, bound=min(other.cost, found.bound) if same else other.bound)


def _worth(frame: Frame, plan: TeamPlan) -> tuple[int, int, int]:
    """What is missed, what is moved, what it costs, as the problem's aims count it; less is better."""
    problem, weights = frame.problem, dict(zip(frame.ids, _weights(frame).tolist(), strict=True))
    moved = sum(problem.would_change(one, r.team, r.day) for r in plan.routes for one in r.visits)
    missed = sum(weights[one] for one in plan.missing)
    if problem.aims == "weighted":
        return missed // (len(weights) + 1), plan.cost + problem.change_cost * moved, 0
    return missed, moved, plan.cost


def _weights(frame: Frame) -> Ints:
    """How heavily a missed visit counts: one pinned or promised more than all others together."""
    heavy = len(frame.visits) + 1
    return np.array([heavy if one.pinned or one.appointment else 1 for one in frame.visits], dtype=np.int64)


def _in_order(frame: Frame, columns: Columns, partition: Partition, quick: Choice) -> Choice | None:
    """Fewest missed > fewest changed > least cost."""
    nothing = np.zeros(len(frame.visits), dtype=np.int64)
    missed = _weights(frame) * (1 + (len(frame.visits) if columns.changes.any() else 0))
    first = Aim(columns.changes, missed)
    relaxed = partition.relax(first, rounds=6)
    least = int(np.ceil(relaxed.bound - 1e-6))
    choice = partition.least(Aim(columns.cost, nothing, ((*_sums(first), least),)), start=quick)
    if choice is not None:
        return choice
    fewest = partition.least(first, start=quick)
    if fewest is None:
        return None
    choice = partition.least(Aim(columns.cost, nothing, ((*_sums(first), fewest.cost),)), start=fewest)
    if choice is None:
        cost = int(columns.cost[list(fewest.columns)].sum())
        return Choice(fewest.columns, fewest.missed, cost, 0, False)
    return choice if fewest.whole else Choice(choice.columns, choice.missed, choice.cost, choice.bound, False)


def _weighted(frame: Frame, columns: Columns, partition: Partition, quick: Choice) -> Choice | None:
    """Everything in seconds; what is pinned or promised stands all the same."""
    problem = frame.problem
    dearest = int(columns.cost.max(initial=0)) + problem.miss_cost + problem.change_cost
    heavy = dearest * len(frame.visits) + 1
    miss = np.array(
        [problem.miss_cost + heavy * bool(one.pinned or one.appointment) for one in frame.visits],
        dtype=np.int64,
    )
    return partition.least(Aim(columns.cost + problem.change_cost * columns.changes, miss), start=quick)


def _sums(aim: Aim) -> tuple[Ints, Ints]:
    return aim.column, aim.miss


def _quickly(frame: Frame, columns: Columns) -> Choice:
    """A plan at once, to begin with: what a search has found, or one tour after the other."""
    weights = _weights(frame)
    found = [_greedily(frame, columns)]
    start = np.flatnonzero(np.isin(columns.tour, columns.tours.start)).tolist()
    if start and len(start) == len(columns.tours.start) and columns.crowd(start) is None:
        found.append(_chosen(columns, start))
    return min(found, key=lambda one: (int(weights[list(one.missed)].sum()), one.cost))


def _greedily(frame: Frame, columns: Columns) -> Choice:
    """The tours with most visits first, cheap ones before dear ones."""
    weights = columns.members @ _weights(frame)
    price = (columns.cost + frame.problem.change_cost * columns.changes) / np.maximum(weights, 1)
    done = np.zeros(len(frame.visits), dtype=np.bool_)
    chosen: list[int] = []
    for column in np.lexsort((price, -weights)).tolist():
        if (columns.members[column] & done).any() or columns.crowd([*chosen, column]) is not None:
            continue
        chosen.append(column)
        done |= columns.members[column]
        if len(chosen) == len(frame.days) or done.all():
            break
    return _chosen(columns, chosen)


def _chosen(columns: Columns, chosen: Sequence[int]) -> Choice:
    done = columns.members[list(chosen)].any(axis=0)
    missed = tuple(np.flatnonzero(~done).tolist())
    return Choice(tuple(sorted(chosen)), missed, int(columns.cost[list(chosen)].sum()), 0, False)


def cheapest(frame: Frame, missing: int) -> int:
    """What as many visits cost at least: the shortest way to each, and days of ``max_visits``."""
    n = len(frame.visits)
    if n == missing:
        return missing * frame.problem.miss_cost
    into = _into(frame)
    days = -(-(n - missing) // frame.problem.max_visits)
    visits = int(np.sort(into[1:])[: n - missing].sum())
    return visits + days * (int(into[0]) + frame.problem.day_cost) + missing * frame.problem.miss_cost


def _into(frame: Frame) -> Ints:
    """The shortest way to the office and to each visit."""
    ways = frame.go.copy()
    np.fill_diagonal(ways, np.iinfo(np.int64).max)
    into: Ints = ways.min(axis=0)
    return into
