"""Draw units: what the teams of a task are drawn for, and the bundles or routes of a pairing.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a check within the column's own definition: SQLite adds no other to a table that exists
    op.execute(
        "ALTER TABLE task ADD COLUMN draw_unit VARCHAR(32) DEFAULT 'entity' NOT NULL"
        " CONSTRAINT ck_task_draw_unit CHECK (draw_unit IN ('entity', 'bundle', 'day-route'))"
    )
    op.add_column("task", sa.Column("unit_size", sa.Integer(), nullable=True))
    op.add_column("visit", sa.Column("bundle", sa.String(16), nullable=True))
    op.add_column("pairing", sa.Column("units", sa.LargeBinary(), nullable=True))
    op.add_column("pairing", sa.Column("bundles_sha256", sa.String(64), nullable=True))
    op.add_column("reassignment", sa.Column("units", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    for table, column in (
        ("reassignment", "units"),
        ("pairing", "bundles_sha256"),
        ("pairing", "units"),
        ("task", "unit_size"),
        ("task", "draw_unit"),
        ("visit", "bundle"),
    ):
        op.drop_column(table, column)
