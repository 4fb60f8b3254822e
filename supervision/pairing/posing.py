"""提出匹配问题: what registers and rules make of a draw, as they stand now."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from sqlmodel import Session

from solver.pairing import Problem
from supervision.draw import records as draws
from supervision.draw.tables import Draw, DrawnEntity
from supervision.inspection.rules import concerns, visit_code
from supervision.pairing import records
from supervision.pairing.rules import (
    Group,
    Officer,
    Terms,
    Unfit,
    VisitNeed,
    away_throughout,
    build_problem,
    neighbours,
    renamed,
    unfit,
)
from supervision.pairing.unit_posing import absences, form
from supervision.pairing.units import Unit, Units, is_day
from supervision.people import records as people
from supervision.people.rules import in_scope
from supervision.plan.service import items_of
from supervision.plan.tables import DrawUnit, Task
from supervision.register.tables import Entity, Inspector, Item

LONGEST_NAME = 150

Drawn = tuple[DrawnEntity, Entity]


@dataclass(frozen=True, slots=True)
class Posed:
    """匹配问题 of a draw with all it was made of. ``problem`` calls people and visits by their codes."""

    officers: tuple[Officer, ...]
    visits: tuple[VisitNeed, ...]
    terms: Terms
    recusals: tuple[tuple[str, str], ...]
    problem: Problem
    people: Mapping[str, str]
    """Code → name and code, for the office."""
    entities: Mapping[str, str]
    """Code of the visit, or of the task it is drawn in → whom it goes to, for the office."""
    units: Units
    """抽签单元: what the tasks of ``problem`` stand for."""

    def under(self, cap: Fraction | None = None, max_visits: int | None = None) -> "Posed":
        """The same under another cap, or with other most visits for everybody, than the task names."""
        terms = replace(self.terms, cap=cap or self.terms.cap, max_visits=max_visits or self.terms.max_visits)
        people = tuple(replace(one, max_load=terms.most) for one in self.problem.inspectors)
        return replace(self, terms=terms, problem=replace(self.problem, cap=terms.cap, inspectors=people))

    def in_words(self) -> Problem:
        """The same problem under names, so that a refusal says whom it means. For the office alone."""
        return renamed(self.problem, self.people.__getitem__, self.entities.__getitem__)

    def neighbours(self, named: Container[str]) -> dict[tuple[str, str], list[str]]:
        """邻区人员, under names: (visit, seat) → who could come from another area, at ``named`` visits."""
        of_visit = {visit: unit.code for unit in self.units.each for visit in unit.visits}
        return {
            (self.entities[of_visit[visit.code]], seat): [self.people[code] for code in codes]
            for visit in self.visits
            if self.entities[of_visit[visit.code]] in named
            for seat, codes in neighbours(self.officers, visit, self.terms, self.recusals).items()
        }


def in_order(rows: Sequence[Drawn]) -> list[Drawn]:
    """The drawn entities in the order in which their visits are numbered."""
    return sorted(rows, key=lambda row: row[1].uscc)


def pose(session: Session, task: Task, draw: Draw) -> Posed:
    """匹配问题 of a whole draw: recusals and leaves that came after the freeze count."""
    rows = in_order(draws.drawn(session, draw.id or 0))
    coded = {visit_code(draw.draw_id, n): entity for n, (_, entity) in enumerate(rows, start=1)}
    return pose_visits(session, task, draw, coded)


def pose_visits(
    session: Session,
    task: Task,
    draw: Draw,
    coded: Mapping[str, Entity],
    standing: Sequence[Unit] | None = None,
) -> Posed:
    """匹配问题 of the visits of a draw given by code. ``standing``: what stays together, if told."""
    inspectors = draws.inspectors(session, draw.organ_id)
    officers, visits = _gathered(session, task, draw, coded, inspectors)
    terms, recusals = terms_of(task), tuple(records.entity_recusals(session, draw.organ_id))
    colleagues = records.colleague_recusals(session, draw.organ_id)
    needs = {visit.code: visit for visit in visits}
    if standing is None:
        organ = people.organ_by_id(session, draw.organ_id).name
        units = form(session, task, draw.draw_id, organ, coded, needs, officers, inspectors)
    else:
        units = Units(task.draw_unit, tuple(standing))
    problem = build_problem(
        officers,
        visits,
        terms,
        recusals=recusals,
        colleague_recusals=colleagues,
        groups=_groups(session, task, units, needs, inspectors),
    )
    named = {code: _shown(entity.name, code.rpartition("-")[2]) for code, entity in coded.items()}
    return Posed(
        officers=officers,
        visits=visits,
        terms=terms,
        recusals=recusals,
        problem=problem,
        people=MappingProxyType({i.code: _shown(i.name, i.code) for i in inspectors}),
        entities=MappingProxyType(
            named | {one.code: _unit_shown(one, named) for one in units.each if one.code not in named}
        ),
        units=units,
    )


def unfit_at(
    session: Session, task: Task, draw: Draw, entity: Entity, team: Sequence[Inspector]
) -> dict[str, Unfit]:
    """不能派的原因: who of a team may not visit an entity, by code, and why."""
    officers, visits = _gathered(session, task, draw, {"": entity}, team)
    recusals = records.entity_recusals(session, draw.organ_id)
    return unfit(officers, visits[0], terms_of(task), recusals)


def terms_of(task: Task) -> Terms:
    """匹配要求 of a task."""
    return Terms(
        team_size=task.team_size,
        last_day=task.ends,
        departments=tuple(task.departments),
        rotation=task.rotation,
        cross_station=task.cross_station,
        max_visits=task.max_visits,
        cap=Fraction(task.cap) if task.cap else None,
        unit_size=task.unit_size or 1,
    )


def officer_of(inspector: Inspector, carried: int = 0, away: bool = False) -> Officer:
    """可派人员; ``carried``: visits assigned this year, besides those carried before."""
    return Officer(
        code=inspector.code,
        certificate_until=inspector.certificate_until,
        area=inspector.region_prefix,
        qualifications=frozenset(inspector.qualifications.split()),
        may_lead=inspector.may_lead,
        past_load=inspector.past_load + carried,
        department=inspector.department.strip(),
        station=inspector.station,
        away=away,
    )


def need(
    task: Task, code: str, entity: Entity, items: Sequence[Item], last_team: frozenset[str] = frozenset()
) -> VisitNeed:
    """检查的需求. Who moved out of the task's area since the freeze is still looked for there."""
    here = in_scope(task.region_prefix, entity.region_code)
    wanted = {i.qualification for i in items if i.qualification and concerns(i.tag, entity.tags)}
    return VisitNeed(
        code=code,
        uscc=entity.uscc,
        region=entity.region_code if here else task.region_prefix,
        qualifications=tuple(sorted(wanted)),
        address=entity.address,
        last_team=last_team,
    )


def _gathered(
    session: Session, task: Task, draw: Draw, coded: Mapping[str, Entity], inspectors: Sequence[Inspector]
) -> tuple[tuple[Officer, ...], tuple[VisitNeed, ...]]:
    carried = records.loads_of_year(session, draw.organ_id, draw.year)
    leaves = records.leaves(session, draw.organ_id, task.starts, task.ends)
    last = records.last_teams(session, draw, [entity.id or 0 for entity in coded.values()])
    items = items_of(session, task)
    officers = tuple(
        officer_of(
            one,
            carried.get(one.id or 0, 0),
            away_throughout(leaves.get(one.id or 0, ()), task.starts, task.ends),
        )
        for one in inspectors
    )
    visits = tuple(
        need(task, code, entity, items, last.get(entity.id or 0, frozenset()))
        for code, entity in coded.items()
    )
    return officers, visits


def _groups(
    session: Session,
    task: Task,
    units: Units,
    needs: Mapping[str, VisitNeed],
    inspectors: Sequence[Inspector],
) -> list[Group]:
    """The units with what their visits need; on a day-route nobody sits who is not there on its day."""
    absent: Mapping[str, frozenset[str]] = {}
    if units.kind is DrawUnit.DAY_ROUTE:
        periods = {date.fromisoformat(one.period) for one in units.each if is_day(one.period)}
        absent = absences(session, task, inspectors, sorted(periods))
    return [
        Group(
            one.code,
            tuple(needs[code] for code in one.visits),
            one.period,
            absent.get(one.period, frozenset()),
        )
        for one in units.each
    ]


def _unit_shown(unit: Unit, named: Mapping[str, str]) -> str:
    """``片区 B0001（20 户，某公司等）``: a unit as the office reads it."""
    what = "日行程" if unit.period else "片区"
    first = named[unit.visits[0]]
    return f"{what} {unit.code.rpartition('-')[2]}（{len(unit.visits)} 户：{first} 等）"


def _shown(name: str, code: str) -> str:
    """A name that a problem may hold as an id: printable, and its own."""
    printable = "".join(letter for letter in name if letter.isprintable())[:LONGEST_NAME]
    return f"{printable}（{code}）"
