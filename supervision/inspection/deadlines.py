"""暂定期限: deadlines counted before a year's holidays were known are counted again once they are."""

from datetime import date, datetime

from sqlmodel import Session

from supervision.clock import today
from supervision.inspection import records
from supervision.inspection.tables import Finding
from supervision.journal.service import record
from supervision.people.rules import Actor
from supervision.reference.holidays import WorkingDays


def recount(
    session: Session, actor: Actor, working_days: WorkingDays, publication_working_days: int, now: datetime
) -> int:
    """重算暂定的公示期限 (R21) of what is not public yet; how many are another day, or final, by now."""
    changed: list[str] = []
    waiting = records.visits_provisional(session)
    findings = records.all_findings(session, [visit.id or 0 for visit in waiting])
    for visit in waiting:
        found = findings.get(visit.id or 0)
        if not found:
            continue
        deadline = working_days.add_working_days(_counted_from(found), publication_working_days)
        if (deadline.date, deadline.provisional) == (visit.publish_by, visit.publish_by_provisional):
            continue
        visit.publish_by, visit.publish_by_provisional = deadline.date, deadline.provisional
        session.add(visit)
        changed.append(visit.code)
    if changed:
        session.flush()
        record(session, actor, "visit.recount", "calendar:deadlines", {"visits": len(changed)}, now)
    return len(changed)


def _counted_from(findings: list[Finding]) -> date:
    """The day of the inspection; for a correction of what was public, the day it was entered."""
    newest = findings[-1]
    was_public = any(each.reviewed_at is not None and not each.returned_because for each in findings[:-1])
    return today(newest.entered_at) if was_public else newest.inspected_on
