"""匿名集: among how many drawn entities each drawn entity hides (draw/1 part 3, R27).

Who is drawn is published by name, the cells of the blinded frame with their classes. Who holds the register
can tell a path by its size, so that a drawn entity's class hides among the drawn entities of its path, and
of no more than them. Before the draw this is a bound that follows from plan and frame alone, afterwards a
count. It says how many, and nothing about how their classes are mixed: where all of a path are of one class
that class is known of them, and ``uniform`` counts such paths.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from solver.frame import Frame
from solver.plan import Plan
from solver.rates import PpsMode, preview
from supervision.draw import freezing, records
from supervision.draw.tables import Draw


@dataclass(frozen=True, slots=True)
class Anonymity:
    """匿名集: ``least`` drawn entities share a path with each drawn one, itself among them."""

    asked: int
    """``min_anonymity`` of the plan."""
    least: int | None
    """None where nobody is drawn."""
    paths: int
    """Paths with drawn entities; before the draw, those from which some may be drawn."""
    uniform: int
    """Of them, paths in which all that are (or may be) drawn are of one class."""
    counted: bool
    """Counted after the draw; before it ``least`` is what plan and frame guarantee."""
    jointly: int | None = None
    """联合抽取: the least when plans of one campaign, which share their blind ids, are laid side by side."""

    @property
    def reached(self) -> bool:
        """Whether the plan's number is reached, in the campaign's draws together as well."""
        known = [number for number in (self.least, self.jointly) if number is not None]
        return all(number >= self.asked for number in known)


def promised(plan: Plan, frame: Frame) -> Anonymity:
    """What plan and frame guarantee before the draw.

    draw/1 keeps the total of a path within 1 of its expectation: at least its floor is drawn, and whoever is
    drawn is at least one.
    """
    expected: dict[str, Fraction] = {}
    classes: dict[str, set[str]] = {}
    for group, risk_class, number in _chances(plan, frame):
        if number:
            expected[group] = expected.get(group, Fraction(0)) + number
            classes.setdefault(group, set()).add(risk_class)
    return Anonymity(
        asked=plan.min_anonymity,
        least=min((max(1, int(number)) for number in expected.values()), default=None),
        paths=len(expected),
        uniform=sum(1 for found in classes.values() if len(found) == 1),
        counted=False,
    )


def counted(asked: int, cells: Iterable[Sequence[Any]]) -> Anonymity:
    """What came of it. ``cells``: rows ``[cell, N, a, k, threshold]`` of the modes rate and fixed."""
    drawn: Counter[str] = Counter()
    classes: dict[str, set[str]] = {}
    for name, _, _, taken, _ in cells:
        path, _, risk_class = name.rpartition("/")
        if taken:
            drawn[path] += taken
            classes.setdefault(path, set()).add(risk_class)
    return Anonymity(
        asked=asked,
        least=min(drawn.values(), default=None),
        paths=len(drawn),
        uniform=sum(1 for found in classes.values() if len(found) == 1),
        counted=True,
    )


def side_by_side(draws: Mapping[str, Mapping[str, str]], draw_id: str) -> int | None:
    """The least when the draws of a campaign are laid side by side.

    ``draws``: draw → drawn frame id → its path in that draw. The named lists tell in which of the draws an
    entity came up, and so do the blind ids: an entity hides only among those with the same pattern.
    """
    own = draws.get(draw_id, {})
    patterns = Counter(tuple(drawn.get(frame_id) for _, drawn in sorted(draws.items())) for frame_id in own)
    return min(patterns.values(), default=None)


def anonymity_of(session: Session, draw: Draw, *, revealed: bool) -> Anonymity | None:
    """匿名集 of a draw; none where the frame is open, for nothing hides there and no class is in it.

    ``revealed``: the result may be looked at. Before the opening of a sealed draw only the bound is told.
    """
    if not draw.blinded:
        return None
    plan = Plan.parse(draw.plan_json)
    if not revealed or draw.cells is None or isinstance(plan.mode, PpsMode):
        frame = Frame.parse(freezing.unpack(records.frame_of(session, draw.id or 0).frame))
        return promised(plan, frame)
    found = counted(plan.min_anonymity, draw.cells)
    if draw.campaign is None:
        return found
    others = {
        each.draw_id: {line.split(",")[0]: line.split(",")[1].rpartition("/")[0] for line in lines}
        for each in records.campaign_draws(session, draw.campaign)
        if (lines := (each.result or "").splitlines()) and (each.is_open or each.id == draw.id)
    }
    return Anonymity(
        found.asked, found.least, found.paths, found.uniform, True, side_by_side(others, draw.draw_id)
    )


def _chances(plan: Plan, frame: Frame) -> Iterable[tuple[str, str, Fraction]]:
    """(group, class, expected number): in the mode pps a size tells entities of a path apart."""
    if isinstance(plan.mode, PpsMode):
        rows = {row.cell: row.expected for row in preview({e.id: e.size or 0 for e in frame}, plan.mode).rows}
        for entity in frame:
            yield f"{entity.path}/{entity.size}", entity.cls, rows[entity.id]
        return
    for row in preview(frame.cells(), plan.mode).rows:
        path, _, risk_class = row.cell.rpartition("/")
        yield path, risk_class, row.expected
