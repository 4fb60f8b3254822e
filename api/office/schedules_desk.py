"""一份安排的页面: what every page of one schedule opens and shows at its head."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import Response

from api.office.answers import Refusal, Translate, sentence_of, show, status_of, texts
from api.office.labels import state_tag
from api.office.schedules_board import About, Board
from api.office.visiting import Visitor
from supervision.clock import today
from supervision.errors import NotFound
from supervision.people.rules import require
from supervision.people.tables import Role
from supervision.plan.service import OFFICE
from supervision.schedule import service, viewing
from supervision.schedule.rules import OPEN, WITH_TIMETABLE
from supervision.schedule.tables import Schedule, ScheduleState


@dataclass(frozen=True, slots=True)
class May:
    """可以办理的事 with one schedule."""

    solve: bool
    issue: bool
    move: bool
    """Change the timetable by hand; what was issued stays, and the change goes into its successor."""
    pin: bool
    replan: bool


@dataclass(frozen=True)
class Desk:
    """一份安排 open before a visitor."""

    visitor: Visitor
    schedule: Schedule
    progress: service.Progress

    @property
    def here(self) -> str:
        return f"/office/schedules/{self.schedule.code}"

    @cached_property
    def _(self) -> Translate:
        return texts(self.visitor.request)

    @cached_property
    def board(self) -> Board:
        """With its timetable; refuses a schedule that has none."""
        if not self.has_timetable:
            raise NotFound(what="检查安排的结果", key=self.schedule.code)
        found = viewing.opened(self.visitor.session, self.visitor.actor, self.schedule.code)
        assert found.timetable is not None
        about = {
            visit: About(one.name, one.address, one.region, one.task, one.parts)
            for visit, one in found.about.items()
            if self.schedule.task_ids
        }
        offices = tuple(base.name for base in found.bases)
        day = today(self.visitor.now)
        return Board(found.problem, found.timetable, about, found.people, day, offices)

    @cached_property
    def successor(self) -> str:
        """Code of the schedule that takes this one's place, or is to; empty where there is none."""
        if self.schedule.state not in (ScheduleState.ISSUED, ScheduleState.SUPERSEDED):
            return ""
        return service.successor_of(self.visitor.session, self.schedule)

    @property
    def has_timetable(self) -> bool:
        return self.schedule.timetable is not None and self.schedule.state in WITH_TIMETABLE

    @cached_property
    def may(self) -> May:
        actor, state = self.visitor.actor, self.schedule.state
        own = actor.organ_id == self.schedule.organ_id
        planner, approver = own and actor.has(Role.PLANNER), own and actor.has(Role.APPROVER)
        ready = state is ScheduleState.READY
        other = actor.username not in service.authors_of(self.visitor.session, self.schedule)
        standing = state in (ScheduleState.READY, ScheduleState.ISSUED)
        return May(
            solve=planner and state in OPEN,
            issue=approver and ready and other and bool(self.schedule.task_ids),
            move=planner and standing,
            pin=planner and standing,
            replan=planner and standing and bool(self.schedule.task_ids),
        )


def desk_of(visitor: Visitor, code: str) -> Desk:
    require(visitor.actor, *OFFICE)
    progress = service.progress_of(visitor.session, visitor.actor, code)
    return Desk(visitor, progress.schedule, progress)


def seen_version(form: FormData) -> int | None:
    """The version of the schedule that the page showed; none where a form names none."""
    given = str(form.get("version", ""))
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 9 else None


def show_desk(
    desk: Desk, template: str, tab: str, refusal: Refusal | None = None, **context: Any
) -> Response:
    """A page of one schedule; after a refused act with the reason at its head."""
    request, schedule = desk.visitor.request, desk.schedule
    errors = {"": sentence_of(request, refusal)} if refusal else {}
    given: dict[str, Any] = {
        "errors": errors,
        "schedule": schedule,
        "here": desk.here,
        "tab": tab,
        "state": state_tag(desk._, desk.progress.state),
        "unscheduled": schedule.figures.get("unscheduled", 0) if desk.has_timetable else 0,
        "successor": desk.successor,
        "may": desk.may,
        "has_timetable": desk.has_timetable,
    } | context
    return show(request, template, status=status_of(refusal) if refusal else 200, **given)
