"""Acts on public sources: a drand round handed in or fetched, a lottery typed by two people.

Taken only when every party has revealed or was noted as missing: nobody decides with the source in sight.
"""

import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException

from sqlmodel import Session

from solver import beacon
from supervision.clock import BEIJING
from supervision.draw import records
from supervision.draw.access import (
    draw_of,
    expect_draw,
    held,
    reached_draw,
    shared_draw,
    takes_part,
    together,
)
from supervision.draw.sources import (
    NoRelay,
    RelayFailed,
    SourceMissing,
    SourceTooEarly,
    check_all_revealed,
    source_name,
    tidy_result,
)
from supervision.draw.tables import Draw, DrawSource, DrawState, LotteryEntry, SourceKind
from supervision.errors import Conflict, NotFound
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.transparency.service import append

LARGEST_ANSWER = 10_000
"""Bytes: an answer of drand has about three hundred."""
Fetch = Callable[[str], bytes]
"""Address → what is there."""


@dataclass(frozen=True, slots=True)
class TypedResult:
    """一人录入的开奖号码. What another has typed stays hidden until a second has: they type independently."""

    username: str
    result: str | None
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class SourceView:
    """公开随机源: what the plan names, and what was entered. ``typed``: by whom, while two must agree."""

    position: int
    kind: SourceKind
    name: str
    chain: str | None
    round: int | None
    due_at: datetime | None
    game: str | None
    issue: str | None
    result: str | None
    randomness: str | None
    signature: str | None
    settled_at: datetime | None
    typed: tuple[TypedResult, ...]


def sources_of(session: Session, actor: Actor, draw_id: str) -> list[SourceView]:
    """公开随机源一览 of a draw, for whoever may see it."""
    require(actor, *plans.OFFICE, Role.WITNESS)
    draw = records.any_draw(session, draw_id)
    if draw is None or not takes_part(session, actor, draw):
        draw = draw_of(session, actor, draw_id)
    found = records.sources(session, draw.id or 0)
    entries = records.lottery_entries(session, [source.id or 0 for source in found])
    return [_view(source, [e for e in entries if e.source_id == source.id], actor) for source in found]


def enter_beacon(session: Session, actor: Actor, draw_id: str, answer: bytes, now: datetime) -> DrawSource:
    """录入公共随机数: drand's JSON of the very round the plan names, checked without any connection.

    Errors: ``SourceTooEarly`` before its moment, ``solver.errors.BeaconError`` for what is not that round.
    """
    require(actor, Role.PLANNER, Role.APPROVER, Role.WITNESS)
    draw = shared_draw(session, actor, draw_id, DrawState.APPROVED, "录入公共随机数")
    return _settle_beacon(session, actor, draw, _beacon_of(session, draw), answer, now)


def settle_beacon(session: Session, actor: Actor, draw_id: str, answer: bytes, now: datetime) -> DrawSource:
    """As ``enter_beacon``, by the system itself."""
    draw = held(session, draw_id)
    expect_draw(draw, DrawState.APPROVED, "录入公共随机数")
    return _settle_beacon(session, actor, draw, _beacon_of(session, draw), answer, now)


def ask_relay(
    session: Session, actor: Actor, draw_id: str, relay: str, now: datetime, fetch: Fetch | None = None
) -> bytes:
    """获取公共随机数 from the settings' relay, for ``enter_beacon``, which trusts it no more than a file.

    ``session`` only reads: while the relay is waited for, nobody else's act waits for us.
    """
    require(actor, Role.PLANNER, Role.APPROVER, Role.WITNESS)
    draw = reached_draw(session, actor, draw_id)
    expect_draw(draw, DrawState.APPROVED, "获取公共随机数")
    check_all_revealed(records.parties(session, draw.task_id))
    source = _beacon_of(session, draw)
    _check_moment(source, now)
    return (fetch or get)(relay_address(relay, source))


def relay_address(relay: str, source: DrawSource) -> str:
    """Where a relay keeps the round: ``<relay>/<chain>/public/<round>``."""
    if not relay:
        raise NoRelay()
    return f"{relay.rstrip('/')}/{source.chain}/public/{source.round}"


def get(address: str, seconds: float = 5.0) -> bytes:
    """What a relay answers; never more than ``LARGEST_ANSWER`` bytes."""
    if not address.startswith(("https://", "http://")):
        raise RelayFailed(relay=address, reason="地址应以 https:// 或 http:// 开头")
    request = urllib.request.Request(address, headers={"Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            body: bytes = answer.read(LARGEST_ANSWER + 1)
    except (OSError, HTTPException, ValueError) as error:
        # a URLError is an OSError; what it quotes is of the network, not of the office
        raise RelayFailed(relay=address, reason=str(getattr(error, "reason", error))[:200]) from error
    if len(body) > LARGEST_ANSWER:
        raise RelayFailed(relay=address, reason="答复过长")
    return body


def enter_lottery(
    session: Session, actor: Actor, draw_id: str, game: str, issue: str, result: str, now: datetime
) -> SourceView:
    """录入开奖号码: counts once two people typed the same and nobody typed anything else.

    Until then each may correct what he typed himself; both are shown side by side.
    """
    require(actor, Role.PLANNER, Role.APPROVER, Role.WITNESS)
    draw = shared_draw(session, actor, draw_id, DrawState.APPROVED, "录入开奖号码")
    found = records.sources(session, draw.id or 0)
    source = next((each for each in found if (each.game, each.issue) == (game, issue)), None)
    if source is None:
        raise NotFound(what="彩票开奖", key=f"{game} {issue}")
    if source.settled_at is not None:
        raise Conflict(what=source_name(source), state="已录入", act="再次录入")
    check_all_revealed(records.parties(session, draw.task_id))
    numbers = tidy_result(result)
    entries = records.lottery_entries(session, [source.id or 0])
    entry = next((each for each in entries if each.username == actor.username), None)
    if entry is None:
        entry = LotteryEntry(
            source_id=source.id or 0, username=actor.username, result=numbers, entered_at=now
        )
        entries.append(entry)
    entry.result, entry.entered_at = numbers, now
    session.add(entry)
    session.flush()
    detail = {"game": game, "issue": issue, "result": numbers}
    record(session, actor, "draw.type_lottery", f"draw:{draw_id}", detail, now)
    if len(entries) > 1 and {each.result for each in entries} == {numbers}:
        _settle_lottery(session, draw, source, numbers, now)
    return _view(source, entries, actor)


def check_settled(sources: list[DrawSource]) -> None:
    """Refuse a draw while a public source is not there."""
    if waiting := [source_name(source) for source in sources if source.settled_at is None]:
        raise SourceMissing(sources="、".join(waiting))


def _beacon_of(session: Session, draw: Draw) -> DrawSource:
    for source in records.sources(session, draw.id or 0):
        if source.kind is SourceKind.BEACON:
            if source.settled_at is not None:
                raise Conflict(what=source_name(source), state="已录入", act="再次录入")
            return source
    raise NotFound(what="公共随机数（方案没有指定）", key=draw.draw_id)


def _check_moment(source: DrawSource, now: datetime) -> None:
    if source.due_at is not None and now < source.due_at:
        moment = source.due_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
        raise SourceTooEarly(round=source.round, moment=f"{moment}（北京时间）")


def _settle_beacon(
    session: Session, actor: Actor, draw: Draw, source: DrawSource, answer: bytes, now: datetime
) -> DrawSource:
    _check_moment(source, now)
    check_all_revealed(records.parties(session, draw.task_id))
    found = beacon.parse_answer(answer)
    beacon.check(beacon.known(source.chain or "", beacon.CHAINS), source.round or 0, found)
    for each in together(session, draw):
        for twin in records.sources(session, each.id or 0):
            if twin.kind is not SourceKind.BEACON or twin.settled_at is not None:
                continue
            twin.randomness, twin.signature = found.randomness.hex(), found.signature.hex()
            twin.settled_at = now
            session.add(twin)
            fields = {
                "draw_id": each.draw_id,
                "position": twin.position,
                "chain": twin.chain,
                "round": twin.round,
                "randomness": twin.randomness,
                "signature": twin.signature,
            }
            append(session, "beacon", fields, now)
    session.flush()
    detail = {"round": source.round, "randomness": found.randomness.hex()}
    record(session, actor, "draw.enter_beacon", f"draw:{draw.draw_id}", detail, now)
    return source


def _settle_lottery(session: Session, draw: Draw, source: DrawSource, result: str, now: datetime) -> None:
    for each in together(session, draw):
        for twin in records.sources(session, each.id or 0):
            if (twin.game, twin.issue) != (source.game, source.issue) or twin.settled_at is not None:
                continue
            twin.result, twin.settled_at = result, now
            session.add(twin)
            fields = {
                "draw_id": each.draw_id,
                "position": twin.position,
                "game": twin.game,
                "issue": twin.issue,
                "result": result,
            }
            append(session, "lottery", fields, now)
    session.flush()


def _view(source: DrawSource, entries: list[LotteryEntry], actor: Actor) -> SourceView:
    alone = len(entries) == 1 and entries[0].username != actor.username
    return SourceView(
        position=source.position,
        kind=source.kind,
        name=source_name(source),
        chain=source.chain,
        round=source.round,
        due_at=source.due_at,
        game=source.game,
        issue=source.issue,
        result=source.result,
        randomness=source.randomness,
        signature=source.signature,
        settled_at=source.settled_at,
        typed=tuple(TypedResult(e.username, None if alone else e.result, e.entered_at) for e in entries),
    )
