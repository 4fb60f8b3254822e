"""Where the sites say they are, and when what they are asked for happens."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from api.__main__ import served_at
from api.deps import Now
from supervision.settings import Settings
from tests.conftest import MOMENT


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("127.0.0.1", 8201, "http://127.0.0.1:8201"),
        ("0.0.0.0", 8000, "http://127.0.0.1:8000"),
        ("10.2.3.4", 80, "http://10.2.3.4:80"),
        ("::1", 8000, "http://[::1]:8000"),
    ],
)
def test_commands_and_calendars_carry_the_port_that_is_served(host: str, port: int, address: str) -> None:
    choices = Settings(_env_file=None)  # type: ignore[call-arg]
    assert served_at(choices, host, port).public_address == address


def test_an_address_that_the_office_chose_is_kept() -> None:
    choices = Settings(_env_file=None, public_address="https://ssj.example.gov.cn")  # type: ignore[call-arg]
    assert served_at(choices, "0.0.0.0", 8201).public_address == "https://ssj.example.gov.cn"


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_who_sends_the_head_of_a_form_in_time_and_the_rest_later_acts_later(kind: str) -> None:
    app, now, acted = FastAPI(), [MOMENT], []
    app.state.clock = lambda: now[-1]

    @app.post("/reveal")
    def reveal(moment: Now) -> None:
        acted.append(moment)

    async def receive() -> dict[str, Any]:
        now.append(MOMENT + timedelta(hours=3))
        return {"type": "http.request", "body": b"--b--\r\n" if "multi" in kind else b"secret=00"}

    async def send(_message: Any) -> None:
        return None

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/reveal",
        "query_string": b"",
        "headers": [(b"content-type", kind.encode())],
    }
    asyncio.run(app(scope, receive, send))
    assert acted == [MOMENT + timedelta(hours=3)]
