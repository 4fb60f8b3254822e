"""公平性证书: what a draw gave everyone, as exact numbers on one page; values only, nothing is fetched here.

Who is on the frame is grouped, never named. Groups that could tell of a single entity are put together as
``other``. The canonical JSON of a certificate has one SHA-256, printed on the page, that anyone recomputes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from solver.canonical import canonical, sha256_hex
from solver.fairness.chances import SEEDS, Chances, Group, Shape, chances, groups, power_of_ten, samples
from solver.fairness.fixed_step import FixedStep, as_platforms_do
from solver.rates import Mode, PpsMode
from supervision.draw.anonymity import Anonymity
from supervision.draw.pairing_part import PairingPart

VERSION = "certificate/1"
OTHER = "other"
"""The label of groups put together."""

Scope = Literal["public", "office", "files", "preview"]


@dataclass(frozen=True, slots=True)
class Facts:
    """证书所述抽取: what is known of the draw itself. Empty before it is so far."""

    draw_id: str
    state: str
    mode: str
    D: int
    register_n: int
    blinded: bool
    sealed: bool
    sources: tuple[str, ...]
    """In plan order: ``party``, ``beacon:<round>``, ``lottery:<game>:<issue>``."""
    plan_hash: str = ""
    register_root: str = ""
    result_sha256: str = ""
    closing_hash: str = ""
    log_plan: int | None = None
    """Index of the plan's entry in the transparency log; ``log_closing`` that of the closing record."""
    log_closing: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """在册对象: the frame line by line, as parallel lists; ``drawn``: the places drawn, once known."""

    paths: Sequence[str]
    classes: Sequence[str]
    keys: Sequence[str]
    """On what the probability depends: class letter, in mode pps the size."""
    drawn: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """名录特征 of the same lines, from the register; ``order`` sorts them as a register is sorted."""

    counties: Sequence[str]
    ownerships: Sequence[str]
    capitals: Sequence[str]
    order: Sequence[int]
    """Places of the frame by county, then by credit code."""
    with_drawn: bool
    """Whether it may be told how many of each group were drawn: not while the list is kept to the office."""


@dataclass(frozen=True, slots=True)
class Row:
    """分组一行. ``low`` and ``high`` are None where they would betray a class, ``drawn`` while not public."""

    label: str
    n: int
    expected: Fraction
    mean: Fraction
    low: Fraction | None
    high: Fraction | None
    never: int
    drawn: int | None
    step_mean: Fraction
    """The mean probability under fixed-step selection of as many from the same list."""
    step_never: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """公平性证书. ``tables`` by grouping: ``FROM_FRAME`` (size in mode pps only) and ``FROM_REGISTER``."""

    scope: Scope
    facts: Facts
    expected: Fraction
    drawn: int | None
    never: int
    certain: int
    tables: Mapping[str, tuple[Row, ...]]
    deviation: Fraction | None
    """The largest |drawn − expected| of an area: below 1 by draw/1."""
    samples: int
    """Possible lists are at least 10 to this power."""
    seeds_bound: bool
    """Whether there are more lists than seeds, so that ``samples`` tells the seeds."""
    step: FixedStep
    anonymity: Anonymity | None
    min_anonymity: int
    pairing: PairingPart | None = None
    """检查组部分, once the table of chances of a pairing is fixed."""

    @property
    def json(self) -> bytes:
        """Its canonical text: fractions as ``p/q``, unknowns as null."""
        return canonical(_plain(self))

    @property
    def digest(self) -> str:
        """SHA-256 of ``json``, 64 hex."""
        return sha256_hex(self.json)


FROM_FRAME = ("class", "area", "path", "size")
"""Groupings that anybody recomputes from the public files; ``area`` is the first label of the path."""
FROM_REGISTER = ("county", "ownership", "capital")
"""Groupings that need what the register says of each entity."""


def certify(
    scope: Scope,
    facts: Facts,
    mode: Mode,
    listed: Listed,
    registered: Registered | None,
    anonymity: Anonymity | None,
    min_anonymity: int,
) -> Certificate:
    """出具证书: every number of it, from the lines and the mode alone."""
    given = chances(mode, listed.keys)
    wanted = round(given.expected)
    step = as_platforms_do(len(listed.keys), wanted)
    view = _View(given, listed.drawn, min_anonymity)
    by_path = sorted(range(len(listed.paths)), key=lambda at: (listed.paths[at], at))
    framed = _stepped(step, by_path)
    areas = [path.partition("/")[0] for path in listed.paths]
    tables = {
        "class": view.table(listed.classes, framed, "small" if scope == "public" else "all"),
        "area": view.table(areas, framed),
        "path": view.table(listed.paths, framed),
    }
    if isinstance(mode, PpsMode):
        tables["size"] = view.table([size_band(key) for key in listed.keys], framed)
    if registered is not None:
        sorted_step = _stepped(step, registered.order)
        view = replace(view, drawn=listed.drawn if registered.with_drawn else None)
        labels = (registered.counties, registered.ownerships, registered.capitals)
        for name, each in zip(FROM_REGISTER, labels, strict=True):
            tables[name] = view.table(each, sorted_step, "guarded" if scope == "public" else "small")
    cells = _cells(mode, listed, given)
    lists = samples(cells, [n * a // given.D for n, a in cells])
    return Certificate(
        scope=scope,
        facts=replace(facts, D=given.D),
        expected=given.expected,
        drawn=None if listed.drawn is None else len(listed.drawn),
        never=sum(1 for a in given.a if a == 0),
        certain=sum(1 for a in given.a if a == given.D),
        tables=tables,
        deviation=max(
            (abs(row.drawn - row.expected) for row in tables["area"] if row.drawn is not None), default=None
        ),
        samples=power_of_ten(lists),
        seeds_bound=lists == SEEDS,
        step=step,
        anonymity=anonymity,
        min_anonymity=min_anonymity,
    )


def size_band(size: str) -> str:
    """规模档 of a frame's size by its number of digits: ``d0`` for 0, ``d3`` for 100 to 999."""
    return f"d{len(size) if size != '0' else 0}"


@dataclass(frozen=True, slots=True)
class _View:
    """What a reader may see: ``all`` groups, no ``small`` ones, or ``guarded`` for the public."""

    given: Chances
    drawn: Collection[int] | None
    least: int

    def table(
        self, labels: Sequence[str], step: Chances, shown: Literal["all", "small", "guarded"] = "all"
    ) -> tuple[Row, ...]:
        if shown != "all":
            under = coarse(labels, self.given, self.least, mixed=shown == "guarded")
            labels = [under[label] for label in labels]
        drawn = Counter(labels[at] for at in self.drawn) if self.drawn is not None else None
        under_step = {group.label: group for group in groups(step, labels)}
        return tuple(
            _row(group, under_step[group.label], drawn, extremes=shown != "guarded")
            for group in sorted(
                groups(self.given, labels), key=lambda each: (each.label == OTHER, each.label)
            )
        )


def coarse(labels: Iterable[str], given: Chances, least: int, *, mixed: bool) -> dict[str, str]:
    """合并小组: under which label each is shown; groups that would tell of single entities share ``other``.

    A group stands alone from ``least`` entities on. ``mixed`` is for the public: besides, ``least`` entities
    must differ from the group's most common class, or the mean would betray it, and more than ``least`` must
    be expected to be drawn (as in ``rules.public_paths``); the former only where there is a class to betray.
    """
    counted: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for (label, a), number in Counter(zip(labels, given.a, strict=True)).items():
        counted[label][a] += number
    several = len({a for each in counted.values() for a in each}) > 1

    def large(each: Counter[int]) -> bool:
        if each.total() < least or not mixed:
            return each.total() >= least
        diverse = not several or each.total() - max(each.values()) >= least
        return diverse and sum(a * number for a, number in each.items()) > least * given.D

    alone = {label: each for label, each in counted.items() if large(each)}
    rest: Counter[int] = sum((each for label, each in counted.items() if label not in alone), Counter())
    for label in sorted(alone, key=lambda label: (alone[label].total(), label)):
        if not rest or large(rest):
            break
        rest += alone.pop(label)
    return {label: label if label in alone else OTHER for label in counted}


def _row(group: Group, step: Group, drawn: Counter[str] | None, *, extremes: bool) -> Row:
    return Row(
        label=group.label,
        n=group.n,
        expected=group.expected,
        mean=group.mean,
        low=group.low if extremes else None,
        high=group.high if extremes else None,
        never=group.never,
        drawn=None if drawn is None else drawn[group.label],
        step_mean=step.mean,
        step_never=step.never,
    )


def _stepped(step: FixedStep, order: Sequence[int]) -> Chances:
    """The probabilities of fixed-step selection, by place of the frame, for a list sorted by ``order``."""
    numerators = [0] * len(order)
    for at, a in zip(order, step.chances.a, strict=True):
        numerators[at] = a
    return Chances(step.chances.D, numerators)


def _cells(mode: Mode, listed: Listed, given: Chances) -> list[Shape]:
    if isinstance(mode, PpsMode):
        return [(1, a) for a in given.a]
    counted = Counter(zip(listed.paths, listed.classes, given.a, strict=True))
    return [(number, a) for (_, _, a), number in sorted(counted.items())]


def _plain(certificate: Certificate) -> dict[str, Any]:
    facts, step, hidden = certificate.facts, certificate.step, certificate.anonymity
    return {
        "v": VERSION,
        "scope": certificate.scope,
        "draw": {
            "draw_id": facts.draw_id,
            "state": facts.state,
            "mode": facts.mode,
            "D": facts.D,
            "frame": "blinded" if facts.blinded else "open",
            "disclosure": "sealed" if facts.sealed else "open",
            "register_n": facts.register_n,
            "sources": list(facts.sources),
            "plan_hash": facts.plan_hash or None,
            "register_root": facts.register_root or None,
            "result_sha256": facts.result_sha256 or None,
            "closing_hash": facts.closing_hash or None,
            "log_plan": facts.log_plan,
            "log_closing": facts.log_closing,
        },
        "expected": _text(certificate.expected),
        "drawn": certificate.drawn,
        "never": certificate.never,
        "certain": certificate.certain,
        "deviation": _text(certificate.deviation),
        "samples_power_of_ten": certificate.samples,
        "min_anonymity": certificate.min_anonymity,
        "anonymity": None
        if hidden is None
        else {
            "least": hidden.least,
            "paths": hidden.paths,
            "uniform": hidden.uniform,
            "counted": int(hidden.counted),
            "jointly": hidden.jointly,
        },
        "fixed_step": {
            "rows": step.rows,
            "wanted": step.wanted,
            "kind": step.kind,
            "step": step.step,
            "samples": step.distinct_samples,
            "never": step.never,
            "always": step.always,
        },
        "groups": {name: [_plain_row(row) for row in rows] for name, rows in certificate.tables.items()},
        **({} if certificate.pairing is None else {"pairing": certificate.pairing.plain()}),
    }


def _plain_row(row: Row) -> dict[str, Any]:
    return {
        "label": row.label,
        "n": row.n,
        "expected": _text(row.expected),
        "low": _text(row.low),
        "mean": _text(row.mean),
        "high": _text(row.high),
        "never": row.never,
        "drawn": row.drawn,
        "step_mean": _text(row.step_mean),
        "step_never": row.step_never,
    }


def _text(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"
