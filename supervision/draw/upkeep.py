"""What the server does by itself for draws: note who stayed away, open what is due, fetch rounds.

Each is an act in its own short transaction; a failure of one keeps none of the others back.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlmodel import Session

from solver.errors import BeaconError
from supervision.clock import Clock
from supervision.database import Database
from supervision.draw import entropy, opening, parties, records
from supervision.draw.entropy import Fetch
from supervision.draw.sources import RelayFailed
from supervision.errors import SupervisionError
from supervision.people.service import SYSTEM

Act = Callable[[Session, str, datetime], object]
"""Done to one draw in a session, at a moment."""
FAULT = 500
"""From this status on a refusal is no refusal, but something broken."""


def keep_up(database: Database, clock: Clock) -> None:
    """到点办理, every few seconds: the time between the deadline and the beacon's moment is short."""
    with database.reading() as session:
        absent, sealed = parties.overdue(session, clock()), opening.due(session, clock())
    _each(database, clock, [(parties.note_on_time, draw_id) for draw_id in absent])
    _each(database, clock, [(opening.open_on_time, draw_id) for draw_id in sealed])


def open_due(database: Database, clock: Clock) -> list[str]:
    """到期启封 of everything that is due; numbers of the draws."""
    with database.reading() as session:
        sealed = opening.due(session, clock())
    _each(database, clock, [(opening.open_on_time, draw_id) for draw_id in sealed])
    return sealed


def fetch_rounds(database: Database, relay: str, clock: Clock, fetch: Fetch = entropy.get) -> None:
    """获取到期的公共随机数. Apart from ``keep_up``: a relay that answers slowly keeps nothing else waiting.

    What cannot be had or used now is asked for again, or handed in.
    """
    with database.reading() as session:
        found = records.beacons_due(session, clock())
        rounds = [(draw.draw_id, entropy.relay_address(relay, source)) for draw, source in found]
    _each(database, clock, [(_settling(fetch, address), draw_id) for draw_id, address in rounds])


def _settling(fetch: Fetch, address: str) -> Act:
    """Asks before its first word with the database."""

    def settle(session: Session, draw_id: str, now: datetime) -> object:
        return entropy.settle_beacon(session, SYSTEM, draw_id, fetch(address), now)

    return settle


def _each(database: Database, clock: Clock, acts: Iterable[tuple[Act, str]]) -> None:
    """All of them, whatever becomes of one; then the first that found something broken is told."""
    broken: Exception | None = None
    for act, draw_id in acts:
        try:
            with database.writing() as session:
                act(session, draw_id, clock())
        except (RelayFailed, BeaconError):
            continue
        except SupervisionError as refusal:  # somebody else was quicker, or it is too late now
            broken = broken or (refusal if refusal.status >= FAULT else None)
        except Exception as error:
            broken = broken or error
    if broken is not None:
        raise broken
