"""What is known of a draw's pairing: its table and teams, with the names that only the office sees."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeVar

from sqlmodel import Session

from api.i18n import lazy
from solver.fairness.pairing import TableFairness, of_table
from solver.pairing.explain import Chance
from solver.pairing.problem import Problem
from solver.pairing.table import Table
from supervision.draw import service as draws
from supervision.draw.tables import Draw
from supervision.errors import NotFound
from supervision.inspection import service as inspection
from supervision.inspection.rules import visit_code
from supervision.pairing import service as pairings
from supervision.pairing import storing
from supervision.pairing.tables import Pairing
from supervision.pairing.units import expanded
from supervision.people.rules import Actor

Kept = TypeVar("Kept")
EVERYONE = 1_000_000
SEAT_LABELS = {"lead": lazy("组长"), "member": lazy("组员")}
Row = tuple[str, str, str]
"""(visit, seat, inspector) of an outcome, by its ids."""


@dataclass(frozen=True, slots=True)
class Names:
    """名称 of people and visits, by the ids that a table has for them."""

    people: Mapping[str, tuple[str, str]]
    """Id (a code, or an alias) → name and code."""
    visits: Mapping[str, str]
    """Code of a visit → whom it goes to."""

    def who(self, person: str) -> str:
        """``张三 GX001``."""
        name, code = self.people.get(person, ("", person))
        return f"{name} {code}".strip()

    def visit(self, code: str) -> str:
        """``V0001 贵溪市示例酒店``."""
        return f"{code.rpartition('-')[2]} {self.visits.get(code, '')}".strip()


@dataclass(frozen=True, slots=True)
class Team:
    """检查组 of one visit, as it was drawn."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """匹配 of a draw as far as it has come."""

    draw: Draw
    pairing: Pairing
    names: Names
    table: Table | None
    """None for a pairing of the older kind."""
    outcome: Mapping[str, Any]
    """A.json; empty before the lottery."""
    units: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """抽签单元: task of the table → its visits; empty where teams are drawn by entity."""
    tasks: Mapping[str, str] = field(default_factory=dict)
    """Visit → the task that it was drawn in, where teams are drawn for units."""

    @property
    def rows(self) -> Sequence[Row]:
        """As the table has them: by task."""
        return [(row["task"], row["seat"], row["inspector"]) for row in self.outcome.get("assignment", ())]

    def named(self, chance: Chance) -> Chance:
        """A chance of the table under names, so that its sentence can be read."""
        return replace(chance, task=self.names.visit(chance.task), inspector=self.names.who(chance.inspector))

    @property
    def visit_rows(self) -> Sequence[Row]:
        """By visit: those of one bundle or route have the same team."""
        return expanded(self.rows, self.units)

    def task_of(self, visit: str) -> str:
        """The task of the table that a visit was drawn in."""
        return self.tasks.get(visit, visit)

    def team(self, visit: str) -> Team:
        """What the lottery gave a visit."""
        task = self.task_of(visit)
        return Team(tuple(row for row in self.rows if row[0] == task))

    @property
    def actual(self) -> Mapping[str, int] | None:
        """Id of the inspector → visits that the lottery gave."""
        if not self.pairing.is_drawn:
            return None
        found: dict[str, int] = {}
        for _visit, _seat, who in self.rows:
            found[who] = found.get(who, 0) + 1
        return found


def seat_label(_: Callable[[str], str], seat: str) -> str:
    """席位 in words: 组长, 组员, 资格 food, 部门 …."""
    kind, _colon, what = seat.partition(":")
    if kind == "qualification" and what:
        return _("{what}资格席位").format(what=what)
    if kind == "department" and what:
        return _("{what}席位").format(what=what)
    return _(SEAT_LABELS[seat]) if seat in SEAT_LABELS else seat


def about_load(load: Fraction) -> str:
    """``4.18``: a number of visits, rounded for the eye."""
    return f"{float(load):.2f}".rstrip("0").rstrip(".")


def pairing_or_none(session: Session, actor: Actor, draw_id: str) -> Pairing | None:
    try:
        return pairings.table_of(session, actor, draw_id)
    except NotFound:
        return None


def known_of(session: Session, actor: Actor, draw: Draw, pairing: Pairing) -> Known:
    units = storing.units_of(pairing, draw.draw_id)
    named = {task: f"（{len(visits)} 户）" for task, visits in units.items() if visits != (task,)}
    return Known(
        draw=draw,
        pairing=pairing,
        names=Names(
            people=_people(session, draw, pairing),
            visits=visit_names(session, actor, draw, drawn=pairing.is_drawn) | named,
        ),
        table=shelf.table(pairing) if pairing.table_sha256 else None,
        outcome=outcome_of(pairing),
        units=units,
        tasks={visit: task for task, visits in units.items() for visit in visits},
    )


def codes_of(session: Session, draw: Draw, pairing: Pairing) -> Mapping[str, str]:
    """Id of the table → staff number."""
    if not pairing.alias_key:
        return {code: code for code in pairing.loads}
    return pairings.people_of(session, draw, pairing)


def outcome_of(pairing: Pairing) -> Mapping[str, Any]:
    """A.json of the lottery; empty before it."""
    found: Mapping[str, Any] = storing.unpack(pairing.outcome) if pairing.outcome else {}
    return found


def visit_names(session: Session, actor: Actor, draw: Draw, *, drawn: bool) -> dict[str, str]:
    """Code of the visit → name of whom it goes to; before the teams are drawn, visits are numbered ahead."""
    if drawn:
        rows = inspection.visits_of_task(session, actor, draw.task_id, limit=EVERYONE).rows
        return {row.code: row.entity_name for row in rows}
    entities = draws.drawn_entities(session, actor, draw.draw_id)
    return {visit_code(draw.draw_id, n): entity.name for n, entity in enumerate(entities, start=1)}


def _people(session: Session, draw: Draw, pairing: Pairing) -> dict[str, tuple[str, str]]:
    names = pairings.names_of(session, draw)
    if not pairing.alias_key:
        return {code: (name, code) for code, name in names.items()}
    codes = pairings.people_of(session, draw, pairing)
    return {alias: (names.get(code, ""), code) for alias, code in codes.items()}


class TableShelf:
    """Tables read before, by their digests: a large one takes a second to read, and its figures another."""

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._tables: dict[str, Table] = {}
        self._solved: dict[str, Table] = {}
        self._figures: dict[str, TableFairness] = {}

    def table(self, pairing: Pairing) -> Table:
        digest = pairing.table_sha256 or ""
        found = self._tables.get(digest)
        if found is None:
            found = _keep(self._tables, digest, storing.table_of(pairing), self._most)
        return found

    def solved(self, problem: Problem) -> Table | None:
        """A table that was worked out for this very problem, registers and cap alike."""
        return self._solved.get(problem.problem_sha256)

    def keep(self, problem: Problem, table: Table) -> Table:
        return _keep(self._solved, problem.problem_sha256, table, self._most)

    def figures(self, table: Table) -> TableFairness:
        found = self._figures.get(table.table_sha256)
        if found is None:
            found = _keep(self._figures, table.table_sha256, of_table(table), self._most)
        return found


def _keep(kept: dict[str, Kept], digest: str, made: Kept, most: int) -> Kept:
    while len(kept) >= most:
        kept.pop(next(iter(kept)), None)
    kept[digest] = made
    return made


shelf = TableShelf()
