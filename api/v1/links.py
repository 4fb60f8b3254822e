"""Codes for enterprises, and for auditors the links between lines of a frame and credit codes."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.deps import Now, SignedIn, Writing
from api.v1.idempotency import Acting
from api.v1.models import USCC_PATTERN, Code, Command, Page, View, example
from api.v1.paging import Paged, shown
from api.v1.resource import resource
from supervision.draw import links
from supervision.draw.own_line import hand_out_salt

router = resource("draws")


class SlipRequest(Command):
    """出具查询凭证 for one entity."""

    model_config = Command.model_config | example(uscc="91360681MA35XXXX0A")

    uscc: Annotated[str, StringConstraints(pattern=USCC_PATTERN)]


class SlipView(View):
    """查询凭证: with it and its credit code the enterprise opens its own line (``/draws/{id}/mine``)."""

    model_config = View.model_config | example(
        draw_id="360681-2026-0001",
        task_name="第一批不定向抽查",
        uscc="91360681MA35XXXX0A",
        name="贵溪市示例酒店有限公司",
        frame_id="8f" * 20,
        salt="5a" * 32,
        handed_at="2026-11-23T02:00:00Z",
    )

    draw_id: str
    task_name: str
    uscc: str
    name: str
    frame_id: str
    salt: str
    handed_at: datetime


class LinkView(View):
    """对应: one line of the frame, and whom it stands for; ``path`` in clear."""

    model_config = View.model_config | example(
        frame_id="8f" * 20, uscc="91360681MA35XXXX0A", path="360681/F", risk_class="D", drawn=3
    )

    frame_id: str
    uscc: str
    path: str
    risk_class: str
    drawn: Annotated[int | None, Field(description="抽中次序；未抽中为 null")]


class LinkClaimView(View):
    """核对: one claim on the table of links; ``wrong`` counts what contradicts it."""

    name: str
    title: str
    ok: bool
    wrong: int
    first: list[str]


class LinkCheckView(View):
    """核对结果 of the whole table."""

    model_config = View.model_config | example(
        ok=True,
        claims=[
            {
                "name": "ids",
                "title": "每个代码都由密钥和统一社会信用代码算出",
                "ok": True,
                "wrong": 0,
                "first": [],
            }
        ],
    )

    ok: bool
    claims: list[LinkClaimView]


@router.post("/draws/{draw_id}/slips", summary="Hand out the code of one enterprise")
def hand_out(draw_id: Code, body: SlipRequest, act: Acting) -> SlipView:
    """出具查询凭证: for planners and approvers of the organ, and inspectors of the visit; journalled."""
    return SlipView.model_validate(hand_out_salt(act.session, act.actor, draw_id, body.uscc, act.now))


@router.get("/draws/{draw_id}/links", summary="List who stands behind each line of the frame")
def list_links(draw_id: Code, session: Writing, actor: SignedIn, now: Now, paging: Paged) -> Page[LinkView]:
    """审计对应表, for auditors; each look is journalled."""
    found = links.links(session, actor, draw_id, now, paging.text or "", paging.limit)
    return shown(found, LinkView.model_validate)


@router.get("/draws/{draw_id}/links/check", summary="Check that links, blinding and register agree")
def check_links(draw_id: Code, session: Writing, actor: SignedIn) -> LinkCheckView:
    """核对对应表, recomputed from key and credit codes; for auditors."""
    claims = [LinkClaimView.model_validate(claim) for claim in links.check(session, actor, draw_id)]
    return LinkCheckView(ok=all(claim.ok for claim in claims), claims=claims)
