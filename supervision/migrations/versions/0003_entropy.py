"""Kinds of parties, public sources, sealed draws, replacements and campaigns.

Draws that were closed before are open: everything of them was public. The kinds of parties that were named
before follow from their titles, as far as these say it.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from supervision.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = "'organiser', 'discipline', 'enterprise', 'other'"
BEFORE = "CHECK (state IN ('assigned', 'submitted', 'returned', 'published'))"
AFTER = "CHECK (state IN ('assigned', 'submitted', 'returned', 'published', 'replaced'))"
TITLES = (("organiser", "%组织%"), ("discipline", "%纪检%"), ("enterprise", "%企业%"))


def upgrade() -> None:
    _party_columns()
    _task_columns()
    _draw_columns()
    op.add_column("drawn_entity", sa.Column("replaces", sa.Integer(), nullable=True))
    _source_tables()
    _replacement_table()
    _campaign_table()
    _visit_states(BEFORE, AFTER)


def downgrade() -> None:
    op.execute("UPDATE visit SET state = 'assigned' WHERE state = 'replaced'")
    _visit_states(AFTER, BEFORE)
    for table in ("campaign", "replacement", "lottery_entry", "draw_source"):
        op.drop_table(table)
    op.drop_index(op.f("ix_draw_open_by"), table_name="draw")
    op.drop_index(op.f("ix_draw_campaign"), table_name="draw")
    op.drop_index(op.f("ix_task_campaign"), table_name="task")
    for table, columns in (
        ("drawn_entity", ("replaces",)),
        ("draw", ("sealed", "open_by", "opened_at", "campaign")),
        ("task", ("reveal_by", "use_beacon", "lotteries", "disclosure", "open_by", "campaign")),
        ("draw_party", ("kind", "missing_at")),
    ):
        for column in columns:
            op.drop_column(table, column)


def _party_columns() -> None:
    # a check within the column's own definition: SQLite adds no other to a table that exists
    op.execute(
        "ALTER TABLE draw_party ADD COLUMN kind VARCHAR(32) DEFAULT 'other' NOT NULL"
        f" CONSTRAINT ck_draw_party_partykind CHECK (kind IN ({KINDS}))"
    )
    for kind, title in TITLES:
        op.execute(
            sa.text(
                "UPDATE draw_party SET kind = :kind WHERE kind = 'other' AND title LIKE :title"
            ).bindparams(kind=kind, title=title)
        )
    op.add_column("draw_party", sa.Column("missing_at", UtcDateTime(), nullable=True))


def _task_columns() -> None:
    op.add_column("task", sa.Column("reveal_by", UtcDateTime(), nullable=True))
    op.add_column("task", sa.Column("use_beacon", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("task", sa.Column("lotteries", sa.JSON(), nullable=False, server_default="[]"))
    op.execute(
        "ALTER TABLE task ADD COLUMN disclosure VARCHAR(32) DEFAULT 'open' NOT NULL"
        " CONSTRAINT ck_task_disclosure CHECK (disclosure IN ('open', 'sealed'))"
    )
    op.add_column("task", sa.Column("open_by", UtcDateTime(), nullable=True))
    op.add_column("task", sa.Column("campaign", sa.String(64), nullable=True))
    op.create_index(op.f("ix_task_campaign"), "task", ["campaign"])


def _draw_columns() -> None:
    op.add_column("draw", sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("draw", sa.Column("open_by", UtcDateTime(), nullable=True))
    op.add_column("draw", sa.Column("opened_at", UtcDateTime(), nullable=True))
    op.add_column("draw", sa.Column("campaign", sa.String(64), nullable=True))
    op.create_index(op.f("ix_draw_open_by"), "draw", ["open_by"])
    op.create_index(op.f("ix_draw_campaign"), "draw", ["campaign"])
    op.execute("UPDATE draw SET opened_at = closed_at WHERE state = 'closed'")


def _source_tables() -> None:
    op.create_table(
        "draw_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "beacon", "lottery", name="sourcekind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("chain", sa.String(64), nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("game", sa.String(64), nullable=True),
        sa.Column("issue", sa.String(64), nullable=True),
        sa.Column("result", sa.String(200), nullable=True),
        sa.Column("randomness", sa.String(64), nullable=True),
        sa.Column("signature", sa.String(256), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_source_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_source")),
        sa.UniqueConstraint("draw_id", "position", name=op.f("uq_draw_source_draw_id_position")),
    )
    op.create_index(op.f("ix_draw_source_draw_id"), "draw_source", ["draw_id"])
    op.create_table(
        "lottery_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("result", sa.String(200), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["draw_source.id"], name=op.f("fk_lottery_entry_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lottery_entry")),
        sa.UniqueConstraint("source_id", "username", name=op.f("uq_lottery_entry_source_id_username")),
    )
    op.create_index(op.f("ix_lottery_entry_source_id"), "lottery_entry", ["source_id"])


def _replacement_table() -> None:
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
        "replacement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("refused_because", sa.Text(), nullable=True),
        sa.Column("new_position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_replacement_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement")),
    )
    op.create_index(op.f("ix_replacement_draw_id"), "replacement", ["draw_id"])
    op.create_index(op.f("ix_replacement_state"), "replacement", ["state"])


def _campaign_table() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("frame_key", sa.String(64), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_campaign_organ_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_campaign_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_code")),
        sa.UniqueConstraint("task_id", name=op.f("uq_campaign_task_id")),
    )
    op.create_index(op.f("ix_campaign_organ_id"), "campaign", ["organ_id"])


def _visit_states(former: str, check: str) -> None:
    """Another list of states. SQLite knows no such change: the text of the table is changed in place.

    (https://www.sqlite.org/lang_altertable.html: for what leaves the rows as they are.)
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.execute("ALTER TABLE visit DROP CONSTRAINT ck_visit_visitstate")
        op.execute(f"ALTER TABLE visit ADD CONSTRAINT ck_visit_visitstate {check}")
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'visit'",
        (former, check),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
