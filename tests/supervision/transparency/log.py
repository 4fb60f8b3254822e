"""A log to look at: two draws, one campaign, and the keys that sign."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from solver.log.checkpoint import Signer
from supervision.database import Database
from supervision.transparency import service
from tests.conftest import MOMENT

ORIGIN = "test.example/log"
SIGNER = Signer(ORIGIN, b"\x01" * 32)
WITNESS = Signer("xiehui.example.org", b"\x02" * 32)
FIRST, SECOND = "360681-2026-0001", "360681-2026-0002"
PLANS = ("0a" * 32, "0b" * 32)
CAMPAIGN = {"v": "campaign/1", "campaign": "2026-joint", "plans": list(PLANS)}
CLOSING = {"draw_id": FIRST, "plan_hash": PLANS[0], "void": "plan-error"}


def fill(session: Session) -> None:
    """Seven entries, a minute apart: 0 plan, 1 plan, 2 campaign, 3 and 4 reveals, 5 missing, 6 closing."""
    entries: list[tuple[str, dict[str, Any]]] = [
        ("plan", {"draw_id": FIRST, "plan_hash": PLANS[0]}),
        ("plan", {"draw_id": SECOND, "plan_hash": PLANS[1]}),
        ("campaign", {"record": CAMPAIGN}),
        ("reveal", {"draw_id": FIRST, "position": 0, "commit": "c0" * 32}),
        ("reveal", {"draw_id": SECOND, "position": 0, "commit": "c0" * 32}),
        ("missing", {"draw_id": FIRST, "position": 1, "commit": "c1" * 32}),
        ("closing", {"draw_id": FIRST, "record": CLOSING}),
    ]
    for minute, (kind, fields) in enumerate(entries):
        service.append(session, kind, fields, MOMENT + timedelta(minutes=minute))


def grow(session: Session, to: int) -> None:
    """Further draws, each with plan, closing and release, until the log has ``to`` entries."""
    for number in range(service.head(session, ORIGIN).size, to):
        kind, fields = further(number)
        service.append(session, kind, fields, MOMENT + timedelta(hours=1))


def further(number: int) -> tuple[str, dict[str, Any]]:
    """Entry ``number``, after the seven of ``fill``."""
    draw, place = divmod(number - 7, 3)
    draw_id, own = f"360681-2027-{draw:04d}", f"{draw:064x}"
    if place == 0:
        return "plan", {"draw_id": draw_id, "plan_hash": own}
    if place == 1:
        record = {"draw_id": draw_id, "plan_hash": own, "seed_commit": "1c" * 32, "result_sha256": "1d" * 32}
        return "closing", {"draw_id": draw_id, "record": record}
    return "release", {"code": f"R{number}", "sha256": f"{number:064x}", "draw_id": draw_id}


def tamper(database: Database, *statements: str) -> None:
    """Change the log behind its back, as only who owns the database can."""
    with database.writing() as session:
        connection = session.connection()
        if database.is_sqlite:
            for act in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER log_entry_no_{act}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def rewritten(body: str, **fields: object) -> str:
    """An entry's text with other fields."""
    return json.dumps(json.loads(body) | fields, sort_keys=True, separators=(",", ":"))
