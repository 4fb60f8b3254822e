"""审计对应表: for auditors alone, who stands behind each line of a frame; every look is journalled."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlmodel import Session

from solver.blind import blind_id, blind_path, salt
from solver.frame import Frame
from solver.plan import Plan
from supervision.draw import freezing, records
from supervision.draw.own_line import find
from supervision.draw.tables import Draw, FrozenFrame
from supervision.errors import Conflict, NotFound
from supervision.journal.service import record
from supervision.paging import Page
from supervision.people.rules import Actor, require
from supervision.people.tables import Role

NAMES = {
    "ids": "每个代码都由密钥和统一社会信用代码算出",
    "paths": "每个分层名都由密钥和明文分层算出",
    "frame": "对应表与名录逐行一致，没有多出或缺少",
    "register": "名录的根摘要和户数与方案一致",
    "drawn": "抽中的每一户都与对应表一致",
}


@dataclass(frozen=True, slots=True)
class Link:
    """对应: one line of the frame, and whom it stands for. ``path`` in clear."""

    frame_id: str
    uscc: str
    path: str
    risk_class: str
    drawn: int | None
    """Its place in the order drawn."""


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """核对: one claim on the table; ``wrong`` counts what contradicts it, ``first`` names some of that."""

    name: str
    title: str
    wrong: int
    first: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.wrong


def links(
    session: Session, actor: Actor, draw_id: str, now: datetime, after: str = "", limit: int | None = None
) -> Page[Link, str]:
    """对应表, in the order of the frame, from ``after`` on; without a limit the whole of it."""
    draw, frozen = _audited(session, actor, draw_id)
    lines = _lines(frozen)
    start = bisect_right(lines, after, key=lambda line: line.partition(",")[0])
    shown = [line.split(",") for line in lines[start : None if limit is None else start + limit]]
    grades = _grades(frozen, [row[0] for row in shown], whole=limit is None)
    places = {row.frame_id: row.position for row, _ in records.drawn(session, draw.id or 0)}
    detail = {"after": after, "rows": len(shown)}
    record(session, actor, "draw.links", f"draw:{draw_id}", detail, now)
    rows = tuple(
        Link(own, uscc, path, grades.get(own, ""), places.get(own)) for own, uscc, _entity_id, path in shown
    )
    return Page(rows, rows[-1].frame_id if start + len(shown) < len(lines) else None)


def frame_key(session: Session, actor: Actor, draw_id: str, now: datetime) -> str:
    """盲化密钥, in hex, to recompute every link elsewhere. Whoever has it opens every line."""
    _draw, frozen = _audited(session, actor, draw_id)
    if frozen.key is None:
        raise Conflict(what=f"抽取 {draw_id} ", state="名录没有盲化", act="出示盲化密钥")
    record(session, actor, "draw.frame_key", f"draw:{draw_id}", {}, now)
    return frozen.key


def check(session: Session, actor: Actor, draw_id: str) -> tuple[LinkClaim, ...]:
    """核对对应表: links, blinding and register agree, recomputed from key and credit codes."""
    draw, frozen = _audited(session, actor, draw_id)
    plan, frame, linked = Plan.parse(draw.plan_json), _frame(frozen), _linked(frozen)
    key = bytes.fromhex(frozen.key) if frozen.key else None
    label = cache(lambda path: blind_path(key, path, plan.alg) if key else path)
    lines = {entity.id: entity.path for entity in frame}
    ids = [uscc for own, uscc, *_ in linked if own != _own(key, uscc, plan)]
    paths = [own for own, *_, path in linked if lines.get(own) not in (None, label(path))]
    frame_ids = set(lines) ^ {row[0] for row in linked}
    known = {own: int(entity_id) for own, _, entity_id, _ in linked}
    rows = [row for row, _ in records.drawn(session, draw.id or 0)]
    drawn = [row.frame_id for row in rows if known.get(row.frame_id) != row.entity_id]
    agrees = len(frame) == plan.register_n and frame.root(plan.alg) == plan.register_root
    return (
        _claim("ids", ids),
        _claim("paths", paths),
        _claim("frame", sorted(frame_ids)),
        _claim("register", [] if agrees else [draw.register_root]),
        _claim("drawn", drawn),
    )


def _audited(session: Session, actor: Actor, draw_id: str) -> tuple[Draw, FrozenFrame]:
    require(actor, Role.AUDITOR)
    draw = records.draw_by_number(session, actor, draw_id)
    if draw is None:
        raise NotFound(what="抽取", key=draw_id)
    return draw, records.frame_of(session, draw.id or 0)


def _frame(frozen: FrozenFrame) -> Frame:
    return Frame.parse(freezing.unpack(frozen.frame))


def _grades(frozen: FrozenFrame, ids: Sequence[str], *, whole: bool) -> dict[str, str]:
    """Class of these lines; for a page of them the frame is searched, not read."""
    if whole:
        return {entity.id: entity.cls for entity in _frame(frozen)}
    data = freezing.unpack(frozen.frame)
    found = {own: find(data, own) for own in ids}
    return {own: place.risk_class for own, place in found.items() if place is not None}


def _lines(frozen: FrozenFrame) -> list[str]:
    return freezing.unpack(frozen.links).decode().splitlines()


def _linked(frozen: FrozenFrame) -> list[list[str]]:
    """``[frame id, USCC, entity id, path]`` of each line."""
    return [line.split(",") for line in _lines(frozen)]


def _own(key: bytes | None, uscc: str, plan: Plan) -> str:
    return uscc if key is None else blind_id(salt(key, uscc, plan.alg), uscc, plan.alg)


def _claim(name: str, wrong: Sequence[str]) -> LinkClaim:
    return LinkClaim(name, NAMES[name], len(wrong), tuple(wrong[:5]))
