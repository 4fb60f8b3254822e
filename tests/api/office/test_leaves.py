"""请假 of inspectors in the office: recorded, seen as past or present, cancelled, and kept as a file."""

from collections.abc import Callable

import pytest

from supervision.people.rules import Actor
from tests.api.office.conftest import Clerk, plain

AT_DESK = Callable[[Actor], Clerk]
PAGE = "/office/register/leaves"
SICK = {"inspector": "1", "starts": "2026-11-01", "ends": "2026-11-20", "reason": "病假"}


def test_a_leave_is_recorded_and_cancelled(planner: Actor, at_desk: AT_DESK, filled: None) -> None:
    clerk = at_desk(planner)
    assert "没有请假登记" in clerk.page(PAGE)
    assert clerk.act(PAGE, **SICK) == f"{PAGE}?done=leave_added"
    page = plain(clerk.page(PAGE))
    assert "检查员0 J00" in page
    assert "请假中" in page, "the last day counts"
    assert clerk.act(f"{PAGE}/1/remove") == f"{PAGE}?done=leave_removed"
    assert "没有请假登记" in clerk.page(PAGE)


def test_leaves_that_are_over_or_to_come_are_told_apart(
    planner: Actor, at_desk: AT_DESK, filled: None
) -> None:
    clerk = at_desk(planner)
    clerk.act(PAGE, **SICK | {"ends": "2026-11-19"})
    clerk.act(PAGE, **SICK | {"starts": "2026-11-21", "ends": "2026-12-01"})
    page = plain(clerk.page(PAGE))
    assert "已结束" in page
    assert "未开始" in page
    assert "请假中" not in page


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"ends": "2026-10-01"}, "ends"),
        ({"starts": "昨天"}, "starts"),
        ({"reason": ""}, "reason"),
        ({"inspector": "99"}, "inspector"),
    ],
)
def test_a_leave_that_makes_no_sense_is_refused_at_its_field(
    planner: Actor, at_desk: AT_DESK, filled: None, wrong: dict[str, str], where: str
) -> None:
    answer = at_desk(planner).press(PAGE, **SICK | wrong)
    assert answer.status_code in (404, 422)
    assert f'<a href="#{where}">' in answer.text
    assert "没有请假登记" in answer.text, "nothing was recorded"


def test_leaves_are_kept_as_a_file_for_the_office(planner: Actor, at_desk: AT_DESK, filled: None) -> None:
    clerk = at_desk(planner)
    clerk.act(PAGE, **SICK)
    text = clerk.get(f"{PAGE}/file.csv").text
    assert '"检查员0","J00","2026-11-01","2026-11-20","病假"' in text
    assert clerk.get(f"{PAGE}/file.xlsx").content.startswith(b"PK")


def test_who_does_not_decide_sees_no_form(auditor: Actor, at_desk: AT_DESK, filled: None) -> None:
    page = at_desk(auditor).page(PAGE)
    assert "登记请假" not in page
    assert at_desk(auditor).press(PAGE, **SICK).status_code == 403
