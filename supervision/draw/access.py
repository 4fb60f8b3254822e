"""Who may reach a draw or a task, and in which state an act finds it."""

from sqlmodel import Session

from supervision.draw import records
from supervision.draw.rules import STATE_NAMES, NotAParty
from supervision.draw.tables import Draw, DrawParty, DrawState
from supervision.errors import Conflict, NotFound
from supervision.people.rules import Actor
from supervision.plan import service as plans
from supervision.plan.rules import STATE_NAMES as TASK_STATE_NAMES
from supervision.plan.tables import Task, TaskState


def draw_of(session: Session, actor: Actor, draw_id: str, *, lock: bool = False) -> Draw:
    """The draw, if it lies in the actor's region."""
    draw = records.draw_by_number(session, actor, draw_id, lock=lock)
    if draw is None:
        raise NotFound(what="抽取", key=draw_id)
    return draw


def own_draw(
    session: Session, actor: Actor, draw_id: str, state: DrawState | None, act: str
) -> tuple[Draw, Task]:
    """The draw of the actor's own organ and its task, both locked, the draw in a state."""
    if draw_of(session, actor, draw_id).organ_id != actor.organ_id:
        raise NotFound(what="抽取", key=draw_id)
    draw = held(session, draw_id)
    expect_draw(draw, state, act)
    return draw, records.task_by_id(session, draw.task_id, lock=True)


def shared_draw(session: Session, actor: Actor, draw_id: str, state: DrawState, act: str) -> Draw:
    """As ``reached_draw``, locked and in a state."""
    reached_draw(session, actor, draw_id)
    draw = held(session, draw_id)
    expect_draw(draw, state, act)
    return draw


def reached_draw(session: Session, actor: Actor, draw_id: str) -> Draw:
    """The draw of the actor's own organ, or one in which the actor is a party."""
    draw = records.any_draw(session, draw_id)
    if draw is None or (draw.organ_id != actor.organ_id and not takes_part(session, actor, draw)):
        raise NotFound(what="抽取", key=draw_id)
    return draw


def takes_part(session: Session, actor: Actor, draw: Draw) -> bool:
    """Whether the actor is a party of the draw."""
    return any(party.account_id == actor.account_id for party in records.parties(session, draw.task_id))


def held(session: Session, draw_id: str) -> Draw:
    """The draw, locked; of a campaign, after the campaign itself: no two acts on it wait for each other."""
    draw = records.any_draw(session, draw_id)
    if draw is not None:
        hold_campaign(session, draw)
    draw = records.any_draw(session, draw_id, lock=True)
    if draw is None:
        raise NotFound(what="抽取", key=draw_id)
    return draw


def hold_campaign(session: Session, part: Draw | Task) -> None:
    """Lock the campaign of a draw or a task, if it has one: always before the draw or the task itself."""
    if part.campaign is not None:
        records.campaign(session, part.campaign, lock=True)


def expect_draw(draw: Draw, state: DrawState | None, act: str) -> None:
    if state is not None and draw.state is not state:
        raise Conflict(what=f"抽取 {draw.draw_id} ", state=STATE_NAMES[draw.state], act=act)


def draft_task(session: Session, actor: Actor, task_code: str, act: str) -> Task:
    """The actor's own organ's task, locked, before its freeze."""
    task = plans.own_task(session, actor, task_code, lock=True)
    expect_task(task, TaskState.DRAFT, act)
    return task


def expect_task(task: Task, state: TaskState, act: str) -> None:
    if task.state is not state:
        raise Conflict(what=f"任务 {task.code} ", state=TASK_STATE_NAMES[task.state], act=act)


def party_task(session: Session, actor: Actor, task_code: str, *, lock: bool = False) -> Task:
    """The task in whose draw the actor is a party: a witness may sit outside the organ and its region."""
    task = records.task_of_party(session, actor.account_id, task_code, lock=lock)
    if task is None:
        raise NotAParty()
    return task


def own_party(session: Session, actor: Actor, task: Task) -> DrawParty:
    for party in records.parties(session, task.id or 0):
        if party.account_id == actor.account_id:
            return party
    raise NotAParty()


def together(session: Session, draw: Draw) -> list[Draw]:
    """The draws that share parties and public sources with this one: itself, or its campaign's, none void."""
    if draw.campaign is None:
        return [draw]
    found = records.campaign_draws(session, draw.campaign, lock=True)
    return [each for each in found if each.state is not DrawState.VOID]
