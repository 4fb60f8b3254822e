"""导入名录: upload, match columns where the headers are unknown, follow, and mend what was set aside."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from fastapi import APIRouter, BackgroundTasks, Request
from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile
from starlette.responses import JSONResponse, Response, StreamingResponse

from api import uploads
from api.deps import Config, Form, Now, Reading, Writing, get_database
from api.i18n import lazy
from api.office import queries
from api.office.answers import REFUSALS, Refusal, Translate, done, errors_of, show, status_of, texts
from api.office.labels import Tag, state_tag
from api.office.navigation import Officer
from supervision.people.rules import Actor, require
from supervision.register import importing
from supervision.register.columns import FIELDS, DuplicateHeader, MissingColumns, UnknownMapping, map_columns
from supervision.register.importing import KIND_LABELS
from supervision.register.parsing import read_headers
from supervision.register.reasons import REASON_LABELS, Reason
from supervision.register.service import KEEPERS
from supervision.register.tables import Import, ImportState, RegisterKind
from supervision.settings import Settings

router = APIRouter(prefix="/register/imports")
HERE = "/office/register/imports"
UNDER_WAY = (ImportState.WAITING, ImportState.RUNNING)
COLUMN_PROBLEMS = (MissingColumns, DuplicateHeader, UnknownMapping)
NO_FILE = lazy("请选择要导入的文件。")
FILE_GONE = lazy("上传的文件已过期，请重新选择。")


@router.get("")
def list_imports(request: Request, actor: Officer, session: Reading) -> Response:
    return _list_page(request, actor, session)


@router.post("")
def upload(
    request: Request,
    background: BackgroundTasks,
    actor: Officer,
    form: Form,
    session: Writing,
    reading: Reading,
    now: Now,
    settings: Config,
) -> Response:
    """A file is read from its header on only; rows are taken after the answer."""
    require(actor, *KEEPERS)
    kind = _kind(form)
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return _list_page(request, actor, reading, {"file": texts(request)(NO_FILE)}, 422, kind)
    path = uploads.keep(sent, settings)
    try:
        headers = read_headers(path, kind)
    except REFUSALS as refusal:
        path.unlink()
        problem = {"file": errors_of(request, refusal)[""]}
        return _list_page(request, actor, reading, problem, status_of(refusal), kind)
    try:
        map_columns(kind, headers)
    except COLUMN_PROBLEMS as refusal:
        return _mapping_page(request, kind, headers, path, sent.filename, {}, refusal)
    if form.get("choose") == "1":
        return _mapping_page(request, kind, headers, path, sent.filename, map_columns(kind, headers).by_field)
    return _start(request, background, actor, session, now, kind, sent.filename, path, {})


@router.post("/mapped")
def upload_mapped(
    request: Request,
    background: BackgroundTasks,
    actor: Officer,
    form: Form,
    session: Writing,
    reading: Reading,
    now: Now,
    settings: Config,
) -> Response:
    """The columns of a file sent just before, matched by hand."""
    require(actor, *KEEPERS)
    kind, path = _kind(form), _kept_file(settings, str(form.get("kept", "")))
    filename = str(form.get("filename", ""))[:255]
    if path is None:
        return _list_page(request, actor, reading, {"file": texts(request)(FILE_GONE)}, 422, kind)
    chosen = {field.name: str(form.get(f"column_{field.name}", "")) for field in FIELDS[kind]}
    mapping = {name: header for name, header in chosen.items() if header}
    headers = read_headers(path, kind)
    try:
        map_columns(kind, headers, mapping)
    except COLUMN_PROBLEMS as refusal:
        return _mapping_page(request, kind, headers, path, filename, mapping, refusal)
    return _start(request, background, actor, session, now, kind, filename, path, mapping)


@router.get("/{import_id}.json")
def progress(import_id: int, request: Request, actor: Officer, session: Reading) -> Response:
    """How far an import is, for the bar on its page."""
    found = importing.import_of(session, actor, import_id)
    state = "running" if found.state in UNDER_WAY else "done"
    return JSONResponse(
        {
            "state": "failed" if found.state is ImportState.FAILED else state,
            "done": found.position,
            "total": found.size,
            "message": _message(texts(request), found),
            "next": None if state == "running" else f"{HERE}/{import_id}",
        }
    )


@router.get("/{import_id}/quarantine.csv")
def quarantine_file(import_id: int, request: Request, actor: Officer, session: Reading) -> Response:
    """The rows set aside, to be mended and imported again."""
    importing.import_of(session, actor, import_id)
    name = f"attachment; filename=quarantine-{import_id}.csv"
    rows = partial(_quarantine_lines, request, import_id, actor)
    return StreamingResponse(rows(), media_type="text/csv", headers={"Content-Disposition": name})


@router.post("/{import_id}/cancel")
def cancel(
    import_id: int,
    actor: Officer,
    form: Form,  # checks the token
    session: Writing,
    now: Now,
) -> Response:
    importing.ask_cancel(session, actor, import_id, now)
    return done(f"{HERE}/{import_id}", "import_cancelled")


@router.get("/{import_id}")
def show_import(import_id: int, request: Request, actor: Officer, session: Reading) -> Response:
    _ = texts(request)
    found = importing.import_of(session, actor, import_id)
    chosen = queries.choice(request, "reason", Reason)
    reasons = importing.quarantine_reasons(session, actor, import_id)
    page = importing.quarantine(
        session,
        actor,
        import_id,
        reason=chosen.value if chosen else "",
        after=queries.number(request, "after") or 0,
        limit=50,
    )
    here = f"{HERE}/{import_id}"
    return show(
        request,
        "import",
        found=found,
        kind=_(KIND_LABELS[found.kind]),
        state=state_tag(_, found.state),
        running=found.state in UNDER_WAY,
        may_cancel=found.state in UNDER_WAY and not found.cancel_asked and actor.has(*KEEPERS),
        message=_message(_, found),
        reasons=[
            {"name": _(REASON_LABELS[reason]), "href": f"{here}?reason={reason.value}#rows", "rows": number}
            for reason, number in reasons.items()
        ],
        chosen=_(REASON_LABELS[chosen]) if chosen else "",
        rows=[
            {
                "line": row.line,
                "reason": _(REASON_LABELS[Reason(row.reason)]),
                "column": row.column,
                "value": row.value,
                "message": row.message,
            }
            for row in page.rows
        ],
        next=queries.address(here, reason=chosen.value if chosen else "", after=page.after) + "#rows"
        if page.after
        else "",
        columns=sorted(found.mapping.items()),
    )


def _start(
    request: Request,
    background: BackgroundTasks,
    actor: Actor,
    session: Session,
    now: Now,
    kind: RegisterKind,
    filename: str,
    path: Path,
    mapping: Mapping[str, str],
) -> Response:
    begun = importing.start_import(
        session,
        actor,
        kind=kind,
        filename=filename,
        sha256=uploads.sha256_of(path),
        mapping=mapping,
        now=now,
    )
    # after the answer, and so after the transaction: the job must find the import it is to run
    background.add_task(uploads.submit_import, request.app, begun.id or 0, path, actor)
    return done(f"{HERE}/{begun.id}", "import_started")


def _kind(form: FormData) -> RegisterKind:
    given = str(form.get("kind", ""))
    return next((kind for kind in RegisterKind if kind.value == given), RegisterKind.ENTITY)


def _kept_file(settings: Settings, name: str) -> Path | None:
    """The file sent before. Its name is ours: nothing else of the disk can be asked for."""
    if not re.fullmatch(r"[0-9A-Za-z_]{1,40}", name):
        return None
    path = uploads.folder(settings) / name
    return path if path.is_file() else None


def _message(_: Translate, found: Import) -> str:
    return _("已读 {read} 行：新增 {added}，变更 {changed}，未变 {unchanged}，待处理 {aside}。").format(
        read=f"{found.read:,}",
        added=f"{found.added:,}",
        changed=f"{found.changed:,}",
        unchanged=f"{found.unchanged:,}",
        aside=f"{found.set_aside:,}",
    )


def _list_page(
    request: Request,
    actor: Actor,
    session: Session,
    errors: dict[str, str] | None = None,
    status: int = 200,
    kind: RegisterKind = RegisterKind.ENTITY,
) -> Response:
    _ = texts(request)
    page = importing.imports(session, actor, queries.number(request, "before"), 30)
    return show(
        request,
        "imports",
        status=status,
        errors=errors or {},
        rows=[_row(_, found) for found in page.rows],
        next=queries.address(HERE, before=page.after) if page.after else "",
        kinds=[(each.value, _(KIND_LABELS[each])) for each in RegisterKind],
        kind=kind.value,
        may_import=actor.has(*KEEPERS),
        fields=[(_(KIND_LABELS[each]), _field_words(_, each)) for each in RegisterKind],
    )


def _row(_: Translate, found: Import) -> dict[str, int | str | object | Tag]:
    return {
        "id": found.id,
        "kind": _(KIND_LABELS[found.kind]),
        "filename": found.filename,
        "read": found.read,
        "added": found.added,
        "changed": found.changed,
        "set_aside": found.set_aside,
        "started_at": found.started_at,
        "state": state_tag(_, found.state),
    }


def _field_words(_: Translate, kind: RegisterKind) -> Sequence[tuple[str, str, str]]:
    """Each field's header, whether it must be there, and the other headers it goes by."""
    return [
        (field.header, _("必需") if field.required else "", "、".join(field.headers[1:]))
        for field in FIELDS[kind]
    ]


def _mapping_page(
    request: Request,
    kind: RegisterKind,
    headers: Sequence[str],
    path: Path,
    filename: str,
    chosen: Mapping[str, str],
    refusal: Refusal | None = None,
) -> Response:
    return show(
        request,
        "import_columns",
        status=status_of(refusal) if refusal else 200,
        errors=errors_of(request, refusal) if refusal else {},
        kind=kind.value,
        kind_name=texts(request)(KIND_LABELS[kind]),
        kept=path.name,
        filename=filename,
        fields=[(field.name, field.header, field.required) for field in FIELDS[kind]],
        columns=[(header, header) for header in headers],
        chosen=chosen or _guess(kind, headers),
    )


def _guess(kind: RegisterKind, headers: Sequence[str]) -> dict[str, str]:
    """The columns that explain themselves, where others do not."""
    guessed: dict[str, str] = {}
    for field in FIELDS[kind]:
        known = [header for header in headers if header in field.headers and header not in guessed.values()]
        if len(known) == 1:
            guessed[field.name] = known[0]
    return guessed


def _quarantine_lines(request: Request, import_id: int, actor: Actor) -> Iterator[str]:
    """In a session of its own: the request's is closed before a download begins."""
    with get_database(request).reading() as session:
        yield from importing.quarantine_csv(session, actor, import_id)
