"""有共用人员时的调匀: days (and times) of tours whose teams share people, by CP-SAT."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from solver.schedule.county.choosing import steady
from solver.schedule.county.outings import Slot
from solver.schedule.limits import Limits
from solver.schedule.problem import Sharing
from solver.schedule.team.guard import Guard, watched
from solver.schedule.timetable import Route

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar

Where = tuple[int, Slot | None, int | None]
"""Day, slot and departure; without a slot the tour stays as it was."""


class Movable(Protocol):
    """What is known of a tour."""

    @property
    def route(self) -> Route: ...
    @property
    def office(self) -> int: ...
    @property
    def members(self) -> Mapping[int, frozenset[str]]: ...
    @property
    def moves(self) -> Mapping[int, tuple[Slot, ...]]: ...


def level_shared(
    sharing: Sharing,
    tours: Sequence[Movable],
    bound: Sequence[tuple[int, int]],
    limits: Limits,
    guard: Guard,
) -> list[Where]:
    """As flat as can be found in the limits, never less flat than it was. ``bound``: office and day of each
    tour where people could be in two places; nothing is flatter than that."""
    from ortools.sat.python import cp_model  # 0.5 s to import

    as_it_was: list[Where] = [(tour.route.day, None, None) for tour in tours]
    if guard.left() == 0:
        return as_it_was
    model = cp_model.CpModel()
    built = _Levels(model, sharing, tours, Counter(bound))
    solver = cp_model.CpSolver()
    steady(solver, limits.work, guard.left())
    status = watched(lambda: solver.solve(model), solver.stop_search, guard.left)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return as_it_was
    return built.read(solver)


class _Levels:
    def __init__(
        self, model: CpModel, sharing: Sharing, tours: Sequence[Movable], bound: Counter[tuple[int, int]]
    ) -> None:
        self.model, self.tours = model, tours
        self.ways: list[tuple[int, int, Slot | None, IntVar]] = []
        self.duties: dict[tuple[str, int], list[int]] = defaultdict(list)
        self.leaves: dict[int, IntVar] = {}
        for number, tour in enumerate(tours):
            self._tour(number, tour, by_time=sharing == "time")
        self._team_days()
        if sharing == "time":
            self._members_by_time()
        else:
            for numbers in self.duties.values():
                model.add_at_most_one([self.ways[number][3] for number in numbers])
        self._objective(bound)

    def _tour(self, number: int, tour: Movable, by_time: bool) -> None:
        own = []
        for day, ways in tour.moves.items():
            stays = day == tour.route.day
            # At another time of the same day only where times matter.
            others = ways if by_time else () if stays else ways[:1]
            for slot in (None, *others) if stays else others:
                taken = self.model.new_bool_var("")
                self.model.add_hint(taken, stays and slot is None)
                own.append(taken)
                for member in sorted(tour.members[day]):
                    self.duties[member, day].append(len(self.ways))
                self.ways.append((number, day, slot, taken))
        self.model.add_exactly_one(own)

    def _team_days(self) -> None:
        groups: dict[object, list[IntVar]] = defaultdict(list)
        for number, day, _, taken in self.ways:
            groups[self.tours[number].route.team, day].append(taken)
        for group in groups.values():
            self.model.add_at_most_one(group)

    def _members_by_time(self) -> None:
        intervals = {}
        for at, (number, _, slot, taken) in enumerate(self.ways):
            route = self.tours[number].route
            if slot is None:
                leaves, length = self.model.new_constant(route.leaves), route.returns - route.leaves
            else:
                leaves, length = self.model.new_int_var(slot.earliest, slot.latest, ""), slot.length
                self.model.add_hint(leaves, slot.earliest)
            self.leaves[at] = leaves
            intervals[at] = self.model.new_optional_fixed_size_interval_var(leaves, length, taken, "")
        for numbers in self.duties.values():
            if len(numbers) > 1:
                self.model.add_no_overlap([intervals[at] for at in numbers])

    def _objective(self, bound: Counter[tuple[int, int]]) -> None:
        """Peaks, then squares, then days moved: the ``k``-th car of a day costs the ``k``-th odd number
        more."""
        now = Counter((tour.office, tour.route.day) for tour in self.tours)
        peak = {office: max(n for (o, _), n in now.items() if o == office) for office, _ in now}
        low = {office: max(n for (o, _), n in bound.items() if o == office) for office in peak}
        cars: dict[tuple[int, int], list[IntVar]] = defaultdict(list)
        far = []
        most = 2 + 2 * sum(1 + max(abs(day - tour.route.day) for day in tour.moves) for tour in self.tours)
        for number, day, slot, taken in self.ways:
            tour = self.tours[number]
            cars[tour.office, day].append(taken)
            if slot is not None:
                far.append((2 * abs(day - tour.route.day) + 1) * taken)
        top = most * (1 + sum(n * n for n in now.values()))
        peaks = {
            (office, nth): self.model.new_bool_var("")
            for office in peak
            for nth in range(low[office], peak[office])
        }
        for (office, nth), passed in peaks.items():
            self.model.add_hint(passed, True)
            if (office, nth + 1) in peaks:
                self.model.add_implication(peaks[office, nth + 1], passed)
        squares = []
        for (office, day), out in cars.items():
            steps = [self.model.new_bool_var("") for _ in range(min(peak[office], len(out)))]
            self.model.add(sum(out) == sum(steps))
            for nth, step in enumerate(steps):
                self.model.add_hint(step, nth < now[office, day])
                if nth:
                    self.model.add_implication(step, steps[nth - 1])
                if (office, nth) in peaks:
                    self.model.add_implication(step, peaks[office, nth])
                squares.append((2 * nth + 1) * step)
        flattest = sum(n * n for n in bound.values())
        self.model.add(sum(squares) >= flattest)
        self.model.minimize(top * sum(peaks.values()) + most * sum(squares) + sum(far))

    def read(self, solver: CpSolver) -> list[Where]:
        found: dict[int, Where] = {}
        for at, (number, day, slot, taken) in enumerate(self.ways):
            if solver.boolean_value(taken):
                leaves = None
                if slot is not None:
                    leaves = solver.value(self.leaves[at]) if at in self.leaves else slot.earliest
                found[number] = (day, slot, leaves)
        return [found[number] for number in range(len(self.tours))]
