"""What the server does by itself for draws: note who stayed away, open what is due, fetch rounds.

Each is an act in its own short transaction; a failure of one keeps none of the others back.
"""

from solver.errors import SolverError
from supervision.clock import Clock
from supervision.database import Database
from supervision.draw import entropy, opening, parties, records
from supervision.draw.entropy import Fetch
from supervision.errors import SupervisionError
from supervision.people.service import SYSTEM


def keep_up(database: Database, relay: str, clock: Clock, fetch: Fetch = entropy.get) -> None:
    """到点办理, every few seconds: the time between the deadline and the beacon's moment is short."""
    now = clock()
    with database.reading() as session:
        waiting = bool(records.overdue_reveals(session, now))
        sealed = bool(records.due_for_opening(session, now))
        rounds = [(d.draw_id, s) for d, s in records.beacons_due(session, now)] if relay else []
    if waiting:
        with database.writing() as session:
            parties.note_overdue(session, clock())
    if sealed:
        with database.writing() as session:
            opening.open_due(session, clock())
    for draw_id, source in rounds:
        _fetch(database, draw_id, entropy.relay_address(relay, source), clock, fetch)


def _fetch(database: Database, draw_id: str, address: str, clock: Clock, fetch: Fetch) -> None:
    """Asked for outside any transaction. What cannot be had or used now is asked for again, or handed in."""
    try:
        answer = fetch(address)
        with database.writing() as session:
            entropy.settle_beacon(session, SYSTEM, draw_id, answer, clock())
    except (SupervisionError, SolverError):
        return
