"""The address under which a phone's calendar finds the visits."""

import re
from typing import Any

from starlette.testclient import TestClient

from tests.api.field.conftest import Phone
from tests.supervision.factories import Scene

ADDRESS = re.compile(r"https://ssj\.example\.gov\.cn(/calendar/[\w-]+\.ics)")


def opened(phone: Phone) -> Any:
    answer = phone.fill("/field/calendar")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = ADDRESS.search(answer.text)
    assert found is not None
    return found[1]


def test_an_address_is_opened_shown_once_and_serves_the_visits(phone: Phone, scene: Scene) -> None:
    assert "还没有开通" in phone.get("/field/calendar").text
    address = opened(phone)
    assert "webcal://ssj.example.gov.cn/calendar/" in phone.fill("/field/calendar").text
    assert not ADDRESS.search(phone.get("/field/calendar").text)
    assert TestClient(phone.app).get(address).status_code == 404  # replaced by the second one


def test_a_calendar_needs_no_sign_in_and_tells_little(phone: Phone, scene: Scene) -> None:
    answer = TestClient(phone.app).get(opened(phone))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text.count("BEGIN:VEVENT") == 3
    assert "1397015" not in answer.text


def test_a_closed_address_answers_no_more(phone: Phone, scene: Scene) -> None:
    address = opened(phone)
    answer = phone.fill("/field/calendar/close")
    assert answer.headers["location"] == "/field/calendar?done=closed"
    assert TestClient(phone.app).get(address).status_code == 404
    assert "已停用" in phone.get("/field/calendar?done=closed").text


def test_a_calendar_that_has_not_changed_is_not_sent_again(phone: Phone, scene: Scene) -> None:
    anyone, address = TestClient(phone.app), opened(phone)
    first = anyone.get(address)
    tag, since = first.headers["etag"], first.headers["last-modified"]
    assert first.content == anyone.get(address).content, "the same visits, the same bytes"
    for known in (
        {"If-None-Match": tag},
        {"If-None-Match": f'"other", W/{tag}'},
        {"If-Modified-Since": since},
    ):
        again = anyone.get(address, headers=known)
        assert (again.status_code, again.content) == (304, b""), known
        assert again.headers["etag"] == tag
    for other in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": since},
        {"If-Modified-Since": "Sun, 01 Nov 2026 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert anyone.get(address, headers=other).status_code == 200, other


def test_enterprises_and_the_public_have_no_calendar(phone: Phone, scene: Scene) -> None:
    anyone = TestClient(phone.app)
    assert anyone.get("/calendar/" + "a" * 43 + ".ics").status_code == 404
    assert anyone.post("/api/v1/calendar-feed").status_code == 401
