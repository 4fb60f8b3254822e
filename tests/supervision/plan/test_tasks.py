"""What a planner may put into a task, and what its preview promises."""

from datetime import date
from fractions import Fraction

import pytest

from supervision.database import Database
from supervision.errors import Conflict, Forbidden, InvalidInput, OutOfScope
from supervision.plan import service as plans
from supervision.plan.rules import RatioAboveCeiling, UnpublishedItem
from supervision.plan.tables import TaskState
from supervision.register.tables import Item, ItemKind
from supervision.risk.tables import RiskClass
from tests.supervision import county
from tests.supervision.county import Office


def test_the_preview_gives_each_cell_its_count_and_exact_probability(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        preview = plans.preview(session, office.planner, task, 2, 30_000)
    assert preview.eligible == 600
    assert sum(cell.entities for cell in preview.cells) == 600
    chances = {cell.risk_class: cell.probability for cell in preview.cells}
    assert chances == {
        "A": Fraction(1, 100),
        "B": Fraction(3, 100),
        "C": Fraction(1, 10),
        "D": Fraction(3, 10),
    }
    # 360 A, 150 B, 60 C and 30 D: 3.6 + 4.5 + 6 + 9
    assert preview.expected == Fraction(231, 10)
    assert not preview.below_floor


def test_a_fixed_number_is_expected_exactly(database: Database, office: Office) -> None:
    weights = {"A": 1, "B": 3, "C": 10, "D": 30}
    with database.writing() as session:
        task = county.new_task(session, office, mode="fixed", number=40, rates=weights)
        preview = plans.preview(session, office.planner, task, 2, 30_000)
    assert preview.expected == 40


def test_a_directed_task_draws_only_what_its_condition_and_items_concern(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office, directed=True, industries="C", items=("SP-01",))
        preview = plans.preview(session, office.planner, task, 2, 30_000)
    # every third entity is in section C, every second of those carries the tag of item SP-01
    assert preview.eligible == 100
    assert {cell.industry for cell in preview.cells} == {"C"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": ()}, "抽查事项"),
        ({"items": ("GS-01", "GS-01")}, "抽查事项"),
        ({"items": ("XX-99",)}, "抽查事项"),
        ({"ends": date(2026, 11, 1), "starts": date(2026, 11, 1)}, "结束日期"),
        ({"ends": date(2026, 11, 22)}, "结束日期"),
        ({"starts": date(2025, 12, 31)}, "开始日期"),
        ({"ends": date(2028, 1, 1)}, "结束日期"),
        ({"directed": True}, "抽查类型"),
        ({"industries": "C"}, "抽查类型"),
        ({"rates": {"A": 0, "B": 1, "C": 1, "D": 1}}, "抽查比例"),
        ({"rates": {"A": 1, "B": 1, "C": 1}}, "抽查比例"),
        ({"by_class": False}, "抽查比例"),
        ({"mode": "fixed"}, "抽取户数"),
        ({"number": 5}, "抽取户数"),
    ],
)
def test_a_faulty_draft_is_refused_and_the_field_is_named(
    database: Database, office: Office, change: dict[str, object], field: str
) -> None:
    with database.writing() as session, pytest.raises(InvalidInput) as refusal:
        county.new_task(session, office, **change)
    assert refusal.value.params["field"] == field


def test_an_item_without_a_legal_basis_cannot_enter_a_task(database: Database, office: Office) -> None:
    with database.writing() as session:
        item = session.get(Item, 1)
        assert item is not None
        item.legal_basis = " "
    with database.writing() as session, pytest.raises(UnpublishedItem):
        county.new_task(session, office)


def test_only_a_planner_draws_up_tasks_and_only_inside_the_region(database: Database, office: Office) -> None:
    with database.writing() as session, pytest.raises(Forbidden):
        plans.create_plan(session, office.approver, 2026, "计划", county.NOW)
    with database.writing() as session, pytest.raises(OutOfScope):
        county.new_task(session, office, region_prefix="36")


def test_a_frozen_task_cannot_be_changed(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        county.frozen(session, office, task)
        assert task.state is TaskState.FROZEN
        with pytest.raises(Conflict):
            plans.change_task(session, office.planner, task.code, county.draft(), county.NOW)


def test_a_task_read_back_as_a_draft_is_the_draft_that_was_given(database: Database, office: Office) -> None:
    given = county.draft(directed=True, industries="CF", tags=("food",), number=9, mode="fixed")
    with database.writing() as session:
        plan = plans.create_plan(session, office.planner, 2026, "计划", county.NOW)
        task = plans.create_task(session, office.planner, plan.code, given, county.NOW)
    with database.reading() as session:
        found = plans.task_of(session, office.planner, task.code)
        assert plans.draft_of(session, found) == given
        assert found.rates[RiskClass.A] == 10_000


def test_a_ratio_above_the_ceiling_of_a_general_item_is_told_and_never_frozen(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        general, key = session.get(Item, 1), session.get(Item, 2)
        assert general is not None
        assert key is not None
        general.ratio_max_ppm = 38_000  # 23.1 of 600 are expected: 3.85 %
        key.kind, key.ratio_max_ppm = ItemKind.KEY, 1
        task = county.new_task(session, office)
        preview = plans.preview(session, office.planner, task, 2, 30_000)
        assert preview.above_ceiling == ("事项 GS-01",)
        with pytest.raises(RatioAboveCeiling):
            county.frozen(session, office, task)
        general.ratio_max_ppm = 38_500
        session.flush()
        assert plans.preview(session, office.planner, task, 2, 30_000).above_ceiling == ()


def test_the_visit_cap_counts_in_the_year_of_the_visits(database: Database, office: Office) -> None:
    everyone = dict.fromkeys("ABCD", 1_000_000)
    january = {"starts": date(2027, 1, 4), "ends": date(2027, 3, 31)}
    with database.writing() as session:
        county.drawn(session, office, county.new_task(session, office, rates=everyone))
        same = plans.preview(session, office.planner, county.new_task(session, office), 1, 30_000)
        after = plans.preview(session, office.planner, county.new_task(session, office, **january), 1, 30_000)
    assert (same.eligible, same.at_cap) == (0, 600)
    assert (after.eligible, after.at_cap) == (600, 0)
