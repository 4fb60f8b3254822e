"""Decisions on visits and findings, on plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from supervision.errors import SupervisionError
from supervision.inspection.tables import ItemOutcome, VisitState

LONGEST_NOTE = 2000
LONGEST_ITEM_NOTE = 500
NO_PROBLEM = "1"
UNSETTLED = "8"
"""发现问题待后续处理: must be corrected once the final outcome is known."""

STATE_NAMES = {
    VisitState.ASSIGNED: "待检查",
    VisitState.SUBMITTED: "待审核",
    VisitState.RETURNED: "已退回",
    VisitState.PUBLISHED: "已公示",
    VisitState.REPLACED: "已替补",
}
OUTCOME_NAMES = {
    ItemOutcome.PASS: "合格",
    ItemOutcome.FAIL: "不合格",
    ItemOutcome.NOT_CHECKED: "未检查",
    ItemOutcome.NOT_APPLICABLE: "合理缺项",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """席位: an inspector and the seat filled: ``lead``, ``qualification:X`` or ``member``."""

    inspector_id: int
    seat: str


@dataclass(frozen=True, slots=True)
class TeamOf:
    """检查组: who visits one drawn entity."""

    drawn_id: int
    entity_id: int
    members: tuple[Seat, ...]
    bundle: str | None = None


def visit_code(draw_id: str, number: int) -> str:
    """检查编号. Visits are numbered in the order of the entities' credit codes, not in the order drawn.

    The published result lines stand in the order drawn, beside their cells, so that a number on a notice
    would otherwise betray a risk class (R27).
    """
    return f"{draw_id}-V{number:04d}"


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """单项检查结果: what was found on one item."""

    outcome: ItemOutcome
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """检查情况: what a team says of one visit."""

    inspected_on: date
    result: str
    note: str
    items: Mapping[int, ItemAnswer]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a report is held against: the task's window, today, and the items that concern the entity."""

    starts: date
    ends: date
    today: date
    items: Mapping[int, str]
    """Item id → name."""
    certificates: Mapping[str, date]
    """Inspector's name → last day of the certificate (R7)."""


class NotOfTeam(SupervisionError):
    code = "not_of_team"
    status = 403
    sentence = "检查“{visit}”没有分派给您，只有该检查组成员可以录入结果（谁检查、谁录入）。"


class NotOwnOrgan(SupervisionError):
    code = "not_own_organ"
    status = 403
    sentence = "检查结果由组织抽查的机关“{organ}”审核公示，您的单位不能代为办理。"


class InspectedTooEarly(SupervisionError):
    code = "inspected_too_early"
    status = 422
    sentence = "“检查日期”{day} 早于任务开始日期 {starts}，请核对后重新填写。"


class InspectedInFuture(SupervisionError):
    code = "inspected_in_future"
    status = 422
    sentence = "“检查日期”{day} 晚于今天（{today}），请在检查完成后录入。"


class LateWithoutNote(SupervisionError):
    code = "late_without_note"
    status = 422
    sentence = "“检查日期”{day} 晚于任务截止日期 {ends}，请在“检查情况”中说明逾期原因。"


class CertificateExpired(SupervisionError):
    code = "certificate_expired"
    status = 422
    sentence = "“检查日期”{day} 时，{inspector}的执法证已过有效期（{until}），请先更换检查人员。"


class UnknownResult(SupervisionError):
    code = "unknown_result"
    status = 422
    sentence = "“抽查结果”代码“{result}”不存在，请从国家规定的八种结果（1—8）中选择。"


class ItemsUnanswered(SupervisionError):
    code = "items_unanswered"
    status = 422
    sentence = "“单项结果”还有 {count} 项没有填写：{items}。请逐项填写后提交。"


class ItemNotOfVisit(SupervisionError):
    code = "item_not_of_visit"
    status = 422
    sentence = "“单项结果”中的事项（编号 {items}）不属于本次检查，请删除后提交。"


class NoProblemButFailed(SupervisionError):
    code = "no_problem_but_failed"
    status = 422
    sentence = "“抽查结果”选择了“未发现问题”，但“单项结果”中 {items} 为不合格。请改正其中一处。"


class NothingChecked(SupervisionError):
    code = "nothing_checked"
    status = 422
    sentence = "“抽查结果”选择了“未发现问题”，但“单项结果”中没有一项为合格。请核对单项结果，或改选其他结果。"


class ProblemUnexplained(SupervisionError):
    code = "problem_unexplained"
    status = 422
    sentence = "“抽查结果”选择了“{result}”，请至少将一项“单项结果”填为不合格，或在“检查情况”中写明事实。"


class TextTooLong(SupervisionError):
    code = "text_too_long"
    status = 422
    sentence = "“{field}”最多 {most} 个字，现有 {length} 个字，请精简。"


class ReasonMissing(SupervisionError):
    code = "reason_missing"
    status = 422
    sentence = "请填写“{field}”。"


def concerns(item_tag: str, entity_tags: str) -> bool:
    """Whether an item concerns an entity: items without a tag concern all."""
    return not item_tag or f" {item_tag} " in entity_tags


def check_report(report: Reported, bounds: Bounds, results: Mapping[str, str]) -> None:
    """Refuse a report that cannot be right; each refusal names the field. ``results``: code → wording."""
    _check_day(report, bounds)
    if report.result not in results:
        raise UnknownResult(result=report.result)
    _check_length("检查情况", report.note, LONGEST_NOTE)
    _check_items(report.items, bounds.items)
    _check_consistency(report, bounds.items, results)


def _check_day(report: Reported, bounds: Bounds) -> None:
    day = report.inspected_on
    if day < bounds.starts:
        raise InspectedTooEarly(day=day, starts=bounds.starts)
    if day > bounds.today:
        raise InspectedInFuture(day=day, today=bounds.today)
    if day > bounds.ends and not report.note.strip():
        raise LateWithoutNote(day=day, ends=bounds.ends)
    for inspector, until in bounds.certificates.items():
        if until < day:
            raise CertificateExpired(day=day, inspector=inspector, until=until)


def _check_items(answers: Mapping[int, ItemAnswer], items: Mapping[int, str]) -> None:
    if unanswered := [name for item_id, name in items.items() if item_id not in answers]:
        raise ItemsUnanswered(count=len(unanswered), items="、".join(unanswered))
    if foreign := sorted(set(answers) - set(items)):
        raise ItemNotOfVisit(items="、".join(map(str, foreign)))
    for item_id, answer in answers.items():
        _check_length(f"{items[item_id]}的说明", answer.note, LONGEST_ITEM_NOTE)


def _check_consistency(report: Reported, items: Mapping[int, str], results: Mapping[str, str]) -> None:
    failed = [items[key] for key, answer in report.items.items() if answer.outcome is ItemOutcome.FAIL]
    if report.result == NO_PROBLEM:
        if failed:
            raise NoProblemButFailed(items="、".join(failed))
        if items and all(answer.outcome is not ItemOutcome.PASS for answer in report.items.values()):
            raise NothingChecked()
    elif not failed and not report.note.strip():
        raise ProblemUnexplained(result=results[report.result])


def _check_length(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise TextTooLong(field=field, most=most, length=len(text))


def given(field: str, text: str) -> str:
    """The text without blanks at its ends; refuses an empty or endless one."""
    text = text.strip()
    if not text:
        raise ReasonMissing(field=field)
    _check_length(field, text, LONGEST_NOTE)
    return text


def seat_name(seat: str) -> str:
    """席位名称 as the page shows it."""
    kind, _, qualification = seat.partition(":")
    if kind == "lead":
        return "组长"
    return f"组员（{qualification}）" if qualification else "组员"
