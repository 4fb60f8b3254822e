"""匹配规则: who may fill which seat of a visit, on plain values (R6, R7, R9; area, item, rotation)."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cache

from solver.pairing import Inspector, Problem, Seat, Task
from supervision.errors import SupervisionError

LEAD = "lead"
MEMBER = "member"
METHOD = "pair/1"
_STATION = re.compile(r"(市场监督管理|市场监管|市监|工商)?(分局|所|站|局)$")
_TOWN = re.compile(r"(镇|乡|街道办事处|街道|办事处)$")


class NobodyToSend(SupervisionError):
    code = "nobody_to_send"
    status = 422
    sentence = "执法检查人员名录库中没有可派的人员。请先导入名录，并检查证件有效期、执法区域和请假。"


class UnlawfulPairing(SupervisionError):
    code = "unlawful_pairing"
    status = 500
    sentence = "匹配结果未通过独立核验，已放弃，没有保存任何内容：{report}"


class TableMissing(SupervisionError):
    code = "table_missing"
    status = 409
    sentence = "抽取 {draw_id} 的匹配概率表还没有登记。请先由计划编制人员登记概率表，再办理。"


class SecondRefused(SupervisionError):
    code = "second_refused"
    status = 422
    sentence = (
        "匹配随机数与抽取时揭示的随机数对不上。请核对是否为生成承诺时一并保存的那一份（64 位十六进制）。"
    )


class SecondMissing(SupervisionError):
    code = "second_missing"
    status = 409
    sentence = "以下参与方还没有交出匹配随机数：{titles}。全部交出，或记录未交之后，才能抽出检查组。"


class NoSecondYet(SupervisionError):
    code = "no_second_yet"
    status = 409
    sentence = (
        "除组织方外，还没有一方交出匹配随机数。此时记为未交，"
        "种子就是组织方登记概率表之前能够知道的，须由审批人办理，并向公众说明。"
    )


class Unfit(StrEnum):
    """不能派的原因: why somebody cannot be sent on a visit. Never public: with names it tells of a person."""

    CERTIFICATE = "证件到期"
    LEAVE = "请假"
    AREA = "区域"
    RECUSAL = "回避"
    ROTATION = "轮换"
    STATION = "本所"
    DEPARTMENT = "部门"
    QUALIFICATION = "资格"


@dataclass(frozen=True, slots=True)
class Officer:
    """可派人员: an inspector as the pairing sees them."""

    code: str
    certificate_until: date
    area: str
    qualifications: frozenset[str]
    may_lead: bool
    past_load: int
    department: str = ""
    station: str = ""
    away: bool = False
    """On leave for the whole of the task."""


@dataclass(frozen=True, slots=True)
class VisitNeed:
    """一次检查的需求: where (a region, or the prefix of several), and which qualifications its items need."""

    code: str
    uscc: str
    region: str
    qualifications: tuple[str, ...]
    address: str = ""
    last_team: frozenset[str] = frozenset()
    """上次检查人员: who visited the entity the last time."""


@dataclass(frozen=True, slots=True)
class Terms:
    """匹配要求: what a task asks of its teams. ``departments`` of a joint task send one member each."""

    team_size: int
    last_day: date
    departments: tuple[str, ...] = ()
    rotation: bool = True
    cross_station: bool = False
    max_visits: int | None = None
    cap: Fraction | None = None
    unit_size: int = 1
    """Visits that one task of the pairing stands for, about: loads count tasks."""

    @property
    def most(self) -> int | None:
        """Most tasks of the pairing for one person."""
        return None if self.max_visits is None else self.max_visits // self.unit_size


@dataclass(frozen=True, slots=True)
class Group:
    """一同抽取的检查: the task ``code`` of the pairing, and which visits it stands for.

    ``period``: a day-route's day, or what else only one task a person may have; ``absent``: who is not there.
    """

    code: str
    visits: tuple[VisitNeed, ...]
    period: str = ""
    absent: frozenset[str] = frozenset()


def alias(key: bytes, code: str) -> str:
    """代号: what a person is called in whatever is published; it says nothing without the key."""
    return "P" + hmac.new(key, code.encode(), hashlib.sha256).hexdigest()[:12]


def build_problem(
    officers: Sequence[Officer],
    visits: Sequence[VisitNeed],
    terms: Terms,
    *,
    recusals: Iterable[tuple[str, str]],
    colleague_recusals: Iterable[tuple[str, str]],
    groups: Sequence[Group] | None = None,
) -> Problem:
    """匹配问题: a seat for the lead, for each department and each qualification, plain ones up to the size.

    ``recusals``: (officer, USCC); ``colleague_recusals``: pairs of officers. Who is away or not certified to
    the last day is left out altogether. ``groups``: visits that go to one team together (none: each by
    itself): seats are what any of them needs, and nobody sits there who may not go to all of them.
    """
    present = [officer for officer in officers if _unfit_for_task(officer, terms) is None]
    if not present:
        raise NobodyToSend()
    barred = frozenset(recusals)
    near = {
        region: [officer for officer in present if serves(officer.area, region)]
        for region in {visit.region for visit in visits}
    }
    if groups is None:
        groups = [Group(visit.code, (visit,)) for visit in visits]
    tasks = []
    for group in groups:
        able = near[group.visits[0].region]
        for visit in group.visits[1:]:
            if visit.region != group.visits[0].region:
                able = [one for one in able if serves(one.area, visit.region)]
        able = [one for one in able if one.code not in group.absent]
        for visit in group.visits:
            able = [one for one in able if _unfit_for_entity(one, visit, terms, barred) is None]
        tasks.append(Task(group.code, _seats(able, _whole(group), terms), group.period))
    known = {officer.code for officer in present}
    size, daily = terms.unit_size, any(group.period for group in groups)
    return Problem(
        inspectors=tuple(
            Inspector(
                o.code,
                past_load=(o.past_load + size // 2) // size,
                max_load=terms.most,
                period_cap=1 if daily else None,
            )
            for o in present
        ),
        tasks=tuple(tasks),
        colleague_recusals=tuple((a, b) for a, b in colleague_recusals if a in known and b in known),
        cap=terms.cap,
    )


def _whole(group: Group) -> VisitNeed:
    """What all visits of a group need together."""
    needed = {qualification for visit in group.visits for qualification in visit.qualifications}
    return replace(group.visits[0], qualifications=tuple(sorted(needed)))


def unfit(
    officers: Sequence[Officer], visit: VisitNeed, terms: Terms, recusals: Iterable[tuple[str, str]]
) -> dict[str, Unfit]:
    """不能派的原因: officer → why not, for everybody who has no seat at the visit."""
    barred, found = frozenset(recusals), {}
    for officer in officers:
        reason = _unfit_for_task(officer, terms)
        if reason is None and not serves(officer.area, visit.region):
            reason = Unfit.AREA
        reason = reason or _unfit_for_entity(officer, visit, terms, barred)
        if reason is None and not any(seat.eligible for seat in _seats([officer], visit, terms)):
            elsewhere = terms.departments and officer.department not in terms.departments
            reason = Unfit.DEPARTMENT if elsewhere else Unfit.QUALIFICATION
        if reason is not None:
            found[officer.code] = reason
    return found


def neighbours(
    officers: Sequence[Officer], visit: VisitNeed, terms: Terms, recusals: Iterable[tuple[str, str]]
) -> dict[str, tuple[str, ...]]:
    """邻区人员: seat → officers who could sit there if the visit lay in their area."""
    barred = frozenset(recusals)
    near = [
        officer
        for officer in officers
        if not serves(officer.area, visit.region)
        and _unfit_for_task(officer, terms) is None
        and _unfit_for_entity(officer, visit, terms, barred) is None
    ]
    return {seat.id: seat.eligible for seat in _seats(near, visit, terms) if seat.eligible}


def renamed(
    problem: Problem,
    people: Callable[[str], str],
    tasks: Callable[[str], str] = str,
    periods: Callable[[str], str] = str,
) -> Problem:
    """The same problem under other ids: aliases for the public, names for the office."""
    return Problem(
        inspectors=tuple(
            Inspector(people(one.id), one.past_load, one.min_load, one.max_load, one.period_cap)
            for one in problem.inspectors
        ),
        tasks=tuple(
            Task(
                tasks(task.id),
                tuple(Seat(s.id, tuple(people(who) for who in s.eligible), s.demand) for s in task.seats),
                periods(task.period),
            )
            for task in problem.tasks
        ),
        colleague_recusals=tuple((people(a), people(b)) for a, b in problem.colleague_recusals),
        cap=problem.cap,
        bits=problem.bits,
    )


def serves(area: str, region: str) -> bool:
    """Whether an officer of an area may go to a region; to a prefix of regions, if one of them is served."""
    return region.startswith(area) or area.startswith(region)


def is_own_station(station: str, address: str) -> bool:
    """本所对象: whether an address lies in the town or street that a station (监管所) bears in its name.

    No register says which station keeps an entity; the name of the town in its address is what there is.
    """
    stem = _stem(station)
    return len(stem) >= 2 and stem in address


@cache
def _stem(station: str) -> str:
    """``滨江`` of ``滨江镇市场监督管理所``."""
    return _TOWN.sub("", _STATION.sub("", station.strip()))


def away_throughout(leaves: Iterable[tuple[date, date]], first: date, last: date) -> bool:
    """Whether leaves (from, to), put together, cover every day from ``first`` to ``last``."""
    day = first
    for starts, ends in sorted(leaves):
        if starts > day:
            break
        day = max(day, ends + timedelta(days=1))
    return day > last


def loads_of(rows: Iterable[tuple[str, str, str]], people: Mapping[str, str]) -> dict[str, int]:
    """任务量: person → visits, of everybody in ``people`` (alias → code), in order of codes."""
    loads = dict.fromkeys(sorted(people.values()), 0)
    for _, _, who in rows:
        loads[people[who]] += 1
    return loads


def _unfit_for_task(officer: Officer, terms: Terms) -> Unfit | None:
    if officer.certificate_until < terms.last_day:
        return Unfit.CERTIFICATE
    return Unfit.LEAVE if officer.away else None


def _unfit_for_entity(
    officer: Officer, visit: VisitNeed, terms: Terms, barred: frozenset[tuple[str, str]]
) -> Unfit | None:
    if (officer.code, visit.uscc) in barred:
        return Unfit.RECUSAL
    if terms.rotation and officer.code in visit.last_team:
        return Unfit.ROTATION
    if terms.cross_station and is_own_station(officer.station, visit.address):
        return Unfit.STATION
    return None


def _seats(able: Sequence[Officer], visit: VisitNeed, terms: Terms) -> tuple[Seat, ...]:
    """In a joint task only the participating departments send anybody."""
    if terms.departments:
        able = [officer for officer in able if officer.department in terms.departments]
    seats = [Seat(LEAD, tuple(o.code for o in able if o.may_lead))]
    for department in terms.departments:
        own = tuple(o.code for o in able if o.department == department)
        seats.append(Seat(f"department:{department}", own))
    for qualification in visit.qualifications:
        holders = tuple(o.code for o in able if qualification in o.qualifications)
        seats.append(Seat(f"qualification:{qualification}", holders))
    plain = terms.team_size - len(seats)
    if plain > 0:
        seats.append(Seat(MEMBER, tuple(o.code for o in able), plain))
    return tuple(seats)
