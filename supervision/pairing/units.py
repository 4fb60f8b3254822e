"""抽签单元: what the teams of a draw are drawn for, on plain values: entities, bundles, or day-routes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from solver.pairing.problem import canon
from solver.schedule.units import Point, bundle_name, bundles_json, check_bundles, cut_apart
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
    """抽签单元 of a draw. ``told``: bundles.json, or the list of routes; ``sha256`` its digest in the log.

    ``placed_by_area``: visits whose place is not known, which stand by region and address.
    """

    kind: DrawUnit
    each: tuple[Unit, ...]
    told: Mapping[str, Any] | None = None
    sha256: str | None = None
    placed_by_area: tuple[str, ...] = ()


def of_entities(codes: Sequence[str]) -> Units:
    """逐户: every visit by itself."""
    return Units(DrawUnit.ENTITY, tuple(Unit(code, (code,)) for code in codes))


def of_bundles(draw_id: str, parts: Sequence[Sequence[Point]], size: int) -> Units:
    """片区 by bundle/1, about ``size`` visits in each. ``parts``: what shares no people is cut apart."""
    found = cut_apart([(-(-len(points) // size), points) for points in parts if points])
    points = [point for part in parts for point in part]
    told = bundles_json(found, points)
    return Units(
        DrawUnit.BUNDLE,
        tuple(Unit(task, visits) for task, visits in visits_of(told, draw_id).items()),
        MappingProxyType(told),
        found.bundles_sha256,
        found.placed_by_area,
    )


def of_routes(draw_id: str, routes: Sequence[tuple[str, Sequence[str]]], alone: Sequence[str]) -> Units:
    """日行程 as (ISO date, visits), one a day for each; ``alone``: on no route, drawn by themselves."""
    in_order = sorted((day, tuple(visits)) for day, visits in routes)
    listed = [[day, list(visits)] for day, visits in in_order]
    told: dict[str, Any] = {"v": ROUTES, "routes": listed, "alone": sorted(alone)}
    digest = routes_sha256(told)
    each = visits_of(told, draw_id)
    days = [day for day, _ in in_order]
    periods = dict(zip(each, [*days, *sorted(alone)], strict=True))
    return Units(
        DrawUnit.DAY_ROUTE,
        tuple(Unit(task, visits, periods[task]) for task, visits in each.items()),
        MappingProxyType(told | {"bundles_sha256": digest}),
        digest,
    )


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
    """What is published of it: points only where the drawn list is public before the inspections."""
    return {key: value for key, value in told.items() if key != "points" or listed}


def expanded(
    rows: Sequence[tuple[str, str, str]], units: Mapping[str, Sequence[str]]
) -> list[tuple[str, str, str]]:
    """Rows (task, seat, who) as (visit, seat, who)."""
    return [(visit, seat, who) for task, seat, who in rows for visit in units.get(task, (task,))]
