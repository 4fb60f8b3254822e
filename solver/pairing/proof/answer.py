"""A.json read strictly (docs/pair-1.md, section 9): the published table, and what was drawn from it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from solver.pairing.errors import PairingInputError
from solver.pairing.lottery import Assignment, Rejection
from solver.pairing.problem import Problem
from solver.pairing.table import ALGORITHM, Row, Rows, Table, Tickets

PLACE = "匹配结果文件"
TABLE = (
    "v",
    "problem_sha256",
    "bits",
    "cap",
    "lowest_cap",
    "loads",
    "table",
    "forced",
    "entropy_nats",
    "gap",
    "table_sha256",
    "tickets",
    "acceptance",
    "rung",
)
OUTCOME = ("assignment", "rejected", "assignment_sha256")
LARGEST_NUMBER = 1e300
_FRACTION = re.compile("(0|[1-9][0-9]*)(/[1-9][0-9]*)?")


def parse_json(data: bytes, what: str) -> object:
    """Parsed UTF-8 JSON. Refuses what readers might read differently: a key twice, a number that is none."""

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = min(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
            raise PairingInputError(f"{what}中 {twice} 一项重复出现。", where=what, field=twice)
        return found

    def refuse(found: str) -> None:
        raise PairingInputError(f"{what}中的 {found} 不是数。", where=what)

    try:
        value: object = json.loads(data.decode("utf-8"), object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        problem = f"{what}第 {error.lineno} 行第 {error.colno} 列不是正确的 JSON。"
        raise PairingInputError(problem, where=what) from error
    except (ValueError, RecursionError) as error:
        raise PairingInputError(f"{what}不是 UTF-8 编码的 JSON 文件。", where=what) from error
    return value


def table_from_json(problem: Problem, data: object) -> Table:
    """概率表 out of a parsed A.json of this problem; its rows need not be sound.

    Raises `PairingInputError` naming the place, also where the table is of another problem or not the one
    of its digest.
    """
    table = table_of(problem, data)
    if digests_of(data).table_sha256 != table.table_sha256:
        raise PairingInputError("概率表与其摘要 table_sha256 不符，已被改动。", where="table_sha256")
    return table


def assignment_from_json(table: Table, data: object) -> Assignment:
    """匹配结果 out of a parsed A.json; whether it is lawful is for `check`.

    Raises `PairingInputError` naming the place, also where there is no assignment yet, or not the
    one of its digest.
    """
    assignment = assignment_of(table, data)
    if assignment is None:
        raise PairingInputError(f"{PLACE}只有概率表，还没有匹配结果。", where=PLACE, field="assignment")
    if digests_of(data).assignment_sha256 != assignment.assignment_sha256:
        raise PairingInputError(
            "匹配结果与其摘要 assignment_sha256 不符，已被改动。", where="assignment_sha256"
        )
    return assignment


@dataclass(frozen=True, slots=True)
class Digests:
    """The digests that A.json states."""

    table_sha256: object
    assignment_sha256: object


def digests_of(data: object) -> Digests:
    top = _object(data, PLACE)
    return Digests(top.get("table_sha256"), top.get("assignment_sha256"))


def table_of(problem: Problem, data: object) -> Table:
    """The table that A.json tells, whatever digest it states."""
    top = _object(data, PLACE, TABLE)
    if top["v"] != ALGORITHM:
        raise _bad(PLACE, "v", ALGORITHM, top["v"])
    if top["problem_sha256"] != problem.problem_sha256:
        raise PairingInputError(
            "概率表不是这个匹配问题的：两者摘要不同。", where=PLACE, field="problem_sha256"
        )
    if type(top["bits"]) is not int or top["bits"] != problem.bits:
        raise _bad(PLACE, "bits", f"匹配问题的 {problem.bits}", top["bits"])
    loads = _object(top["loads"], "loads")
    places = _Places(problem)
    if loads.keys() != places.people.keys():
        raise PairingInputError("loads 没有逐一载明每名执法检查人员的任务量。", where="loads")
    return Table(
        problem=problem,
        rows=_rows(places, _list(top["table"], "table"), problem.bits),
        cap=_fraction(top["cap"], "cap"),
        lowest_cap=_fraction(top["lowest_cap"], "lowest_cap"),
        loads={who: _fraction(loads[who], f"loads.{who}") for who in places.people},
        rung={task: _text(how, f"rung.{task}") for task, how in _object(top["rung"], "rung").items()},
        forced=tuple(places.row(row, "forced") for row in _list(top["forced"], "forced")),
        entropy=_number(top["entropy_nats"], "entropy_nats"),
        gap=_number(top["gap"], "gap"),
        acceptance=_shares(top["acceptance"]),
        tickets=tuple(_ticket(one) for one in _list(top["tickets"], "tickets")),
    )


def assignment_of(table: Table, data: object) -> Assignment | None:
    """The assignment that A.json tells, whatever digest it states; ``None`` where there is none yet."""
    top = _object(data, PLACE)
    if not top.keys() & set(OUTCOME):
        return None
    for key in OUTCOME:
        if key not in top:
            raise PairingInputError(f"{PLACE}缺少 {key}。", where=PLACE, field=key)
    places, rows = _Places(table.problem), list[Row]()
    for number, one in enumerate(_list(top["assignment"], "assignment"), start=1):
        where = f"assignment 第 {number} 行"
        row = _object(one, where, ("task", "seat", "inspector"))
        rows.append(places.row([row["task"], row["seat"], row["inspector"]], where))
    loads = Counter(who for _, _, who in rows)
    return Assignment(
        rows=tuple(rows),
        loads={one.id: loads[one.id] for one in table.problem.inspectors},
        rung=dict(sorted(table.rung.items())),
        rejected=tuple(_rejection(one) for one in _list(top["rejected"], "rejected")),
    )


def _bad(where: str, key: str, wanted: str, value: object) -> PairingInputError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    place = f"{where}的 {key}" if key else where
    return PairingInputError(f"{place} 应为{wanted}，现为 {shown}。", where=where, field=key)


def _object(value: object, where: str, keys: Iterable[str] = ()) -> dict[str, object]:
    """An object; with ``keys``, one that has these and no others (those of an outcome may be there)."""
    if not isinstance(value, dict):
        raise _bad(where, "", "JSON 对象", value)
    wanted = set(keys)
    for key in sorted(wanted - value.keys()):
        raise PairingInputError(f"{where}缺少 {key}。", where=where, field=key)
    unknown = sorted(value.keys() - wanted - set(OUTCOME if where == PLACE else ())) if wanted else []
    if unknown:
        said = f"{where}含有不认识的项 {'、'.join(unknown)}，请检查拼写。"
        raise PairingInputError(said, where=where, fields=unknown)
    return value


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise _bad(where, "", "列表", value)
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _bad(where, "", "文字", value)
    return value


def _whole(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _bad(where, "", "整数", value)
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST_NUMBER:
        raise _bad(where, "", "有限的数", value)
    return float(value)


def _fraction(value: object, where: str) -> Fraction:
    if isinstance(value, str) and len(value) <= 400 and _FRACTION.fullmatch(value):
        found = Fraction(value)
        if str(found) == value:
            return found
    raise _bad(where, "", "“1/4”这样的最简分数", value)


def _texts(value: object, where: str) -> tuple[str, ...]:
    return tuple(_text(one, where) for one in _list(value, where))


class _Places:
    """Where each (task, seat) and each inspector of the problem stands."""

    def __init__(self, problem: Problem) -> None:
        seats = ((task.id, seat.id) for task in problem.tasks for seat in task.seats)
        self.seats = {seat: at for at, seat in enumerate(seats)}
        self.people = {one.id: at for at, one in enumerate(problem.inspectors)}

    def row(self, value: object, where: str) -> Row:
        match value:
            case [str(task), str(seat), str(who)] if (task, seat) in self.seats and who in self.people:
                return task, seat, who
        raise _bad(where, "", "匹配问题中的检查任务、席位和人员", value)


def _ticket(value: object) -> Tickets:
    one = _object(value, "签票", ("tasks", "seats", "weights", "outcomes"))
    seats = [_texts(seat, "签票的 seats") for seat in _list(one["seats"], "签票的 seats")]
    if any(len(seat) != 2 for seat in seats):
        raise _bad("签票的 seats", "", "任务和席位两项一组", seats)
    return Tickets(
        tasks=_texts(one["tasks"], "签票的 tasks"),
        seats=tuple((task, seat) for task, seat in seats),
        weights=tuple(_whole(x, "签票的 weights") for x in _list(one["weights"], "签票的 weights")),
        outcomes=tuple(_texts(x, "签票的 outcomes") for x in _list(one["outcomes"], "签票的 outcomes")),
    )


def _shares(value: object) -> dict[str, Fraction]:
    return {task: _fraction(x, f"acceptance.{task}") for task, x in _object(value, "acceptance").items()}


def _rejection(value: object) -> Rejection:
    one = _object(value, "rejected", ("task", "counter", "met"))
    met = [_texts(x, "rejected 的 met") for x in _list(one["met"], "rejected 的 met")]
    if any(len(x) != 3 for x in met):
        raise _bad("rejected 的 met", "", "任务和两人三项一组", met)
    return Rejection(
        task=_text(one["task"], "rejected 的 task"),
        counter=_whole(one["counter"], "rejected 的 counter"),
        met=tuple((task, first, second) for task, first, second in met),
    )


def _rows(places: _Places, given: list[object], bits: int) -> Rows:
    """The rows of the table, in the order in which they must stand."""
    seats, people = places.seats, places.people
    one, keys = 1 << bits, {"task", "seat", "inspector", "n"}
    columns = np.empty((3, len(given)), dtype=np.int64)
    last = (-1, -1)
    for k, row in enumerate(given):
        where = f"table 第 {k + 1} 行"
        if not isinstance(row, dict) or row.keys() != keys:
            raise _bad(where, "", " task、seat、inspector、n 四项", row)
        task, seat, who, n = row["task"], row["seat"], row["inspector"], row["n"]
        if not (isinstance(task, str) and isinstance(seat, str) and isinstance(who, str)):
            raise _bad(where, "", "文字的编号", row)
        now = seats.get((task, seat), -1), people.get(who, -1)
        if min(now) < 0:
            raise PairingInputError(f"{where}提到了匹配问题里没有的席位或人员。", where=where)
        if now <= last:
            raise PairingInputError(f"{where}重复或次序不对。", where=where)
        if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= one:
            raise _bad(where, "n", f" 1 到 2^{bits} 的整数", n)
        columns[0, k], columns[1, k], columns[2, k] = *now, n
        last = now
    return Rows(tuple(seats), tuple(people), columns[0], columns[1], columns[2])
