"""匹配问题: who may sit where, on the mathematical form alone (P.json).

Everything is put into one canonical order, by id, when it is made, so that the order in which a register
happened to list people or tasks can never move a lot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from solver.pairing.errors import PairingInputError
from solver.pairing.reading import Reader

LARGEST = 10**9
ONE_PERIOD = ""


@dataclass(frozen=True, slots=True)
class Inspector:
    """执法检查人员. Loads are whole visits (one seat on one task = 1).

    ``past_load`` 既往任务量 counts towards evenness; ``min_load`` 最低任务量 and ``max_load`` 最高任务量
    bound this round; ``period_cap`` 每期上限 bounds the visits within one period. ``None`` means no bound.
    """

    id: str
    past_load: int = 0
    min_load: int = 0
    max_load: int | None = None
    period_cap: int | None = None

    def __post_init__(self) -> None:
        where = f"执法检查人员 {_identifier(self.id, '执法检查人员')}"
        _count(self.past_load, where, "past_load")
        _count(self.min_load, where, "min_load")
        for name, bound in (("max_load", self.max_load), ("period_cap", self.period_cap)):
            if bound is not None:
                _count(bound, where, name)
        if self.max_load is not None and self.max_load < self.min_load:
            raise PairingInputError(
                f"{where}的最高任务量 {self.max_load} 小于最低任务量 {self.min_load}。", where=where
            )


@dataclass(frozen=True, slots=True)
class Seat:
    """席位: ``demand`` different people out of ``eligible``. The id ``lead`` is the 组长's seat.

    A seat may need nobody (``demand`` 0): it is listed, and stays empty.
    """

    id: str
    eligible: tuple[str, ...]
    demand: int = 1

    def __post_init__(self) -> None:
        where = f"席位 {_identifier(self.id, '席位')}"
        _count(self.demand, where, "demand")
        if not _all_identifiers(self.eligible):
            for person in self.eligible:
                _identifier(person, where)
        ordered = tuple(sorted(self.eligible))
        if ordered != self.eligible:  # else the tuple is kept, perhaps shared with other seats
            object.__setattr__(self, "eligible", ordered)
        _distinct(self.eligible, where, "执法检查人员")


@dataclass(frozen=True, slots=True)
class Task:
    """检查任务: one visit (or day-route) and its team. Nobody holds two seats of one task.

    Tasks that name no ``period`` share one unnamed period, so that a period cap never silently lapses.
    """

    id: str
    seats: tuple[Seat, ...]
    period: str = ONE_PERIOD

    def __post_init__(self) -> None:
        where = f"检查任务 {_identifier(self.id, '检查任务')}"
        if self.period != ONE_PERIOD:
            _identifier(self.period, f"{where}的 period")
        if not self.seats:
            raise PairingInputError(f"{where}没有席位，请至少设一个席位。", where=where)
        object.__setattr__(self, "seats", tuple(sorted(self.seats, key=lambda seat: seat.id)))
        _distinct([seat.id for seat in self.seats], where, "席位")


@dataclass(frozen=True, slots=True)
class Affinity:
    """适配度: wished-for nearness or suitability, ``scores`` as (task, inspector, score)."""

    weight: float
    scores: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """匹配问题. ``colleague_recusals`` 同事回避: pairs of people never in one team.

    ``cap`` 概率上限: the largest probability of any pairing that is not certain; ``None``: close to the
    lowest possible. ``bits``: published probabilities are whole multiples of 2^-bits.
    ``problem_sha256`` is the SHA-256 of the canonical JSON (UTF-8, keys sorted, no spaces) of `to_json`.
    """

    inspectors: tuple[Inspector, ...]
    tasks: tuple[Task, ...]
    colleague_recusals: tuple[tuple[str, str], ...] = ()
    affinity: Affinity | None = None
    cap: Fraction | None = None
    bits: int = 20
    problem_sha256: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inspectors", tuple(sorted(self.inspectors, key=lambda one: one.id)))
        object.__setattr__(self, "tasks", tuple(sorted(self.tasks, key=lambda task: task.id)))
        _distinct([one.id for one in self.inspectors], "名单", "执法检查人员")
        _distinct([task.id for task in self.tasks], "任务清单", "检查任务")
        known = {one.id for one in self.inspectors}
        for task in self.tasks:
            for seat in task.seats:
                if not known.issuperset(seat.eligible):
                    _known(seat.eligible, known, f"检查任务 {task.id} 席位 {seat.id}")
        object.__setattr__(self, "colleague_recusals", _recusals(self.colleague_recusals, known))
        if self.affinity is not None:
            object.__setattr__(self, "affinity", _affinity(self.affinity, known, {t.id for t in self.tasks}))
        if self.cap is not None and not 0 < self.cap <= 1:
            raise PairingInputError(f"cap 应大于 0 且不超过 1，现为 {self.cap}。", where="cap")
        if not 4 <= self.bits <= 40:
            raise PairingInputError(f"bits 应在 4 到 40 之间，现为 {self.bits}。", where="bits")
        object.__setattr__(self, "problem_sha256", digest_json(self.to_json()))

    @staticmethod
    def from_json(data: object) -> Problem:
        """Read P.json (already parsed). Raises `PairingInputError` with the place and what is wrong there."""
        top = Reader(data, "匹配问题")
        inspectors = tuple(_read_inspector(one) for one in top.items("inspectors"))
        shared = _Shared(inspectors)
        problem = Problem(
            inspectors=inspectors,
            tasks=tuple(_read_task(task, shared) for task in top.items("tasks")),
            colleague_recusals=tuple(top.pairs("colleague_recusals")),
            affinity=_read_affinity(top.child("affinity")),
            cap=top.fraction("cap"),
            bits=top.integer("bits", default=20),
        )
        top.finish()
        return problem

    def to_json(self) -> dict[str, object]:
        """P.json in canonical order, every key present."""
        return {
            "inspectors": [
                {
                    "id": one.id,
                    "past_load": one.past_load,
                    "min_load": one.min_load,
                    "max_load": one.max_load,
                    "period_cap": one.period_cap,
                }
                for one in self.inspectors
            ],
            "tasks": [
                {
                    "id": task.id,
                    "period": task.period,
                    "seats": [
                        {"id": seat.id, "demand": seat.demand, "eligible": list(seat.eligible)}
                        for seat in task.seats
                    ],
                }
                for task in self.tasks
            ],
            "colleague_recusals": [list(pair) for pair in self.colleague_recusals],
            "affinity": _write_affinity(self.affinity),
            "cap": None if self.cap is None else str(self.cap),
            "bits": self.bits,
        }


def canon(value: object) -> bytes:
    """Canonical JSON of pair/1: UTF-8, keys sorted, no spaces."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def digest_json(value: object) -> str:
    """SHA-256 (hex) of canonical JSON."""
    return hashlib.sha256(canon(value)).hexdigest()


def _read_inspector(one: Reader) -> Inspector:
    inspector = Inspector(
        id=one.text("id"),
        past_load=one.integer("past_load", default=0),
        min_load=one.integer("min_load", default=0),
        max_load=one.optional_integer("max_load"),
        period_cap=one.optional_integer("period_cap"),
    )
    one.finish()
    return inspector


class _Shared:
    """Ids and lists of people that say the same are kept once: a large problem repeats them often."""

    def __init__(self, inspectors: Iterable[Inspector]) -> None:
        self._names = {one.id: one.id for one in inspectors}
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}

    def people(self, ids: Iterable[str]) -> tuple[str, ...]:
        names = self._names
        found = tuple(names.get(one, one) for one in ids)
        return self._lists.setdefault(found, found)


def _read_task(one: Reader, shared: _Shared) -> Task:
    name = one.text("id")
    task = Task(
        id=name,
        period=one.text("period", default=ONE_PERIOD),
        seats=tuple(_read_seat(seat, name, shared) for seat in one.items("seats")),
    )
    one.finish()
    return task


def _read_seat(one: Reader, task: str, shared: _Shared) -> Seat:
    name, demand = one.text("id"), one.integer("demand", default=1)
    eligible = shared.people(one.texts("eligible"))
    try:
        seat = Seat(name, eligible, demand)
    except PairingInputError as refusal:  # a seat alone does not know whose it is
        place = f"检查任务 {_identifier(task, '检查任务')} "
        where = f"{place}{refusal.params['where']}"
        raise PairingInputError(place + refusal.message, **refusal.params | {"where": where}) from None
    one.finish()
    return seat


def _read_affinity(one: Reader | None) -> Affinity | None:
    if one is None:
        return None
    scores = one.mapping("scores")
    affinity = Affinity(
        weight=one.number("weight", default=1.0),
        scores=tuple(
            (task, person, row.number(person))
            for task in sorted(scores)
            for row in [Reader(scores[task], f"affinity.scores.{task}")]
            for person in sorted(row.keys())
        ),
    )
    one.finish()
    return affinity


def _write_affinity(affinity: Affinity | None) -> dict[str, object] | None:
    if affinity is None:
        return None
    scores: dict[str, dict[str, float]] = {}
    for task, person, score in affinity.scores:
        scores.setdefault(task, {})[person] = score
    return {"weight": affinity.weight, "scores": scores}


def _affinity(affinity: Affinity, people: set[str], tasks: set[str]) -> Affinity:
    _known((person for _, person, _ in affinity.scores), people, "affinity")
    for task, _, _ in affinity.scores:
        if task not in tasks:
            raise PairingInputError(f"affinity 提到了任务清单里没有的检查任务 {task}。", where="affinity")
    scores = sorted((task, person, float(score)) for task, person, score in affinity.scores)
    return Affinity(float(affinity.weight), tuple(scores))


def _recusals(pairs: Iterable[tuple[str, str]], known: set[str]) -> tuple[tuple[str, str], ...]:
    kept = set()
    for first, second in pairs:
        _known((first, second), known, "同事回避关系")
        if first == second:
            raise PairingInputError(
                f"同事回避关系里 {first} 与本人成对，请改正。", where="colleague_recusals"
            )
        kept.add((min(first, second), max(first, second)))
    return tuple(sorted(kept))


def _identifier(value: object, where: str) -> str:
    """An id travels in tab-separated, line-ended, NUL-parted bytes: it may hold none of them."""
    if not isinstance(value, str) or not value or len(value) > 200:
        raise PairingInputError(f"{where}的编号应为 1 到 200 个字符的文字，现为 {value!r}。", where=where)
    if not value.isprintable():
        raise PairingInputError(f"{where}的编号 {value!r} 含有换行等不可见字符，请改正。", where=where)
    return value


def _all_identifiers(values: tuple[str, ...]) -> bool:
    """Whether all are ids (as `_identifier` has it), told at once."""
    try:
        printable = "".join(values).isprintable()
    except TypeError:
        return False
    lengths = set(map(len, values))
    return printable and 0 not in lengths and max(lengths, default=0) <= 200


def _count(value: object, where: str, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise PairingInputError(
            f"{where}的 {name} 应为 0 到 {LARGEST} 的整数，现为 {value!r}。", where=where, field=name
        )


def _distinct(ids: Iterable[str], where: str, what: str) -> None:
    listed = list(ids)
    if len(set(listed)) == len(listed):
        return
    for before, after in pairwise(sorted(listed)):
        if before == after:
            raise PairingInputError(f"{where}里{what} {after} 重复出现。", where=where, id=after)


def _known(people: Iterable[str], known: set[str] | Mapping[str, object], where: str) -> None:
    for person in people:
        if person not in known:
            raise PairingInputError(
                f"{where}提到了名单里没有的执法检查人员 {person}。", where=where, id=person
            )
