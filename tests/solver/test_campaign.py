"""Plans of one campaign draw with the same tickets."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from typing import Any

import pytest

from solver import seed as seeds
from solver.campaign import Campaign
from solver.draw import DrawResult, draw
from solver.errors import CampaignError
from solver.plan import Plan
from tests.solver.drawing import FIXED, RATE, SECRETS, frame_of, plan_of, plan_value, sized_frame_of

CELLS = [f"33010{county}/{section}/{cls}" for county in "168" for section in "FI" for cls in "ABCD"]
FRAME = frame_of(itertools.islice(itertools.cycle(CELLS), 240))
CODE = "330100-2026-Q4"


def department(number: int, mode: dict[str, Any]) -> Plan:
    return plan_of(FRAME, mode, draw_id=f"dept-{number}-2026-0001", campaign=CODE)


FIRE = department(1, {"mode": "rate", "den": 100, "rates": {"A": 10, "B": 20, "C": 30, "D": 50}})
TAX = department(2, {"mode": "rate", "den": 100, "rates": {"A": 30, "B": 40, "C": 50, "D": 100}})
BOTH = Campaign.of(CODE, [FIRE.plan_hash, TAX.plan_hash])


def drawn(plan: Plan, campaign: Campaign | None = BOTH) -> DrawResult:
    return draw(plan, FRAME, SECRETS, campaign=campaign)


def test_a_record_is_canonical_and_reads_back_in_any_layout() -> None:
    hashes = sorted([FIRE.plan_hash, TAX.plan_hash])
    text = f'{{"campaign":"{CODE}","plans":["{hashes[0]}","{hashes[1]}"],"v":"campaign/1"}}'
    assert BOTH.record == text.encode()
    assert Campaign.parse(text.replace(",", " ,\n")) == BOTH
    assert BOTH.plans == tuple(hashes)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"v":"campaign/1","campaign":"a"}',
        '{"v":"campaign/1","campaign":"a","plans":[]}',
        '{"v":"campaign/1","campaign":"a","plans":["00"]}',
        '{"v":"campaign/1","campaign":"a b","plans":["%s"]}' % ("0" * 64),
        '{"v":"campaign/1","campaign":1,"plans":["%s"]}' % ("0" * 64),
        '{"v":"campaign/2","campaign":"a","plans":["%s"]}' % ("0" * 64),
        '{"v":"campaign/1","campaign":"a","plans":["%s"],"more":1}' % ("0" * 64),
        json.dumps({"v": "campaign/1", "campaign": "a", "plans": ["0" * 64, "0" * 64]}),
        json.dumps({"v": "campaign/1", "campaign": "a", "plans": ["1" * 64, "0" * 64]}),
        '{"v":"campaign/1","campaign":"a","plans":[%s]}' % ("1" * 8),
        '{"v":"campaign/1","campaign":"a","plans":{"%s":1}}' % ("1" * 64),
    ],
)
def test_what_is_no_campaign_is_refused(text: str) -> None:
    with pytest.raises(CampaignError) as caught:
        Campaign.parse(text)
    assert caught.value.code == "campaign_malformed"


def test_the_ticket_seed_follows_the_definition() -> None:
    tag = b"draw/1 campaign".ljust(32, b"\0")
    key = hashlib.sha256(tag + BOTH.record).digest()
    message = b"draw/1 seed".ljust(32, b"\0") + b"".join(b"\0\0\0\x20" + secret for secret in SECRETS)
    expected = hmac.digest(key, message, "sha256")
    result = drawn(FIRE)
    assert result.ticket_seed == expected
    assert result.rows[0].ticket == seeds.ticket(expected, result.rows[0].id).hex()


def test_without_the_record_the_name_alone_changes_nothing() -> None:
    result = drawn(FIRE, None)
    assert result.ticket_seed == result.seed == drawn(FIRE).seed
    assert result.result_sha256 != drawn(FIRE).result_sha256


def test_order_of_the_cells_and_rounding_stay_with_the_plans_own_seed() -> None:
    alone, together = drawn(FIRE, None), drawn(FIRE)
    shape = [(cell.cell, cell.N, cell.a, cell.k) for cell in alone.cells]
    assert [(cell.cell, cell.N, cell.a, cell.k) for cell in together.cells] == shape
    assert [cell.cell for cell in drawn(TAX).cells] != [cell.cell for cell in together.cells]


def test_the_smaller_choice_of_a_cell_is_part_of_the_greater() -> None:
    fire, tax = drawn(FIRE), drawn(TAX)
    for cell in CELLS:
        few, many = ({row.id for row in r.rows if row.cell == cell} for r in (fire, tax))
        assert len(few) in (1, 2, 3, 5)
        assert few <= many
    assert {row.id for row in drawn(FIRE, None).rows} - {row.id for row in drawn(TAX, None).rows}


def test_a_draw_by_size_takes_its_order_from_the_campaign() -> None:
    frame = sized_frame_of(range(1, 40))
    plan = plan_of(frame, {"mode": "pps", "n": 8}, campaign=CODE)
    result = draw(plan, frame, SECRETS, campaign=Campaign.of(CODE, [plan.plan_hash]))
    seed = result.ticket_seed
    assert [c.cell for c in result.cells] == sorted(
        (e.id for e in frame), key=lambda i: seeds.ticket(seed, i)
    )


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (plan_of(FRAME, RATE), "campaign_code"),
        (plan_of(FRAME, RATE, campaign="330100-2026-Q3"), "campaign_code"),
        (department(3, FIXED), "campaign_plan"),
    ],
)
def test_a_plan_draws_only_in_the_campaign_that_lists_it(plan: Plan, code: str) -> None:
    with pytest.raises(CampaignError) as caught:
        drawn(plan)
    assert caught.value.code == code


def test_a_campaign_lists_each_plan_once() -> None:
    for plans in ([], [FIRE.plan_hash] * 2, ["A" * 64]):
        with pytest.raises(CampaignError):
            Campaign.of(CODE, plans)
    assert plan_value(FRAME, RATE)["commits"] == list(FIRE.commits)
