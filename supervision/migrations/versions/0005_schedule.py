"""Offices, opening hours, terms of visits, schedules and the times they give.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from supervision.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = ("draft", "solving", "ready", "issued", "superseded", "cancelled", "failed")
TABLES = ("visit_terms", "scheduled_visit", "opening_hours", "schedule", "base")


def upgrade() -> None:
    _bases()
    _schedules()
    _opening_hours()
    _scheduled_visits()
    _visit_terms()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _states() -> sa.Enum:
    return sa.Enum(*STATES, name="schedulestate", native_enum=False, create_constraint=True, length=32)


def _bases() -> None:
    op.create_table(
        "base",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("station", sa.String(100), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("cars", sa.Integer(), nullable=True),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_base_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base")),
        sa.UniqueConstraint("organ_id", "name", name=op.f("uq_base_organ_id_name")),
    )
    op.create_index(op.f("ix_base_organ_id"), "base", ["organ_id"])


def _schedules() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(48), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("task_ids", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("problem", sa.LargeBinary(), nullable=False),
        sa.Column("problem_sha256", sa.String(64), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("timetable", sa.LargeBinary(), nullable=True),
        sa.Column("plan_sha256", sa.String(64), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("state", _states(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("job", sa.String(100), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("solved_at", UtcDateTime(), nullable=True),
        sa.Column("issued_by", sa.String(64), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_schedule_organ_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["schedule.id"], name=op.f("fk_schedule_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("code", name=op.f("uq_schedule_code")),
        sa.UniqueConstraint("organ_id", "year", "serial", name=op.f("uq_schedule_organ_id_year_serial")),
    )
    op.create_index(op.f("ix_schedule_organ_id"), "schedule", ["organ_id"])
    op.create_index(op.f("ix_schedule_state"), "schedule", ["state"])


def _opening_hours() -> None:
    op.create_table(
        "opening_hours",
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("openings", sa.JSON(), nullable=False),
        sa.Column("closed", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_opening_hours_entity_id")),
        sa.PrimaryKeyConstraint("entity_id", name=op.f("pk_opening_hours")),
    )


def _scheduled_visits() -> None:
    op.create_table(
        "scheduled_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("start_s", sa.Integer(), nullable=True),
        sa.Column("end_s", sa.Integer(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(32), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_scheduled_visit_schedule_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_scheduled_visit_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_visit")),
        sa.UniqueConstraint("schedule_id", "visit_id", name=op.f("uq_scheduled_visit_schedule_id_visit_id")),
    )
    op.create_index(op.f("ix_scheduled_visit_current"), "scheduled_visit", ["current"])
    op.create_index(op.f("ix_scheduled_visit_schedule_id"), "scheduled_visit", ["schedule_id"])
    op.create_index(op.f("ix_scheduled_visit_visit_id"), "scheduled_visit", ["visit_id"])


def _visit_terms() -> None:
    op.create_table(
        "visit_terms",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("openings", sa.JSON(), nullable=False),
        sa.Column("closed", sa.JSON(), nullable=False),
        sa.Column("earliest", sa.Date(), nullable=True),
        sa.Column("latest", sa.Date(), nullable=True),
        sa.Column("appointment_on", sa.Date(), nullable=True),
        sa.Column("appointment_at", sa.String(5), nullable=True),
        sa.Column("pinned_on", sa.Date(), nullable=True),
        sa.Column("pinned_at", sa.String(8), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_terms_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_terms")),
    )
