"""The reasons of a county of 30 teams and 600 visits that are known."""

import pytest

from solver.schedule import solve
from solver.schedule.limits import Limits
from tests.solver.schedule.test_solving import known, needs_folder


@needs_folder
@pytest.mark.scale
def test_the_reasons_of_the_known_county() -> None:
    found = {one.visit: one for one in solve(known("t30a"), Limits(workers=2)).unscheduled}
    assert {visit: one.code for visit, one in found.items()} == {
        0: "CLOSES_TOO_EARLY",
        71: "NO_COMMON_DAY",
        429: "NO_COMMON_DAY",
        468: "CLOSES_TOO_EARLY",
        538: "CAPACITY",
        564: "CLOSES_TOO_EARLY",
    }
    assert found[538].params == {"visits": [182, 504, 538, 587], "days": [1]}
    assert found[0].params == {"closes": 12600, "arrives": 561, "dur": 12600}
    assert all(one.fixes for one in found.values())
