"""信用风险评分: a small scorecard, read from ``scorecard.csv`` and explained line by line.

Where the authority has classed an entity its class stands; the scorecard serves where there is none. All
numbers are integers, so that a snapshot can be computed again anywhere with the same digest. The scale
0–1000 and its bands follow the published practice of Ningxia (domain.md 5.1); the points are a proposal
that an office may change in the table.
"""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

from supervision.errors import SupervisionError
from supervision.risk.tables import RiskClass

LOWEST, HIGHEST = 0, 1000
FACTORS = ("age", "changes", "abnormal_listings", "penalties", "complaints", "last_finding")
FACTOR_LABELS = {
    "age": "成立年限",
    "changes": "登记事项变更",
    "abnormal_listings": "经营异常名录",
    "penalties": "行政处罚",
    "complaints": "投诉举报",
    "last_finding": "最近检查结果",
}
CLASS_LABELS = {
    RiskClass.A: "信用风险低",
    RiskClass.B: "信用风险较低",
    RiskClass.C: "信用风险较高",
    RiskClass.D: "信用风险高",
}


class WrongScorecard(SupervisionError):
    code = "wrong_scorecard"
    status = 500
    sentence = "信用风险评分表有误：{problem}"


@dataclass(frozen=True, slots=True)
class Facts:
    """风险指标: counts, the last national result code (0: none, 1–8), and the class given, if any."""

    changes: int = 0
    abnormal_listings: int = 0
    penalties: int = 0
    complaints: int = 0
    last_finding: int = 0
    given: RiskClass | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """评分表行: applies to values from ``lower`` to ``upper``, both included; both absent: value unknown."""

    factor: str
    lower: int | None
    upper: int | None
    points: int
    risk_class: RiskClass | None
    sentence: str

    def holds(self, value: int | None) -> bool:
        if value is None or self.lower is None:
            return value is None and self.lower is None and self.upper is None
        return self.lower <= value and (self.upper is None or value <= self.upper)


@dataclass(frozen=True, slots=True)
class Part:
    """得分项: what one factor adds, and the sentence that says why."""

    factor: str
    value: int | None
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Score:
    """评分: points from 0 to 1000 and the class that follows.

    ``given``: the class is the authority's, whatever the points. ``direct``: the sentences of the rules
    that put the entity into its class whatever the points.
    """

    points: int
    risk_class: RiskClass
    given: bool
    parts: tuple[Part, ...]
    direct: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """评分表: points by factor, class bands by total, and the rules that class directly."""

    lines: Mapping[str, tuple[Line, ...]]
    bands: tuple[Line, ...]
    direct: tuple[Line, ...]
    sha256: str

    def score(self, facts: Facts, age: int | None) -> Score:
        """Points, class and explanation. ``age`` in completed years, or none where unknown."""
        values = {factor: age if factor == "age" else getattr(facts, factor) for factor in FACTORS}
        parts = tuple(self._part(factor, value) for factor, value in values.items())
        points = min(HIGHEST, max(LOWEST, sum(part.points for part in parts)))
        direct = [line for line in self.direct if line.holds(values[line.factor])]
        candidates = [_only(self.bands, "total", points), *direct]
        computed = max(str(line.risk_class) for line in candidates)
        return Score(
            points=points,
            risk_class=facts.given or RiskClass(computed),
            given=facts.given is not None,
            parts=parts,
            direct=tuple(line.sentence.format(value=values[line.factor]) for line in direct),
        )

    def _part(self, factor: str, value: int | None) -> Part:
        line = _only(self.lines[factor], factor, value)
        return Part(factor, value, line.points, line.sentence.format(value=value))


def _only(lines: tuple[Line, ...], factor: str, value: int | None) -> Line:
    for line in lines:
        if line.holds(value):
            return line
    raise WrongScorecard(problem=f"“{factor}”没有适用于 {value} 的一行。")


def read_scorecard(text: str) -> Scorecard:
    """Read and check a table: every factor, and the bands, covered without gap or overlap."""
    groups: dict[str, list[Line]] = {"points": [], "band": [], "direct": []}
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            groups[row["rule"]].append(_line(row))
        except (KeyError, ValueError, TypeError) as error:
            raise WrongScorecard(problem=f"第 {number} 行无法识别（{error}）。") from error
    lines = {factor: tuple(_of(groups["points"], factor)) for factor in FACTORS}
    for factor, found in lines.items():
        _check_cover(factor, found, end=None)
    bands = tuple(_of(groups["band"], "total"))
    _check_cover("total", bands, end=HIGHEST)
    if unknown := {line.factor for line in groups["direct"]} - set(FACTORS):
        raise WrongScorecard(problem=f"不认识的指标：{'、'.join(sorted(unknown))}。")
    return Scorecard(lines, bands, tuple(groups["direct"]), hashlib.sha256(text.encode()).hexdigest())


def _line(row: dict[str, str]) -> Line:
    number = {key: int(row[key]) if row[key] else None for key in ("lower", "upper", "points")}
    return Line(
        factor=row["factor"],
        lower=number["lower"],
        upper=number["upper"],
        points=number["points"] or 0,
        risk_class=RiskClass(row["class"]) if row["class"] or row["rule"] != "points" else None,
        sentence=row["sentence"],
    )


def _of(lines: list[Line], factor: str) -> list[Line]:
    return [line for line in lines if line.factor == factor]


LAST_CODE = {"last_finding": 8}


def _check_cover(factor: str, lines: tuple[Line, ...], end: int | None) -> None:
    """Values from 0 on, each in exactly one line, up to ``end``, the last code, or for ever."""
    end = LAST_CODE.get(factor, end)
    expected: int | None = 0
    for line in sorted((line for line in lines if line.lower is not None), key=lambda line: line.lower or 0):
        if line.lower != expected:
            raise WrongScorecard(problem=f"“{factor}”在 {expected} 处有空缺或重叠。")
        expected = None if line.upper is None else line.upper + 1
    if expected != (None if end is None else end + 1):
        raise WrongScorecard(problem=f"“{factor}”没有覆盖全部取值。")
    if factor == "age" and not any(line.holds(None) for line in lines):
        raise WrongScorecard(problem="“age”缺少“不详”一行。")


@cache
def scorecard() -> Scorecard:
    """The table that ships with the product."""
    return read_scorecard(files("supervision.risk").joinpath("scorecard.csv").read_text(encoding="utf-8"))


@lru_cache(maxsize=65_536)
def score(facts: Facts, age: int | None) -> Score:
    """Score by the shipped table. Many entities share their facts, hence the cache."""
    return scorecard().score(facts, age)


def age_in_years(established: date | None, on: date) -> int | None:
    """Completed years; a day still to come counts as none."""
    if established is None:
        return None
    before_anniversary = (on.month, on.day) < (established.month, established.day)
    return max(0, on.year - established.year - before_anniversary)


def snapshot_line(uscc: str, risk_class: str, points: int) -> bytes:
    """One line of what a snapshot's digest covers."""
    return f"{uscc},{risk_class},{points}\n".encode()
