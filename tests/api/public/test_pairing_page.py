"""匹配的公示: what was fixed when, how random it is, teams by aliases, and files that verify themselves."""

import io
import json
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from supervision.database import Database
from supervision.draw.tables import Draw
from supervision.pairing import seconds
from supervision.pairing import service as pairings
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.plan import service as plans
from supervision.publication import pairing_material
from tests.api.office.conftest import plain
from tests.api.public.conftest import served, visitor
from tests.api.published import LATER
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, Office


@pytest.fixture
def office(planner: Actor, approver: Actor, witness: Actor) -> Office:
    return Office(planner, approver, witness)


@pytest.fixture
def drawn(database: Database, organ: Organ, office: Office) -> Draw:
    """A draw whose parties keep second secrets, not yet paired."""
    county.fill(database, organ.id or 0, 400)
    with database.writing() as session:
        return county.drawn(session, office, county.new_task(session, office, second_reveal=True))


def fixed(database: Database, office: Office, draw: Draw) -> None:
    with database.writing() as session:
        pairings.commit_table(session, office.planner, draw.draw_id, LATER, ALIAS_KEY)


def paired(database: Database, office: Office, draw: Draw) -> None:
    fixed(database, office, draw)
    with database.writing() as session:
        task = plans.own_task(session, office.planner, "360681-2026-P01-T01")
        for actor, second in zip(office.parties, county.seconds_of(session, task), strict=True):
            seconds.reveal_second(session, actor, task.code, second.hex(), LATER)
        pairings.draw_teams(session, office.planner, draw.draw_id, LATER)


def test_before_the_table_the_draw_says_nothing_of_a_pairing(empty: TestClient, drawn: Draw) -> None:
    assert "匹配检查组" not in empty.get(f"/draws/{drawn.draw_id}").text
    assert empty.get(f"/draws/{drawn.draw_id}/pairing").status_code == 404
    assert empty.get("/verify_pairing.py").text.startswith("#!/usr/bin/env python3")


def test_once_the_table_is_fixed_everybody_can_note_its_digest_and_entry(
    empty: TestClient, database: Database, office: Office, drawn: Draw
) -> None:
    fixed(database, office, drawn)
    told = empty.get(f"/draws/{drawn.draw_id}/pairing.json").json()
    digest = told["pairing"]["table_sha256"]
    page = empty.get(f"/draws/{drawn.draw_id}").text
    assert digest in page
    [entry] = told["pairing"]["log"]
    assert f"/log/entries/{entry['index']}" in page
    assert "等待交出" in page
    assert "检查组还没有抽出" in page
    assert told["figures"]["entropy_bits"] > 0, "the table is public: the draw is open"
    assert empty.get(f"/draws/{drawn.draw_id}/pairing/second.json").status_code == 404


def test_the_teams_are_told_by_aliases_and_the_randomness_in_plain_words(
    empty: TestClient, database: Database, office: Office, drawn: Draw
) -> None:
    paired(database, office, drawn)
    text = empty.get(f"/draws/{drawn.draw_id}/pairing").text
    page = plain(text)
    assert "每个席位相当于" in page
    assert "按名单轮流派人只有" in page
    assert "第二次揭示" in page
    assert page.count("已交出") == 2
    assert "没有匹配随机数进入种子" not in page
    assert "检查员" not in page.replace("检查人员", "")
    told = empty.get(f"/draws/{drawn.draw_id}/pairing.json").json()
    first = told["items"][0]
    assert first["members"][0]["seat"] == "lead"
    assert all(member["alias"] in text for member in first["members"])
    assert all(member["code"] is None and member["name"] is None for member in first["members"])
    assert told["figures"]["pairs_meeting"] > told["figures"]["round_robin"]["pairs_meeting"]
    assert empty.get(f"/draws/{drawn.draw_id}/pairing.csv").text.count('"lead"') == len(told["items"])


@pytest.mark.parametrize(("shown", "code", "name"), [("code", True, False), ("name", True, True)])
def test_staff_numbers_and_names_are_shown_only_as_far_as_the_office_chose(
    database: Database,
    app_over: Callable[..., FastAPI],
    office: Office,
    drawn: Draw,
    shown: str,
    code: bool,
    name: bool,
) -> None:
    paired(database, office, drawn)
    settings = served(publish_inspectors=shown)  # type: ignore[arg-type]
    anyone = TestClient(app_over(database, settings, lambda: LATER))
    [member, *_others] = anyone.get(f"/draws/{drawn.draw_id}/pairing.json").json()["items"][0]["members"]
    assert (member["code"] is not None, member["name"] is not None) == (code, name)
    page = anyone.get(f"/draws/{drawn.draw_id}/pairing").text
    assert (f"<code>{member['code']}</code>" in page, "检查员" in page) == (code, name)
    files = anyone.get(f"/draws/{drawn.draw_id}/pairing/pairing.json").text
    assert f'"{member["code"]}"' not in files, "files hold aliases alone"


def test_the_bundle_is_packed_once_for_each_state_of_the_pairing(
    empty: TestClient, database: Database, office: Office, drawn: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed, times = pairing_material.pairing_packed, list[str]()

    def counted(session: Session, draw_id: str) -> bytes:
        times.append(draw_id)
        return packed(session, draw_id)

    monkeypatch.setattr(pairing_material, "pairing_packed", counted)
    monkeypatch.setattr(import_module("api.public.pairings"), "_bundles", {})
    address = f"/draws/{drawn.draw_id}/pairing.zip"
    assert empty.get(address).status_code == 404
    fixed(database, office, drawn)
    before = [empty.get(address).content for _ in range(3)]
    assert len(set(before)) == 1
    assert times == [drawn.draw_id]
    with database.writing() as session:
        seconds.note_second_missing(session, office.approver, drawn.draw_id, LATER)
        pairings.draw_teams(session, office.planner, drawn.draw_id, LATER)
    after = empty.get(address).content
    with database.reading() as session:
        assert after == packed(session, drawn.draw_id)
    assert after != before[0]


def test_the_lines_of_the_page_verify_the_files_of_the_page(
    empty: TestClient, database: Database, office: Office, drawn: Draw, tmp_path: Path
) -> None:
    paired(database, office, drawn)
    packed = empty.get(f"/draws/{drawn.draw_id}/pairing.zip").content
    evidence = empty.get(f"/draws/{drawn.draw_id}/evidence.zip").content
    (tmp_path / f"{drawn.draw_id}-evidence.zip").write_bytes(evidence)
    tmp_path = tmp_path / f"{drawn.draw_id}-pairing"
    with zipfile.ZipFile(io.BytesIO(packed)) as bundle:
        bundle.extractall(tmp_path)
    page = empty.get(f"/draws/{drawn.draw_id}/pairing").text
    lines = page.partition('id="command"')[2].partition(">")[2].partition("</code>")[0].splitlines()
    site = f"http://testserver/draws/{drawn.draw_id}"
    assert lines[0] == f"curl -OJ {site}/pairing.zip -OJ {site}/evidence.zip"
    assert lines[-1].endswith(f" --evidence ../{drawn.draw_id}-evidence.zip")
    _python, *arguments = shlex.split(lines[-1])
    checked = subprocess.run(
        [sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    piece = empty.get(f"/draws/{drawn.draw_id}/pairing/pairing.json").content
    assert piece == (tmp_path / "pairing.json").read_bytes()
    wrong = json.loads(piece)
    wrong["assignment"][0]["inspector"], wrong["assignment"][1]["inspector"] = (
        wrong["assignment"][1]["inspector"],
        wrong["assignment"][0]["inspector"],
    )
    (tmp_path / "pairing.json").write_text(json.dumps(wrong))
    again = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, check=False)
    assert again.returncode == 1


def test_without_second_secrets_the_page_says_that_the_teams_could_be_known(
    empty: TestClient, database: Database, organ: Organ, office: Office
) -> None:
    county.fill(database, organ.id or 0, 400)
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        pairings.pair(session, office.planner, draw.draw_id, LATER, ALIAS_KEY)
    for address in (f"/draws/{draw.draw_id}", f"/draws/{draw.draw_id}/pairing"):
        assert "没有匹配随机数进入种子" in empty.get(address).text


def test_bundles_are_told_and_their_file_verifies_beside_the_evidence_of_the_draw(
    database: Database, organ: Organ, office: Office, tmp_path: Path
) -> None:
    county.fill(database, organ.id or 0, 400)
    with database.writing() as session:
        draw = county.drawn(
            session, office, county.new_task(session, office, draw_unit="bundle", unit_size=3)
        )
        pairings.pair(session, office.planner, draw.draw_id, LATER, ALIAS_KEY)
    site = visitor(database)
    page = plain(site.get(f"/draws/{draw.draw_id}/pairing").text)
    packed = site.get(f"/draws/{draw.draw_id}/pairing.zip").content
    evidence = site.get(f"/draws/{draw.draw_id}/evidence.zip").content
    assert "bundles_sha256" in page
    assert "不是逐户抽取" in page
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        files.extractall(tmp_path)
    (tmp_path / "evidence.zip").write_bytes(evidence)
    command = ["verify_bundles.py", "bundles.json", "--problem", "problem.json", "--evidence", "evidence.zip"]
    done = subprocess.run(
        [sys.executable, "-I", *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "已重新分片" in done.stdout) == (0, True), done.stdout + done.stderr
