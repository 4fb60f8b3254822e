"""The list of published results: filtered, in stretches, and the notice of one task."""

from collections.abc import Callable
from datetime import date

import pytest

from supervision.database import Database
from supervision.errors import NotFound
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.publication import portal, service
from supervision.publication.public import ResultFilter
from tests.supervision.factories import MOMENT, Scene, enter, set_scene


@pytest.fixture
def published(database: Database, organ: Organ, enrol: Callable[..., Actor]) -> Scene:
    """Three results: code 1 on 16 November, 8 on 17, 1 on 18."""
    scene = set_scene(database, organ, enrol)
    with database.writing() as session:
        for code, result, day in zip(scene.codes, "181", (16, 17, 18), strict=True):
            enter(session, scene, code, result, day=date(2026, 11, day))
        service.publish(session, scene.approver, scene.codes, MOMENT)
    return scene


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (ResultFilter(), [3, 2, 1]),
        (ResultFilter(result="1"), [3, 1]),
        (ResultFilter(since=date(2026, 11, 17)), [3, 2]),
        (ResultFilter(until=date(2026, 11, 17)), [2, 1]),
        (ResultFilter(organ_code="360681"), [3, 2, 1]),
        (ResultFilter(organ_code="360602"), []),
        (ResultFilter(words="第2食品"), [2]),
        (ResultFilter(words="第2食品", result="1"), []),
    ],
)
def test_results_are_narrowed_by_organ_code_day_and_name(
    database: Database, published: Scene, wanted: ResultFilter, numbers: list[int]
) -> None:
    with database.reading() as session:
        page = portal.results(session, wanted)
    assert [row.uscc for row in page.rows] == [published.entities[number - 1].uscc for number in numbers]
    assert page.after is None


def test_results_come_in_stretches_without_a_gap(database: Database, published: Scene) -> None:
    with database.reading() as session:
        first = portal.results(session, ResultFilter(), limit=2)
        rest = portal.results(session, ResultFilter(), first.after, limit=2)
    assert len(first.rows) == 2
    assert rest.after is None
    assert {row.uscc for row in (*first.rows, *rest.rows)} == {entity.uscc for entity in published.entities}


def test_a_task_has_a_notice_once_its_draw_is_announced(database: Database, published: Scene) -> None:
    with database.reading() as session:
        assert portal.task_notice(session, published.task.code).draw_id == "360681-2026-0001"
        with pytest.raises(NotFound):
            portal.task_notice(session, "360681-2026-P01-T09")
