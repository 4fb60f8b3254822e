"""A drand chain of the tests' own, and draws of the small county that name public sources."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from py_arkworks_bls12381 import G1Point, G2Point, Scalar
from sqlmodel import Session

from solver import beacon
from solver.beacon import DST, Chain, message_of
from supervision.draw import records
from supervision.draw import service as draws
from supervision.draw.tables import Draw, DrawSource, SourceKind
from supervision.plan.tables import Task
from tests.supervision import county
from tests.supervision.county import HOW, NOW, Office

KEY = Scalar(20261122)
OWN = Chain("ab" * 32, "own", bytes((G2Point() * KEY).to_compressed_bytes()), 30, 1_700_000_000)
REVEAL_BY = NOW + timedelta(hours=2)
AFTER = REVEAL_BY + timedelta(minutes=5)
"""Later than the round: a margin of 60 seconds, and at most 30 to the next round."""
BETWEEN = REVEAL_BY + timedelta(seconds=30)
"""After the deadline, before the round."""
WITH_BEACON = replace(HOW, beacon_chain=OWN.hash, beacon_margin=60)
SSQ = {"game": "ssq", "issue": "2026135"}
NUMBERS = "02-09-14-21-27-30-11"


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> Chain:
    """The tests' own chain among those that are known."""
    monkeypatch.setitem(cast(dict[str, Chain], beacon.CHAINS), OWN.hash, OWN)
    return OWN


def signed(number: int, key: Scalar = KEY) -> dict[str, Any]:
    """What a relay says of a round."""
    signature = bytes((G1Point.hash_to_curve(message_of(number), DST) * key).to_compressed_bytes())
    randomness = hashlib.sha256(signature).hexdigest()
    return {"round": number, "randomness": randomness, "signature": signature.hex()}


def answer_to(session: Session, draw: Draw) -> bytes:
    """The very round that the plan names."""
    return json.dumps(signed(round_of(session, draw).round or 0)).encode()


def round_of(session: Session, draw: Draw) -> DrawSource:
    return next(s for s in records.sources(session, draw.id or 0) if s.kind is SourceKind.BEACON)


def approved(session: Session, office: Office, **more: object) -> tuple[Draw, Task]:
    """Frozen and approved, with a beacon unless told otherwise; nobody has revealed."""
    task = county.new_task(session, office, **({"reveal_by": REVEAL_BY, "use_beacon": True} | more))
    county.committed(session, office, task)
    draw = draws.freeze(session, office.planner, task.code, WITH_BEACON, NOW, county.FRAME_KEY)
    draws.approve(session, office.approver, draw.draw_id, NOW)
    return draw, task


def reveal(session: Session, office: Office, task: Task, *whose: int, now: datetime = NOW) -> None:
    """The parties at these positions reveal; without any, all of them."""
    secrets = county.secrets_of(session, task)
    for position in whose or range(len(secrets)):
        draws.reveal(session, office.parties[position], task.code, secrets[position].hex(), now)
