#!/usr/bin/env python3
"""片区复核程序：单文件，只用 Python 3.9+ 标准库，不联网。Verifies bundles or day-routes (docs/bundle-1.md).

    python verify_bundles.py bundles.json [--problem problem.json] [--evidence EVIDENCE.zip]

核对片区（或日行程）文件的摘要；文件载有检查对象的位置时，按 bundle/1 重新分片，比对是否一致。
给出匹配问题时，核对其任务正是这些片区；给出抽取的验证包（先用 verify_draw.py 核验）时，
核对公开日志随概率表登记的就是这一摘要。
Written from the contract, not from the library. Exit 0: all agrees; 1: something does not; 2: no such file.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import zipfile
from pathlib import Path
from typing import Any

# ruff: noqa: B905 - zip(strict=True) came after Python 3.9

Spot = tuple[int, int]


def digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def cosine(degree: int) -> int:
    """10^6 cos, rounded; the 91 values of the contract are far from a half, so every machine agrees."""
    return round(1_000_000 * math.cos(math.radians(degree)))


def plane(points: list[Any]) -> list[Spot]:
    known = [point[1] for point in points if point[1]]
    if not known:
        areas = sorted({point[2] for point in points})
        return [(0, 1000 * areas.index(point[2])) for point in points]
    south, north = min(p[0] for p in known), max(p[0] for p in known)
    west = min(p[1] for p in known)
    degree, rest = divmod(abs((south + north) // 2), 10**6)
    shrink = (cosine(degree) * (10**6 - rest) + cosine(min(degree + 1, 90)) * rest) // 10**6
    spots: list[Spot | None] = [
        ((p[1][1] - west) * shrink // (9 * 10**6), (p[1][0] - south) // 9) if p[1] else None for p in points
    ]
    placed = [(point[2], spot) for point, spot in zip(points, spots) if spot]

    def middle(area: str) -> Spot:
        for end in range(len(area), -1, -1):
            near = [spot for other, spot in placed if other[:end] == area[:end] and len(other) >= end]
            if near:
                return sum(x for x, _ in near) // len(near), sum(y for _, y in near) // len(near)
        raise AssertionError("the empty beginning is common to all")

    return [spot if spot else middle(point[2]) for point, spot in zip(points, spots)]


def scatter(spots: list[Spot], group: list[int]) -> int:
    xs, ys = [spots[i][0] for i in group], [spots[i][1] for i in group]
    return sum(x * x for x in xs) + sum(y * y for y in ys) - (sum(xs) ** 2 + sum(ys) ** 2) // len(group)


def halve(spots: list[Spot], group: list[int], count: int) -> list[list[int]]:
    if count == 1:
        return [group]
    left = count // 2
    size = len(group) // count * left + min(len(group) % count, left)
    ways = [(a, 16) for a in range(-16, 17)] + [(16, b) for b in range(15, -16, -1)]
    tried = []
    for n, (a, b) in enumerate(ways):
        order = sorted(group, key=lambda i: (a * spots[i][0] + b * spots[i][1], i))
        one, other = sorted(order[:size]), sorted(order[size:])
        tried.append((scatter(spots, one) + scatter(spots, other), n, one, other))
    _, _, one, other = min(tried)
    return halve(spots, one, left) + halve(spots, other, count - left)


def exchange(points: list[Any], spots: list[Spot], groups: list[list[int]]) -> None:
    """Exchanges are carried out in ``groups``."""
    last = max((point[4][-1] + 1 for point in points if point[4]), default=0)
    burdens = []
    for _, _, _, minutes, days, half in points:
        days = days or list(range(last))
        share = 1200 // len(days) if days else 0
        burdens.append(
            [minutes, *(share * (d in days) for d in range(last)), 120 * (half == "am"), 120 * (half == "pm")]
        )
    unit = max(1, sum(scatter(spots, group) for group in groups) // len(points))

    def sums(group: list[int]) -> tuple[int, int, list[int]]:
        burden = [sum(column) for column in zip(*(burdens[i] for i in group))]
        return sum(spots[i][0] for i in group), sum(spots[i][1] for i in group), burden

    home = {i: at for at, group in enumerate(groups) for i in group}
    held = [sums(group) for group in groups]
    for _ in range(20):
        middles = [(x // len(g), y // len(g)) for (x, y, _), g in zip(held, groups)]
        near = [
            [
                b
                for _, b in sorted(
                    ((x - p) ** 2 + (y - q) ** 2, b) for b, (p, q) in enumerate(middles) if b != a
                )
            ][:8]
            for a, (x, y) in enumerate(middles)
        ]
        changed = False
        for i in range(len(points)):
            a = home[i]
            best = (0, -1)
            x, y, burden = held[a]
            for b in near[a]:
                p, q, other = held[b]
                for j in groups[b]:
                    u, v = spots[j][0] - spots[i][0], spots[j][1] - spots[i][1]
                    w = u * u + v * v
                    here = (2 * x * u + 2 * y * v + w) // len(groups[a])
                    there = (w - 2 * p * u - 2 * q * v) // len(groups[b])
                    gain = -(here + there) * 1000 // unit
                    if gain > 400:
                        continue
                    moved = [n - m for m, n in zip(burdens[i], burdens[j])]
                    uneven = sum(2 * d * (f - g + d) for d, f, g in zip(moved, burden, other))
                    gain += 200 * uneven // 10000
                    if gain < best[0]:
                        best = (gain, j)
            if best[1] >= 0:
                j = best[1]
                b = home[j]
                groups[a] = sorted([k for k in groups[a] if k != i] + [j])
                groups[b] = sorted([k for k in groups[b] if k != j] + [i])
                home[i], home[j] = b, a
                held[a], held[b] = sums(groups[a]), sums(groups[b])
                changed = True
        if not changed:
            return


def cut(points: list[Any], count: int) -> list[list[str]]:
    """``points`` in order of codes."""
    spots = plane(points)
    groups = halve(spots, list(range(len(points))), count)
    exchange(points, spots, groups)
    return [[points[i][0] for i in sorted(group)] for group in groups]


def names_of(told: dict[str, Any]) -> list[str]:
    """What the pairing calls the units, after the number of the draw; visits on no route as they are."""
    if told["v"] == "day-route/1":
        named = [f"R{n:04d}" for n in range(1, len(told["routes"]) + 1)]
        return sorted([*named, *(code.rpartition("-")[2] for code in told["alone"])])
    return [f"B{n:04d}" for n in range(1, len(told["bundles"]) + 1)]


def faults_beside(told: dict[str, Any], problem: Any, entries: list[Any] | None) -> list[str]:
    """What does not agree with the pairing's problem, or with the log's entries."""
    found = []
    if problem is not None and sorted(x["id"].rpartition("-")[2] for x in problem["tasks"]) != names_of(told):
        found.append("匹配问题的任务不是这些片区（行程）")
    if entries is not None:
        logged = [x["entry"].get("bundles_sha256") for x in entries if x["entry"]["kind"] == "pairing"]
        if logged != [told["bundles_sha256"]]:
            found.append("公开日志随概率表登记的不是这一摘要")
    return found


def faults(told: dict[str, Any]) -> list[str]:
    """What does not agree in the file itself."""
    if told["v"] == "day-route/1":
        named = {key: told[key] for key in ("v", "routes", "alone")}
        return [] if digest(named) == told["bundles_sha256"] else ["bundles_sha256 与内容不一致"]
    named = {key: told[key] for key in ("v", "points_sha256", "cuts", "bundles")}
    found = []
    if told["v"] != "bundle/1":
        found.append("规则不是 bundle/1")
    if digest(named) != told["bundles_sha256"]:
        found.append("bundles_sha256 与内容不一致")
    if "points" not in told:
        return found
    points = sorted(told["points"], key=lambda point: point[0])
    if digest([told["salt"], points] if told.get("salt") else points) != told["points_sha256"]:
        found.append("points_sha256 与内容不一致")
    by_code = {point[0]: point for point in points}
    every = sorted(code for _, codes in told["cuts"] for code in codes)
    if every != sorted(by_code) or len(by_code) != len(points):
        return [*found, "分片的对象与所列对象不一致"]
    again = [
        group for count, codes in told["cuts"] for group in cut([by_code[c] for c in sorted(codes)], count)
    ]
    if sorted(again) != told["bundles"]:
        found.append("按 bundle/1 重新分片，结果与文件不一致")
    return found


def main(arguments: list[str]) -> int:
    options = dict(zip(arguments[1::2], arguments[2::2]))
    if len(arguments) % 2 == 0 or options.keys() - {"--problem", "--evidence"}:
        usage = "python verify_bundles.py bundles.json [--problem problem.json] [--evidence EVIDENCE.zip]"
        print(f"用法：{usage}", file=sys.stderr)
        return 2
    try:
        told = json.loads(Path(arguments[0]).read_text("utf-8"))
        problem = options.get("--problem")
        evidence = options.get("--evidence")
        asked = json.loads(Path(problem).read_text("utf-8")) if problem else None
        entries = None
        if evidence:
            with zipfile.ZipFile(evidence) as packed:
                entries = json.loads(packed.read("log.json"))["entries"]
        found = faults(told) + faults_beside(told, asked, entries)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        zipfile.BadZipFile,
    ) as error:
        print(f"不是片区文件：{error}", file=sys.stderr)
        return 2
    for sentence in found:
        print(f"不一致：{sentence}")
    if not found:
        again = "已重新分片，结果一致" if "points" in told else "未公布位置，只核对摘要"
        again = "日行程只核对摘要" if told["v"] == "day-route/1" else again
        print(f"一致：{len(names_of(told))} 个片区（行程），{again}；bundles_sha256 {told['bundles_sha256']}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
