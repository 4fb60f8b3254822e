"""还作不作数: what happened in the registers since a schedule was made, so that people cannot go by it."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from supervision.inspection import records as inspections
from supervision.pairing import records as pairings
from supervision.plan.tables import Task
from supervision.register.leaves import Leaves, is_there
from supervision.schedule import issuing, records, storing
from supervision.schedule.tables import Schedule


@dataclass(frozen=True, slots=True)
class Doubts:
    """变动 since a schedule was made, by codes of visits that still wait."""

    teams: tuple[str, ...] = ()
    """Somebody else goes there now."""
    away: tuple[str, ...] = ()
    """Somebody of the team is not there on that day: on leave, certified no longer, or gone."""
    added: tuple[str, ...] = ()
    """They came to the tasks later, in the place of others for example, and no schedule gives them a time."""

    def __bool__(self) -> bool:
        return bool(self.teams or self.away or self.added)


def doubts(session: Session, schedule: Schedule, day: date) -> Doubts:
    """变动 as the registers stand; of visits from ``day`` on. Of a problem handed in whole there are none."""
    if not schedule.task_ids:
        return Doubts()
    problem, timetable = storing.opened(schedule)
    given = issuing.times_of(schedule, problem, timetable)
    waiting = {visit.code: visit.id or 0 for visit, _, _ in records.to_visit(session, schedule.task_ids)}
    ahead = [code for code, each in given.items() if code in waiting and each.day and each.day >= day]
    teams = inspections.teams(session, [waiting[code] for code in ahead])
    planned = {team.id: set(team.members) for team in problem.teams}
    leaves: Leaves = pairings.leaves(session, schedule.organ_id, day, max(schedule.ends, day))
    changed, away = [], []
    for code in ahead:
        members, on = [one for _, one in teams.get(waiting[code], [])], given[code].day
        if not members or not {one.code for one in members} <= planned.get(given[code].team or "", set()):
            changed.append(code)
        elif on is not None and not all(is_there(one, on, leaves) for one in members):
            away.append(code)
    rest = {code: number for code, number in waiting.items() if code not in given}
    timed = records.current_of(session, rest.values())
    added = [code for code, number in rest.items() if number not in timed]
    return Doubts(tuple(sorted(changed)), tuple(sorted(away)), tuple(sorted(added)))


def standing(session: Session, task: Task) -> dict[str, int]:
    """已排定: code of an issued schedule → how many waiting visits of a task have their time from it."""
    ids = [visit.id or 0 for visit, _, _ in records.to_visit(session, [task.id or 0])]
    return dict(sorted(records.standing(session, ids).items()))


def superseding(session: Session, schedule: Schedule) -> dict[str, int]:
    """作废的时间: code of another schedule → how many of its times the issue of this one would supersede.

    Of what it replaces by design, and of a problem handed in whole, nothing is told.
    """
    if not schedule.task_ids:
        return {}
    problem = storing.problem_of(schedule)
    own = {code for v in problem.visits for code in schedule.parts.get(f"{v.id}", [f"{v.id}"])}
    waiting = records.to_visit(session, schedule.task_ids)
    ids = [visit.id or 0 for visit, _, _ in waiting if visit.code in own]
    return dict(sorted(records.standing(session, ids, but=schedule.replaces_id).items()))
