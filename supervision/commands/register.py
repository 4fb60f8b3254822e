"""一单两库: import files, see what became of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from supervision.commands.common import (
    OrganOption,
    acting,
    acting_for_an_organ,
    console,
    opened,
    system_organ,
)
from supervision.errors import InvalidInput
from supervision.register.tables import RegisterKind

if TYPE_CHECKING:
    from sqlmodel import Session

    from supervision.database import Database
    from supervision.people.rules import Actor
    from supervision.register.importing import Progress
    from supervision.register.tables import Import

app = typer.Typer(help="名录库（一单两库）", no_args_is_help=True)
quarantine_app = typer.Typer(help="待处理行", no_args_is_help=True)
app.add_typer(quarantine_app, name="quarantine")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV、CSV.GZ 或 XLSX 文件", exists=True, dir_okay=False)],
    kind: Annotated[RegisterKind, typer.Option(help="名录库种类")] = RegisterKind.ENTITY,
    map_: Annotated[list[str] | None, typer.Option("--map", help="字段=列名，可重复")] = None,
    organ: OrganOption = "",
) -> None:
    """导入名录库文件。有问题的行另行保存，不影响其余各行。"""
    from supervision.clock import now
    from supervision.register.importing import start_import

    mapping = _mapping(kind, map_ or [])
    with opened() as database:
        with database.writing() as session:
            actor = _importer(session, kind, organ)
            started = start_import(
                session,
                actor,
                kind=kind,
                filename=file.name,
                sha256=_sha256(file),
                mapping=mapping,
                now=now(),
            )
            import_id = started.id or 0
        done = _follow(database, import_id, file, actor)
        _report(database, import_id, actor, done)


def _follow(database: Database, import_id: int, file: Path, actor: Actor) -> Progress:
    """Run the import behind a progress bar."""
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    from supervision.clock import now
    from supervision.register.importing import run_import

    columns = (
        TextColumn("导入"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console()) as bar:
        line = bar.add_task("", total=None)
        progress = None
        for progress in run_import(database, import_id, file, actor, now):
            bar.update(
                line,
                total=progress.size or 1,
                completed=progress.position or 1,
                description=f"已读 {progress.read:,} 行",
            )
    assert progress is not None, "an import always ends with a last state"
    return progress


def _report(database: Database, import_id: int, actor: Actor, done: Progress) -> None:
    from rich.table import Table

    from supervision.register.importing import KIND_LABELS, STATE_LABELS, import_of, quarantine_reasons
    from supervision.register.reasons import REASON_LABELS

    with database.reading() as session:
        kind = import_of(session, actor, import_id).kind
        reasons = quarantine_reasons(session, actor, import_id)
    table = Table(title=f"{KIND_LABELS[kind]}：第 {import_id} 次导入{STATE_LABELS[done.state]}")
    table.add_column("")
    table.add_column("行数", justify="right")
    for label, number in (
        ("读取", done.read),
        ("新增", done.added),
        ("变更", done.changed),
        ("无变化", done.unchanged),
        ("待处理", done.set_aside),
    ):
        table.add_row(label, f"{number:,}")
    for reason, number in reasons.items():
        table.add_row(f"  · {REASON_LABELS[reason]}", f"{number:,}")
    console().print(table)
    if done.set_aside:
        command = f"double-random register quarantine export {import_id} 待处理.csv"
        console().print(f"待处理行已保存。导出修改后可再次导入：{command}", markup=False, soft_wrap=True)


@app.command()
def status(import_id: Annotated[int | None, typer.Argument(help="导入编号")] = None) -> None:
    """查看导入记录；给出编号则列出待处理原因。"""
    from rich.table import Table

    from supervision.people.service import SYSTEM
    from supervision.register import importing
    from supervision.register.reasons import REASON_LABELS

    table = Table("编号", "名录库", "文件", "状态", "读取", "新增", "变更", "无变化", "待处理", "说明")
    with opened() as database, database.reading() as session:
        if import_id is None:
            rows = importing.imports(session, SYSTEM, limit=20).rows
        else:
            rows = (importing.import_of(session, SYSTEM, import_id),)
        for row in rows:
            table.add_row(*_cells(row))
        console().print(table)
        if import_id is not None:
            for reason, number in importing.quarantine_reasons(session, SYSTEM, import_id).items():
                console().print(f"{REASON_LABELS[reason]}：{number:,} 行")


def _cells(row: Import) -> tuple[str, ...]:
    from supervision.register.importing import KIND_LABELS, STATE_LABELS

    numbers = (row.read, row.added, row.changed, row.unchanged, row.set_aside)
    return (
        str(row.id),
        KIND_LABELS[row.kind],
        row.filename,
        STATE_LABELS[row.state],
        *(f"{number:,}" for number in numbers),
        row.error or "",
    )


@quarantine_app.command("export")
def export(
    import_id: Annotated[int, typer.Argument(help="导入编号")],
    file: Annotated[Path, typer.Argument(help="写入的 CSV 文件", dir_okay=False)],
) -> None:
    """导出待处理行，修改后可再次导入。"""
    from supervision.people.service import SYSTEM
    from supervision.register.importing import quarantine_csv

    with opened() as database, database.reading() as session:
        pieces = quarantine_csv(session, SYSTEM, import_id)
        first = next(pieces)
        with file.open("w", encoding="utf-8", newline="") as target:
            target.write(first)
            target.writelines(pieces)
    console().print(f"已写入 {file}。", markup=False)


def _importer(session: Session, kind: RegisterKind, organ: str) -> Actor:
    """Who imports. Entities of any region need no organ; inspectors and items belong to one."""
    if kind != RegisterKind.ENTITY or organ:
        return acting_for_an_organ(session, organ)
    return replace(acting(session, ""), organ_id=system_organ(session).id or 0)


def _mapping(kind: RegisterKind, pairs: list[str]) -> dict[str, str]:
    """``字段=列名``; a field goes by its name in code or by any header it is known under."""
    from supervision.register.columns import FIELDS, tidy_header

    names = {tidy_header(name): f.name for f in FIELDS[kind] for name in (f.name, *f.headers)}
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, sign, header = pair.partition("=")
        if not sign or not header.strip():
            raise InvalidInput(field="--map", problem=f"“{pair}”应写成 字段=列名。")
        if tidy_header(field) not in names:
            known = "、".join(f.header for f in FIELDS[kind])
            raise InvalidInput(field="--map", problem=f"没有名为“{field}”的字段，可用字段：{known}。")
        mapping[names[tidy_header(field)]] = header.strip()
    return mapping


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
