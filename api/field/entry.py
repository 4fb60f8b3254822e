"""录入检查结果: what a form of the field site says, and beside which of its fields a refusal belongs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from supervision.errors import InvalidInput, SupervisionError
from supervision.inspection.rules import ItemAnswer
from supervision.inspection.tables import ItemOutcome
from supervision.inspection.visits import FindingView, VisitItem

DAY, RESULT, NOTE, REASON, ITEMS = "inspected_on", "result", "note", "reason", "items"
FIELD_OF = {
    "inspected_too_early": DAY,
    "inspected_in_future": DAY,
    "certificate_expired": DAY,
    "unknown_result": RESULT,
    "no_problem_but_failed": RESULT,
    "nothing_checked": RESULT,
    "late_without_note": NOTE,
    "problem_unexplained": NOTE,
    "items_unanswered": ITEMS,
    "reason_missing": REASON,
}
NAMED = {"检查日期": DAY, "检查情况": NOTE, "更正理由": REASON}


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed, kept as typed, so that a refused form shows it again."""

    inspected_on: str
    result: str
    note: str
    reason: str
    outcomes: Mapping[int, str]
    notes: Mapping[int, str]

    @property
    def day(self) -> date:
        try:
            return date.fromisoformat(self.inspected_on)
        except ValueError:
            raise InvalidInput(field="检查日期", problem="请按 2026-11-22 的格式填写。") from None

    @property
    def answers(self) -> dict[int, ItemAnswer]:
        """The items answered; what is no known outcome counts as not answered."""
        return {
            item_id: ItemAnswer(ItemOutcome(outcome), self.notes.get(item_id, ""))
            for item_id, outcome in self.outcomes.items()
            if outcome in tuple(ItemOutcome)
        }


def read(form: FormData, items: Iterable[VisitItem]) -> Entry:
    """The form of a visit with these items."""

    def text(name: str) -> str:
        return str(form.get(name, "")).replace("\r\n", "\n").replace("\0", "").strip()

    ids = [item.id for item in items]
    return Entry(
        inspected_on=text(DAY),
        result=text(RESULT),
        note=text(NOTE),
        reason=text(REASON),
        outcomes={item_id: text(f"item-{item_id}") for item_id in ids},
        notes={item_id: text(f"item-note-{item_id}") for item_id in ids},
    )


def blank(today: date) -> Entry:
    return Entry(today.isoformat(), "", "", "", {}, {})


def again(finding: FindingView) -> Entry:
    """What was entered before, to be entered better."""
    return Entry(
        inspected_on=finding.inspected_on.isoformat(),
        result=finding.result,
        note=finding.note,
        reason="",
        outcomes={answer.item_id: answer.outcome.value for answer in finding.items},
        notes={answer.item_id: answer.note for answer in finding.items},
    )


def error_field(error: SupervisionError, entry: Entry, items: Iterable[VisitItem]) -> str:
    """The form's field that a refusal speaks of; empty where it speaks of none."""
    field = FIELD_OF.get(error.code) or NAMED.get(str(error.params.get("field", "")), "")
    if field == ITEMS:
        return next((f"item-{item.id}" for item in items if item.id not in entry.answers), "")
    if error.code == "text_too_long" and not field:
        return _longest_note(entry)
    return field


def _longest_note(entry: Entry) -> str:
    longest: Any = max(entry.notes, key=lambda item_id: len(entry.notes[item_id]), default=None)
    return f"item-note-{longest}" if longest is not None else ""
