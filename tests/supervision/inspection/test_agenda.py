from dataclasses import replace
from datetime import date

from supervision.inspection.agenda import agenda
from supervision.inspection.tables import VisitState
from supervision.inspection.visits import VisitRow

TODAY = date(2026, 11, 22)
ROW = VisitRow(
    code="V1",
    state=VisitState.ASSIGNED,
    draw_id="D",
    task_code="T",
    task_name="食品经营监督检查",
    starts=date(2026, 11, 1),
    ends=date(2026, 12, 31),
    uscc="91360681MA00000001",
    entity_name="贵溪市第1食品经营部",
    address="雄石路1号",
    region_code="360681",
    region_name="贵溪市",
    item_count=1,
    team=("检查员1", "检查员2"),
    inspected_on=None,
    result=None,
    result_text=None,
    publish_by=None,
    publish_by_provisional=False,
)


def codes(rows: tuple[VisitRow, ...]) -> list[str]:
    return [row.code for row in rows]


def test_visits_stand_where_the_day_puts_them_the_nearest_end_first() -> None:
    found = agenda(
        [
            replace(ROW, code="later"),
            replace(ROW, code="sooner", ends=date(2026, 11, 30)),
            replace(ROW, code="last day", ends=TODAY),
            replace(ROW, code="ended", ends=date(2026, 11, 21)),
            replace(ROW, code="begins tomorrow", starts=date(2026, 11, 23)),
            replace(ROW, code="begins today", starts=TODAY, ends=date(2027, 1, 1)),
            replace(ROW, code="returned", state=VisitState.RETURNED, ends=date(2026, 11, 1)),
            replace(ROW, code="entered", state=VisitState.SUBMITTED),
            replace(ROW, code="public", state=VisitState.PUBLISHED),
        ],
        TODAY,
    )
    assert codes(found.returned) == ["returned"]
    assert codes(found.overdue) == ["ended"]
    assert codes(found.current) == ["last day", "sooner", "later", "begins today"]
    assert codes(found.upcoming) == ["begins tomorrow"]
    assert found.total == 7


def test_visits_that_have_a_time_come_first_in_its_order() -> None:
    rows = [replace(ROW, code=code) for code in ("a", "b", "c")] + [replace(ROW, code="soon", ends=TODAY)]
    assert codes(agenda(rows, TODAY, {"c": 0, "a": 1}).current) == ["c", "a", "soon", "b"]
