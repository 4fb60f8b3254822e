"""统一选择: which outings, on which day and when, for some teams at once while all others stay (CP-SAT)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from solver.schedule.county.options import Option
from solver.schedule.county.placing import Calendar, Placed
from solver.schedule.problem import Id, Problem, id_order
from solver.schedule.team.guard import Guard, watched

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Worth:
    """方案优劣: visits left out by weight, changes to the published plan, seconds of travel and team-days."""

    missing: int
    changes: int
    cost: int

    def rank(self, problem: Problem) -> tuple[int, ...]:
        """Smaller is better, by the aims of the problem."""
        if problem.aims == "weighted":
            return (self.missing * problem.miss_cost + self.changes * problem.change_cost + self.cost,)
        return self.missing, self.changes, self.cost


def visit_weights(problem: Problem) -> dict[Id, int]:
    """How heavily each visit counts when it is left out: one pinned or promised more than all others
    together.
    """
    heavy = len(problem.visits) + 1
    return {visit.id: heavy if visit.pinned or visit.appointment else 1 for visit in problem.visits}


def worth(placed: Sequence[Placed], visits: Iterable[Id], weigh: Mapping[Id, int]) -> Worth:
    """Of a plan for these visits."""
    options = [one.option for one in placed]
    done = {visit for option in options for visit in option.visits}
    return Worth(
        sum(weigh[visit] for visit in visits if visit not in done),
        sum(option.changes for option in options),
        sum(option.cost for option in options),
    )


def grouped(keys: Iterable[Iterable[Key]]) -> dict[Key, list[int]]:
    """Key → positions of those that have it."""
    found: dict[Key, list[int]] = defaultdict(list)
    for number, own in enumerate(keys):
        for key in own:
            found[key].append(number)
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """选择结果. ``best``: proven, given what was fixed. ``work``: deterministic seconds it took."""

    placed: tuple[Placed, ...]
    best: bool
    work: float


def weights(problem: Problem, options: Sequence[Option]) -> tuple[int, int]:
    """What a missing and a changed visit weigh against a second, so that the aims come in their order."""
    if problem.aims == "weighted":
        return problem.miss_cost, problem.change_cost
    dearest: dict[Id, int] = {}
    for option in options:
        for visit in option.visits:
            dearest[visit] = max(dearest.get(visit, 0), option.cost)
    change = sum(dearest.values()) + 1
    return change * (len(dearest) + 1), change


def choose(
    problem: Problem,
    options: Sequence[Option],
    rest: Calendar,
    hint: Sequence[Placed],
    weigh: Mapping[Id, int],
    work: float,
    guard: Guard | None = None,
) -> Choice | None:
    """The best choice of ``options`` beside ``rest``, in ``work`` deterministic seconds at most; ``None``:
    none was found in time. Visits in no chosen option are missing."""
    from ortools.sat.python import cp_model  # 0.5 s to import

    model = cp_model.CpModel()
    built = _Model(model, problem, options, rest, weigh)
    built.hint(hint)
    solver = cp_model.CpSolver()
    guard = guard or Guard()
    steady(solver, work, guard.left())
    status = watched(lambda: solver.solve(model), solver.stop_search, guard.left)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return Choice(built.read(solver), status == cp_model.OPTIMAL, solver.deterministic_time)


def steady(solver: CpSolver, work: float, seconds: float | None = None) -> None:
    """One worker, a fixed seed, a deterministic limit: the same answer on every machine."""
    parameters: Any = solver.parameters
    parameters.num_workers = 1
    parameters.random_seed = 1
    parameters.max_deterministic_time = max(work, 0.001)
    if seconds is not None:
        parameters.max_time_in_seconds = max(seconds, 0.01)


class _Model:
    def __init__(
        self,
        model: CpModel,
        problem: Problem,
        options: Sequence[Option],
        rest: Calendar,
        weigh: Mapping[Id, int],
    ) -> None:
        self.model, self.problem, self.rest, self.weigh = model, problem, rest, weigh
        self.options = [option for option in options if (option.team, option.day) not in rest.team_out]
        if problem.sharing == "day":
            self.options = [option for option in self.options if not rest.in_the_way(option, 0)]
        self.taken: list[IntVar] = [model.new_bool_var("") for _ in self.options]
        self.leaves: dict[tuple[Id, int], IntVar] = {}
        self._visits(options)
        self._team_days()
        self._cars()
        if problem.sharing == "day":
            self._members_by_day()
        else:
            self._members_by_time()

    def _visits(self, options: Sequence[Option]) -> None:
        wanted = {visit for option in options for visit in option.visits}
        by_visit: dict[Id, list[int]] = {visit: [] for visit in sorted(wanted, key=id_order)}
        for number, option in enumerate(self.options):
            for visit in option.visits:
                by_visit[visit].append(number)
        miss, change = weights(self.problem, options)
        self.missing = {visit: self.model.new_bool_var("") for visit in by_visit}
        for visit, numbers in by_visit.items():
            self.model.add_exactly_one([self.missing[visit], *(self.taken[number] for number in numbers)])
        cost = [option.cost + change * option.changes for option in self.options]
        self.model.minimize(
            miss * sum(self.weigh[visit] * missing for visit, missing in self.missing.items())
            + sum(each * taken for each, taken in zip(cost, self.taken, strict=True))
        )

    def _team_days(self) -> None:
        for numbers in grouped([[(option.team, option.day)] for option in self.options]).values():
            self.model.add_at_most_one([self.taken[number] for number in numbers])

    def _cars(self) -> None:
        rest, cars = self.rest, self.rest.cars
        places = [[(rest.office[option.team], option.day)] for option in self.options]
        for place, numbers in grouped(places).items():
            if place[0] in cars:
                left = max(0, cars[place[0]] - len(rest.out[place]))
                self.model.add(sum(self.taken[number] for number in numbers) <= left)

    def _member_days(self) -> dict[tuple[str, int], list[int]]:
        members = self.rest.members
        return grouped([[(one, option.day) for one in members(option)] for option in self.options])

    def _members_by_day(self) -> None:
        for numbers in self._member_days().values():
            self.model.add_at_most_one([self.taken[number] for number in numbers])

    def _members_by_time(self) -> None:
        first: dict[tuple[Id, int], tuple[int, int]] = {}
        for option in self.options:
            key, slot = (option.team, option.day), option.slot
            low, high = first.get(key, (slot.earliest, slot.latest))
            first[key] = min(low, slot.earliest), max(high, slot.latest)
        self.leaves = {key: self.model.new_int_var(low, high, "") for key, (low, high) in first.items()}
        intervals = []
        for option, taken in zip(self.options, self.taken, strict=True):
            leaves, slot = self.leaves[option.team, option.day], option.slot
            if (slot.earliest, slot.latest) != first[option.team, option.day]:
                self.model.add_linear_constraint(leaves, slot.earliest, slot.latest).only_enforce_if(taken)
            intervals.append(self.model.new_optional_fixed_size_interval_var(leaves, slot.length, taken, ""))
        for key, numbers in self._member_days().items():
            duties = [intervals[number] for number in numbers]
            for begin, end in sorted(self.rest.busy[key].values()):
                duties.append(self.model.new_fixed_size_interval_var(begin, end - begin, ""))
            if len(duties) > 1:
                self.model.add_no_overlap(duties)

    def hint(self, placed: Sequence[Placed]) -> None:
        chosen = {one.option: one for one in placed}
        done = {visit for one in placed for visit in one.option.visits}
        for option, taken in zip(self.options, self.taken, strict=True):
            one = chosen.get(option)
            self.model.add_hint(taken, one is not None)
            if one is not None and (option.team, option.day) in self.leaves:
                self.model.add_hint(self.leaves[option.team, option.day], one.leaves)
        for visit, missing in self.missing.items():
            self.model.add_hint(missing, visit not in done)

    def read(self, solver: CpSolver) -> tuple[Placed, ...]:
        found = []
        for option, taken in zip(self.options, self.taken, strict=True):
            if solver.boolean_value(taken):
                leaves = self.leaves.get((option.team, option.day))
                found.append(Placed(option, option.slot.earliest if leaves is None else solver.value(leaves)))
        return tuple(found)
