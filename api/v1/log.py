"""The transparency log: checkpoints, entries and proofs for everyone; cosignatures from witnesses."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request
from limits import RateLimitItemPerMinute
from pydantic import Field

from api.deps import Now, Reading, Writing
from api.logs import LogSigner, Witnesses
from api.security import address_of
from api.v1.models import CODE_PATTERN, Command, Page, View, example
from api.v1.paging import Paged, shown
from api.v1.resource import resource
from solver.log.checkpoint import NOTE_LIMIT, parse_note
from supervision.errors import SupervisionError
from supervision.transparency import service, witnesses
from supervision.transparency.public import Consistency, Inclusion

router = resource("log", public=True)

PER_MINUTE = RateLimitItemPerMinute(60)
LARGEST_SIZE = 10**15 - 1
Size = Annotated[int | None, Query(ge=0, le=LARGEST_SIZE, description="检查点的条目数；不指定为最新")]
Kind = Literal[
    "plan",
    "campaign",
    "reveal",
    "missing",
    "beacon",
    "lottery",
    "closing",
    "opening",
    "replacement",
    "release",
    "pairing",
    "pairing_reveal",
    "pairing_missing",
    "assignment",
    "reassignment",
]
NOTE = (
    "double-random.local/log\n1\nIGvGRGUT4ovQoTkpx7cyHXkqcAt+GMSwYnB8nNDhFxM=\n\n"
    "— double-random.local/log NRVtRPJD…\n"
)
HASHES = ["5e" * 32, "0c" * 32]


class TooManyCosignatures(SupervisionError):
    code = "too_many_cosignatures"
    status = 429
    sentence = "联署提交过于频繁，请 {seconds} 秒后再试。"


class CheckpointView(View):
    """检查点. ``note`` is what is signed, with all signatures; ``root`` in hex."""

    model_config = View.model_config | example(
        origin="double-random.local/log", size=1, root="20" * 32, note=NOTE, witnesses=["xiehui.example.org"]
    )

    origin: str
    size: int
    root: str
    note: str
    witnesses: Annotated[list[str], Field(description="已联署的见证单位")]


class LogEntryView(View):
    """日志条目. ``entry`` in canonical JSON is what ``leaf`` hashes."""

    model_config = View.model_config | example(
        index=0,
        kind="plan",
        kind_name="公布方案",
        at="2026-11-20T02:20:00Z",
        draw_id="360681-2026-0001",
        entry={
            "at": "2026-11-20T02:20:00Z",
            "draw_id": "360681-2026-0001",
            "kind": "plan",
            "plan_hash": "7a" * 32,
        },
        leaf="9d" * 32,
    )

    index: int
    kind: str
    kind_name: str
    at: datetime
    draw_id: str | None
    entry: dict[str, Any]
    leaf: str


class InclusionView(View):
    """包含证明 (RFC 9162, 2.1.3): hashes in hex, from the leaf up."""

    model_config = View.model_config | example(index=0, size=4, leaf="9d" * 32, root="20" * 32, proof=HASHES)

    index: int
    size: int
    leaf: str
    root: str
    proof: list[str]

    @classmethod
    def of(cls, found: Inclusion) -> "InclusionView":
        return cls.model_validate(found)


class ConsistencyView(View):
    """一致性证明 (RFC 9162, 2.1.4): hashes in hex."""

    model_config = View.model_config | example(
        old=2, size=4, old_root="9d" * 32, root="20" * 32, proof=HASHES[:1]
    )

    old: int
    size: int
    old_root: str
    root: str
    proof: list[str]

    @classmethod
    def of(cls, found: Consistency) -> "ConsistencyView":
        return cls.model_validate(found)


class KeyView(View):
    """验证公钥 of the log, and of the witnesses it accepts."""

    model_config = View.model_config | example(
        origin="double-random.local/log",
        key="double-random.local/log+35156d44+AekEs2Uv7gBGeVQ1VmhlBX1ZVApM+EldfPWgH9bHehes",
        witnesses=["xiehui.example.org+1c7f5a2e+BAIC…"],
    )

    origin: str
    key: str
    witnesses: list[str]


class Cosigning(Command):
    """联署: a checkpoint of this log with a witness's signature line."""

    model_config = Command.model_config | example(checkpoint=NOTE)

    checkpoint: Annotated[str, Field(max_length=NOTE_LIMIT)]


class CosignatureView(View):
    """见证联署 as kept."""

    model_config = View.model_config | example(
        witness="xiehui.example.org", size=1, at="2026-11-20T03:00:00Z"
    )

    witness: str
    size: int
    at: datetime


class CosignatureList(View):
    """见证联署 of one checkpoint."""

    items: list[CosignatureView]


def seldom(request: Request) -> None:
    """So many cosignatures may one address bring in a minute."""
    if not request.app.state.cosignatures.hit(PER_MINUTE, "address", address_of(request)):
        raise TooManyCosignatures(seconds=60)


@router.get("/log/checkpoint", summary="Show a checkpoint")
def show_checkpoint(session: Reading, signer: LogSigner, size: Size = None) -> CheckpointView:
    """检查点 of the newest size, or of an earlier one, with the cosignatures it has."""
    note = parse_note(service.checkpoint(session, signer, size))
    found = note.checkpoint
    names = [signature.name for signature in note.signatures[1:]]
    return CheckpointView(
        origin=found.origin, size=found.size, root=found.root.hex(), note=str(note), witnesses=names
    )


@router.get("/log/entries", summary="List log entries")
def list_log_entries(
    session: Reading,
    paging: Paged,
    draw: Annotated[str, Query(pattern=f"^$|{CODE_PATTERN}", max_length=64, description="抽取编号")] = "",
    kind: Annotated[Kind | None, Query(description="类别")] = None,
) -> Page[LogEntryView]:
    """日志条目, newest first."""
    found = service.entries(session, before=paging.number, limit=paging.limit, draw_id=draw, kind=kind or "")
    return shown(found, LogEntryView.model_validate)


@router.get("/log/entries/{index}", summary="Show a log entry")
def show_entry(session: Reading, index: Annotated[int, Path(ge=0, le=LARGEST_SIZE)]) -> LogEntryView:
    """日志条目 of a number."""
    return LogEntryView.model_validate(service.entry(session, index))


@router.get("/log/proofs/inclusion", summary="Prove that an entry is in the log")
def prove_inclusion(
    session: Reading,
    index: Annotated[int, Query(ge=0, le=LARGEST_SIZE, description="条目编号，从 0 起")],
    size: Size = None,
) -> InclusionView:
    """包含证明 under the checkpoint of ``size``."""
    return InclusionView.of(service.inclusion(session, index, size))


@router.get("/log/proofs/consistency", summary="Prove that the log only grew")
def prove_consistency(
    session: Reading,
    old: Annotated[int, Query(ge=0, le=LARGEST_SIZE, description="以前的条目数")],
    size: Size = None,
) -> ConsistencyView:
    """一致性证明: that the checkpoint of ``size`` continues that of ``old``."""
    return ConsistencyView.of(service.consistency(session, old, size))


@router.get("/log/key", summary="Show the log's key")
def show_key(signer: LogSigner, known: Witnesses) -> KeyView:
    """验证公钥. Keep it: whoever has it needs to believe nothing else."""
    return KeyView(origin=signer.name, key=str(signer.key), witnesses=[str(key) for key in known])


@router.post(
    "/log/cosignatures",
    status_code=201,
    summary="Bring a cosigned checkpoint",
    dependencies=[Depends(seldom)],
)
def bring_cosignature(
    body: Cosigning, session: Writing, signer: LogSigner, known: Witnesses, now: Now
) -> CosignatureList:
    """接收联署 without sign-in: a known witness's signature under a checkpoint of ours is the permission."""
    kept = witnesses.accept(session, parse_note(body.checkpoint), signer.name, known, now)
    return CosignatureList(items=[CosignatureView.model_validate(row) for row in kept])
