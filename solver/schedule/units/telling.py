"""片区文件 bundles.json: what is published of bundles, and whether it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from solver.schedule.units.cutting import cut_apart
from solver.schedule.units.errors import UnitError
from solver.schedule.units.points import VERSION, Bundles, Point, bundles_digest, points_digest

KEYS = frozenset({"v", "points_sha256", "cuts", "bundles", "bundles_sha256"})


def bundles_json(bundles: Bundles, points: Sequence[Point] | None = None, salt: str = "") -> dict[str, Any]:
    """bundles.json. With ``points`` (and ``salt``) anybody can cut again; without, the digest binds them."""
    told: dict[str, Any] = {
        "v": VERSION,
        "points_sha256": bundles.points_sha256,
        "cuts": [[count, list(codes)] for count, codes in bundles.cuts],
        "bundles": [list(group) for group in bundles.groups],
        "bundles_sha256": bundles.bundles_sha256,
    }
    if points is not None:
        told["points"] = [point.row() for point in sorted(points, key=lambda point: point.code)]
    if points is not None and salt:
        told["salt"] = salt
    return told


def check_bundles(told: object) -> Bundles:
    """The bundles of a bundles.json, whose digests hold, and which are cut again where points are told.

    Errors: ``UnitError`` with what does not agree.
    """
    fields = _fields(told)
    cuts = tuple((count, tuple(codes)) for count, codes in fields["cuts"])
    groups = tuple(tuple(group) for group in fields["bundles"])
    digest = bundles_digest(fields["points_sha256"], cuts, groups)
    if digest != fields["bundles_sha256"]:
        raise UnitError.of("unit_digest", key="bundles_sha256")
    if sorted(code for group in groups for code in group) != sorted(code for _, own in cuts for code in own):
        raise UnitError.of("unit_replay")
    if "points" not in fields:
        return Bundles(groups, cuts, (), fields["points_sha256"], digest)
    points = [Point.from_row(row) for row in fields["points"]]
    salt = fields.get("salt", "")
    if points_digest(points, salt) != fields["points_sha256"]:
        raise UnitError.of("unit_digest", key="points_sha256")
    by_code = {point.code: point for point in points}
    if any(code not in by_code for _, codes in cuts for code in codes):
        raise UnitError.of("unit_replay")
    again = cut_apart([(count, [by_code[code] for code in codes]) for count, codes in cuts])
    again = again.salted(points, salt)
    if again.bundles_sha256 != digest:
        raise UnitError.of("unit_replay")
    return again


def _fields(told: object) -> Mapping[str, Any]:
    if not isinstance(told, dict) or not KEYS <= told.keys() <= KEYS | {"points", "salt"}:
        raise UnitError.of("unit_file", key="*")
    for key in ("points_sha256", "bundles_sha256"):
        if not isinstance(told[key], str):
            raise UnitError.of("unit_file", key=key)
    if not isinstance(told.get("salt", ""), str):
        raise UnitError.of("unit_file", key="salt")
    if told["v"] != VERSION:
        raise UnitError.of("unit_file", key="v")
    cuts = told["cuts"]
    good = isinstance(cuts, list) and all(
        isinstance(one, list) and len(one) == 2 and type(one[0]) is int and _texts(one[1]) for one in cuts
    )
    if not good:
        raise UnitError.of("unit_file", key="cuts")
    if not (isinstance(told["bundles"], list) and all(_texts(group) for group in told["bundles"])):
        raise UnitError.of("unit_file", key="bundles")
    if not isinstance(told.get("points", []), list):
        raise UnitError.of("unit_file", key="points")
    return told


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
