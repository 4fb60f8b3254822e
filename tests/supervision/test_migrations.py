"""The migrations lay exactly the tables that the code describes, and take them away again."""

from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from supervision.database import Database, migration_config, upgrade
from tests import postgres

SEARCH_INDEX = "fts"
"""The name index is each database's own: laid by ``register.search``, unknown to the table classes."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'folder' / 'office.db'}"
    return postgres.create_database(postgres.postgres_url(), f"migrated_{uuid4().hex[:8]}")


def test_a_migrated_database_has_the_tables_of_the_code(empty_url: str) -> None:
    upgrade(empty_url)
    database = Database(empty_url)
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    database.close()
    assert [each for each in differences if SEARCH_INDEX not in str(each[1].name)] == []


def test_a_downgrade_leaves_nothing_behind(empty_url: str) -> None:
    upgrade(empty_url)
    command.downgrade(migration_config(empty_url), "base")
    database = Database(empty_url)
    left = inspect(database.engine).get_table_names()
    database.close()
    assert left == ["alembic_version"]


def test_what_was_there_before_public_sources_keeps_its_meaning(empty_url: str) -> None:
    upgrade(empty_url, "0002")
    database = Database(empty_url)
    with database.engine.begin() as connection:
        for statement in BEFORE_SOURCES:
            connection.exec_driver_sql(statement)
    upgrade(empty_url)
    with database.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT kind FROM draw_party ORDER BY position").all()
        assert [row[0] for row in rows] == ["organiser", "discipline", "enterprise", "other"]
        task = connection.exec_driver_sql(
            "SELECT use_beacon, disclosure, campaign, reveal_by FROM task"
        ).one()
        assert tuple(task) == (False, "open", None, None)
        shut = "SELECT count(*) FROM draw WHERE sealed OR (opened_at = closed_at) <> (state = 'closed')"
        assert connection.exec_driver_sql(shut).scalar_one() == 0
        opened = "SELECT count(*) FROM draw WHERE opened_at IS NOT NULL"
        assert connection.exec_driver_sql(opened).scalar_one() == 1
        connection.exec_driver_sql("UPDATE visit SET state = 'replaced'")
    with database.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql("UPDATE visit SET state = 'unheard-of'")
    database.close()
    command.downgrade(migration_config(empty_url), "0002")
    database = Database(empty_url)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT state FROM visit").scalar_one() == "assigned"
    database.close()


def test_what_was_paired_before_tables_of_chances_keeps_its_codes_and_has_no_table(empty_url: str) -> None:
    upgrade(empty_url, "0002")
    database = Database(empty_url)
    with database.engine.begin() as connection:
        for statement in (*BEFORE_SOURCES, *BEFORE_TABLES):
            connection.exec_driver_sql(statement)
    upgrade(empty_url)
    with database.engine.begin() as connection:
        options = "SELECT rotation, cross_station, max_visits, cap, second_reveal FROM task"
        assert tuple(connection.exec_driver_sql(options).one()) == (True, False, None, None, False)
        kept = "SELECT alias_key, table_sha256, second, seed, paired_by FROM pairing"
        assert tuple(connection.exec_driver_sql(kept).one()) == ("", None, 0, "s", "u1")
        connection.exec_driver_sql("UPDATE pairing SET seed = NULL, paired_at = NULL")
    database.close()
    command.downgrade(migration_config(empty_url), "0003")
    database = Database(empty_url)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pairing").scalar_one() == 0
        assert connection.exec_driver_sql("SELECT seat FROM team_member").scalar_one() == "lead"
    database.close()


AT = "'2026-11-20 02:00:00'"
BEFORE_TABLES = (
    "INSERT INTO inspector (id, organ_id, code, name, department, station, certificate, certificate_until,"
    " region_prefix, qualifications, may_lead, active, past_load, phone, digest, updated_at)"
    f" VALUES (1, 1, 'J1', '某', '', '', 'c', '2028-01-01', '360681', ' ', true, true, 0, '', '-', {AT})",
    "INSERT INTO team_member (visit_id, inspector_id, seat) VALUES (1, 1, 'lead')",
    "INSERT INTO pairing (draw_id, method, problem, problem_sha256, seed, assignment_sha256, loads, paired_by,"
    f" paired_at) VALUES (1, 'pair/0', '', 'p', 's', 'a', '{{}}', 'u1', {AT})",
)
BEFORE_SOURCES = (
    "INSERT INTO organ (id, code, name, region_code) VALUES (1, '360681', '局', '360681')",
    *(
        "INSERT INTO account (id, username, display_name, password_hash, organ_id, region_prefix, active,"
        f" created_at) VALUES ({n}, 'u{n}', '某', '-', 1, '360681', true, {AT})"
        for n in (1, 2, 3, 4)
    ),
    "INSERT INTO plan (id, organ_id, year, serial, code, name, created_by, created_at)"
    f" VALUES (1, 1, 2026, 1, 'P', '计划', 'u1', {AT})",
    "INSERT INTO task (id, plan_id, organ_id, code, name, directed, region_prefix, industries, tags, item_ids,"
    " by_class, mode, rates, team_size, starts, ends, publish_drawn_list, state, created_by, created_at)"
    " VALUES (1, 1, 1, 'T', '任务', false, '360681', '', ' ', '[]', true, 'rate', '{}', 2, '2026-11-20',"
    f" '2026-12-31', true, 'paired', 'u1', {AT})",
    "INSERT INTO draw (id, task_id, organ_id, year, serial, draw_id, state, plan_json, plan_hash,"
    " register_root, register_n, frozen_by, frozen_at, closed_at)"
    f" VALUES (1, 1, 1, 2026, 1, 'D', 'closed', '{{}}', 'h', 'r', 1, 'u1', {AT}, {AT})",
    *(
        f"INSERT INTO draw_party (task_id, position, title, account_id) VALUES (1, {n}, '{title}', {n + 1})"
        for n, title in enumerate(("组织方", "派驻纪检监察组", "企业代表", "某社区"))
    ),
    "INSERT INTO entity (id, uscc, name, name_grams, kind, type_name, capital, scope, address, region_code,"
    " industry, tags, inferred, status, contact, phone, digest, updated_at) VALUES (1, '91', '店', '', 'company',"
    f" '', '', '', '', '360681', 'F', ' ', false, 'active', '', '', '-', {AT})",
    "INSERT INTO drawn_entity (id, draw_id, position, entity_id, frame_id, cell, ticket)"
    " VALUES (1, 1, 1, 1, 'f', 'c', 't')",
    "INSERT INTO visit (id, task_id, draw_id, drawn_id, entity_id, code, state, publish_by_provisional)"
    " VALUES (1, 1, 1, 1, 1, 'V', 'assigned', false)",
)
