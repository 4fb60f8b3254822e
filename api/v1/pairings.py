"""Pairings: which team visits which drawn entity."""

import secrets
from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.deps import Reading, SignedIn
from api.v1.idempotency import Acting, created
from api.v1.models import Code, View, example
from api.v1.resource import resource
from supervision.draw import service as draws
from supervision.pairing import service as pairings
from supervision.pairing.tables import Pairing

router = resource("pairings")


class PairingView(View):
    """匹配: the lot that gave every drawn entity its team. The teams are listed under ``/visits?task=…``."""

    model_config = View.model_config | example(
        draw_id="360681-2026-0001",
        task="360681-2026-P01-T01",
        method="pair/0",
        problem_sha256="6b" * 32,
        seed="5e" * 32,
        assignment_sha256="8d" * 32,
        loads={"GX001": 4, "GX002": 4},
        paired_by="planner",
        paired_at="2026-11-20T02:40:00Z",
    )

    draw_id: str
    task: str
    method: str
    problem_sha256: str
    seed: str
    assignment_sha256: str
    loads: Annotated[dict[str, int], Field(description="工号 → 本次分派的检查户数")]
    paired_by: str
    paired_at: datetime


@router.post("/draws/{draw_id}/pair", summary="Pair a draw", **created("/draws/{draw_id}/pairing"))
def pair(draw_id: Code, act: Acting) -> PairingView:
    """匹配: a random lawful team for every drawn entity; for planners.

    Where no lawful team exists, the refusal names the visits and the rule that blocks each.
    """
    pairings.pair(act.session, act.actor, draw_id, act.now, secrets.token_bytes(32))
    return show_pairing(draw_id, act.session, act.actor)


@router.get("/draws/{draw_id}/pairing", summary="Show a pairing")
def show_pairing(draw_id: Code, session: Reading, actor: SignedIn) -> PairingView:
    draw = draws.seen_draw(session, actor, draw_id)
    found: Pairing = pairings.pairing_of(session, actor, draw_id)
    fields = found.model_dump(include=set(PairingView.model_fields) - {"draw_id"})
    return PairingView(**fields, draw_id=draw_id, task=draws.task_of_draw(session, draw).code)
