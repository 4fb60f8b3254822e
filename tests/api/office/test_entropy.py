"""Public sources at the desk: deadlines, parties noted as missing, beacon and lottery, sealed draws."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI

from supervision.database import Database
from supervision.draw import entropy, records
from supervision.people.rules import Actor
from supervision.settings import Settings
from tests.api.office.conftest import Clerk, plain
from tests.supervision.county import NOW, SECRETS, Office
from tests.supervision.draw.beacons import (
    AFTER,
    BETWEEN,
    NUMBERS,
    OWN,
    SSQ,
    approved,
    chain,
    reveal,
    round_of,
    signed,
)

__all__ = ["chain"]
AT_DESK = Callable[[Actor], Clerk]
HERE = "/office/tasks/360681-2026-P01-T01"
PART = "/office/draws/parts/360681-2026-P01-T01"
DRAW = "/office/draws/360681-2026-0001"
SEALED = {"disclosure": "sealed", "open_by": NOW + timedelta(days=10)}
pytestmark = pytest.mark.usefixtures("chain", "filled")


class Clock:
    """The hands that the tests turn."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"beacon_chain": OWN.hash})


@pytest.fixture
def app(database: Database, app_over: Callable[..., FastAPI], settings: Settings, clock: Clock) -> FastAPI:
    return app_over(database, settings, clock)


def begun(database: Database, office: Office, *whose: int, **more: object) -> int:
    """Approved, the parties at these positions have revealed (none: nobody); number of the beacon's round."""
    with database.writing() as session:
        draw, task = approved(session, office, **more)
        if whose:
            reveal(session, office, task, *whose)
        found = entropy.sources_of(session, office.planner, draw.draw_id)
        return next((source.round or 0 for source in found if source.round), 0)


def test_the_page_says_who_is_waited_for_until_when(
    database: Database, office: Office, at_desk: AT_DESK
) -> None:
    number = begun(database, office, 0)
    page = plain(at_desk(office.planner).page(HERE))
    assert "正在等待揭示：witness 同志。 截止时间 2026-11-20 12:00（北京时间）。" in page
    assert f"公共随机数第 {number} 轮" in page
    assert f"/{OWN.hash}/public/{number}" in page
    assert "记录缺席后" not in page
    part = plain(at_desk(office.witness).page(PART))
    assert "请在 2026-11-20 12:00（北京时间）之前揭示" in part


def test_who_stays_away_is_noted_with_the_consequence_in_words(
    database: Database, office: Office, at_desk: AT_DESK, clock: Clock
) -> None:
    begun(database, office, 0)
    planner = at_desk(office.planner)
    early = planner.press(f"{HERE}/missing")
    assert early.status_code == 409
    assert "揭示截止时间还没有到，不能记录缺席。" in early.text
    clock.now = BETWEEN
    page = plain(planner.page(HERE))
    assert "揭示截止时间 2026-11-20 12:00 已过，没有揭示的参与方：witness 同志。" in page
    assert "缺席方的随机数以空值代替，写入公开日志，不能撤回" in page
    assert "按缺席处理" in at_desk(office.witness).page(PART)
    assert planner.act(f"{HERE}/missing") == f"{HERE}?done=missing_noted"
    assert "记录缺席" in planner.page(HERE)
    assert "各方已揭示或已记录缺席，还在等待公开随机源" in planner.page(HERE)


def test_when_it_is_too_late_for_that_the_page_says_that_only_voiding_is_left(
    database: Database, office: Office, at_desk: AT_DESK, clock: Clock
) -> None:
    begun(database, office, 0)
    clock.now = AFTER
    page = at_desk(office.approver).page(HERE)
    assert "公开随机数已经可以知道，不能再记录缺席。请审批人作废本次抽取" in page
    assert "记录缺席后" not in page


def test_without_a_beacon_an_absence_leaves_nothing_but_voiding(
    database: Database, office: Office, at_desk: AT_DESK, clock: Clock
) -> None:
    begun(database, office, 0, use_beacon=False, lotteries=(SSQ,))
    clock.now = BETWEEN
    page = at_desk(office.approver).page(HERE)
    assert "方案没有使用公共随机信标，不能以缺席处理。请审批人作废本次抽取" in page
    assert "记录缺席后" not in page
    assert "作废不能继续的抽取" in at_desk(office.approver).page("/office")


def test_a_round_is_uploaded_or_pasted_and_then_the_draw_can_be_run(
    database: Database, office: Office, at_desk: AT_DESK, clock: Clock
) -> None:
    number = begun(database, office, 0, 1)
    planner = at_desk(office.planner)
    page = plain(planner.page(HERE))
    assert "开始抽取" not in page
    assert "还在等待公开随机源" in page
    clock.now = AFTER
    assert "开始抽取" not in planner.page(HERE)
    answer = json.dumps(signed(number)).encode()
    file = {"file": ("round.json", answer, "application/json")}
    assert planner.act(f"{HERE}/beacon", files=file) == f"{HERE}?done=beacon_entered"
    assert signed(number)["randomness"] in planner.page(HERE)
    planner.act(f"{HERE}/run")
    drawn = planner.page(DRAW)
    assert signed(number)["randomness"] in drawn
    assert SECRETS[1].hex() in drawn


def test_a_forged_round_is_refused_at_its_field_and_kept(
    database: Database, office: Office, at_desk: AT_DESK, clock: Clock
) -> None:
    number = begun(database, office, 0, 1)
    clock.now = AFTER
    planner = at_desk(office.planner)
    forged = json.dumps(signed(number) | {"randomness": "00" * 32})
    for sent in ({"answer": forged}, {"files": {"file": ("r.json", forged.encode(), "application/json")}}):
        refused = planner.press(f"{HERE}/beacon", **sent)
        assert refused.status_code == 422
        assert '<a href="#answer">' in refused.text
        assert f"第 {number} 轮的随机数不是其签名的摘要" in refused.text
        assert "00" * 32 in refused.text
    assert planner.press(f"{HERE}/beacon", answer="").status_code == 422
    assert planner.press(f"{HERE}/beacon", answer="x" * 20_000).status_code == 422


def test_a_witness_who_is_a_party_enters_the_round_on_the_own_page(
    database: Database, office: Office, at_desk: AT_DESK, clock: Clock
) -> None:
    number = begun(database, office, 0, 1)
    clock.now = AFTER
    witness = at_desk(office.witness)
    assert "录入公共随机数" in witness.page(PART)
    refused = witness.press(f"{PART}/beacon", answer="{}")
    assert '<a href="#answer">' in refused.text
    answer = json.dumps(signed(number))
    assert witness.act(f"{PART}/beacon", answer=answer) == f"{PART}?done=beacon_entered"
    assert "等待组织方抽取" in witness.page(PART)
    assert witness.press(f"{PART}/beacon", answer=answer).status_code == 409


def test_the_button_to_fetch_is_there_only_with_a_relay(
    database: Database, office: Office, at_desk: AT_DESK, clock: Clock, app: FastAPI, settings: Settings
) -> None:
    begun(database, office, 0, 1)
    clock.now = AFTER
    planner = at_desk(office.planner)
    assert "立即获取" not in planner.page(HERE)
    refused = planner.press(f"{HERE}/beacon/fetch")
    assert "没有设置公共随机数的获取地址" in refused.text
    app.state.settings = settings.model_copy(update={"drand_relay": "ftp://nowhere"})
    assert "立即获取" in planner.page(HERE)
    refused = planner.press(f"{HERE}/beacon/fetch")
    assert refused.status_code == 502
    assert "没有从 ftp://nowhere" in refused.text


def test_a_lottery_counts_once_two_people_typed_the_same(
    database: Database, office: Office, at_desk: AT_DESK
) -> None:
    begun(database, office, 0, 1, use_beacon=False, lotteries=(SSQ,))
    planner, witness, approver = map(at_desk, (office.planner, office.witness, office.approver))
    wrong = planner.press(f"{HERE}/lottery", **SSQ, result_2="今晚开奖")
    assert wrong.status_code == 422
    assert '<a href="#result_2">请按公布的顺序填写各个号码' in wrong.text
    assert 'value="今晚开奖"' in wrong.text
    assert planner.act(f"{HERE}/lottery", **SSQ, result_2="02 09") == f"{HERE}?done=lottery_typed"
    assert "您已录入 02-09，等待另一人录入。" in planner.page(HERE)
    unseen = witness.page(PART)
    assert "planner 已录入，等待另一人录入" in unseen
    assert "02-09，" not in unseen
    assert 'value="02-09"' not in unseen
    assert witness.act(f"{PART}/lottery", **SSQ, result_2=NUMBERS) == f"{PART}?done=lottery_differs"
    told = witness.page(f"{PART}?done=lottery_differs")
    assert "notice--warning" in told
    assert "notice--success" not in told
    for page in (witness.page(PART), planner.page(HERE)):
        assert "两人录入的号码不一致" in page
        assert "02-09" in page
        assert NUMBERS in page
    assert "两人录入的号码不一致" not in approver.page(HERE)
    assert "两人录入不一致，等待更正。" in approver.page(HERE)
    assert planner.act(f"{HERE}/lottery", **SSQ, result_2=NUMBERS) == f"{HERE}?done=lottery_settled"
    assert "开始抽取" in planner.page(HERE)
    assert planner.press(f"{HERE}/lottery", **SSQ, result_2=NUMBERS).status_code == 409


def test_a_sealed_draw_says_until_when_and_an_approver_opens_it_early(
    database: Database, office: Office, at_desk: AT_DESK, clock: Clock
) -> None:
    begun(database, office, 0, 1, use_beacon=False, **SEALED)
    planner, approver = at_desk(office.planner), at_desk(office.approver)
    planner.act(f"{HERE}/run")
    page = plain(planner.page(HERE))
    assert "已封存 启封期限 2026-11-30 10:00（北京时间）" in page
    assert "提前启封" not in page
    assert "启封" in page.partition("任务内容")[0]
    drawn = planner.page(DRAW)
    assert SECRETS[0].hex() not in drawn
    with database.reading() as session:
        draw = records.any_draw(session, "360681-2026-0001")
        assert draw is not None
        seed = draw.seed or "-"
    assert seed not in drawn
    assert planner.press(f"{HERE}/open").status_code == 403
    assert "提前启封" in approver.page(HERE)
    assert approver.act(f"{HERE}/open") == f"{DRAW}?done=opened"
    opened = planner.page(DRAW)
    assert seed in opened
    assert re.search(r"启封 已完成 · 11-20 .* 公示 未开始", plain(planner.page(HERE)))
    assert "已于 2026-11-20 10:00 启封" in plain(opened)
    again = approver.press(f"{HERE}/open")
    assert again.status_code == 409
    assert "已启封" in again.text


def test_a_sealed_draw_past_its_deadline_says_so_in_red(
    database: Database, office: Office, at_desk: AT_DESK, clock: Clock
) -> None:
    begun(database, office, 0, 1, use_beacon=False, **SEALED)
    at_desk(office.planner).act(f"{HERE}/run")
    clock.now = NOW + timedelta(days=10, minutes=1)
    for clerk in (at_desk(office.planner), at_desk(office.approver)):
        for page in (HERE, DRAW):
            assert "逾期未启封" in clerk.page(page)
    assert "立即启封" in at_desk(office.approver).page(DRAW)


def test_the_home_page_tells_each_what_is_to_be_done_about_the_draw(
    database: Database, office: Office, at_desk: AT_DESK, clock: Clock
) -> None:
    begun(database, office, 0, lotteries=(SSQ,), **SEALED)
    planner, approver, witness = map(at_desk, (office.planner, office.approver, office.witness))
    assert "揭示随机数" in plain(witness.page("/office/draws"))
    clock.now = BETWEEN
    assert "记录没有揭示的参与方" in planner.page("/office")
    planner.act(f"{HERE}/missing")
    clock.now = AFTER
    assert "录入公开随机数" in planner.page("/office")
    assert "录入公开随机数" in approver.page("/office")
    with database.reading() as session:
        draw = records.any_draw(session, "360681-2026-0001")
        assert draw is not None
        number = round_of(session, draw).round or 0
    planner.act(f"{HERE}/beacon", answer=json.dumps(signed(number)))
    planner.act(f"{HERE}/lottery", **SSQ, result_3=NUMBERS)
    approver.act(f"{HERE}/lottery", **SSQ, result_3=NUMBERS)
    assert "录入公开随机数" not in planner.page("/office")
    assert "抽取检查对象" in planner.page("/office")
    planner.act(f"{HERE}/run")
    assert "启封抽取" not in approver.page("/office")
    clock.now = NOW + timedelta(days=11)
    assert "启封抽取" in approver.page("/office")
