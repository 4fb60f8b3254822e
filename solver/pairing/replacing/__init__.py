"""替换: somebody falls ill or a recusal is granted; the seats given up are drawn anew, nobody else's move.

What is left is a small problem of its own (docs/pair-1.md, section 10): the seats given up, those who may
take them beside the team that stays, and the visits everybody already has. It gets a table and a lottery
like any other; its seed follows from the former one (`seeding.reassignment_seed`). Where that cannot be met,
as few further seats as possible are opened and drawn with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from solver.pairing.errors import PairingInfeasible, PairingInputError
from solver.pairing.explain import Drawn
from solver.pairing.problem import Problem
from solver.pairing.replacing.opening import fewest
from solver.pairing.replacing.vacancies import Vacancies
from solver.pairing.shortage.suggestions import Neighbours, suggest
from solver.pairing.table import Row
from solver.pairing.words.gap import Shortage
from solver.pairing.words.wording import replaced_sentence, replacement_sentence


@dataclass(frozen=True, slots=True)
class Replacement:
    """一次替换: the small ``problem`` to be drawn in place of the rows ``given_up`` and ``opened``.

    ``opened`` 另行打开的席位 is empty unless the seats given up could not be filled by themselves.
    """

    problem: Problem
    given_up: tuple[Row, ...]
    opened: tuple[Row, ...] = ()

    @property
    def message(self) -> str:
        return replacement_sentence(self.given_up, self.opened)

    def to_json(self) -> dict[str, object]:
        return {
            "problem_sha256": self.problem.problem_sha256,
            "given_up": [list(row) for row in self.given_up],
            "opened": [list(row) for row in self.opened],
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class SeatChange:
    """一个席位的变动: who ``left`` and who ``joined``."""

    task: str
    seat: str
    left: tuple[str, ...]
    joined: tuple[str, ...]

    @property
    def message(self) -> str:
        return replaced_sentence(self.task, self.seat, self.left, self.joined)

    def to_json(self) -> dict[str, object]:
        return {
            "task": self.task,
            "seat": self.seat,
            "left": list(self.left),
            "joined": list(self.joined),
            "message": self.message,
        }


def replacement(
    problem: Problem,
    rows: Iterable[Row],
    gone: Mapping[str, Collection[str]],
    done: Collection[str] = (),
    neighbours: Neighbours | None = None,
) -> Replacement:
    """替换方案: which seats are drawn anew, and the problem they make.

    ``rows`` are those in force; those of tasks that the problem no longer has still count as visits.
    ``gone``: inspector → tasks he gives up (all of his, if ill). ``done`` tasks are already inspected and
    stay as they are. Nobody in ``gone`` takes a seat given up, on whatever task.

    Raises `PairingInputError` if no seat is given up, `PairingInfeasible` (with suggestions, for which
    ``neighbours`` may be offered) if no lawful team is left however many seats were opened.
    """
    now = tuple(sorted(rows))
    given_up = tuple(row for row in now if row[0] in gone.get(row[2], ()) and row[0] not in done)
    if not given_up:
        raise PairingInputError("没有需要替换的席位：有关人员在尚未检查的任务中没有席位。", where="gone")
    known = {(task.id, seat.id) for task in problem.tasks for seat in task.seats}
    for task, seat, _ in given_up:
        if (task, seat) not in known:
            raise PairingInputError(f"匹配问题中没有检查任务 {task} 的这一席位：{seat}。", where=task)
    absent = frozenset(gone)
    vacancies = _vacancies(problem, now, given_up, absent)
    small = vacancies.solvable()
    if small is not None:
        return Replacement(small, given_up)
    opened = fewest(problem, now, given_up, absent, frozenset(done))
    if opened:
        wider = _vacancies(problem, now, (*given_up, *opened), absent).solvable()
        if wider is not None:
            return Replacement(wider, given_up, opened)
    raise _refusal(vacancies.problem(), neighbours)


def apply(rows: Iterable[Row], done: Replacement, assignment: Drawn) -> tuple[Row, ...]:
    """The rows in force after a replacement was drawn, in order.

    `PairingInputError` if the assignment does not fill exactly the seats drawn anew.
    """
    now = tuple(rows)
    vacant = (*done.given_up, *done.opened)
    new = tuple(assignment.rows)
    if Counter(row[:2] for row in new) != Counter(row[:2] for row in vacant) or not {*now}.issuperset(vacant):
        raise PairingInputError("替换结果与空出的席位不一致，不能采用。", where="assignment")
    return tuple(sorted({*now}.difference(vacant).union(new)))


def changes(before: Iterable[Row], after: Iterable[Row]) -> tuple[SeatChange, ...]:
    """Which seats changed hands, in order."""
    old, new = set(before), set(after)
    found = []
    for place in sorted({row[:2] for row in old ^ new}):
        left = tuple(sorted(row[2] for row in old - new if row[:2] == place))
        joined = tuple(sorted(row[2] for row in new - old if row[:2] == place))
        found.append(SeatChange(*place, left, joined))
    return tuple(found)


def _vacancies(
    problem: Problem, now: tuple[Row, ...], vacant: tuple[Row, ...], gone: frozenset[str]
) -> Vacancies:
    return Vacancies(problem, tuple(row for row in now if row not in set(vacant)), vacant, gone)


def _refusal(small: Problem, neighbours: Neighbours | None) -> PairingInfeasible:
    """What is short where even further seats would not help, and what would mend it."""
    from solver.pairing.solve import preview

    seats = tuple((task.id, seat.id) for task in small.tasks for seat in task.seats)
    people = tuple(one.id for one in small.inspectors)
    needed = sum(seat.demand for task in small.tasks for seat in task.seats)
    short = preview(small).shortages or (Shortage("recusal", seats, people, needed, 1),)
    return PairingInfeasible(short, suggest(small, short, neighbours))
