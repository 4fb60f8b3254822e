"""Every address against its own description, with good, bad and odd requests (schemathesis)."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    PhasesConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    StatefulPhaseConfig,
)
from schemathesis.engine import events, from_schema

from supervision.database import Database
from supervision.people import service as people
from supervision.people.rules import Actor, token_hash
from supervision.people.tables import Role, SignIn
from tests.api.v1.conftest import Caller, token_for
from tests.api.v1.county import Office
from tests.conftest import MOMENT

ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "422", "429"]
"""422 too: a request may be well formed and still be refused, e.g. for a date in the past."""


def config(token: str) -> SchemathesisConfig:
    project = ProjectConfig(
        headers={"Authorization": f"Bearer {token}"},
        phases=PhasesConfig(stateful=StatefulPhaseConfig(enabled=False)),
        generation=GenerationConfig(max_examples=5, deterministic=True),
        checks=ChecksConfig(
            positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=ACCEPTED)
        ),
    )
    return SchemathesisConfig(projects=ProjectsConfig(default=project))


@pytest.fixture
def token(
    office: Office, database: Database, calling: Callable[[Actor], Caller], enrol: Callable[..., Actor]
) -> str:
    """Of somebody with every role, over a county with published results and a task in draft."""
    office.fill_registers()
    office.enrol_inspectors(database, calling)
    task = office.new_task()
    draw_id = office.draw(task)
    office.planner.act("POST", f"/draws/{draw_id}/pair")
    visits = office.enter_findings(task)
    office.approver.act("POST", "/releases", {"visits": visits[:10]})
    office.new_task()
    everyone = enrol(Role.PLANNER, "everyone", inspector_id=1)
    with database.writing() as session:
        people.change_account(session, people.SYSTEM, "everyone", MOMENT, roles=list(Role))
    return token_for(database, everyone, MOMENT)


def serve(app: FastAPI, database: Database, token: str) -> Callable[..., Any]:
    """The application without start and stop; whoever signs out is signed in again for the next request."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise NotImplementedError
        stay_signed_in(database, token)
        await app(scope, receive, send)

    return answer


def test_every_address_keeps_to_its_description(app: FastAPI, token: str, database: Database) -> None:
    schema = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", serve(app, database, token), config=config(token)
    )
    seen, problems = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            seen += len(event.recorder.interactions)
            problems += failures(event)
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.NonFatalError):
            problems.append(f"{event.label}: {event.value}")
    assert not problems, "\n\n".join(problems)
    assert seen > 3000


def failures(event: events.ScenarioFinished) -> list[str]:
    """The checks that failed, each with the request and the answer."""
    found = []
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                case = event.recorder.cases[case_id].value
                failure = check.failure_info.failure
                answer = event.recorder.interactions[case_id].response
                found.append(
                    f"{case.operation.label} {check.name}: {failure.title}: {failure.message}\n"
                    f"  {case.path_parameters} {case.query} {case.headers} {str(case.body)[:300]}\n"
                    f"  {answer and answer.status_code} {answer and answer.content[:300]}"
                )
    return found


def stay_signed_in(database: Database, token: str) -> None:
    """Signing out is among what is tried."""
    with database.reading() as session:
        if session.get(SignIn, token_hash(token)) is not None:
            return
    with database.writing() as session:
        account = people.records.account_by_username(session, "everyone")
        assert account is not None
        moment = MOMENT.replace(year=2027)
        session.add(
            SignIn(
                token_hash=token_hash(token), account_id=account.id or 0, created_at=MOMENT, expires_at=moment
            )
        )
