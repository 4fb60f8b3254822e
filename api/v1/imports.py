"""Imports of register files, and the rows they set aside."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import BackgroundTasks, Form, Query, Request, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import Field, Json

from api import uploads
from api.deps import Config, Reading, SignedIn, get_database
from api.v1.idempotency import Acting, created
from api.v1.models import Number, Page, View, example
from api.v1.paging import Paged, shown
from api.v1.resource import resource
from supervision.register import importing
from supervision.register.reasons import Reason
from supervision.register.tables import Import, ImportState, RegisterKind

router = resource("imports", largest_body=None)

Mapping = Annotated[
    Json[dict[str, str]],
    Form(description='字段 → 列名，JSON 对象，如 {"name":"企业名称"}；默认按常用列名识别', examples=["{}"]),
]


class ImportView(View):
    """导入批次: one file taken into one register, and what became of its rows."""

    model_config = View.model_config | example(
        id=3,
        kind="entity",
        filename="名录.csv",
        sha256="0d" * 32,
        mapping={},
        state="running",
        position=1048576,
        size=5242880,
        read=6000,
        added=5990,
        changed=0,
        unchanged=0,
        set_aside=10,
        error=None,
        started_by="planner",
        started_at="2026-11-20T02:00:00Z",
        finished_at=None,
    )

    id: int
    kind: RegisterKind
    filename: str
    sha256: str
    mapping: dict[str, str]
    state: ImportState
    position: Annotated[int, Field(description="已读字节数（CSV）或行数（表格），共 size")]
    size: int
    read: int
    added: int
    changed: int
    unchanged: int
    set_aside: Annotated[int, Field(description="待处理行数")]
    error: str | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, found: Import) -> "ImportView":
        return cls.model_validate(found)


class QuarantinedRowView(View):
    """待处理行: why a row could not be taken, and the row as read."""

    model_config = View.model_config | example(
        line=17,
        reason="uscc_check_digit",
        column="统一社会信用代码",
        value="91360681MA35XXXX0B",
        message="校验码不正确",
        cells={"企业名称": "贵溪市示例酒店有限公司", "统一社会信用代码": "91360681MA35XXXX0B"},
    )

    line: int
    reason: str
    column: str
    value: str
    message: str
    cells: dict[str, str]


@router.post("/imports", summary="Import a register file", **created("/imports/{id}", 202))
def start_import(
    request: Request,
    background: BackgroundTasks,
    act: Acting,
    settings: Config,
    kind: Annotated[RegisterKind, Form(description="名录种类")],
    file: Annotated[UploadFile, Field(description="CSV、CSV.GZ 或 XLSX")],
    mapping: Mapping = {},  # noqa: B006  read only
) -> ImportView:
    """导入名录: for planners and administrators. The file is taken in after the answer; ask for the import
    to see how far it is. Bad rows never stop it: they are set aside with their line and reason.
    """
    begun = importing.start_import(
        act.session,
        act.actor,
        kind=kind,
        filename=file.filename or "",
        sha256=uploads.sha256(file),
        mapping=mapping,
        now=act.now,
    )
    path = uploads.keep(file, settings)
    # after the answer, and so after the transaction: the job must find the import it is to run
    background.add_task(uploads.submit_import, request.app, begun.id or 0, path, act.actor)
    return ImportView.of(begun)


@router.get("/imports", summary="List imports")
def list_imports(session: Reading, actor: SignedIn, paging: Paged) -> Page[ImportView]:
    """导入记录, newest first."""
    return shown(importing.imports(session, actor, paging.number, paging.limit), ImportView.of)


@router.get("/imports/{import_id}", summary="Show an import")
def show_import(import_id: Number, session: Reading, actor: SignedIn) -> ImportView:
    return ImportView.of(importing.import_of(session, actor, import_id))


@router.post("/imports/{import_id}/cancel", summary="Cancel an import")
def cancel_import(import_id: Number, act: Acting) -> ImportView:
    """取消导入: it stops after the chunk at hand; rows taken so far stay."""
    return ImportView.of(importing.ask_cancel(act.session, act.actor, import_id, act.now))


@router.get("/imports/{import_id}/quarantine", summary="List the rows set aside")
def list_quarantine(
    import_id: Number,
    session: Reading,
    actor: SignedIn,
    paging: Paged,
    reason: Annotated[Reason | None, Query(description="原因")] = None,
) -> Page[QuarantinedRowView]:
    """待处理行, in the order of the file."""
    after, which = paging.number or 0, reason.value if reason else ""
    found = importing.quarantine(session, actor, import_id, reason=which, after=after, limit=paging.limit)
    return shown(found, QuarantinedRowView.model_validate)


@router.get(
    "/imports/{import_id}/quarantine.csv",
    summary="Download the rows set aside",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def download_quarantine(
    request: Request, import_id: Number, session: Reading, actor: SignedIn
) -> StreamingResponse:
    """待处理行 as a CSV to mend and import again."""
    importing.import_of(session, actor, import_id)
    name = f"attachment; filename=quarantine-{import_id}.csv"
    rows = partial(_quarantine_csv, request, import_id, actor)
    return StreamingResponse(rows(), media_type="text/csv", headers={"Content-Disposition": name})


def _quarantine_csv(request: Request, import_id: int, actor: SignedIn) -> Iterator[str]:
    """In a session of its own: the request's is closed before a download begins."""
    with get_database(request).reading() as session:
        yield from importing.quarantine_csv(session, actor, import_id)
