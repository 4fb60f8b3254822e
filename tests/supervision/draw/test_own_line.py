"""An enterprise opens its own line of the frame, and nobody else's."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sqlmodel import Session, col, select

from solver import merkle
from solver.blind import blind_id, salt
from solver.canonical import parse
from supervision.database import Database
from supervision.draw import own_line, records
from supervision.draw.own_line import NoCodeNeeded, Opened, OwnLine, WrongCode
from supervision.draw.tables import Draw, DrawnEntity
from supervision.errors import Conflict, Forbidden, NotFound
from supervision.journal.tables import Entry
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.register.tables import Entity
from supervision.risk.tables import RiskClass
from tests.supervision import county
from tests.supervision.county import FRAME_KEY, NOW, Office, uscc


@pytest.fixture
def office(planner: Actor, approver: Actor, witness: Actor) -> Office:
    return Office(planner, approver, witness)


@pytest.fixture
def closed(database: Database, organ: Organ, office: Office) -> Draw:
    with database.writing() as session:
        county.settle(session, organ.id or 0)
        return county.drawn(session, office, county.new_task(session, office))


def look(session: Session, draw: Draw, who: str, code: str, *, opened: bool = False) -> OwnLine:
    frozen = records.frame_of(session, draw.id or 0)
    facts = Opened(bytes.fromhex(draw.seed or ""), draw.cells or []) if opened else None
    return own_line.look_up(draw, frozen, who, code, facts)


def code_of(who: str) -> str:
    return salt(FRAME_KEY, who).hex()


def test_a_slip_carries_the_code_of_one_enterprise_and_the_journal_does_not(
    database: Database, closed: Draw, office: Office
) -> None:
    with database.writing() as session:
        slip = own_line.hand_out_salt(session, office.planner, closed.draw_id, uscc(7), NOW)
    assert slip.salt == code_of(uscc(7))
    assert slip.frame_id == blind_id(salt(FRAME_KEY, uscc(7)), uscc(7))
    with database.reading() as session:
        entries = session.exec(select(Entry).where(Entry.act == "draw.hand_out_salt")).all()
    assert [entry.detail for entry in entries] == [{"uscc": uscc(7)}]
    assert slip.salt not in str(entries[0].model_dump())


def test_the_code_opens_the_line_with_its_exact_probability(database: Database, closed: Draw) -> None:
    with database.reading() as session:
        found = look(session, closed, uscc(19), code_of(uscc(19)))  # the 20th entity is of class D
    assert found.place is not None
    assert found.place.risk_class == "D"
    assert found.probability == Fraction(3, 10)
    assert found.lot is None


def test_before_the_opening_nobody_is_told_a_ticket_and_afterwards_all_who_were_drawn_are(
    database: Database, closed: Draw
) -> None:
    with database.reading() as session:
        drawn = set(
            session.exec(select(Entity.uscc).join(DrawnEntity, col(DrawnEntity.entity_id) == Entity.id))
        )
        assert drawn
        for number in range(600):
            who = uscc(number)
            lot = look(session, closed, who, code_of(who), opened=True).lot
            assert lot is not None
            assert lot.drawn == (who in drawn), who


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (uscc(7), code_of(uscc(8))),
        (uscc(8), code_of(uscc(7))),
        (uscc(7), ""),
        (uscc(7), "0" * 64),
        (uscc(7), code_of(uscc(7))[:-1]),
        ("", code_of(uscc(7))),
        ("不是代码", code_of(uscc(7))),
        ("9" * 18, code_of(uscc(7))),
    ],
)
def test_a_wrong_pair_gets_the_same_sentence_whatever_is_wrong(
    database: Database, closed: Draw, who: str, code: str
) -> None:
    with database.reading() as session, pytest.raises(WrongCode) as refused:
        look(session, closed, who, code)
    assert refused.value.params == {}


@pytest.mark.parametrize("typed", ["{}", " {} ", "{upper}", "{parted}"])
def test_a_code_is_understood_however_it_is_typed(database: Database, closed: Draw, typed: str) -> None:
    code = code_of(uscc(7))
    parted = " ".join(code[at : at + 8] for at in range(0, 64, 8))
    with database.reading() as session:
        given = typed.format(code, upper=code.upper(), parted=parted)
        assert look(session, closed, uscc(7).lower(), given).place is not None


def test_who_is_not_in_the_frame_is_told_so_only_with_the_right_code(
    database: Database, closed: Draw
) -> None:
    with database.reading() as session:
        found = look(session, closed, uscc(999), code_of(uscc(999)))
        assert (found.place, found.probability, found.lot) == (None, None, None)
        with pytest.raises(WrongCode):
            look(session, closed, uscc(999), code_of(uscc(7)))


def test_the_proof_shows_the_line_under_the_root_of_the_plan(database: Database, closed: Draw) -> None:
    with database.reading() as session:
        frozen = records.frame_of(session, closed.id or 0)
        facts = Opened(bytes.fromhex(closed.seed or ""), closed.cells or [])
        text = own_line.proof_of(closed, frozen, uscc(7), code_of(uscc(7)), facts, ["aa", "bb"])
    proof = parse(text)
    assert isinstance(proof, dict)
    assert proof["plan"]["register_root"] == closed.register_root
    nodes = [bytes.fromhex(node) for node in proof["proof"]]
    root = bytes.fromhex(closed.register_root)
    assert merkle.check_inclusion(proof["line"].encode(), proof["index"], 600, nodes, root)
    assert not merkle.check_inclusion(proof["line"].encode(), proof["index"] ^ 1, 600, nodes, root)
    assert (proof["a"], proof["D"]) == (10_000, 1_000_000)  # the eighth entity is of class A: 1 %
    assert proof["reveals"] == ["aa", "bb"]


def test_an_open_frame_needs_no_code(database: Database, organ: Organ, office: Office) -> None:
    with database.writing() as session:
        county.settle(session, organ.id or 0, 100)
        equal = dict.fromkeys(RiskClass, 30_000)
        draw = county.drawn(session, office, county.new_task(session, office, by_class=False, rates=equal))
        found = look(session, draw, uscc(7), "")
        assert found.place is not None
        assert found.place.frame_id == uscc(7)
        with pytest.raises(NoCodeNeeded):
            own_line.hand_out_salt(session, office.planner, draw.draw_id, uscc(7), NOW)


def test_no_code_is_handed_out_before_the_plan_is_approved(
    database: Database, organ: Organ, office: Office
) -> None:
    with database.writing() as session:
        county.settle(session, organ.id or 0, 100)
        draw = county.frozen(session, office, county.new_task(session, office))
        with pytest.raises(Conflict):
            own_line.hand_out_salt(session, office.planner, draw.draw_id, uscc(7), NOW)


def test_only_the_office_of_the_draw_hands_out_codes(
    database: Database, closed: Draw, office: Office, auditor: Actor
) -> None:
    stranger = replace(office.planner, organ_id=99)
    inspector = replace(office.planner, roles=frozenset({Role.INSPECTOR}), inspector_id=1)
    with database.writing() as session:
        for actor in (office.witness, auditor):
            with pytest.raises(Forbidden):
                own_line.hand_out_salt(session, actor, closed.draw_id, uscc(7), NOW)
        for actor in (stranger, inspector):  # the inspector visits somebody else
            with pytest.raises(NotFound):
                own_line.hand_out_salt(session, actor, closed.draw_id, uscc(7), NOW)
        with pytest.raises(NotFound):
            own_line.hand_out_salt(session, office.planner, closed.draw_id, uscc(9999), NOW)
