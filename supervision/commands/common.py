"""What the commands share: where they print, the database of the settings, and who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from supervision.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from sqlmodel import Session

    from supervision.database import Database
    from supervision.people.rules import Actor
    from supervision.people.tables import Organ

OrganOption = Annotated[str, typer.Option("--organ", help="以哪个机关的名义操作（机关编码）")]


def console() -> Console:
    return Console(highlight=False)


def errors_to() -> Console:
    return Console(stderr=True, highlight=False)


@contextmanager
def opened() -> Iterator[Database]:
    """The database of the settings, its tables brought up to date first."""
    from supervision import tables  # noqa: F401  every table registers itself on import
    from supervision.database import Database, upgrade
    from supervision.settings import settings

    upgrade(settings().database_url)
    database = Database(settings().database_url)
    try:
        yield database
    finally:
        database.close()


def acting(session: Session, organ: str) -> Actor:
    """The system, acting for an organ and in its region; without a code, everywhere."""
    from supervision.people import records
    from supervision.people.rules import scope_of
    from supervision.people.service import SYSTEM

    if not organ:
        return SYSTEM
    found = records.organ_by_code(session, organ)
    if found is None:
        raise NotFound(what="机关", key=organ)
    return replace(
        SYSTEM,
        organ_id=found.id or 0,
        organ_code=found.code,
        organ_name=found.name,
        region_prefix=scope_of(found.region_code),
    )


def system_organ(session: Session) -> Organ:
    """The organ to which imports without an organ belong; made when first needed."""
    from supervision.people import records
    from supervision.people.service import SYSTEM
    from supervision.people.tables import Organ

    found = records.organ_by_code(session, SYSTEM.organ_code)
    if found is None:
        found = Organ(code=SYSTEM.organ_code, name=SYSTEM.organ_name, region_code="")
        session.add(found)
        session.flush()
    return found


def acting_for_an_organ(session: Session, organ: str) -> Actor:
    """As ``acting``, where the act belongs to an organ: the only one there is need not be named."""
    from supervision.people import records

    if organ:
        return acting(session, organ)
    known = [each.code for each in records.organs(session) if each.region_code]
    if len(known) != 1:
        problem = (
            f"请用 --organ 指明机关，现有：{'、'.join(known)}。" if known else "还没有机关，请先登记机关。"
        )
        raise InvalidInput(field="机关", problem=problem)
    return acting(session, known[0])
