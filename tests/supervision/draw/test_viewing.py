"""What the office sees of draws before the freeze, and whose turn it is."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from supervision.database import Database
from supervision.draw import service as draws
from supervision.draw import viewing
from supervision.draw.rules import NotAParty
from supervision.people.rules import Actor
from supervision.plan.service import CellPreview
from tests.supervision import county

SMALL, LARGE = Fraction(1, 100), Fraction(1, 2)


def cell(industry: str, risk_class: str, entities: int, probability: Fraction) -> CellPreview:
    return CellPreview("360681", industry, risk_class, entities, probability)


CELLS = [
    cell("F", "A", 1000, SMALL),
    cell("F", "D", 20, LARGE),
    cell("H", "A", 100, SMALL),
    cell("H", "D", 2, LARGE),
    cell("C", "A", 600, SMALL),
]


def test_small_strata_are_lumped_and_nobody_is_lost() -> None:
    found = viewing.strata(CELLS, blinded=True, min_anonymity=5)
    assert [(s.path, s.entities, s.expected, s.cells) for s in found] == [
        ("360681/F", 1020, Fraction(20), 1),
        ("360681/rest", 702, Fraction(8), 2),
    ]


def test_in_an_open_frame_every_stratum_is_public_as_it_is() -> None:
    found = viewing.strata(CELLS, blinded=False, min_anonymity=5)
    assert [s.path for s in found] == ["360681/C", "360681/F", "360681/H"]
    assert sum(s.entities for s in found) == 1722


def test_a_duty_says_whose_turn_it_is_from_commitment_to_closing(
    database: Database, planner: Actor, approver: Actor, witness: Actor
) -> None:
    office = county.Office(planner, approver, witness)
    county.fill(database, planner.organ_id)
    with database.writing() as session:
        task = county.new_task(session, office)
        named = county.named_as(county.TWO, office.parties)
        draws.name_parties(session, planner, task.code, named, county.NOW)
        (duty,) = viewing.duties(session, witness)
        assert (duty.may_commit, duty.may_reveal, duty.plan_hash) == (True, False, None)
    with database.writing() as session:
        for actor, secret in zip(office.parties, county.SECRETS, strict=True):
            draws.commit(session, actor, task.code, county.commitment(secret).hex(), county.NOW)
        assert not viewing.duty_of(session, witness, task.code).waiting
        draw = draws.freeze(session, planner, task.code, county.HOW, county.NOW, county.FRAME_KEY)
        assert viewing.duty_of(session, witness, task.code).plan_hash is None
        draws.approve(session, approver, draw.draw_id, county.NOW)
        duty = viewing.duty_of(session, witness, task.code)
        assert (duty.may_reveal, duty.plan_hash) == (True, draw.plan_hash)


def test_who_is_no_party_has_no_duty(
    database: Database, planner: Actor, approver: Actor, witness: Actor, enrol: Callable[..., Actor]
) -> None:
    county.fill(database, planner.organ_id, 60)
    with database.writing() as session:
        task = county.new_task(session, county.Office(planner, approver, witness))
        assert viewing.duties(session, approver) == []
        with pytest.raises(NotAParty):
            viewing.duty_of(session, approver, task.code)
