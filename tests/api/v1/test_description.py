"""The description of the API is complete: summaries, tags, refusals, and examples that are true."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter
from starlette.testclient import TestClient

from api.v1.examples import PUBLIC
from api.v1.models import Command, Problem, View
from supervision.database import Database
from supervision.publication import public
from supervision.register.tables import Import, ImportState, RegisterKind
from tests.api.v1.county import Office
from tests.conftest import MOMENT


def operations(app: FastAPI) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def models(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in kind.__subclasses__():
        yield child
        yield from models(child)


DESCRIBED = [
    kind for kind in (*models(Command), *models(View), Problem) if kind.model_config.get("json_schema_extra")
]


def test_every_address_has_a_summary_a_tag_and_its_refusals(application: FastAPI) -> None:
    names = set()
    for name, operation in operations(application):
        assert operation["summary"], name
        assert len(operation["tags"]) == 1, name
        assert operation["responses"]["422"]["content"].keys() == {"application/problem+json"}, name
        if "/public/" not in name and "/log/" not in name:
            assert "401" in operation["responses"], name
        if not name.startswith("GET"):
            assert {"409", "413"} <= operation["responses"].keys(), name
        names.add(name)
    assert len(names) > 60
    assert all(" /api/v1/" in name for name in names)


def test_every_act_but_four_takes_an_idempotency_key(application: FastAPI) -> None:
    without = {
        name
        for name, operation in operations(application)
        if not name.startswith("GET")
        and "Idempotency-Key" not in [parameter["name"] for parameter in operation.get("parameters", [])]
    }
    assert without == {
        "POST /api/v1/sessions",
        "DELETE /api/v1/sessions",
        "POST /api/v1/calendar-feed",
        "POST /api/v1/log/cosignatures",  # the witness's signature itself; a second one changes nothing
    }


@pytest.mark.parametrize("kind", DESCRIBED, ids=lambda kind: kind.__name__)
def test_the_example_of_a_model_is_one(kind: type[BaseModel]) -> None:
    [example] = kind.model_config["json_schema_extra"]["examples"]  # type: ignore[index, call-overload]
    assert kind.model_validate_json(json.dumps(example))
    assert set(example) <= set(kind.model_fields)


@pytest.mark.parametrize("name", PUBLIC)
def test_the_example_of_a_public_value_is_one(name: str) -> None:
    assert TypeAdapter(getattr(public, name)).validate_python(PUBLIC[name])


def test_every_answer_in_json_has_an_example(application: FastAPI) -> None:
    without = [
        name
        for name, operation in operations(application)
        for status, response in operation["responses"].items()
        if status.startswith("2")
        and "schema" in response.get("content", {}).get("application/json", {})
        and "example" not in response["content"]["application/json"]
    ]
    assert without == ["GET /api/v1/public/draws/{draw_id}/{name}"]  # files


def test_refusals_speak_the_reader_s_language(anyone: TestClient) -> None:
    chinese = anyone.get("/api/v1/me").json()
    english = anyone.get("/api/v1/me", headers={"Accept-Language": "en"}).json()
    assert (chinese["title"], chinese["detail"]) == ("请先登录", "请先登录。")
    assert english["code"] == chinese["code"] == "not_signed_in"
    assert english["detail"].isascii()


def test_a_pairing_nobody_can_make_names_the_visits_and_the_rule(office: Office) -> None:
    office.fill_registers()
    draw_id = office.draw(office.new_task(team_size=7))
    answer = office.planner.post(f"/api/v1/draws/{draw_id}/pair")
    assert (answer.status_code, answer.json()["code"]) == (422, "pairing_infeasible")
    assert len(answer.json()["params"]["shortages"]) >= 1
    assert office.planner.see(f"/draws/{draw_id}")["state"] == "closed"
    assert office.planner.get(f"/api/v1/draws/{draw_id}/pairing").status_code == 404


def test_the_journal_shows_acts_newest_first_and_its_chain_is_unbroken(office: Office) -> None:
    office.fill_registers()
    draw_id = office.draw(office.new_task())
    acts = [entry["act"] for entry in office.auditor.see("/journal", act="draw.")["items"]]
    assert acts == [
        "draw.open",
        "draw.close",
        *["draw.reveal"] * 3,
        "draw.approve",
        "draw.freeze",
        *["draw.commit"] * 3,
        "draw.name_parties",
    ]
    [opened] = office.auditor.see("/journal", act="draw.open", subject=f"draw:{draw_id}")["items"]
    assert office.auditor.see("/journal/check")["entries"] == opened["seq"]


def test_a_void_draw_stays_visible_and_a_redraw_follows_it(office: Office, anyone: TestClient) -> None:
    office.fill_registers()
    task = office.new_task()
    office.commit(task)
    draw_id = office.freeze(task)
    office.approver.act("POST", f"/draws/{draw_id}/approve")
    office.approver.act("POST", f"/draws/{draw_id}/void", {"reason": "party-absent", "note": "见证人缺席"})
    public = anyone.get(f"/api/v1/public/draws/{draw_id}").json()
    assert (public["state"], public["void_reason"]) == ("void", "有参与方未能揭示：见证人缺席")
    draft = office.planner.see(f"/tasks/{task}")
    wanted = ("name", "region_prefix", "items", "rates", "starts", "ends")
    again = {
        "plan": "360681-2026-P01",
        "draft": {name: draft[name] for name in wanted},
        "redraw_of": task,
        "redraw_reason": "原抽取因见证人缺席作废",
    }
    second = office.draw(office.planner.act("POST", "/tasks", again)["code"])
    assert anyone.get(f"/api/v1/public/draws/{second}").json()["redraw_of"] == draw_id


def test_an_import_cut_off_by_a_restart_says_so(app: FastAPI, office: Office, database: Database) -> None:
    with database.writing() as session:
        cut = Import(
            organ_id=1,
            kind=RegisterKind.ENTITY,
            filename="a.csv",
            sha256="0" * 64,
            state=ImportState.RUNNING,
            started_by="planner",
            started_at=MOMENT,
        )
        session.add(cut)
    from api.app import create_app

    with TestClient(
        create_app(Database(str(database.engine.url.render_as_string(False))), app.state.settings)
    ):
        pass
    found = office.planner.see("/imports/1")
    assert (found["state"], found["error"]) == ("failed", "服务重启时中断，请重新导入")
