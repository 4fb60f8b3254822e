"""What the public sees, and what it never sees."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from supervision.database import Database
from supervision.draw.tables import Draw, DrawState
from supervision.errors import InvalidInput, NotFound
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.plan.tables import Task, TaskState
from supervision.publication import exports, material, portal, service
from supervision.publication.public import PublicDraw, ResultFilter
from supervision.risk.tables import RiskClass
from tests.supervision.factories import (
    CONTACT,
    FRAME,
    FRAME_KEY,
    INSPECTOR_PHONE,
    MOMENT,
    PHONE,
    SECRET,
    SEED,
    Scene,
    add_classes,
    add_draw,
    add_entity,
    add_item,
    add_party,
    add_task,
    assign,
    enter,
    set_scene,
)


@pytest.fixture
def scene(database: Database, organ: Organ, enrol: Callable[..., Actor]) -> Scene:
    scene = set_scene(database, organ, enrol)
    with database.writing() as session:
        add_party(session, scene.task, 0, "组织方", scene.approver.account_id)
        add_party(session, scene.task, 1, "企业代表", scene.stranger.account_id)
    return scene


@pytest.fixture
def published(database: Database, scene: Scene) -> Scene:
    """The first two of three visits are published, with the results 1 and 8."""
    with database.writing() as session:
        add_classes(session, scene.entities, RiskClass.D)
        enter(session, scene, scene.codes[0], "1")
        enter(session, scene, scene.codes[1], "8", note="现场人员王某不在")
        enter(session, scene, scene.codes[2], "6")
        service.publish(session, scene.approver, scene.codes[:2], MOMENT)
    return scene


def change(session: Session, row: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()


def draw_as(database: Database, **values: Any) -> PublicDraw:
    with database.writing() as session:
        change(session, session.exec(select(Draw)).one(), **values)
        return portal.draw_page(session, "360681-2026-0001")


def everything(session: Session, scene: Scene) -> Iterator[object]:
    """Every public view there is, as values and as files."""
    yield portal.search(session, "贵溪")
    yield portal.search(session, scene.entities[0].uscc)
    yield portal.entity_page(session, scene.entities[0].uscc)
    yield portal.entity_page(session, scene.entities[1].uscc)
    yield portal.results(session, ResultFilter())
    yield portal.releases(session)
    yield (page := portal.release_page(session, "360681-2026-0001-R1"))
    yield portal.draws(session)
    yield portal.draw_page(session, "360681-2026-0001")
    yield portal.plan_notices(session)
    yield portal.task_notices(session)
    yield portal.items(session)
    yield portal.organs(session)
    yield portal.statistics(session)
    yield portal.feed(session, "https://example.cn", "公示", MOMENT).decode()
    yield portal.drawn_list(session, "360681-2026-0001")
    yield from material.bundle(session, "360681-2026-0001", None).items()
    yield exports.canonical_csv(page.results).decode()


def test_nothing_public_holds_a_class_a_phone_a_person_or_a_key(database: Database, published: Scene) -> None:
    with database.reading() as session:
        shown = "\n".join(map(str, everything(session, published)))
    for secret in (PHONE, INSPECTOR_PHONE, CONTACT, FRAME_KEY, "检查员", "王某", "reviewer", "inspectorG001"):
        assert secret not in shown, secret
    for trace in ("RiskClass", "987", "penalties", "信用风险等级"):
        assert trace not in shown, trace
    assert not any(code in shown for code in published.codes)  # numbers of visits stay inside
    assert published.entities[2].uscc not in shown.replace(str(drawn_list(database)), "")


def drawn_list(database: Database) -> object:
    with database.reading() as session:
        return portal.drawn_list(session, "360681-2026-0001")


def test_an_entity_is_found_by_part_of_its_name_and_by_its_credit_code(
    database: Database, published: Scene
) -> None:
    with database.reading() as session:
        by_name = portal.search(session, "食品")
        by_code = portal.search(session, "91360681ma00000002")
        nothing = (portal.search(session, "酒店"), portal.search(session, ""), portal.search(session, "%"))
    assert [(row.name, row.result_text, row.results) for row in by_name.rows] == [
        ("贵溪市第1食品经营部", "未发现问题", 1),
        ("贵溪市第2食品经营部", "发现问题待后续处理", 1),
    ]
    assert [row.uscc for row in by_code.rows] == ["91360681MA00000002"]
    assert [page.rows for page in nothing] == [(), (), ()]


def test_an_entity_without_a_published_result_is_not_shown(database: Database, published: Scene) -> None:
    with database.reading() as session:
        with pytest.raises(NotFound):
            portal.entity_page(session, published.entities[2].uscc)  # entered, not published
        with pytest.raises(NotFound):
            portal.entity_page(session, "nonsense")
        assert portal.search(session, "第3食品").rows == ()


def test_the_page_of_an_entity_has_the_eight_columns(database: Database, published: Scene) -> None:
    with database.reading() as session:
        entity = portal.entity_page(session, f" {published.entities[0].uscc.lower()} ")
    (row,) = entity.results
    assert exports.columns(row)[2:] == (
        "360681-2026-P01",
        "2026年度双随机抽查工作计划",
        "360681-2026-P01-T01",
        "食品经营监督检查",
        "不定向抽查",
        "贵溪市市场监督管理局",
        "2026-11-18",
        "未发现问题",
    )
    assert (entity.address, entity.region_name) == ("贵溪市雄石路1号", "江西省鹰潭市贵溪市")


def test_inspectors_are_named_where_the_office_says_so(database: Database, published: Scene) -> None:
    with database.reading() as session:
        entity = portal.entity_page(session, published.entities[0].uscc, with_inspectors=True)
        page = portal.release_page(session, "360681-2026-0001-R1", with_inspectors=True)
    assert entity.results[0].inspectors == ("检查员1", "检查员2")
    assert page.results[1].inspectors == ("检查员1", "检查员2")


def test_search_pages_follow_without_gap_or_repeat(
    database: Database, organ: Organ, enrol: Callable[..., Actor]
) -> None:
    scene = set_scene(database, organ, enrol, entities=7)
    with database.writing() as session:
        for code in scene.codes:
            enter(session, scene, code)
        service.publish(session, scene.approver, scene.codes, MOMENT)
        seen: list[str] = []
        after = None
        while True:
            page = portal.search(session, "食品", after, limit=3)
            seen += [row.uscc for row in page.rows]
            after = page.after
            if after is None:
                break
    assert seen == [entity.uscc for entity in scene.entities]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ResultFilter(), [2, 1]),
        (ResultFilter(words="第1食品"), [1]),
        (ResultFilter(words="91360681MA00000002"), [2]),
        (ResultFilter(result="8"), [2]),
        (ResultFilter(organ_code="360681", since=date(2026, 11, 18), until=date(2026, 11, 18)), [2, 1]),
        (ResultFilter(since=date(2026, 11, 19)), []),
        (ResultFilter(until=date(2026, 11, 17)), []),
        (ResultFilter(organ_code="360622"), []),
    ],
)
def test_published_results_are_narrowed_by_name_organ_result_and_day(
    database: Database, published: Scene, wanted: ResultFilter, found: list[int]
) -> None:
    with database.reading() as session:
        page = portal.results(session, wanted)
    assert [row.uscc for row in page.rows] == [f"91360681MA{number:08d}" for number in found]


def test_release_pages_follow_without_gap_or_repeat_newest_first(
    database: Database, organ: Organ, enrol: Callable[..., Actor]
) -> None:
    scene = set_scene(database, organ, enrol, entities=5)
    for place, code in enumerate(scene.codes):
        with database.writing() as session:
            enter(session, scene, code)
            service.publish(session, scene.approver, [code], MOMENT + timedelta(minutes=place))
    with database.reading() as session:
        first = portal.releases(session, "360681", limit=3)
        second = portal.releases(session, "360681", first.after, limit=3)
        newest = portal.latest(session, 1)
        with pytest.raises(InvalidInput):
            portal.releases(session, after="-1")
        assert portal.releases(session, "360622").rows == ()
    assert [row.code[-1] for row in (*first.rows, *second.rows)] == ["5", "4", "3", "2", "1"]
    assert (second.after, newest[0].code) == (None, "360681-2026-0001-R5")


def test_a_closed_draw_has_everything_for_a_replay(database: Database, published: Scene) -> None:
    with database.reading() as session:
        page = portal.draw_page(session, "360681-2026-0001")
        pieces = material.pieces(session, "360681-2026-0001")
    assert (page.state, page.seed, page.denominator, page.drawn_n) == (DrawState.CLOSED, SEED, 1_000_000, 3)
    assert [(party.title, party.secret) for party in page.parties] == [
        ("组织方", SECRET),
        ("企业代表", SECRET),
    ]
    assert [(cell.cell, cell.N, cell.a, cell.k) for cell in page.cells] == [("11/A", 10, 10_000, 1)]
    assert json.loads(pieces["reveals.json"]) == [SECRET, SECRET]
    assert pieces["plan.json"].decode() == page.plan_json
    assert pieces["frame.csv.gz"] == FRAME
    assert pieces["result.csv"].decode() == page.result
    assert [release.code for release in page.releases] == ["360681-2026-0001-R1"]


def test_the_drawn_list_stands_in_the_order_of_credit_codes(database: Database, scene: Scene) -> None:
    # they were drawn in the reverse order
    with database.reading() as session:
        page = portal.drawn_list(session, "360681-2026-0001")
    assert [row.uscc for row in page.rows] == [entity.uscc for entity in scene.entities]


def test_a_frozen_draw_is_not_public(database: Database, scene: Scene) -> None:
    with pytest.raises(NotFound):
        draw_as(database, state=DrawState.FROZEN)
    with database.writing() as session:
        change(session, session.exec(select(Draw)).one(), state=DrawState.FROZEN)
        assert portal.draws(session).rows == ()
        assert portal.task_notices(session).rows == ()
        assert portal.plan_notices(session).rows == ()


def test_an_approved_draw_shows_its_hash_and_commitments_but_no_secret(
    database: Database, scene: Scene
) -> None:
    page = draw_as(database, state=DrawState.APPROVED)
    with database.writing() as session:
        change(session, session.exec(select(Task)).one(), state=TaskState.APPROVED)
        change(session, session.exec(select(Draw)).one(), state=DrawState.APPROVED)
        (row,) = portal.draws(session).rows
        (notice,) = portal.task_notices(session).rows
        assert material.piece(session, page.draw_id, "plan.json")
        for piece in ("reveals.json", "result.csv"):
            with pytest.raises(NotFound):
                material.piece(session, page.draw_id, piece)
    assert (row.plan_hash, row.drawn, notice.drawn_n) == (page.plan_hash, None, None)
    assert [party.commitment for party in page.parties] == ["e" * 64, "e" * 64]
    assert not page.replayable
    assert SECRET not in repr(page)
    assert SEED not in repr(page)
    assert (page.cells, page.result, page.names_public) == ((), None, False)


def test_a_void_draw_stays_with_its_reason_and_without_secrets(database: Database, scene: Scene) -> None:
    page = draw_as(database, state=DrawState.VOID, void_reason="名录或等级有误：等级导入错误")
    with database.reading() as session:
        (row,) = portal.draws(session).rows
    assert row.void_reason == page.void_reason == "名录或等级有误：等级导入错误"
    assert SECRET not in repr(page)
    assert not page.names_public


def test_an_unlisted_draw_on_an_open_frame_opens_with_the_last_result(
    database: Database, scene: Scene
) -> None:
    # with an open frame the result lines are credit codes: the list itself
    with database.writing() as session:
        change(session, session.exec(select(Task)).one(), publish_drawn_list=False)
    sealed = draw_as(database, plan_json='{"den":1000000,"frame":"open","mode":"rate"}')
    assert (sealed.replayable, sealed.seed, sealed.result, sealed.names_public) == (False, None, None, False)
    assert sealed.result_sha256 == "b" * 64
    with database.writing() as session:
        change(session, session.exec(select(Task)).one(), state=TaskState.DONE)
    opened = draw_as(database)
    assert (opened.replayable, opened.seed, opened.names_public) == (True, SEED, False)


def test_an_unlisted_draw_on_a_blinded_frame_is_replayable_without_names(
    database: Database, scene: Scene
) -> None:
    with database.writing() as session:
        change(session, session.exec(select(Task)).one(), publish_drawn_list=False)
        page = portal.draw_page(session, "360681-2026-0001")
    assert (page.replayable, page.names_public) == (True, False)


def test_a_redraw_names_the_void_draw_it_follows(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        task = add_task(session, scene.organ, 2, scene.items)
        change(session, task, redraw_of_id=scene.task.id, redraw_reason="名录有误")
        add_draw(session, scene.organ, task, 2)
        page = portal.draw_page(session, "360681-2026-0002")
    assert (page.redraw_of, page.redraw_reason) == ("360681-2026-0001", "名录有误")


def test_notices_name_plan_task_items_and_numbers(database: Database, published: Scene) -> None:
    with database.reading() as session:
        (plan,) = portal.plan_notices(session).rows
        (task,) = portal.task_notices(session, plan_code=plan.code).rows
        assert portal.task_notices(session, plan_code="other").rows == ()
        assert portal.task_notice(session, task.code) == task
        assert portal.organs(session) == (("360681", "贵溪市市场监督管理局"),)
    assert (plan.code, plan.tasks) == ("360681-2026-P01", 1)
    assert (task.register_n, task.drawn_n, task.draw_id) == (20_000, 3, "360681-2026-0001")
    assert task.items == ("食品经营许可检查", "食品贮存检查", "电梯使用检查")
    assert (task.starts, task.ends) == (date(2026, 9, 1), date(2026, 12, 31))


def test_the_item_list_has_no_item_without_a_legal_basis(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        add_item(session, scene.organ, "90", "无依据事项", legal_basis="")
        add_item(session, scene.organ, "91", "停用事项", active=False)
        found = portal.items(session)
    assert [item.name for item in found] == ["食品经营许可检查", "食品贮存检查", "电梯使用检查"]


def test_statistics_count_results_and_those_on_time(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        assert portal.statistics(session).on_time_rate is None
        enter(session, scene, scene.codes[0], "1", date(2026, 11, 18))  # due on 16 December
        enter(session, scene, scene.codes[1], "5", date(2026, 10, 22))  # due on 19 November
        service.publish(session, scene.approver, scene.codes[:2], MOMENT)  # 20 November
        found = portal.statistics(session)
    assert (found.draws, found.entities_drawn, found.releases, found.total) == (1, 3, 1, 2)
    assert found.results == {"1": 1, "2": 0, "3": 0, "4": 0, "5": 1, "6": 0, "7": 0, "8": 0}
    assert (found.on_time, found.counted) == (1, 2)


def test_draw_pages_follow_without_gap_or_repeat(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        for serial in range(2, 6):
            task = add_task(session, scene.organ, serial, scene.items)
            assign(
                session,
                add_draw(session, scene.organ, task, serial),
                [add_entity(session, 50 + serial)],
                scene.inspectors[:2],
            )
        first = portal.draws(session, limit=2)
        second = portal.draws(session, after=first.after, limit=2)
        third = portal.draws(session, after=second.after, limit=2)
        notices = portal.task_notices(session, limit=3)
        rest = portal.task_notices(session, after=notices.after, limit=3)
    rows = (*first.rows, *second.rows, *third.rows)
    assert [row.draw_id[-1] for row in rows] == ["5", "4", "3", "2", "1"]
    assert [row.drawn for row in rows] == [1, 1, 1, 1, 3]
    assert [row.draw_id[-1] for row in (*notices.rows, *rest.rows)] == ["5", "4", "3", "2", "1"]
