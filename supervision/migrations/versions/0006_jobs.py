"""Jobs, and the calendar of working days.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from supervision.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _job_table()
    op.create_table(
        "calendar_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", _choice("calendarsource", "notice", "table", "package"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_notice")),
    )
    op.create_index(op.f("ix_calendar_notice_year"), "calendar_notice", ["year"])
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("source", _choice("calendarsource", "notice", "table", "package"), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["calendar_notice.id"], name=op.f("fk_calendar_day_notice_id")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    for column in ("notice_id", "year"):
        op.create_index(op.f(f"ix_calendar_day_{column}"), "calendar_day", [column])


def downgrade() -> None:
    op.drop_table("calendar_day")
    op.drop_table("calendar_notice")
    op.drop_table("job")


def _job_table() -> None:
    states = ("waiting", "running", "done", "stopped", "cancelled", "failed")
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=True),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("state", _choice("jobstate", *states), nullable=False),
        sa.Column("wish", _choice("jobwish", "go", "stop", "cancel"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("most_attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(120), nullable=True),
        sa.Column("beat", UtcDateTime(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(64), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.String(64), nullable=True),
        sa.Column("error_params", sa.JSON(), nullable=False),
        sa.Column("error_sentence", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_job_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    for column in ("kind", "organ_id"):
        op.create_index(op.f(f"ix_job_{column}"), "job", [column])
    op.create_index(op.f("ix_job_state_id"), "job", ["state", "id"])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
