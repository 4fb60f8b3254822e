"""Which parts of the office a person is shown. The services refuse the rest in any case."""

from typing import Annotated

from fastapi import Depends, Request

from api.deps import SignedIn
from api.i18n import lazy
from supervision.people.rules import Actor
from supervision.people.tables import Role

OFFICE = (Role.PLANNER, Role.APPROVER, Role.AUDITOR)
STAFF = (*OFFICE, Role.ADMINISTRATOR)
PARTS: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    (lazy("工作台"), "/office", tuple(Role)),
    (lazy("一单两库"), "/office/register", STAFF),
    (lazy("风险分级"), "/office/risk", STAFF),
    (lazy("计划任务"), "/office/plans", OFFICE),
    (lazy("随机抽取"), "/office/draws", (*OFFICE, Role.WITNESS)),
    (lazy("联合抽取"), "/office/campaigns", OFFICE),
    (lazy("检查安排"), "/office/schedules", OFFICE),
    (lazy("检查结果"), "/office/results", OFFICE),
    (lazy("留痕"), "/office/journal", STAFF),
    (lazy("账号"), "/office/people", (Role.ADMINISTRATOR, Role.AUDITOR, Role.PLANNER)),
)


BELONGS = {
    "/office/tasks": "/office/plans",
    "/office/visits": "/office/results",
    "/office/calendar": "/office/register",
}
"""Pages that stand under another part's address."""


def parts_for(actor: Actor, path: str) -> list[tuple[str, str, bool]]:
    """Text, address and whether the page belongs to it, for each part that the actor is shown."""
    first = "/".join(path.split("/")[:3])
    here = BELONGS.get(first, first)
    return [(text, href, href == here) for text, href, roles in PARTS if actor.has(*roles)]


def navigated(request: Request, actor: SignedIn) -> Actor:
    """Who is signed in; the page around learns which parts to show."""
    request.state.parts = parts_for(actor, request.url.path)
    request.state.sees_imports = actor.has(Role.PLANNER, Role.ADMINISTRATOR, Role.AUDITOR)
    return actor


Officer = Annotated[Actor, Depends(navigated)]
