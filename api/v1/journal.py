"""The journal of acts, and the check of its chain."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from api.deps import Reading, SignedIn
from api.v1.models import Page, View, example
from api.v1.paging import Paged
from api.v1.resource import resource
from supervision.journal import service as journal

router = resource("journal")


class EntryView(View):
    """留痕: one act. ``hash`` covers the entry and the hash before it."""

    model_config = View.model_config | example(
        seq=17,
        at="2026-11-20T02:10:00Z",
        actor="planner",
        organ_code="360681",
        act="draw.freeze",
        subject="draw:360681-2026-0001",
        detail={"task": "360681-2026-P01-T01", "n": 1200},
        prev_hash="0a" * 32,
        hash="9c" * 32,
    )

    seq: int
    at: datetime
    actor: str
    organ_code: str
    act: str
    subject: str
    detail: dict[str, Any]
    prev_hash: str
    hash: str


class ChainView(View):
    """核验结果: the number of entries of the unbroken chain."""

    model_config = View.model_config | example(entries=17)

    entries: Annotated[int, Field(description="连续无误的记录条数")]


@router.get("/journal", summary="List acts")
def list_entries(
    session: Reading,
    actor: SignedIn,
    paging: Paged,
    act: Annotated[str, Query(max_length=64, description="动作的开头，如 draw.")] = "",
    subject: Annotated[str, Query(max_length=128, description="对象，如 draw:360681-2026-0001")] = "",
) -> Page[EntryView]:
    """查阅留痕, newest first: auditors see all organs of their region, others their own organ."""
    before, more = paging.number, paging.limit + 1
    found = journal.entries(session, actor, before=before, limit=more, act=act, subject=subject)
    return paging.page(found, lambda entry: entry.seq, EntryView.model_validate)


@router.get("/journal/check", summary="Check the chain of acts")
def check(session: Reading, actor: SignedIn) -> ChainView:
    """核验留痕, for auditors and administrators; ends with ``broken_journal`` at the first broken entry."""
    return ChainView(entries=journal.audit(session, actor))
