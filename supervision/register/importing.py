"""Importing a register from a file: begin, run in chunks, ask to stop; and the rows that were set aside.

``run_import`` is a job, and so the owner of its sessions: each chunk of the file is one transaction, in which
the rows, the rows set aside and the counts of the import move together. Whatever stops it, what the import
says is what the register holds, and importing the file again finishes the work.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlmodel import Session

from supervision.clock import Clock, today
from supervision.database import Database
from supervision.errors import Conflict, InvalidInput, NotFound, SupervisionError
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.register import classifying, records
from supervision.register.columns import FIELDS
from supervision.register.intake import Judged, take
from supervision.register.parsing import RAW, Limits, open_register
from supervision.register.reasons import REASON_LABELS, Reason
from supervision.register.rules import Context, judge_file
from supervision.register.service import KEEPERS, Page, bounded, page_of
from supervision.register.tables import Import, ImportState, QuarantinedRow, RegisterKind

CHUNK = 2000
LINE_COLUMN, REASON_COLUMN = "行号", "原因"
"""Columns a download of set-aside rows has in addition; an import pays no heed to them."""
STATE_LABELS = {
    ImportState.WAITING: "等待",
    ImportState.RUNNING: "导入中",
    ImportState.DONE: "已完成",
    ImportState.CANCELLED: "已取消",
    ImportState.FAILED: "失败",
}
KIND_LABELS = {
    RegisterKind.ENTITY: "检查对象名录库",
    RegisterKind.INSPECTOR: "执法检查人员名录库",
    RegisterKind.ITEM: "抽查事项清单",
}
INTERRUPTED = "服务重启时中断，请重新导入"
BROKEN_OFF = "导入意外中断（{problem}）；已写入的行有效，请重新导入同一文件，不会重复。"


@dataclass(frozen=True, slots=True)
class Progress:
    """导入进度: ``position`` of ``size`` (bytes of a CSV, rows of a workbook), and rows so far."""

    import_id: int
    state: ImportState
    position: int
    size: int
    read: int
    added: int
    changed: int
    unchanged: int
    set_aside: int


def start_import(
    session: Session,
    actor: Actor,
    *,
    kind: RegisterKind,
    filename: str,
    sha256: str,
    mapping: Mapping[str, str],
    now: datetime,
) -> Import:
    """登记一次导入 into the registers of the actor's organ. ``mapping``: field → header."""
    require(actor, *KEEPERS)
    if not actor.organ_id:
        raise InvalidInput(field="机关", problem="请指明以哪个机关的名义导入。")
    if unknown := sorted(set(mapping) - {field.name for field in FIELDS[kind]}):
        raise InvalidInput(field="列对应", problem=f"没有名为“{'、'.join(unknown)}”的字段。")
    begun = Import(
        organ_id=actor.organ_id,
        kind=kind,
        filename=Path(filename.replace("\\", "/")).name[:255] or "未命名",
        sha256=sha256,
        mapping=dict(mapping),
        started_by=actor.username,
        started_at=now,
    )
    session.add(begun)
    session.flush()
    detail = {"kind": kind.value, "sha256": sha256}
    record(session, actor, "register.import.start", f"register_import:{begun.id}", detail, now)
    return begun


def run_import(
    database: Database,
    import_id: int,
    path: Path,
    actor: Actor,
    clock: Clock,
    limits: Limits | None = None,
) -> Iterator[Progress]:
    """执行导入, chunk by chunk. Raises what keeps the whole file from being read, after noting it down."""
    begun = _begin(database, import_id)
    if begun is None:
        return
    kind, mapping = begun
    try:
        with database.reading() as session:
            keywords = classifying.effective_table(session)
        context = Context(today(clock()), actor.region_prefix, keywords=keywords)
        with open_register(path, kind, mapping, limits) as file:
            judged = judge_file(file, context)
            while chunk := list(islice(judged, CHUNK)):
                progress = _take_chunk(database, import_id, actor, kind, chunk, file.size, clock())
                yield progress
                if progress.state != ImportState.RUNNING:
                    return
        yield _finish(database, import_id, actor, ImportState.DONE, clock())
    except SupervisionError as error:
        _fail(database, import_id, actor, error.message, clock())
        raise
    except BaseException as error:
        _fail(database, import_id, actor, BROKEN_OFF.format(problem=type(error).__name__), clock())
        raise


def _begin(database: Database, import_id: int) -> tuple[RegisterKind, dict[str, str]] | None:
    """Kind and mapping of an import that now runs; none if it was cancelled before it began."""
    with database.writing() as session:
        found = _import(session, import_id)
        if found.state == ImportState.CANCELLED:
            return None
        if found.state != ImportState.WAITING:
            raise Conflict(what="导入", state=STATE_LABELS[found.state], act="再次执行")
        found.state = ImportState.RUNNING
        session.add(found)
        return found.kind, dict(found.mapping)


def _take_chunk(
    database: Database,
    import_id: int,
    actor: Actor,
    kind: RegisterKind,
    chunk: list[Judged],
    size: int,
    now: datetime,
) -> Progress:
    with database.writing() as session:
        found = _import(session, import_id)
        if found.cancel_asked:
            return _close(session, actor, found, ImportState.CANCELLED, now)
        taken = take(session, actor, kind, import_id, chunk, now)
        # a server that starts up takes an import by command for one of its own that died
        found.error = found.finished_at = None
        found.state, found.size, found.position = ImportState.RUNNING, size, chunk[-1][0].position
        found.read += len(chunk)
        found.added += taken.added
        found.changed += taken.changed
        found.unchanged += taken.unchanged
        found.set_aside += taken.set_aside
        session.add(found)
        return _progress(found)


def _finish(database: Database, import_id: int, actor: Actor, state: ImportState, now: datetime) -> Progress:
    with database.writing() as session:
        found = _import(session, import_id)
        found.position = found.size
        return _close(session, actor, found, state, now)


def _fail(database: Database, import_id: int, actor: Actor, sentence: str, now: datetime) -> None:
    with database.writing() as session:
        found = _import(session, import_id)
        found.error = sentence
        _close(session, actor, found, ImportState.FAILED, now)


def _close(session: Session, actor: Actor, found: Import, state: ImportState, now: datetime) -> Progress:
    """End an import, in the journal with its counts."""
    found.state, found.finished_at = state, now
    session.add(found)
    session.flush()
    detail = {
        "kind": found.kind.value,
        "state": state.value,
        "sha256": found.sha256,
        "read": found.read,
        "added": found.added,
        "changed": found.changed,
        "unchanged": found.unchanged,
        "set_aside": found.set_aside,
        "reasons": records.quarantined_by_reason(session, found.id or 0),
    }
    record(session, actor, "register.import", f"register_import:{found.id}", detail, now)
    return _progress(found)


def _progress(found: Import) -> Progress:
    return Progress(
        found.id or 0,
        found.state,
        found.position,
        found.size,
        found.read,
        found.added,
        found.changed,
        found.unchanged,
        found.set_aside,
    )


def _import(session: Session, import_id: int) -> Import:
    found = records.import_by_id(session, import_id)
    if found is None:
        raise NotFound(what="导入", key=import_id)
    return found


def ask_cancel(session: Session, actor: Actor, import_id: int, now: datetime) -> Import:
    """取消导入: it stops after the chunk at hand; rows taken so far stay."""
    require(actor, *KEEPERS)
    found = import_of(session, actor, import_id)
    if found.state not in (ImportState.WAITING, ImportState.RUNNING):
        raise Conflict(what="导入", state=STATE_LABELS[found.state], act="取消")
    found.cancel_asked = True
    if found.state == ImportState.WAITING:
        _close(session, actor, found, ImportState.CANCELLED, now)
    session.add(found)
    session.flush()
    record(session, actor, "register.import.cancel", f"register_import:{import_id}", {}, now)
    return found


def mark_interrupted(session: Session, actor: Actor, now: datetime) -> int:
    """服务启动时: imports that were under way when the service stopped have failed. Returns how many."""
    found = records.unfinished_imports(session)
    for each in found:
        each.error = INTERRUPTED
        _close(session, actor, each, ImportState.FAILED, now)
    return len(found)


def imports(session: Session, actor: Actor, before: int | None = None, limit: int = 50) -> Page[Import]:
    """导入记录 of the region's organs, newest first; ``after`` of the page is the next ``before``."""
    require(actor, *KEEPERS, Role.AUDITOR)
    limit = bounded(limit)
    return page_of(records.imports(session, actor, before, limit + 1), limit)


def import_of(session: Session, actor: Actor, import_id: int) -> Import:
    """导入记录: one."""
    require(actor, *KEEPERS, Role.AUDITOR)
    found = records.import_in_scope(session, actor, import_id)
    if found is None:
        raise NotFound(what="导入", key=import_id)
    return found


def quarantine(
    session: Session, actor: Actor, import_id: int, *, reason: str = "", after: int = 0, limit: int = 100
) -> Page[QuarantinedRow]:
    """待处理行, in the order of the file."""
    import_of(session, actor, import_id)
    limit = bounded(limit)
    return page_of(records.quarantined(session, import_id, after, limit + 1, reason), limit)


def quarantine_reasons(session: Session, actor: Actor, import_id: int) -> dict[Reason, int]:
    """待处理行数 by reason, most frequent first."""
    import_of(session, actor, import_id)
    found = records.quarantined_by_reason(session, import_id)
    return {Reason(reason): number for reason, number in found.items()}


def quarantine_csv(session: Session, actor: Actor, import_id: int) -> Iterator[str]:
    """待处理行 as a CSV to mend and import again: the file's own columns, then 行号, 原因.

    A line that could not be cut into cells stands whole under 原文, its other columns empty.
    """
    found = import_of(session, actor, import_id)
    rows = _all_quarantined(session, import_id)
    headers = _headers(_all_quarantined(session, import_id), found.kind)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"  # so that Excel and WPS read UTF-8
    writer.writerow([*headers, LINE_COLUMN, REASON_COLUMN])
    for row in rows:
        reason = f"{REASON_LABELS[Reason(row.reason)]}：{row.message}"
        writer.writerow([*(row.cells.get(header, "") for header in headers), row.line, reason])
        if buffer.tell() > 65_536:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _headers(rows: Iterator[QuarantinedRow], kind: RegisterKind) -> list[str]:
    """The columns of the file, 原文 last where a line needs it. All rows in cells have the same columns."""
    cut: list[str] = []
    whole = False
    for row in rows:
        if RAW in row.cells and len(row.cells) == 1:
            whole = True
        elif not cut:
            cut = [header for header in row.cells if header not in (LINE_COLUMN, REASON_COLUMN, RAW)]
        if cut and whole:
            break
    return (cut or [field.header for field in FIELDS[kind]]) + ([RAW] if whole else [])


def _all_quarantined(session: Session, import_id: int) -> Iterator[QuarantinedRow]:
    after = 0
    while page := records.quarantined(session, import_id, after, 1000):
        after = page[-1].id or 0
        for row in page:
            session.expunge(row)  # a file may have set aside every one of its rows
            yield row
