"""The certificate for the office: of a draw, of a task before its plan is frozen, and for nobody else."""

import json
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from supervision.database import Database
from supervision.people.rules import Actor
from tests.api.office.conftest import Clerk
from tests.supervision import county
from tests.supervision.county import Office

AtDesk = Callable[[Actor], Clerk]


@pytest.fixture
def codes(database: Database, filled: None, office: Office) -> tuple[str, str]:
    """The number of a closed draw, and the code of a task that is being drawn up."""
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        return draw.draw_id, county.new_task(session, office, name="第二次抽查").code


def test_the_office_sees_the_extremes_of_every_group_and_what_was_drawn(
    at_desk: AtDesk, approver: Actor, codes: tuple[str, str]
) -> None:
    answer = at_desk(approver).get(f"/office/draws/{codes[0]}/certificate.json")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = json.loads(answer.content)
    assert (told["scope"], told["never"], told["draw"]["state"]) == ("office", 0, "closed")
    assert [(row["label"], row["n"], row["mean"]) for row in told["groups"]["class"]] == [
        ("A", 72, "1/100"),
        ("B", 30, "3/100"),
        ("C", 12, "1/10"),
        ("D", 6, "3/10"),
    ]
    assert sum(row["drawn"] for row in told["groups"]["class"]) == told["drawn"]
    assert told["groups"]["county"][0]["high"] == "3/10"


def test_a_task_that_is_not_frozen_shows_what_it_would_give_everyone(
    at_desk: AtDesk, planner: Actor, codes: tuple[str, str]
) -> None:
    clerk = at_desk(planner)
    told = json.loads(clerk.get(f"/office/tasks/{codes[1]}/certificate.json").content)
    assert (told["scope"], told["draw"]["plan_hash"], told["drawn"]) == ("preview", None, None)
    assert told["draw"]["register_n"] == 120
    assert "预览" in clerk.page(f"/office/tasks/{codes[1]}/certificate.html")
    assert clerk.get(f"/office/tasks/{codes[1]}/certificate.pdf").content.startswith(b"%PDF-")


def test_a_witness_and_a_stranger_do_not_see_it(
    at_desk: AtDesk, witness: Actor, planner: Actor, anyone: TestClient, codes: tuple[str, str]
) -> None:
    address = f"/office/draws/{codes[0]}/certificate.html"
    assert at_desk(planner).get(address).status_code == 200  # kept from now on, for planners alone
    assert at_desk(witness).get(address).status_code == 403
    assert at_desk(witness).get(f"/office/tasks/{codes[1]}/certificate.html").status_code == 403
    assert anyone.get(address).status_code in (303, 401)
