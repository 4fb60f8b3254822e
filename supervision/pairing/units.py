"""抽签单元: what the teams of a draw are drawn for, on plain values: entities, bundles, or day-routes."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solver.pairing.problem import canon
from solver.schedule.units import Bundles, Point, bundle_name, bundles_json, check_bundles, cut_apart
from supervision.plan.tables import DrawUnit

ROUTES = "day-route/1"


@dataclass(frozen=True, slots=True)
class Unit:
    """一个抽签单元: a task of the pairing, the visits it stands for, and the period of its ``period_cap``."""

    code: str
    visits: tuple[str, ...]
    period: str = ""


@dataclass(frozen=True, slots=True)
class Units:
    """抽签单元 of a draw. ``bundles`` with the ``points`` they were cut from; routes stand in ``each``.

    ``placed_by_area``: visits whose place is not known, which stand by region and address.
    """

    kind: DrawUnit
    each: tuple[Unit, ...]
    bundles: Bundles | None = None
    points: tuple[Point, ...] = ()

    @property
    def placed_by_area(self) -> tuple[str, ...]:
        return self.bundles.placed_by_area if self.bundles else ()

    def told(self, key: bytes) -> dict[str, Any] | None:
        """bundles.json, or the list of routes, as it is kept; none by entity. ``key``: that of the aliases.

        Routes fall on days that only the office may know: these have aliases too.
        """
        if self.bundles is not None:
            salt = hmac.new(key, b"bundles", hashlib.sha256).hexdigest()
            return bundles_json(self.bundles.salted(self.points, salt), self.points, salt)
        if self.kind is not DrawUnit.DAY_ROUTE:
            return None
        routes = [unit for unit in self.each if unit.visits != (unit.code,)]
        public = {
            "v": ROUTES,
            "routes": [[period_alias(key, unit.period), list(unit.visits)] for unit in routes],
            "alone": [unit.code for unit in self.each if unit.visits == (unit.code,)],
        }
        days = {unit.code.rpartition("-")[2]: unit.period for unit in routes}
        return public | {"bundles_sha256": routes_sha256(public), "days": days}


def of_entities(codes: Sequence[str]) -> Units:
    """逐户: every visit by itself."""
    return Units(DrawUnit.ENTITY, tuple(Unit(code, (code,)) for code in codes))


def of_bundles(draw_id: str, parts: Sequence[Sequence[Point]], size: int) -> Units:
    """片区 by bundle/1, about ``size`` visits in each. ``parts``: what shares no people is cut apart."""
    found = cut_apart([(-(-len(points) // size), points) for points in parts if points])
    each = (Unit(f"{draw_id}-{bundle_name(n)}", group) for n, group in enumerate(found.groups))
    return Units(DrawUnit.BUNDLE, tuple(each), found, tuple(point for part in parts for point in part))


def of_routes(draw_id: str, routes: Sequence[tuple[str, Sequence[str]]], alone: Sequence[str]) -> Units:
    """日行程 as (ISO date, visits), one a day for each; ``alone``: on no route, drawn by themselves.

    They are numbered by their smallest visit, so that a number says nothing of the day.
    """
    in_order = sorted((tuple(sorted(visits)), day) for day, visits in routes)
    each = [Unit(f"{draw_id}-{route_name(n)}", visits, day) for n, (visits, day) in enumerate(in_order)]
    return Units(DrawUnit.DAY_ROUTE, (*each, *(Unit(code, (code,), code) for code in sorted(alone))))


def period_alias(key: bytes, period: str) -> str:
    """What a day is called in whatever is published: inspections come unannounced."""
    if not is_day(period):
        return period
    return "D" + hmac.new(key, f"day {period}".encode(), hashlib.sha256).hexdigest()[:12]


def is_day(period: str) -> bool:
    """Whether a period is a date, not a visit's code."""
    return len(period) == 10 and period[4] == "-"


def routes_sha256(told: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of the rule's name, routes and visits drawn alone."""
    return hashlib.sha256(canon({key: told[key] for key in ("v", "routes", "alone")})).hexdigest()


def visits_of(told: Mapping[str, Any] | None, draw_id: str) -> dict[str, tuple[str, ...]]:
    """Task of the pairing → its visits, of what was told; none where teams are drawn by entity."""
    if told is None:
        return {}
    if told["v"] == ROUTES:
        named = {f"{draw_id}-{route_name(n)}": tuple(own) for n, (_, own) in enumerate(told["routes"])}
        return named | {code: (code,) for code in told["alone"]}
    return {f"{draw_id}-{bundle_name(n)}": tuple(own) for n, own in enumerate(told["bundles"])}


def route_name(at: int) -> str:
    """``R0001`` for the first route (``at`` 0)."""
    return f"R{at + 1:04d}"


def short_name(task: str, visits: Sequence[str]) -> str | None:
    """``B0001`` of the task's number; none where the task is the visit itself."""
    return None if tuple(visits) == (task,) else task.rpartition("-")[2]


def holds(told: Mapping[str, Any], sha256: str) -> bool:
    """Whether the digest is theirs; bundles are cut again where their points are there."""
    if told.get("v") == ROUTES:
        return sha256 == told.get("bundles_sha256") == routes_sha256(told)
    return check_bundles(dict(told)).bundles_sha256 == sha256


def public(told: Mapping[str, Any], *, listed: bool) -> dict[str, Any]:
    """What is published of it: no days; points only where the drawn list is public before the inspections."""
    kept = {"days"} if listed else {"days", "points", "salt"}
    return {key: value for key, value in told.items() if key not in kept}


def expanded(
    rows: Sequence[tuple[str, str, str]], units: Mapping[str, Sequence[str]]
) -> list[tuple[str, str, str]]:
    """Rows (task, seat, who) as (visit, seat, who)."""
    return [(visit, seat, who) for task, seat, who in rows for visit in units.get(task, (task,))]
