"""Words and colours of states and codes, as the office's pages show them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from api.office.answers import Translate
from supervision.draw.rules import STATE_NAMES as DRAW_STATES
from supervision.draw.tables import DrawState
from supervision.inspection.rules import STATE_NAMES as VISIT_STATES
from supervision.inspection.tables import VisitState
from supervision.plan.rules import STATE_NAMES as TASK_STATES
from supervision.plan.tables import TaskState
from supervision.reference.industries import industry_table
from supervision.register.importing import STATE_LABELS as IMPORT_STATES
from supervision.register.tables import EntityStatus, ImportState, ItemKind
from supervision.risk.tables import RiskClass
from supervision.schedule.rules import STATE_NAMES as SCHEDULE_STATES
from supervision.schedule.tables import ScheduleState

Tag = tuple[str, str]
"""Text and colour of a status tag."""

STATUS_NAMES = {
    EntityStatus.ACTIVE: "存续（在营）",
    EntityStatus.CANCELLED: "注销",
    EntityStatus.REVOKED: "吊销",
    EntityStatus.MOVED_OUT: "迁出",
}
ITEM_KIND_NAMES = {ItemKind.GENERAL: "一般检查事项", ItemKind.KEY: "重点检查事项"}
INDUSTRY_NAMES = {"Z": "未能判断"}
RISK_NAMES = {each: each.value for each in RiskClass}
KINDS: Mapping[type[StrEnum], tuple[Mapping[Any, str], Mapping[Any, str]]] = {
    TaskState: (
        TASK_STATES,
        {
            TaskState.FROZEN: "amber",
            TaskState.APPROVED: "amber",
            TaskState.DRAWN: "teal",
            TaskState.PAIRED: "teal",
            TaskState.DONE: "green",
            TaskState.VOID: "red",
        },
    ),
    DrawState: (
        DRAW_STATES,
        {
            DrawState.FROZEN: "amber",
            DrawState.APPROVED: "amber",
            DrawState.CLOSED: "green",
            DrawState.VOID: "red",
        },
    ),
    VisitState: (
        VISIT_STATES,
        {VisitState.SUBMITTED: "amber", VisitState.RETURNED: "red", VisitState.PUBLISHED: "green"},
    ),
    ScheduleState: (
        SCHEDULE_STATES,
        {
            ScheduleState.SOLVING: "teal",
            ScheduleState.READY: "amber",
            ScheduleState.ISSUED: "green",
            ScheduleState.CANCELLED: "red",
            ScheduleState.FAILED: "red",
        },
    ),
    EntityStatus: (STATUS_NAMES, {EntityStatus.ACTIVE: "green"}),
    ImportState: (
        IMPORT_STATES,
        {
            ImportState.RUNNING: "teal",
            ImportState.DONE: "green",
            ImportState.CANCELLED: "amber",
            ImportState.FAILED: "red",
        },
    ),
    RiskClass: (
        RISK_NAMES,
        {RiskClass.A: "green", RiskClass.B: "teal", RiskClass.C: "amber", RiskClass.D: "red"},
    ),
}
"""Kind of state → its names and colours. By kind: members of two string enums compare equal."""


def state_tag(_: Translate, state: StrEnum) -> Tag:
    """The tag of a state of a task, draw, visit, entity or import, or of a risk class."""
    names, colours = KINDS[type(state)]
    return _(names[state]), colours.get(state, "grey")


def industry_label(_: Translate, code: str) -> str:
    """``F 批发和零售业``."""
    found = industry_table().get(code)
    if found is None:
        return f"{code} {_(INDUSTRY_NAMES['Z'])}"
    return f"{code} {found.name_en if _.lang == 'en' else found.name}"


def industry_options(_: Translate) -> list[tuple[str, str]]:
    sections = [section.code for section in industry_table().sections]
    return [(code, industry_label(_, code)) for code in (*sections, "Z")]


def names_of(_: Translate, table: Mapping[Any, str]) -> list[tuple[str, str]]:
    """A table of names as the options of a list."""
    return [(str(key.value), _(name)) for key, name in table.items()]
