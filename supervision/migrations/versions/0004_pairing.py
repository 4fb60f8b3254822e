"""Tables of chances and second secrets, options of a pairing, leaves, reassignments.

Pairings made before keep their codes instead of aliases and have no table.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from supervision.database import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TASK = ("departments", "rotation", "cross_station", "max_visits", "cap", "second_reveal")
PARTY = ("second", "second_at", "second_missing_at")
PAIRING = (
    "alias_key",
    "table",
    "table_sha256",
    "awaited",
    "committed_by",
    "committed_at",
    "second",
    "outcome",
)
LATER = (("seed", sa.String(64)), ("assignment_sha256", sa.String(64)), ("paired_by", sa.String(64)))


def upgrade() -> None:
    _task_columns()
    op.add_column("draw_party", sa.Column("second", sa.String(64), nullable=True))
    op.add_column("draw_party", sa.Column("second_at", UtcDateTime(), nullable=True))
    op.add_column("draw_party", sa.Column("second_missing_at", UtcDateTime(), nullable=True))
    _pairing_columns()
    with op.batch_alter_table("team_member") as batch:
        batch.alter_column("seat", existing_type=sa.String(80), type_=sa.String(120), existing_nullable=False)
    _leave_table()
    _reassignment_table()


def downgrade() -> None:
    op.drop_table("reassignment")
    op.drop_table("inspector_leave")
    with op.batch_alter_table("team_member") as batch:
        batch.alter_column("seat", existing_type=sa.String(120), type_=sa.String(80), existing_nullable=False)
    op.execute("DELETE FROM pairing WHERE paired_at IS NULL")
    with op.batch_alter_table("pairing") as batch:
        for name, kind in LATER:
            batch.alter_column(name, existing_type=kind, nullable=False)
        batch.alter_column("paired_at", existing_type=UtcDateTime(), nullable=False)
        for name in PAIRING:
            batch.drop_column(name)
    for table, columns in (("draw_party", PARTY), ("task", TASK)):
        for column in columns:
            op.drop_column(table, column)


def _task_columns() -> None:
    yes, no = sa.true(), sa.false()
    op.add_column("task", sa.Column("departments", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("task", sa.Column("rotation", sa.Boolean(), nullable=False, server_default=yes))
    op.add_column("task", sa.Column("cross_station", sa.Boolean(), nullable=False, server_default=no))
    op.add_column("task", sa.Column("max_visits", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("cap", sa.String(32), nullable=True))
    op.add_column("task", sa.Column("second_reveal", sa.Boolean(), nullable=False, server_default=no))


def _pairing_columns() -> None:
    with op.batch_alter_table("pairing") as batch:
        batch.add_column(sa.Column("alias_key", sa.String(64), nullable=False, server_default=""))
        batch.add_column(sa.Column("table", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("table_sha256", sa.String(64), nullable=True))
        batch.add_column(sa.Column("awaited", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("committed_by", sa.String(64), nullable=False, server_default=""))
        batch.add_column(sa.Column("committed_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("second", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("outcome", sa.LargeBinary(), nullable=True))
        for name, kind in LATER:
            batch.alter_column(name, existing_type=kind, nullable=True)
        batch.alter_column("paired_at", existing_type=UtcDateTime(), nullable=True)


def _leave_table() -> None:
    op.create_table(
        "inspector_leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["inspector.id"], name=op.f("fk_inspector_leave_inspector_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector_leave")),
    )
    op.create_index(op.f("ix_inspector_leave_inspector_id"), "inspector_leave", ["inspector_id"])


def _reassignment_table() -> None:
    states = sa.Enum(
        "proposed",
        "approved",
        "refused",
        name="replacementstate",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "reassignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("visits", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("refused_because", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("problem", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("table_sha256", sa.String(64), nullable=True),
        sa.Column("seed", sa.String(64), nullable=True),
        sa.Column("assignment_sha256", sa.String(64), nullable=True),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_reassignment_draw_id")),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["inspector.id"], name=op.f("fk_reassignment_inspector_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassignment")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_reassignment_draw_id_number")),
    )
    for column in ("draw_id", "inspector_id", "state"):
        op.create_index(op.f(f"ix_reassignment_{column}"), "reassignment", [column])
