"""替补的检查: the visit of whoever comes in the place of an entity that cannot be inspected."""

from sqlmodel import Session

from supervision.draw.tables import Draw
from supervision.errors import Conflict, NotFound, SupervisionError
from supervision.inspection import records
from supervision.inspection.rules import STATE_NAMES, concerns, visit_code
from supervision.inspection.tables import Visit, VisitState
from supervision.pairing.posing import unfit_at
from supervision.pairing.rules import Unfit
from supervision.plan.tables import Task
from supervision.register.tables import Entity, Inspector

PROBLEMS: dict[Unfit | None, str] = {
    Unfit.RECUSAL: "应当回避",
    Unfit.CERTIFICATE: "的执法证在任务结束前到期",
    Unfit.LEAVE: "在整个任务期间请假",
    Unfit.AREA: "的执法区域不含该对象所在地",
    Unfit.ROTATION: "上次检查过该对象，应当轮换",
    Unfit.STATION: "属于该对象所在地的监管所，应当交叉检查",
}
"""What keeps a whole team away. Seats and qualifications are judged together: the team fills them already."""
REPLACEABLE = (VisitState.ASSIGNED, VisitState.RETURNED)


class TeamRefused(SupervisionError):
    code = "team_refused"
    status = 409
    sentence = "原检查组不能检查替补对象“{entity}”：{inspector}{problem}。"


def check_replaceable(session: Session, drawn_id: int) -> Visit:
    """The visit of a drawn entity, locked, while nothing was entered or it was returned."""
    visit = records.visit_of_drawn(session, drawn_id)
    if visit is None:
        raise NotFound(what="检查", key=drawn_id)
    if visit.state not in REPLACEABLE:
        raise Conflict(what=f"检查“{visit.code}”", state=STATE_NAMES[visit.state], act="替补")
    return visit


def hand_over(
    session: Session, draw: Draw, task: Task, gone_id: int, coming_id: int, entity: Entity
) -> Visit:
    """移交检查组: the old visit is over, the team gets the new one, numbered after all others.

    ``gone_id`` and ``coming_id`` are drawn entities. ``TeamRefused`` where a rule of pairing forbids it.
    """
    former = check_replaceable(session, gone_id)
    team = records.teams(session, [former.id or 0]).get(former.id or 0, [])
    _check_team(session, draw, task, entity, [inspector for _, inspector in team])
    former.state = VisitState.REPLACED
    session.add(former)
    [visit] = records.add_visits(
        session,
        [
            {
                "task_id": draw.task_id,
                "draw_id": draw.id,
                "drawn_id": coming_id,
                "entity_id": entity.id,
                "code": visit_code(draw.draw_id, records.count_visits(session, draw.id or 0) + 1),
                "bundle": former.bundle,
                "state": VisitState.ASSIGNED,
            }
        ],
    )
    seats = [
        {"visit_id": visit.id, "inspector_id": member.inspector_id, "seat": member.seat} for member, _ in team
    ]
    records.add_members(session, seats)
    return visit


def _check_team(session: Session, draw: Draw, task: Task, entity: Entity, team: list[Inspector]) -> None:
    """The rules of the pairing (R6, R7, R9), for one visit and a team that is already there."""
    reasons = unfit_at(session, task, draw, entity, team)
    for one in team:
        if problem := PROBLEMS.get(reasons.get(one.code)):
            _refuse(entity, one.name, problem)
    held = {each for one in team for each in one.qualifications.split()}
    items = records.items(session, task.item_ids).values()
    needed = {i.qualification for i in items if i.qualification and concerns(i.tag, entity.tags)}
    if lacking := sorted(needed - held):
        _refuse(entity, "、".join(one.name for one in team), f"不具备“{'、'.join(lacking)}”资格")


def _refuse(entity: Entity, inspector: str, problem: str) -> None:
    raise TeamRefused(entity=entity.name, inspector=inspector, problem=problem)
