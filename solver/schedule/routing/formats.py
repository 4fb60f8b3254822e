"""路线算例的读写: VRPTW files of Solomon (``.txt``) and CVRPLIB (``.vrp``), solutions as CVRPLIB writes them.

Distances and times are whole tenths, cut off (the convention of the DIMACS challenge, which the published
best values follow): a distance is the whole part of ten times the straight line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from solver.schedule.routing.errors import RoutingError
from solver.schedule.routing.fleet import Matrix

TENTHS = 10
MOST_STOPS = 5_000


@dataclass(frozen=True, slots=True)
class Vrptw:
    """带时间窗的路线算例. Point 0 is the depot; windows and service in tenths; ``places`` as written."""

    name: str
    capacity: int
    places: tuple[tuple[float, float], ...]
    demands: tuple[int, ...]
    windows: tuple[tuple[int, int], ...]
    service: tuple[int, ...]

    def distances(self) -> Matrix:
        """Tenths from each point to each, cut off."""
        at = np.array(self.places, dtype=np.float64)
        cut = np.empty((len(at), len(at)), dtype=np.int32)
        for row, place in enumerate(at):
            cut[row] = np.floor(np.sqrt(((at - place) ** 2).sum(axis=1) * TENTHS * TENTHS))
        return cut


def read(path: Path) -> Vrptw:
    """The instance in a file of either format; ``RoutingError`` says what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "不是文本文件" if isinstance(error, UnicodeDecodeError) else (error.strerror or str(error))
        raise RoutingError.of("routing_unreadable", path=path.name, reason=reason) from error
    lines = [(at, line.split()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if any(words[0] == "CUSTOMER" for _, words in lines):
        given = _solomon(path.name, lines)
    elif any(words[0] == "NODE_COORD_SECTION" for _, words in lines):
        given = _cvrplib(path.name, lines)
    else:
        raise RoutingError.of("routing_format", path=path.name)
    _check(path.name, given)
    return given


Lines = list[tuple[int, list[str]]]


def _numbers(path: str, line: int, words: list[str], least: int) -> list[float]:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    if len(numbers) < least or not all(math.isfinite(number) and abs(number) < 1e8 for number in numbers):
        raise RoutingError.of("routing_line", path=path, line=line, text=" ".join(words)[:60])
    return numbers


def _tenths(number: float) -> int:
    return math.floor(number * TENTHS + 1e-6)


def _solomon(path: str, lines: Lines) -> Vrptw:
    """Name; VEHICLE: number and capacity; CUSTOMER: number, x, y, demand, ready, due, service."""
    heads = [words[0] for _, words in lines]
    if "VEHICLE" not in heads:
        raise RoutingError.of("routing_lacks", path=path, section="VEHICLE")
    vehicle, customer = heads.index("VEHICLE"), heads.index("CUSTOMER")
    if vehicle + 2 >= len(lines) or vehicle > customer:
        raise RoutingError.of("routing_lacks", path=path, section="VEHICLE")
    capacity = int(_numbers(path, *lines[vehicle + 2], 2)[1])
    rows = [
        _numbers(path, line, words, 7)
        for line, words in lines[customer + 1 :]
        if not words[0].startswith("CUST")
    ]
    for position, row in enumerate(rows):
        if row[0] != position:
            raise RoutingError.of("routing_numbering", path=path, position=position, number=int(row[0]))
    return Vrptw(
        name=" ".join(lines[0][1]),
        capacity=capacity,
        places=tuple((row[1], row[2]) for row in rows),
        demands=tuple(int(row[3]) for row in rows),
        windows=tuple((_tenths(row[4]), _tenths(row[5])) for row in rows),
        service=tuple(_tenths(row[6]) for row in rows),
    )


def _cvrplib(path: str, lines: Lines) -> Vrptw:
    """Heads ``KEY : value``, then sections of numbered lines; the depot is point 1."""
    heads: dict[str, str] = {}
    sections: dict[str, Lines] = {}
    section = ""
    for line, words in lines:
        text = " ".join(words)
        if text == "EOF":
            break
        if words[0].endswith("_SECTION"):
            section = words[0]
            sections[section] = []
        elif ":" in text and not section:
            key, _, value = text.partition(":")
            heads[key.strip()] = value.strip()
        else:
            sections.setdefault(section, []).append((line, words))
    kind = heads.get("EDGE_WEIGHT_TYPE", "EUC_2D")
    if kind != "EUC_2D":
        raise RoutingError.of("routing_edge_type", path=path, kind=kind)
    for needed in ("NODE_COORD_SECTION", "DEMAND_SECTION", "TIME_WINDOW_SECTION"):
        if needed not in sections:
            raise RoutingError.of("routing_lacks", path=path, section=needed)
    if "CAPACITY" not in heads:
        raise RoutingError.of("routing_lacks", path=path, section="CAPACITY")
    places = _section(path, sections["NODE_COORD_SECTION"], 2)
    many = len(places)
    if "SERVICE_TIME_SECTION" in sections:
        service = [_tenths(row[0]) for row in _section(path, sections["SERVICE_TIME_SECTION"], 1)]
    else:
        each = _tenths(_numbers(path, 1, [heads.get("SERVICE_TIME", "0")], 1)[0])
        service = [0, *[each] * (many - 1)]
    windows = _section(path, sections["TIME_WINDOW_SECTION"], 2)
    demands = _section(path, sections["DEMAND_SECTION"], 1)
    for name, column in (("TIME_WINDOW_SECTION", windows), ("DEMAND_SECTION", demands)):
        if len(column) != many:
            raise RoutingError.of("routing_lacks", path=path, section=name)
    if len(service) != many:
        raise RoutingError.of("routing_lacks", path=path, section="SERVICE_TIME_SECTION")
    return Vrptw(
        name=heads.get("NAME", path),
        capacity=int(_numbers(path, 1, [heads["CAPACITY"]], 1)[0]),
        places=tuple((x, y) for x, y, *_ in places),
        demands=tuple(int(row[0]) for row in demands),
        windows=tuple((_tenths(low), _tenths(high)) for low, high, *_ in windows),
        service=tuple(service),
    )


def _section(path: str, lines: Lines, columns: int) -> list[list[float]]:
    """Rows of a section, without their numbers, which must run from 1."""
    rows = [(line, _numbers(path, line, words, columns + 1)) for line, words in lines]
    for position, (_, row) in enumerate(rows, 1):
        if row[0] != position:
            raise RoutingError.of("routing_numbering", path=path, position=position, number=int(row[0]))
    return [row[1:] for _, row in rows]


def _check(path: str, given: Vrptw) -> None:
    """Every customer must be within reach of a vehicle of its own."""
    stops = len(given.places) - 1
    if stops < 1:
        raise RoutingError.of("routing_empty", path=path)
    if stops > MOST_STOPS:
        raise RoutingError.of("routing_size", path=path, stops=stops, most=MOST_STOPS)
    opens, closes = given.windows[0]
    home = given.places[0]
    for stop in range(1, stops + 1):
        if given.demands[stop] > given.capacity:
            raise RoutingError.of(
                "routing_demand", path=path, stop=stop, demand=given.demands[stop], capacity=given.capacity
            )
        gap = [a - b for a, b in zip(given.places[stop], home, strict=True)]
        way = math.floor(math.sqrt((gap[0] ** 2 + gap[1] ** 2) * TENTHS * TENTHS))
        begin = max(opens + way, given.windows[stop][0])
        if begin > given.windows[stop][1] or begin + given.service[stop] + way > closes:
            raise RoutingError.of("routing_window", path=path, stop=stop)


def solution_text(routes: tuple[tuple[int, ...], ...], cost: int) -> str:
    """``Route #1: 5 3 …``, one a line, and ``Cost 827.3``; customers are numbered from 1."""
    lines = [f"Route #{at}: {' '.join(map(str, route))}" for at, route in enumerate(routes, 1)]
    return "\n".join([*lines, f"Cost {cost // TENTHS}.{cost % TENTHS}"]) + "\n"


def read_solution(path: Path) -> tuple[tuple[int, ...], ...]:
    """Routes of a solution file."""
    routes = []
    for line, text in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if text.startswith("Route"):
            words = text.partition(":")[2].split()
            routes.append(tuple(int(number) for number in _numbers(path.name, line, words, 1)))
    return tuple(routes)
