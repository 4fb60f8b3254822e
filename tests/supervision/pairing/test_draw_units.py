"""Teams drawn for bundles and day-routes: the log binds them, every visit has its unit's team, citizens can check."""

import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from solver import verify_bundles, verify_pairing
from supervision.database import Database
from supervision.draw.tables import Draw
from supervision.errors import InvalidInput
from supervision.inspection.tables import Visit
from supervision.pairing import previewing, reassigning, records, storing
from supervision.pairing import service as pairing
from supervision.pairing.tables import Pairing
from supervision.pairing.units import visits_of
from supervision.plan.tables import DrawUnit
from supervision.publication import pairing_material
from supervision.register.tables import Entity, Inspector, Leave, Recusal
from supervision.schedule.rules import NoBase
from supervision.schedule.tables import Base, OpeningHours
from supervision.transparency.tables import LogEntry
from supervision.verification.service import verify_draw
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office


def placed(session: Session, *, without: int = 0) -> None:
    """Everybody gets a place around the office; every ``without``-th has none."""
    chance = random.Random(7)
    for entity in session.exec(select(Entity).order_by(col(Entity.id))):
        entity.latitude = 28.2 + chance.uniform(-0.2, 0.2)
        entity.longitude = 117.2 + chance.uniform(-0.2, 0.2)
        if without and (entity.id or 0) % without == 0:
            entity.latitude = entity.longitude = None
        session.add(entity)


def based(session: Session, organ_id: int) -> None:
    session.add(
        Base(
            organ_id=organ_id,
            name="局机关",
            latitude=28.2,
            longitude=117.2,
            changed_by="planner",
            changed_at=NOW,
        )
    )


def paired(session: Session, office: Office, **setting: object) -> tuple[Draw, Pairing]:
    draw = county.drawn(session, office, county.new_task(session, office, **setting))
    return draw, pairing.pair(session, office.planner, draw.draw_id, NOW + timedelta(hours=1), ALIAS_KEY)


def teams_by_unit(session: Session, draw: Draw) -> dict[str | None, set[tuple[tuple[str, str], ...]]]:
    teams = records.team_codes(session, draw.id or 0)
    found: dict[str | None, set[tuple[tuple[str, str], ...]]] = {}
    for visit in session.exec(select(Visit).where(Visit.draw_id == draw.id)):
        found.setdefault(visit.bundle, set()).add(tuple(sorted(teams[visit.code])))
    return found


def logged(session: Session, kind: str) -> list[dict[str, object]]:
    found = [json.loads(entry.body) for entry in session.exec(select(LogEntry).order_by(col(LogEntry.index)))]
    return [entry for entry in found if entry["kind"] == kind]


def failed(steps: Sequence[object]) -> list[str]:
    return [step.name for step in steps if step.status == "failed"]  # type: ignore[attr-defined]


def test_every_visit_of_a_bundle_gets_the_bundles_team_and_the_log_binds_the_bundles(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        placed(session, without=9)
        draw, found = paired(session, office, draw_unit="bundle", unit_size=4)
        units = storing.units_of(found, draw.draw_id)
        by_unit = teams_by_unit(session, draw)
        visits = len(list(session.exec(select(Visit).where(Visit.draw_id == draw.id))))
        (entry,) = logged(session, "pairing")
        told = storing.told_of(found)
        loads = sum(found.loads.values())
        report = verify_draw(session, draw.draw_id)
    assert min(map(len, units.values())) >= 3
    assert max(map(len, units.values())) == 4
    assert set(by_unit) == {task.rpartition("-")[2] for task in units}
    assert all(len(teams) == 1 for teams in by_unit.values())
    assert entry["bundles_sha256"] == found.bundles_sha256 == told["bundles_sha256"]  # type: ignore[index]
    assert loads >= 2 * visits  # loads count visits, not bundles
    assert json.loads(draw.plan_json)["draw_unit"] == "bundle"
    assert json.loads(draw.plan_json)["unit_size"] == 4
    assert failed(report.steps) == []
    assert "pairing_units" in [step.name for step in report.steps]


def test_bundles_changed_in_the_database_are_found_by_verification(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        placed(session)
        draw, found = paired(session, office, draw_unit="bundle", unit_size=5)
        told = storing.told_of(found) or {}
        told["bundles"][0][0], told["bundles"][1][0] = told["bundles"][1][0], told["bundles"][0][0]
        found.units = storing.pack(told)
        session.add(found)
        session.flush()
        report = verify_draw(session, draw.draw_id)
    assert {"pairing_units", "teams"} <= set(failed(report.steps))


def test_nobody_sits_in_a_bundle_with_an_entity_he_must_stay_away_from(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        placed(session)
        one = session.exec(select(Inspector).where(Inspector.code == "J02")).one()
        for entity in session.exec(select(Entity)):
            if (entity.id or 0) % 3 == 0:
                session.add(
                    Recusal(
                        inspector_id=one.id or 0, entity_id=entity.id, reason="亲属", decided_by="p", at=NOW
                    )
                )
        draw, _ = paired(session, office, draw_unit="bundle", unit_size=3)
        teams = records.team_codes(session, draw.id or 0)
        barred = {
            visit.bundle
            for visit in session.exec(select(Visit).where(Visit.draw_id == draw.id))
            if visit.entity_id % 3 == 0
        }
        sits = {
            visit.bundle
            for visit in session.exec(select(Visit).where(Visit.draw_id == draw.id))
            if "J02" in {who for _, who in teams[visit.code]}
        }
    assert barred
    assert not barred & sits


def test_the_public_files_of_a_bundled_pairing_verify_with_the_standard_library_alone(
    database: Database, office: Office, tmp_path: Path
) -> None:
    with database.writing() as session:
        placed(session)
        draw, _ = paired(session, office, draw_unit="bundle", unit_size=4)
        packed = pairing_material.pairing_packed(session, draw.draw_id)
    with zipfile.ZipFile(BytesIO(packed)) as found:
        found.extractall(tmp_path)
    assert "points" in json.loads((tmp_path / "bundles.json").read_text("utf-8"))
    codes = [
        subprocess.run(
            [sys.executable, "-I", *command], cwd=tmp_path, capture_output=True, check=False
        ).returncode
        for command in (
            ("verify_bundles.py", "bundles.json", "--problem", "problem.json"),
            ("verify_pairing.py", "problem.json", "pairing.json"),
        )
    ]
    assert codes == [0, 2]  # the replay of the lot waits for the seed
    assert (tmp_path / "verify_bundles.py").read_bytes() == Path(verify_bundles.__file__).read_bytes()
    assert (tmp_path / "verify_pairing.py").read_bytes() == Path(verify_pairing.__file__).read_bytes()
    assert "bundles_sha256" not in (tmp_path / "README.txt").read_text("utf-8").split("Bundles")[0]


def test_places_stay_in_the_office_where_the_drawn_list_does(database: Database, office: Office) -> None:
    with database.writing() as session:
        placed(session)
        draw, found = paired(session, office, draw_unit="bundle", publish_drawn_list=False)
        told = json.loads(pairing_material.pairing_pieces(session, draw.draw_id)["bundles.json"])
    assert "points" not in told
    assert told["bundles_sha256"] == found.bundles_sha256
    assert verify_bundles.faults(told) == []


def test_who_cannot_go_is_replaced_at_all_visits_of_a_bundle_together(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        placed(session)
        draw, _ = paired(session, office, draw_unit="bundle", unit_size=4)
        one = session.exec(select(Inspector).where(Inspector.code == "J02")).one()
        asked = reassigning.propose_reassignment(
            session, office.planner, draw.draw_id, one.id or 0, "illness", "住院证明", NOW
        )
        done = reassigning.approve_reassignment(session, office.approver, draw.draw_id, asked.id or 0, NOW)
        by_unit = teams_by_unit(session, draw)
        report = verify_draw(session, draw.draw_id)
    assert done.units
    assert all(len(teams) == 1 for teams in by_unit.values())
    assert all("J02" not in {who for _, who in team} for teams in by_unit.values() for team in teams)
    assert failed(report.steps) == []


def test_day_routes_give_nobody_two_routes_on_one_day_nor_one_on_a_day_of_leave(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        placed(session)
        based(session, office.planner.organ_id)
        task = county.new_task(session, office, draw_unit="day-route")
        one = session.exec(select(Inspector).where(Inspector.code == "J02")).one()
        session.add(
            Leave(
                inspector_id=one.id or 0,
                starts=task.starts,
                ends=task.starts + (task.ends - task.starts) // 2,
                reason="年休假",
                recorded_by="p",
                at=NOW,
            )
        )
        draw = county.drawn(session, office, task)
        found = pairing.pair(session, office.planner, draw.draw_id, NOW + timedelta(hours=1), ALIAS_KEY)
        told = storing.told_of(found) or {}
        teams = records.team_codes(session, draw.id or 0)
        report = verify_draw(session, draw.draw_id)
        middle = f"{task.starts + (task.ends - task.starts) // 2}"
        public = json.loads(pairing_material.pairing_pieces(session, draw.draw_id)["bundles.json"])
    assert told["routes"]
    assert told["alone"] == []
    assert all(len(visits) <= 4 for _, visits in told["routes"])
    driven: set[tuple[str, str]] = set()
    for (task_code, visits), _ in zip(visits_of(told, draw.draw_id).items(), told["routes"], strict=True):
        day = told["days"][task_code.rpartition("-")[2]]
        people = {who for _, who in teams[visits[0]]}
        assert all({who for _, who in teams[visit]} == people for visit in visits)
        assert not driven & {(day, who) for who in people}
        assert not (day <= middle and "J02" in people)
        driven |= {(day, who) for who in people}
    assert verify_bundles.faults(public) == []
    assert "2026-" not in json.dumps(public).replace(draw.draw_id, "")  # inspections come unannounced
    assert "2026-" not in json.dumps(storing.unpack(found.problem)).replace(draw.draw_id, "")
    assert failed(report.steps) == []


def test_day_routes_need_an_office_to_set_out_from(database: Database, office: Office) -> None:
    with database.writing() as session:
        placed(session)
        draw = county.drawn(session, office, county.new_task(session, office, draw_unit="day-route"))
        with pytest.raises(NoBase):
            previewing.preview(session, office.planner, draw.draw_id)


def test_opening_hours_enter_the_bundles_as_days_and_halves(database: Database, office: Office) -> None:
    with database.writing() as session:
        placed(session)
        for entity in session.exec(select(Entity)):
            session.add(
                OpeningHours(
                    entity_id=entity.id or 0,
                    openings=[{"weekdays": [1], "from": "09:00", "to": "11:30"}],
                    closed=[],
                    changed_by="p",
                    changed_at=NOW,
                )
            )
        _, found = paired(session, office, draw_unit="bundle")
        points = (storing.told_of(found) or {})["points"]
    assert {half for *_, half in points} == {"am"}
    assert all(days == points[0][4] and len(days) > 0 for _, _, _, _, days, _ in points)


def test_the_preview_names_bundles_and_tells_what_one_may_expect(database: Database, office: Office) -> None:
    with database.writing() as session:
        placed(session)
        draw = county.drawn(
            session, office, county.new_task(session, office, draw_unit="bundle", unit_size=6)
        )
        found = previewing.preview(session, office.planner, draw.draw_id)
    assert found.feasible
    assert 0 < found.visits < 12


def test_a_size_is_refused_where_teams_are_drawn_by_entity(database: Database, office: Office) -> None:
    with database.writing() as session, pytest.raises(InvalidInput, match="逐户"):
        county.new_task(session, office, unit_size=4)


def test_a_task_by_entity_leaves_plan_and_log_as_they_were(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw, found = paired(session, office)
        (entry,) = logged(session, "pairing")
        plain = session.exec(select(Visit).where(Visit.draw_id == draw.id)).all()
    assert "draw_unit" not in json.loads(draw.plan_json)
    assert "bundles_sha256" not in entry
    assert found.units is None
    assert {visit.bundle for visit in plain} == {None}
    assert DrawUnit.ENTITY.value == "entity"
