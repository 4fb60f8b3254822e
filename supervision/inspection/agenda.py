"""我的任务: an inspector's visits in the order in which they want attention."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from supervision.inspection.tables import VisitState
from supervision.inspection.visits import VisitRow

TO_DO = (VisitState.RETURNED, VisitState.ASSIGNED)
DONE = (VisitState.SUBMITTED, VisitState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Agenda:
    """待办检查, each part by the time that was set, else by last day."""

    returned: tuple[VisitRow, ...]
    """The approver asks for another version."""
    overdue: tuple[VisitRow, ...]
    """The task has ended."""
    current: tuple[VisitRow, ...]
    upcoming: tuple[VisitRow, ...]
    """The task has not begun."""

    @property
    def total(self) -> int:
        return len(self.returned) + len(self.overdue) + len(self.current) + len(self.upcoming)


def agenda(rows: Iterable[VisitRow], today: date, places: Mapping[str, int] | None = None) -> Agenda:
    """Sort what is to be done by what the day says of it; visits already entered are left out.

    ``places``: code → its place among the visits that have a time; they come first, in this order.
    """
    known = places or {}
    parts: dict[str, list[VisitRow]] = {"returned": [], "overdue": [], "current": [], "upcoming": []}
    for row in sorted(rows, key=lambda row: (known.get(row.code, len(known)), row.ends, row.code)):
        if row.state in TO_DO:
            parts[_part(row, today)].append(row)
    return Agenda(**{name: tuple(part) for name, part in parts.items()})


def _part(row: VisitRow, today: date) -> str:
    if row.state is VisitState.RETURNED:
        return "returned"
    if row.ends < today:
        return "overdue"
    return "current" if row.starts <= today else "upcoming"
