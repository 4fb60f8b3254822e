"""What the page of a draw says of it: its course, its probabilities, and the lines to type for a replay."""

import json
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from shlex import quote

from api.i18n import lazy
from supervision.draw.tables import DrawState
from supervision.publication.public import PublicDraw

VERIFIER = "verify_draw.py"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a draw: ``state`` is ``done``, ``current``, ``todo`` or ``blocked``."""

    name: str
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Chance:
    """入样概率 of one class of the plan, for every entity in it."""

    label: str
    entities: int | None
    probability: Fraction
    drawn: int | None


def stages_of(draw: PublicDraw) -> tuple[Stage, ...]:
    """The order of events that nobody can change (draw/1 part 2)."""
    committed = max((party.committed_at for party in draw.parties if party.committed_at), default=None)
    revealed = [party.revealed_at for party in draw.parties]
    closed = draw.state is DrawState.CLOSED
    all_revealed = bool(draw.parties) and all(party.revealed_at or party.missing_at for party in draw.parties)
    void = draw.state is DrawState.VOID
    waiting = "blocked" if void else "current"
    published = Stage(
        lazy("结果公示"),
        "done" if draw.releases else "current" if closed and not draw.shut else "todo",
        draw.releases[0].published_at if draw.releases else None,
    )
    opening = (
        Stage(lazy("启封"), "done" if draw.opened_at else "current" if draw.shut else "todo", draw.opened_at),
    )
    return (
        Stage(lazy("各方承诺"), "done", committed),
        Stage(lazy("方案公布"), "done" if draw.approved_at else waiting, draw.approved_at),
        Stage(
            lazy("各方揭示"),
            "done" if all_revealed else waiting,
            max((moment for moment in revealed if moment), default=None) if all_revealed else None,
        ),
        Stage(
            lazy("作废") if void else lazy("抽取并结案"),
            "done" if closed else "blocked" if void else "current" if all_revealed else "todo",
            draw.closed_at,
        ),
        *(opening if draw.sealed and not void else ()),
        *(() if void else (published,)),
    )


def chances_of(draw: PublicDraw) -> tuple[Chance, ...]:
    """The exact probabilities by class: from the cells once the draw is closed, before that from the plan."""
    plan = json.loads(draw.plan_json)
    blinded = plan.get("frame", "open") == "blinded"
    if draw.cells and draw.denominator:
        return _of_cells(draw, draw.denominator, blinded)
    if plan.get("mode") != "rate":
        return ()
    shares = {name: Fraction(rate, plan["den"]) for name, rate in plan["rates"].items()}
    if not blinded:
        return (Chance("", None, min(max(shares.values()), Fraction(1)), None),)
    return tuple(Chance(name, None, min(share, Fraction(1)), None) for name, share in sorted(shares.items()))


def _of_cells(draw: PublicDraw, whole: int, blinded: bool) -> tuple[Chance, ...]:
    found: dict[str, tuple[int, int, int]] = {}
    for cell in draw.cells:
        name = cell.cell.rpartition("/")[2] if blinded else ""
        entities, _, drawn = found.get(name, (0, 0, 0))
        found[name] = (entities + cell.N, cell.a, drawn + cell.k)
    return tuple(
        Chance(name, entities, Fraction(a, whole), drawn)
        for name, (entities, a, drawn) in sorted(found.items())
    )


def command_for(draw: PublicDraw, address: str, log_key: str) -> str:
    """The lines that fetch verifier and bundle and check every step; ``log_key``: of this site's log."""
    base = address.rstrip("/")
    bundle = bundle_name(draw.draw_id)
    key = f" --log-key {quote(log_key)}" if draw.log else ""
    fetch = f"curl -O {base}/{VERIFIER} -OJ {base}/draws/{draw.draw_id}/evidence.zip"
    return f"{fetch}\npython3 {VERIFIER} {bundle}{key} > {draw.draw_id}-drawn.csv"


def bundle_name(draw_id: str) -> str:
    """The name under which a bundle is saved."""
    return f"{draw_id}-evidence.zip"
