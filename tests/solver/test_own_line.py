"""One enterprise checks its own line, alone."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from solver import blind, merkle
from solver.campaign import Campaign
from solver.canonical import canonical, parse
from solver.draw import DrawResult, draw
from solver.errors import OwnLineError, SolverError
from solver.frame import Frame
from solver.own_line import check_own_line
from solver.plan import Plan
from solver.seed import ticket
from tests.solver.drawing import FIXED, RATE, SECRETS, entity_id, frame_of, plan_of, sized_frame_of

KEY = b"\x05" * 32
CELLS = [f"330106/{'CF'[i % 2]}/{'ABCD'[i % 4]}" for i in range(200)]
CLEAR = frame_of(CELLS)
BLINDED = blind.blind(CLEAR, KEY)


def proof_of(plan: Plan, frame: Frame, uscc: str, result: DrawResult, /, **change: Any) -> bytes:
    """What the office hands to one enterprise, made from the frame."""
    own, salt = uscc, {}
    if frame.blinded:
        code = blind.salt(KEY, uscc, plan.alg)
        own, salt = blind.blind_id(code, uscc, plan.alg), {"salt": code.hex()}
    at = frame.position(own)
    entity = frame.find(own)
    row = result.cell(entity.cell if entity.size is None else own)
    fields: dict[str, Any] = {
        "v": "own-line/1",
        "plan": parse(plan.canonical),
        "plan_hash": plan.plan_hash,
        "uscc": uscc,
        "line": entity.line,
        "index": at,
        "proof": [node.hex() for node in merkle.inclusion_proof(frame.lines, at, plan.alg)],
        "N": row.N,
        "a": row.a,
        "D": result.D,
        "ticket": ticket_of(result, own),
        "threshold": row.threshold,
        "k": row.k,
        "reveals": [secret.hex() for secret in SECRETS],
    }
    return canonical({k: v for k, v in (fields | salt | change).items() if v is not None})


def ticket_of(result: DrawResult, own: str) -> str:
    return ticket(result.ticket_seed, own, result.alg).hex()


def case(mode: dict[str, Any], frame: Frame = BLINDED, **more: Any) -> tuple[Plan, DrawResult]:
    plan = plan_of(frame, mode, frame="blinded", **more)
    return plan, draw(plan, frame, SECRETS)


PLAN, RESULT = case(RATE)
HONEST = proof_of(PLAN, BLINDED, entity_id(3), RESULT)
PRIVATE = {"ticket": None, "threshold": None, "k": None, "reveals": None}


def refused(code: str) -> pytest.RaisesExc[OwnLineError]:
    return pytest.raises(OwnLineError, check=lambda error: error.code == code)


@pytest.mark.parametrize("alg", ["sha256", "sm3"])
def test_every_enterprise_learns_what_the_draw_says_of_it(alg: str) -> None:
    frame = blind.blind(CLEAR, KEY, alg)  # type: ignore[arg-type]
    plan, result = case(FIXED, frame, alg=alg)
    drawn = {row.id for row in result.rows}
    for number in range(0, 200, 7):
        shown = check_own_line(
            proof_of(plan, frame, entity_id(number), result), plan.plan_hash, result.cells_bytes
        )
        assert shown.drawn == (shown.frame_id in drawn)
        assert shown.cls == "ABCD"[number % 4]
        assert shown.probability == result.probability(shown.cell)
        assert entity_id(number) not in shown.line


def test_class_d_is_drawn_with_three_in_ten_before_anybody_knows_the_seed() -> None:
    shown = check_own_line(proof_of(PLAN, BLINDED, entity_id(3), RESULT, **PRIVATE), PLAN.plan_hash)
    assert (shown.cls, shown.probability) == ("D", Fraction(30, 100))
    assert (shown.ticket, shown.threshold, shown.drawn) == (None, None, None)


def test_an_open_register_needs_no_code() -> None:
    plan = plan_of(CLEAR, RATE)
    result = draw(plan, CLEAR, SECRETS)
    assert check_own_line(proof_of(plan, CLEAR, entity_id(3), result)).frame_id == entity_id(3)


def test_by_size_every_enterprise_is_its_own_cell() -> None:
    frame = sized_frame_of([5, 0, 80, 3, 2])
    plan = plan_of(frame, {"mode": "pps", "n": 2})
    result = draw(plan, frame, SECRETS)
    shown = check_own_line(proof_of(plan, frame, entity_id(2), result), None, result.cells_bytes)
    assert (shown.cell, shown.probability, shown.drawn) == (entity_id(2), 1, True)


def test_in_a_campaign_the_ticket_comes_from_the_shared_seed() -> None:
    plan = plan_of(BLINDED, RATE, frame="blinded", campaign="joint")
    campaign = Campaign.of("joint", [plan.plan_hash, "ab" * 32])
    result = draw(plan, BLINDED, SECRETS, campaign=campaign)
    proof = proof_of(plan, BLINDED, entity_id(3), result, campaign=parse(campaign.record))
    assert check_own_line(proof, cells=result.cells_bytes).ticket == ticket_of(
        result, BLINDED.lines[BLINDED.position(check_own_line(proof).frame_id)][:40].decode()
    )
    with refused("own_line_ticket"):
        check_own_line(proof_of(plan, BLINDED, entity_id(3), result))


OTHER = PLAN.canonical.replace(b'"D":30', b'"D":31')
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "another plan": ({"plan": parse(OTHER)}, "own_line_plan"),
    "another firm's code": ({"salt": blind.salt(KEY, entity_id(4)).hex()}, "own_line_id"),
    "another firm": ({"uscc": entity_id(4)}, "own_line_id"),
    "no code": ({"salt": None}, "own_line_malformed"),
    "another place": ({"index": 0 if parse(HONEST)["index"] else 1}, "own_line_inclusion"),  # type: ignore[index]
    "another class": ({"line": parse(HONEST)["line"][:-1] + "A"}, "own_line_inclusion"),  # type: ignore[index]
    "a smaller rate": ({"a": 29}, "own_line_probability"),
    "another base": ({"D": 101}, "own_line_probability"),
    "another count": ({"N": 7}, "own_line_cells"),
    "a lower threshold": ({"threshold": "0" * 64}, "own_line_cells"),
    "another ticket": ({"ticket": "f" * 64}, "own_line_ticket"),
    "half an opening": ({"reveals": None}, "own_line_malformed"),
    "a field more": ({"note": "x"}, "own_line_malformed"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_proof_that_is_bent_is_refused(lie: str) -> None:
    change, code = LIES[lie]
    with refused(code):
        check_own_line(
            proof_of(PLAN, BLINDED, entity_id(3), RESULT, **change), PLAN.plan_hash, RESULT.cells_bytes
        )


def test_a_proof_of_a_plan_that_was_not_published_is_refused() -> None:
    with refused("own_line_plan"):
        check_own_line(HONEST, "ab" * 32)


@pytest.mark.parametrize("cells", [b"[]", b"{}", b"[[1]]", b"[null]", b"[[]]", b'[["x",{},0,0,""]]'])
def test_no_table_of_cells_makes_the_check_crash(cells: bytes) -> None:
    with pytest.raises(SolverError):
        check_own_line(HONEST, cells=cells)


@pytest.mark.parametrize("proof", [b"", b"[]", b"{}", b"\xff", HONEST[:-1]])
def test_what_is_no_proof_is_refused(proof: bytes) -> None:
    with refused("own_line_malformed"):
        check_own_line(proof)
