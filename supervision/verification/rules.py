"""What a verification of a whole draw says, and its steps beyond the replay itself."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from solver import blind
from solver.verify import Report as Replay

Status = Literal["ok", "failed", "skipped"]
Row = tuple[str, str, str]

STEP_NAMES = {
    "drawn": "抽中对象名单与抽取结果逐行一致",
    "replacements": "替补对象都是同层的下一个签号，且已登入公开日志",
    "links": "抽中对象的统一社会信用代码与名录快照一致",
    "visits": "每个抽中对象有且只有一次检查",
    "inspectors": "人员名录和回避决定自冻结至匹配没有变更",
    "pairing_problem": "匹配问题与其摘要一致",
    "pairing_table": "概率表符合匹配问题和自身摘要，并与公开日志所载相同",
    "pairing_order": "概率表先登入公开日志，匹配随机数后交出，检查组最后抽出",
    "pairing_seconds": "匹配随机数与抽取时揭示的随机数一一对应",
    "pairing_seed": "匹配种子由抽取种子、概率表和匹配随机数得出",
    "pairing": "检查组符合全部规则，按种子重算一致，并与公开日志所载相同",
    "pairing_units": "片区（行程）与其摘要一致，按规则重新分片结果相同，已登入公开日志，概率表正是为它们而作",
    "reassignments": "历次换人按各自的概率表和种子重算一致，且已登入公开日志",
    "teams": "现在的检查组就是抽出的检查组，只有登记过的换人和替补",
    "releases": "各公示版本与其摘要一致",
}
INSPECTORS_CHANGED = "人员名录或回避决定在冻结之后、匹配之前有变更，已留痕"
FAILURES = {
    "drawn": "保存的抽中对象名单与抽取结果不一致，名单可能被改动。",
    "replacements": "第 {position} 个抽中对象是替补，但不是同层的下一个签号，或与公开日志不符。",
    "links": "有 {count} 个抽中对象的统一社会信用代码与名录快照对不上：{codes}。",
    "visits": "有 {count} 个抽中对象没有检查，或检查不是为抽中对象安排的。",
    "pairing_problem": "保存的匹配问题与其摘要不一致，可能被改动。",
    "pairing_table": "概率表与公开日志登记的不一致，可能被改动。",
    "pairing_order": "各方交出或未交匹配随机数的记录与公开日志不一致。",
    "pairing_seconds": "第 {positions} 方的匹配随机数与抽取时揭示的随机数对不上。",
    "pairing_seed": "匹配所用的种子不是由抽取种子、概率表和匹配随机数得出的。",
    "pairing": "保存的检查组与公开日志登记的不一致，可能被改动。",
    "pairing_units": "片区（行程）与其摘要、公开日志或匹配问题不一致，可能被改动。",
    "reassignments": "第 {number} 次换人不能重算，或与公开日志不符。",
    "teams": "检查 {codes} 的检查组被改动：既不是抽出的，也没有登记换人或替补。",
    "releases": "公示版本 {codes} 的内容与公布的摘要不一致。",
}


@dataclass(frozen=True, slots=True)
class Step:
    """核验步骤: one claim, and whether it holds; ``message`` says what does not."""

    name: str
    title: str
    status: Status
    message: str = ""

    @property
    def ok(self) -> bool:
        return self.status == "ok"


@dataclass(frozen=True, slots=True)
class Report:
    """验证报告 of one draw, from its plan to its releases."""

    draw_id: str
    plan_hash: str
    steps: tuple[Step, ...]
    denominator: int | None
    """``D`` of draw/1, as replayed; like the next two, none if the replay did not go through."""
    drawn: int | None
    result_sha256: str | None

    @property
    def ok(self) -> bool:
        """Whether every step holds; a skipped one does not."""
        return all(step.ok for step in self.steps)

    @property
    def failed(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.status == "failed")

    def __str__(self) -> str:
        marks = {"ok": "一致", "failed": "不一致", "skipped": "未核验"}
        lines = [f"[{marks[step.status]}] {step.title} {step.message}".rstrip() for step in self.steps]
        return "\n".join([f"抽取 {self.draw_id}：{'验证通过' if self.ok else '验证未通过'}", *lines])


def replayed(replay: Replay) -> list[Step]:
    """The steps of the replay by ``solver.verify``."""
    return [Step(step.name, step.title, step.status, step.message) for step in replay.steps]


def claim(name: str, holds: bool, **params: object) -> Step:
    """A step of ``STEP_NAMES``, with its sentence of ``FAILURES`` where it does not hold."""
    if holds:
        return Step(name, STEP_NAMES[name], "ok")
    return Step(name, STEP_NAMES[name], "failed", FAILURES[name].format(**params))


def check_drawn(rows: Sequence[Row], result: str) -> Step:
    """``rows``: (frame id, cell, ticket) as kept, in the order drawn; ``result``: the published lines."""
    return claim("drawn", [",".join(row) for row in rows] == result.splitlines())


def check_replacements(
    rows: Sequence[tuple[int, Row, str]], reserve: Callable[[str, int], Sequence[Row]], logged: Sequence[Row]
) -> Step:
    """替补: each appended row is the next ticket of its cell, in the order logged, and replaces one of it.

    ``rows``: (position, row, cell of whom it replaces); ``reserve``: the first tickets of a cell that were
    not drawn; ``logged``: (id, cell, ticket) of the log's entries.
    """
    used: Counter[str] = Counter()
    for number, (position, row, cell_of_gone) in enumerate(rows):
        cell = row[1]
        following = reserve(cell, used[cell] + 1)[used[cell] :]
        used[cell] += 1
        if list(following) != [row] or cell != cell_of_gone or tuple(logged[number : number + 1]) != (row,):
            return claim("replacements", False, position=position)
    return claim("replacements", len(rows) == len(logged), position="末")


def check_links(usccs: Mapping[str, str], frame_key: bytes | None, alg: Literal["sha256", "sm3"]) -> Step:
    """Frame id → credit code: the same, or its blind id where the frame is blinded."""
    wrong = [uscc for frame_id, uscc in usccs.items() if _frame_id(uscc, frame_key, alg) != frame_id]
    return claim("links", not wrong, count=len(wrong), codes="、".join(wrong[:5]))


def note_inspectors(changed: bool) -> Step:
    """Whether teams could have been steered with the seed at hand. Lawful changes exist: it is said."""
    return Step("inspectors", INSPECTORS_CHANGED if changed else STEP_NAMES["inspectors"], "ok")


def _frame_id(uscc: str, frame_key: bytes | None, alg: Literal["sha256", "sm3"]) -> str:
    return uscc if frame_key is None else blind.blind_id(blind.salt(frame_key, uscc, alg), uscc, alg)
