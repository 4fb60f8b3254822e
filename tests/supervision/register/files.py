"""Small files of a register, and importing them."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from supervision.database import Database
from supervision.people.rules import Actor
from supervision.register.importing import Progress, run_import, start_import
from supervision.register.tables import Import, QuarantinedRow, RegisterKind
from supervision.register.uscc import check_character

MOMENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HEADER = ("企业名称", "统一社会信用代码", "注册日期", "经营范围", "注册地址")


def code(number: int, region: str = "360681") -> str:
    """A credit code with the right check character."""
    body = f"91{region}{number:09d}"
    return body + check_character(body)


def shop(number: int, region: str = "360681", **more: str) -> list[str]:
    """Cells under ``HEADER``."""
    cells = {
        "企业名称": f"贵溪第{number}食品店",
        "统一社会信用代码": code(number, region),
        "注册日期": "2019-05-06",
        "经营范围": "预包装食品零售",
        "注册地址": f"雄石路{number}号",
    }
    return list((cells | more).values())


def written(path: Path, rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def begin(
    session: Session,
    actor: Actor,
    path: Path,
    kind: RegisterKind = RegisterKind.ENTITY,
    mapping: Mapping[str, str] | None = None,
) -> Import:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return start_import(
        session, actor, kind=kind, filename=path.name, sha256=sha256, mapping=mapping or {}, now=MOMENT
    )


def imported(
    database: Database,
    actor: Actor,
    path: Path,
    kind: RegisterKind = RegisterKind.ENTITY,
    mapping: Mapping[str, str] | None = None,
) -> Progress:
    """Import a file to its end."""
    with database.writing() as session:
        import_id = begin(session, actor, path, kind, mapping).id or 0
    return list(run_import(database, import_id, path, actor, lambda: MOMENT))[-1]


def counts(done: Progress) -> tuple[int, int, int, int, int]:
    """Read, added, changed, unchanged, set aside."""
    return done.read, done.added, done.changed, done.unchanged, done.set_aside


def reasons(rows: Iterable[QuarantinedRow]) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in rows]
