"""Entropy of a draw: parties that stay away, public sources, and the opening of sealed draws."""

import json
from datetime import datetime
from typing import Annotated

from fastapi import Body
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import Config, Reading, SignedIn
from api.v1.draws import DrawView
from api.v1.idempotency import Act, Acting
from api.v1.models import Code, Command, View, example
from api.v1.resource import resource
from api.v1.tasks import PartyList, PartyView
from supervision.draw import entropy, opening, parties
from supervision.draw import service as draws
from supervision.draw.tables import SourceKind

router = resource("draws")

LARGEST = 2**53 - 1
SOURCE = {
    "position": 3,
    "kind": "beacon",
    "name": "公共随机数第 34170000 轮",
    "chain": "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    "round": 34170000,
    "due_at": "2026-11-21T02:01:00Z",
    "game": None,
    "issue": None,
    "result": None,
    "randomness": "fe" * 32,
    "signature": "b4" * 48,
    "settled_at": "2026-11-21T02:01:05Z",
    "typed": [],
}


class TypedView(View):
    """一人录入的开奖号码. Null: what another has typed stays hidden until a second person has."""

    username: str
    result: str | None
    entered_at: datetime


class SourceView(View):
    """公开随机源. ``settled_at``: when it was entered (a lottery: when two people had typed the same)."""

    model_config = View.model_config | example(**SOURCE)

    position: Annotated[int, Field(description="在各方揭示之后的位置，从 0 起")]
    kind: SourceKind
    name: str
    chain: str | None
    round: int | None
    due_at: Annotated[datetime | None, Field(description="该轮公共随机数产生的时间")]
    game: str | None
    issue: str | None
    result: str | None
    randomness: str | None
    signature: str | None
    settled_at: datetime | None
    typed: Annotated[list[TypedView], Field(description="两人录入的号码，一致才生效")]


class SourceList(View):
    """公开随机源一览, in plan order."""

    items: list[SourceView]


class DrandAnswer(BaseModel):
    """drand 的结果文件, as its relays give it; further fields are passed over."""

    model_config = ConfigDict(frozen=True) | example(
        round=1000,
        randomness="fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
        signature="b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
        "e342b73a8dd2bacbe47e4b6b63ed5e39",
    )

    round: Annotated[int, Field(ge=1, le=LARGEST)]
    randomness: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{96}$")]


class LotteryResult(Command):
    """开奖号码, in the order published."""

    model_config = Command.model_config | example(game="ssq", issue="2026135", result="02-09-14-21-27-30-11")

    game: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    issue: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    result: Annotated[str, StringConstraints(min_length=1, max_length=200)]


@router.post("/draws/{draw_id}/missing", summary="Note that parties are missing")
def note_missing(draw_id: Code, act: Acting) -> PartyList:
    """记录缺席: whoever did not reveal by the deadline; for planners and approvers.

    Only with a public source, and before it can be known. The server does so by itself while it runs.
    """
    parties.note_missing(act.session, act.actor, draw_id, act.now)
    draw = draws.draw_of(act.session, act.actor, draw_id)
    task = draws.task_of_draw(act.session, draw)
    found = draws.parties_of(act.session, act.actor, task.code)
    return PartyList(items=[PartyView.model_validate(party) for party in found])


@router.get("/draws/{draw_id}/sources", summary="List the public sources of a draw")
def list_sources(draw_id: Code, session: Reading, actor: SignedIn) -> SourceList:
    """公开随机源一览: what the plan names, and what was entered."""
    found = entropy.sources_of(session, actor, draw_id)
    return SourceList(items=[SourceView.model_validate(source) for source in found])


@router.post("/draws/{draw_id}/beacon", summary="Enter a beacon round")
def enter_beacon(draw_id: Code, body: Annotated[DrandAnswer, Body()], act: Acting) -> SourceView:
    """录入公共随机数: the round that the plan names, checked without any connection."""
    answer = json.dumps(body.model_dump()).encode()
    entropy.enter_beacon(act.session, act.actor, draw_id, answer, act.now)
    return _source(act, draw_id, SourceKind.BEACON)


@router.post("/draws/{draw_id}/beacon/fetch", summary="Fetch a beacon round", responses={502: {}})
def fetch_beacon(draw_id: Code, act: Acting, session: Reading, settings: Config) -> SourceView:
    """获取公共随机数 from the relay of the settings (``DR_DRAND_RELAY``); checked like one handed in."""
    answer = entropy.ask_relay(session, act.actor, draw_id, settings.drand_relay, act.now)
    entropy.enter_beacon(act.session, act.actor, draw_id, answer, act.now)
    return _source(act, draw_id, SourceKind.BEACON)


@router.post("/draws/{draw_id}/lottery", summary="Enter a lottery result")
def enter_lottery(draw_id: Code, body: LotteryResult, act: Acting) -> SourceView:
    """录入开奖号码: counts once two people typed the same; each may correct his own until then."""
    found = entropy.enter_lottery(
        act.session, act.actor, draw_id, body.game, body.issue, body.result, act.now
    )
    return SourceView.model_validate(found)


@router.post("/draws/{draw_id}/open", summary="Open a sealed draw")
def open_draw(draw_id: Code, act: Acting) -> DrawView:
    """提前启封: for approvers; at its deadline a sealed draw is opened without anybody."""
    return DrawView.of(act.session, opening.open_draw(act.session, act.actor, draw_id, act.now))


def _source(act: Act, draw_id: str, kind: SourceKind) -> SourceView:
    found = entropy.sources_of(act.session, act.actor, draw_id)
    return SourceView.model_validate(next(source for source in found if source.kind is kind))
