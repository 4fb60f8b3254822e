"""The keyword table in force, its replacement, and inferring anew what was inferred."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

from sqlmodel import Session

from supervision.clock import Clock
from supervision.database import Database
from supervision.errors import InvalidInput
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.reference.tables import KeywordTableVersion
from supervision.reference.tags import KeywordTable
from supervision.register import records
from supervision.register.tables import Entity

UNKNOWN_INDUSTRY = "Z"
CHUNK = 2000
LONGEST_TABLE = 2_000_000


@dataclass(frozen=True, slots=True)
class TableInForce:
    """现行关键词表, as text; ``shipped`` where no office has changed it."""

    csv: str
    sha256: str
    shipped: bool
    changed_by: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reclassified:
    """重新推断进度: entities looked at, and how many of them changed."""

    seen: int
    changed: int


def table_in_force(session: Session) -> TableInForce:
    """现行关键词表, as text to be read, edited and put back."""
    found = records.keyword_version(session)
    if found is None or not found.csv:
        text = _shipped()
        by, at = (found.changed_by, found.changed_at) if found else ("", None)
        return TableInForce(text, _sha256(text), True, by, at)
    return TableInForce(found.csv, found.sha256, False, found.changed_by, found.changed_at)


def effective_table(session: Session) -> KeywordTable:
    """现行关键词表, ready to infer with."""
    return _compiled(table_in_force(session).csv)


def replace_table(session: Session, actor: Actor, csv: str, now: datetime) -> TableInForce:
    """更换关键词表. The first wrong line is named; an empty text goes back to the shipped table."""
    require(actor, Role.PLANNER, Role.ADMINISTRATOR)
    if len(csv) > LONGEST_TABLE:
        raise InvalidInput(
            field="关键词表", problem=f"超过 {LONGEST_TABLE // 1_000_000} 百万字，请检查文件。"
        )
    text = csv.removeprefix("\ufeff") if csv.strip() else ""
    if text:
        KeywordTable.from_csv(text)
    before = table_in_force(session).sha256
    session.add(
        KeywordTableVersion(
            csv=text, sha256=_sha256(text or _shipped()), changed_by=actor.username, changed_at=now
        )
    )
    session.flush()
    in_force = table_in_force(session)
    detail = {"before": before, "after": in_force.sha256, "shipped": in_force.shipped}
    record(session, actor, "keywords.replace", "keyword_table", detail, now)
    return in_force


def reclassify(database: Database, actor: Actor, clock: Clock) -> Iterator[Reclassified]:
    """重新推断: industry and tags of every inferred entity of the region, by the table in force.

    A job of its own: each chunk is one transaction; what people corrected by hand stays.
    """
    require(actor, Role.PLANNER, Role.ADMINISTRATOR)
    with database.reading() as session:
        in_force = table_in_force(session)
    table = _compiled(in_force.csv)
    after, progress = 0, Reclassified(0, 0)
    while True:
        with database.writing() as session:
            found = records.inferred_entities(session, actor, after, CHUNK)
            if not found:
                detail = {"table": in_force.sha256, "seen": progress.seen, "changed": progress.changed}
                record(session, actor, "entity.reclassify", f"region:{actor.region_prefix}", detail, clock())
                break
            changes = [change for row in found if (change := _change(table, row, clock()))]
            records.update_rows(session, Entity, changes)
            after = found[-1][0]
        progress = Reclassified(progress.seen + len(found), progress.changed + len(changes))
        yield progress


def _change(
    table: KeywordTable, row: tuple[int, str, str, str, str], now: datetime
) -> dict[str, object] | None:
    key, name, scope, industry, tags = row
    found = table.classify(name, scope)
    new = found.section or UNKNOWN_INDUSTRY, spaced(found.tags)
    if new == (industry, tags):
        return None
    return {"key": key, "industry": new[0], "tags": new[1], "updated_at": now}


def spaced(tags: Iterable[str]) -> str:
    """Tags as the table keeps them: in order, single spaces between and around."""
    return " ".join(["", *sorted(set(tags)), ""]) if tags else " "


@lru_cache(maxsize=4)
def _compiled(csv: str) -> KeywordTable:
    return KeywordTable.from_csv(csv)


def _shipped() -> str:
    return files("supervision.reference").joinpath("tags.csv").read_text(encoding="utf-8")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
