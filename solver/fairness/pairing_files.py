"""读匹配名单: an outsider's list, from a table (CSV) or from A.json; what is wrong is told with its place."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from solver.fairness.pairing_audit import PairingAudit, audit
from solver.pairing.errors import PairingInputError
from solver.pairing.problem import Problem

TASK = ("task", "任务", "检查任务", "任务编号", "任务名称", "检查任务编号")
ENTITY = ("entity", "检查对象", "对象", "企业", "企业名称", "市场主体", "主体名称", "检查对象名称")
PERSON = (
    "inspector",
    "inspectors",
    "team",
    "lead",
    "member",
    "检查人员",
    "执法人员",
    "执法检查人员",
    "检查人",
    "检查组",
    "检查组成员",
    "组长",
    "组员",
    "主办",
    "协办",
    "主检人员",
    "协检人员",
)
_BETWEEN = re.compile(r"[、，,;；/\n]+")


@dataclass(frozen=True, slots=True)
class Pairings:
    """匹配名单: (task, inspector) in the order of the list; whom a task visits, where the list tells it."""

    rows: tuple[tuple[str, str], ...]
    entities: Mapping[str, str] = field(default_factory=dict)


def read_pairings(path: Path | str) -> Pairings:
    """读名单. CSV (UTF-8 or GB18030) with one row for each person, or with a whole team in a row; or A.json.

    A row without a task column takes the entity for the task. `PairingInputError` names line and column.
    """
    path = Path(path)
    text = _text(path)
    if text.lstrip()[:1] in ("{", "["):
        return _from_json(text)
    return _from_table(text)


def audit_file(path: Path | str, problem_path: Path | str | None = None) -> PairingAudit:
    """审计 a file; with its P.json, who may go where is known, and counted."""
    given = read_pairings(path)
    eligible = None
    if problem_path is not None:
        problem = Problem.from_json(_json(_text(Path(problem_path)), "匹配问题"))
        eligible = {
            task.id: sorted({who for seat in task.seats for who in seat.eligible}) for task in problem.tasks
        }
    return audit(given.rows, eligible, given.entities or None)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PairingInputError(f"读不到文件 {path.name}：请核对文件名。", where=path.name) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PairingInputError(f"文件 {path.name} 既不是 UTF-8 也不是 GB18030 编码的文字。", where=path.name)


def _json(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 列"
        raise PairingInputError(f"{where}不是合法的 JSON：{place}有误。", where=place) from error


def _from_json(text: str) -> Pairings:
    """A.json, or its ``assignment`` alone, or plain (task, inspector) pairs."""
    data = _json(text, "名单")
    listed = data.get("assignment") if isinstance(data, dict) else data
    if not isinstance(listed, list):
        raise PairingInputError("名单里没有 assignment（搭配列表）。", where="assignment")
    rows = []
    for number, each in enumerate(listed, 1):
        pair = [each.get("task"), each.get("inspector")] if isinstance(each, dict) else each
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, str) for one in pair):
            where = f"assignment 第 {number} 项"
            raise PairingInputError(f"{where}应有 task 和 inspector 两项文字。", where=where)
        rows.append((pair[0], pair[1]))
    return Pairings(tuple(rows))


def _from_table(text: str) -> Pairings:
    head = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in head else ";" if ";" in head and "," not in head else ","
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    first = next((at for at, line in enumerate(lines) if any(cell.strip() for cell in line)), None)
    if first is None:
        raise PairingInputError("名单是空的。", where="名单")
    names = [_plain(cell) for cell in lines[first]]
    tasks, entities, people = (_columns(names, known) for known in (TASK, ENTITY, PERSON))
    if not tasks and not entities:
        raise PairingInputError(f"第 {first + 1} 行的表头里没有“检查任务”一列。", where=f"第 {first + 1} 行")
    if not people:
        raise PairingInputError(f"第 {first + 1} 行的表头里没有“检查人员”一列。", where=f"第 {first + 1} 行")
    rows: list[tuple[str, str]] = []
    visited: dict[str, str] = {}
    for number, line in enumerate(lines[first + 1 :], first + 2):
        if any(cell.strip() for cell in line):
            task, team = _row(line, number, (tasks or entities)[0], people)
            rows.extend((task, who) for who in team)
            if tasks and entities and len(line) > entities[0]:
                visited[task] = line[entities[0]].strip()
    return Pairings(tuple(rows), visited)


def _row(line: Sequence[str], number: int, task_at: int, people: Sequence[int]) -> tuple[str, list[str]]:
    where = f"第 {number} 行"
    task = line[task_at].strip() if len(line) > task_at else ""
    if not task:
        raise PairingInputError(f"{where}没有写明检查任务。", where=where)
    team = list(_people(line[at] for at in people if len(line) > at))
    if not team:
        raise PairingInputError(f"{where}（检查任务 {task}）没有写明检查人员。", where=where)
    return task, team


def _people(cells: Iterator[str]) -> Iterator[str]:
    for cell in cells:
        yield from (name for each in _BETWEEN.split(cell) if (name := each.strip()))


def _plain(name: str) -> str:
    """A heading without blanks and without a number behind: 检查人员1 is 检查人员."""
    return re.sub(r"[\s_]*[0-9一二三四五六]*$", "", name.strip().lower())


def _columns(names: Sequence[str], known: Sequence[str]) -> list[int]:
    return [at for at, name in enumerate(names) if name in known]
