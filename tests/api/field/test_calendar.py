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
