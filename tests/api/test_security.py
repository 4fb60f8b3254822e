"""Tokens of forms, names at the sign-in, and what errors carry."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from api.app import create_app
from api.lately import WAITING, Lately
from api.security import HEADERS, ForgedForm, SignInGuard, check_form_token
from supervision.database import Database
from supervision.errors import TooBusy
from supervision.people.rules import TooManyAttempts
from supervision.settings import Settings
from tests.conftest import MOMENT


def test_a_form_token_of_other_letters_is_refused_like_any_wrong_one() -> None:
    for given in ("", "0" * 64, "令牌"):
        with pytest.raises(ForgedForm):
            check_form_token("session", given)


def test_blanks_around_a_name_give_no_further_attempts() -> None:
    guard = SignInGuard(3)
    for name in ("planner", "planner ", " planner"):
        guard.check(name, "10.0.0.1")
    with pytest.raises(TooManyAttempts):
        guard.check("planner  ", "10.0.0.2")


def test_a_right_password_forgets_the_attempts_of_its_name_but_not_of_its_address() -> None:
    guard = SignInGuard(3)
    for number in range(30):  # ten times as many from one address
        guard.check(f"clerk{number}", "10.0.0.1")
        guard.passed(f"clerk{number}")
    with pytest.raises(TooManyAttempts):
        guard.check("clerk30", "10.0.0.1")
    for _ in range(9):
        guard.check("planner", "10.0.0.2")
        guard.passed("planner")


def test_an_unforeseen_error_carries_the_security_headers_and_says_nothing_of_its_cause(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = create_app(database, Settings(), lambda: MOMENT)

    def broken(*_: object) -> None:
        raise RuntimeError("13970155501")

    monkeypatch.setattr("supervision.publication.portal.statistics", broken)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/public/statistics")
    assert answer.status_code == 500
    assert "13970155501" not in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_an_error_of_the_database_does_not_quote_what_was_typed(database: Database) -> None:
    with database.reading() as session, pytest.raises(DBAPIError) as error:
        session.connection().execute(text("SELECT :phone FROM nowhere"), {"phone": "13970155501"})
    assert "nowhere" in str(error.value)
    assert "13970155501" not in str(error.value)


def test_a_crowd_that_asks_for_what_takes_long_leaves_threads_for_everybody_else() -> None:
    gate, begun = threading.Event(), threading.Event()
    lately: Lately[str] = Lately(timedelta(minutes=5), 64)

    def slow() -> str:
        begun.set()
        gate.wait(10)
        return "made"

    assert lately.of("kept", MOMENT, lambda: "kept") == "kept"
    with ThreadPoolExecutor(WAITING) as crowd:
        asked = [crowd.submit(lately.of, number, MOMENT, slow) for number in range(WAITING)]
        begun.wait(10)
        while lately.free:  # the others are on their way
            time.sleep(0.001)
        with pytest.raises(TooBusy):
            lately.of("one more", MOMENT, slow)
        assert lately.of("kept", MOMENT, slow) == "kept"
        gate.set()
        assert [one.result() for one in asked] == ["made"] * WAITING
    assert lately.free == WAITING


def test_what_was_made_is_made_again_when_it_is_old_or_crowded_out() -> None:
    lately: Lately[str] = Lately(timedelta(minutes=5), 2)
    assert lately.of("a", MOMENT, lambda: "first") == "first"
    assert lately.of("a", MOMENT + timedelta(minutes=4, seconds=59), lambda: "second") == "first"
    assert lately.of("a", MOMENT + timedelta(minutes=5), lambda: "second") == "second"
    assert lately.of("a", MOMENT, lambda: "before its time") == "before its time"
    for other in ("b", "c"):
        lately.of(other, MOMENT, lambda: "else")
    assert lately.of("a", MOMENT, lambda: "anew") == "anew"
