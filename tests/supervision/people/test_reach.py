"""How far an account reaches: its organ's journal, and accounts that see no more than itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from supervision.database import Database
from supervision.errors import InvalidInput, OutOfScope
from supervision.journal import service as journal
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role
from tests.conftest import MOMENT


def test_the_journal_of_another_organ_of_the_county_is_for_auditors(
    database: Database, planner: Actor, auditor: Actor
) -> None:
    with database.writing() as session:
        organ = people.add_organ(session, people.SYSTEM, "360681-WJ", "卫生健康委员会", "360681", MOMENT)
        other = replace(planner, organ_id=organ.id or 0, organ_code=organ.code)
        for actor in (planner, other):
            journal.record(session, actor, "plan.create", f"plan:{actor.organ_code}", {}, MOMENT)

        def seen(actor: Actor) -> list[str]:
            return [entry.organ_code for entry in journal.entries(session, actor, act="plan.")]

        assert seen(planner) == ["360681"]
        assert seen(other) == ["360681-WJ"]
        assert seen(auditor) == ["360681-WJ", "360681"]


def test_an_administrator_cannot_take_over_an_account_that_sees_more(
    database: Database, administrator: Actor, enrol: Callable[..., Actor]
) -> None:
    enrol(Role.AUDITOR, "province", region_prefix="36")
    with database.writing() as session, pytest.raises(OutOfScope):
        people.change_account(session, administrator, "province", MOMENT, password="another password")


@pytest.mark.parametrize(
    "change",
    [{"active": False}, {"roles": []}, {"roles": [Role.PLANNER]}],
    ids=["stopped", "none", "planner"],
)
def test_an_administrator_cannot_shut_themselves_out(
    database: Database, administrator: Actor, change: dict[str, Any]
) -> None:
    with database.writing() as session, pytest.raises(InvalidInput, match="另一名管理员"):
        people.change_account(session, administrator, administrator.username, MOMENT, **change)
    with database.writing() as session:
        own = [Role.ADMINISTRATOR, Role.AUDITOR]
        people.change_account(session, administrator, administrator.username, MOMENT, roles=own)
        assert people.account(session, administrator, administrator.username).roles == tuple(sorted(own))
