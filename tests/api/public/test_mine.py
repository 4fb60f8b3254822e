"""为什么抽中我: an enterprise opens its own line on the public site."""

import logging

import pytest
from starlette.testclient import TestClient

from solver.blind import salt
from solver.verify import check_own_line
from tests.api.public.conftest import Built, visitor
from tests.api.published import Site
from tests.supervision.county import FRAME_KEY, uscc


def code_of(who: str) -> str:
    return salt(FRAME_KEY, who).hex()


@pytest.fixture
def visiting(built: Built) -> TestClient:
    """With attempts of one's own."""
    return visitor(built.database)


def test_the_drawn_are_told_why_in_plain_words(visiting: TestClient, site: Site) -> None:
    who = site.usccs[0]
    here = f"/draws/{site.draw_id}/mine"
    assert "查询码" in visiting.get(here).text
    answer = visiting.post(here, data={"uscc": who.lower(), "code": f" {code_of(who)} "})
    assert answer.status_code == 200
    assert "本户被抽中" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == "zh-CN"
    assert (
        "You were drawn"
        in visiting.post(
            here, data={"uscc": who, "code": code_of(who)}, headers={"accept-language": "en"}
        ).text
    )


def test_who_was_not_drawn_and_who_is_not_in_the_frame_are_told_so(visiting: TestClient, site: Site) -> None:
    here = f"/draws/{site.draw_id}/mine"
    others = [uscc(number) for number in range(200) if uscc(number) not in (*site.usccs, site.unpublished)]
    assert "本户没有被抽中" in visiting.post(here, data={"uscc": others[0], "code": code_of(others[0])}).text
    page = visiting.post(here, data={"uscc": uscc(999), "code": code_of(uscc(999))}).text
    assert "本户不在本次名录中" in page


def test_a_wrong_code_gets_one_sentence_and_no_line(visiting: TestClient, site: Site) -> None:
    here, who = f"/draws/{site.draw_id}/mine", site.usccs[0]
    told = set()
    for given in (
        {"uscc": who, "code": code_of(site.usccs[1])},
        {"uscc": uscc(999), "code": code_of(who)},
        {},
    ):
        answer = visiting.post(here, data=given)
        assert answer.status_code == 422
        assert "签号" not in answer.text.replace("抽签", "")
        told.add("不相符" in answer.text)
    assert told == {True}


def test_before_the_draw_the_line_and_its_probability_are_told_and_no_ticket(
    visiting: TestClient, site: Site
) -> None:
    who = uscc(3)
    answer = visiting.post(f"/draws/{site.open_id}/mine", data={"uscc": who, "code": code_of(who)})
    assert "还没有抽取" in answer.text
    assert "1 / 100" in answer.text
    assert 'id="ticket"' not in answer.text


def test_the_proof_is_a_file_that_is_checked_elsewhere(visiting: TestClient, site: Site) -> None:
    who = site.usccs[0]
    here = f"/draws/{site.draw_id}/mine"
    answer = visiting.post(here, data={"uscc": who, "code": code_of(who), "as": "file"})
    assert answer.headers["content-disposition"].startswith("attachment")
    plan_hash = visiting.get(f"/draws/{site.draw_id}.json").json()["plan_hash"]
    cells = visiting.get(f"/draws/{site.draw_id}/cells.json").content
    checked = check_own_line(answer.content, plan_hash, cells)
    assert checked.drawn is True


def test_what_is_typed_reaches_no_log(
    visiting: TestClient, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    who = site.usccs[0]
    with caplog.at_level(logging.DEBUG):
        for code in (code_of(who), "f" * 64):
            visiting.post(f"/draws/{site.draw_id}/mine", data={"uscc": who, "code": code})
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert code_of(who) not in logged
    assert who not in logged


def test_guessing_is_slowed_down(built: Built, site: Site) -> None:
    anyone = visitor(built.database, sign_in_attempts_per_minute=3)
    here = f"/draws/{site.draw_id}/mine"
    answers = [anyone.post(here, data={"uscc": uscc(1), "code": "0" * 64}).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 429, 429]


def test_a_form_of_another_site_is_refused(visiting: TestClient, site: Site) -> None:
    answer = visiting.post(
        f"/draws/{site.draw_id}/mine",
        data={"uscc": site.usccs[0], "code": code_of(site.usccs[0])},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403


def test_draws_that_are_not_public_have_no_lines(visiting: TestClient) -> None:
    assert visiting.get("/draws/360681-2026-0099/mine").status_code == 404
    assert visiting.post("/draws/360681-2026-0099/mine", data={}).status_code == 404
