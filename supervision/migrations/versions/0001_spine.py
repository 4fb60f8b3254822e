"""The tables of the spine"""

import sqlalchemy as sa
from alembic import op

from supervision.database import UtcDateTime
from supervision.register import search

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("organ_code", sa.String(32), nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal_entry")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entry_act"), ["act"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_organ_code"), ["organ_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_subject"), ["subject"], unique=False)

    op.create_table(
        "keyword_table",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("csv", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyword_table")),
    )
    op.create_table(
        "organ",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("region_code", sa.String(6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organ")),
        sa.UniqueConstraint("code", name=op.f("uq_organ_code")),
    )
    with op.batch_alter_table("organ", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organ_region_code"), ["region_code"], unique=False)

    op.create_table(
        "risk_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_prefix", sa.String(6), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scorecard_sha256", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("count_a", sa.Integer(), nullable=False),
        sa.Column("count_b", sa.Integer(), nullable=False),
        sa.Column("count_c", sa.Integer(), nullable=False),
        sa.Column("count_d", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.String(64), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_snapshot")),
        sa.UniqueConstraint(
            "region_prefix", "month", "version", name=op.f("uq_risk_snapshot_region_prefix_month_version")
        ),
    )
    with op.batch_alter_table("risk_snapshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_snapshot_region_prefix"), ["region_prefix"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_plan_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_code")),
        sa.UniqueConstraint("organ_id", "year", "serial", name=op.f("uq_plan_organ_id_year_serial")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_organ_id"), ["organ_id"], unique=False)

    op.create_table(
        "register_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "entity",
                "inspector",
                "item",
                name="registerkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "cancelled",
                "failed",
                name="importstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("set_aside", sa.Integer(), nullable=False),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started_by", sa.String(64), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_register_import_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
    )
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_import_organ_id"), ["organ_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_import_state"), ["state"], unique=False)

    op.create_table(
        "entity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uscc", sa.String(18), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_grams", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("type_name", sa.String(100), nullable=False),
        sa.Column("established", sa.Date(), nullable=True),
        sa.Column("capital", sa.String(100), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("region_code", sa.String(6), nullable=False),
        sa.Column("industry", sa.String(1), nullable=False),
        sa.Column("tags", sa.String(400), nullable=False),
        sa.Column("inferred", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "cancelled",
                "revoked",
                "moved_out",
                name="entitystatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("contact", sa.String(64), nullable=False),
        sa.Column("phone", sa.String(64), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["register_import.id"], name=op.f("fk_entity_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity")),
        sa.UniqueConstraint("uscc", name=op.f("uq_entity_uscc")),
    )
    with op.batch_alter_table("entity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entity_industry"), ["industry"], unique=False)
        batch_op.create_index(batch_op.f("ix_entity_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_entity_region_code"), ["region_code"], unique=False)

    op.create_table(
        "inspector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("station", sa.String(100), nullable=False),
        sa.Column("certificate", sa.String(64), nullable=False),
        sa.Column("certificate_until", sa.Date(), nullable=False),
        sa.Column("region_prefix", sa.String(6), nullable=False),
        sa.Column("qualifications", sa.String(400), nullable=False),
        sa.Column("may_lead", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("past_load", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["register_import.id"], name=op.f("fk_inspector_import_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_inspector_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector")),
        sa.UniqueConstraint("organ_id", "code", name=op.f("uq_inspector_organ_id_code")),
    )
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspector_organ_id"), ["organ_id"], unique=False)

    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("general", "key", name="itemkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("objects", sa.String(200), nullable=False),
        sa.Column("method", sa.String(100), nullable=False),
        sa.Column("inspecting_organ", sa.String(100), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("qualification", sa.String(64), nullable=False),
        sa.Column("ratio_min_ppm", sa.Integer(), nullable=True),
        sa.Column("ratio_max_ppm", sa.Integer(), nullable=True),
        sa.Column("published_url", sa.String(300), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["register_import.id"], name=op.f("fk_item_import_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_item_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("organ_id", "code", name=op.f("uq_item_organ_id_code")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_organ_id"), ["organ_id"], unique=False)

    op.create_table(
        "quarantined_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("column", sa.String(100), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name=op.f("fk_quarantined_row_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_row")),
    )
    with op.batch_alter_table("quarantined_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quarantined_row_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quarantined_row_reason"), ["reason"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(48), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("directed", sa.Boolean(), nullable=False),
        sa.Column("region_prefix", sa.String(6), nullable=False),
        sa.Column("industries", sa.String(64), nullable=False),
        sa.Column("tags", sa.String(400), nullable=False),
        sa.Column("item_ids", sa.JSON(), nullable=False),
        sa.Column("by_class", sa.Boolean(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("rate", "fixed", name="drawmode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("rates", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("team_size", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("publish_drawn_list", sa.Boolean(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "frozen",
                "approved",
                "drawn",
                "paired",
                "done",
                "void",
                name="taskstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("redraw_of_id", sa.Integer(), nullable=True),
        sa.Column("redraw_reason", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_task_organ_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_task_plan_id")),
        sa.ForeignKeyConstraint(["redraw_of_id"], ["task.id"], name=op.f("fk_task_redraw_of_id")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["risk_snapshot.id"], name=op.f("fk_task_snapshot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("code", name=op.f("uq_task_code")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_organ_id"), ["organ_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_state"), ["state"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("display_name", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("region_prefix", sa.String(6), nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_account_inspector_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_account_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_inspector_id"), ["inspector_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_organ_id"), ["organ_id"], unique=False)

    op.create_table(
        "calendar_feed",
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["inspector.id"], name=op.f("fk_calendar_feed_inspector_id")
        ),
        sa.PrimaryKeyConstraint("inspector_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.String(48), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "frozen",
                "approved",
                "closed",
                "void",
                name="drawstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("plan_json", sa.Text(), nullable=False),
        sa.Column("plan_hash", sa.String(64), nullable=False),
        sa.Column("register_root", sa.String(64), nullable=False),
        sa.Column("register_n", sa.Integer(), nullable=False),
        sa.Column("frozen_by", sa.String(64), nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", sa.String(64), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("seed", sa.String(64), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("result_sha256", sa.String(64), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=True),
        sa.Column("cells_sha256", sa.String(64), nullable=True),
        sa.Column("closing_json", sa.Text(), nullable=True),
        sa.Column("closing_hash", sa.String(64), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_draw_organ_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_draw_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("draw_id", name=op.f("uq_draw_draw_id")),
        sa.UniqueConstraint("organ_id", "year", "serial", name=op.f("uq_draw_organ_id_year_serial")),
        sa.UniqueConstraint("plan_hash", name=op.f("uq_draw_plan_hash")),
        sa.UniqueConstraint("task_id", name=op.f("uq_draw_task_id")),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_organ_id"), ["organ_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draw_state"), ["state"], unique=False)

    op.create_table(
        "entity_class",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column(
            "risk_class",
            sa.Enum(
                "A", "B", "C", "D", name="riskclass", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_entity_class_entity_id")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["risk_snapshot.id"], name=op.f("fk_entity_class_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "entity_id", name=op.f("pk_entity_class")),
    )
    op.create_table(
        "recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=True),
        sa.Column("colleague_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["colleague_id"], ["inspector.id"], name=op.f("fk_recusal_colleague_id")),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_recusal_entity_id")),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_recusal_inspector_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
        sa.UniqueConstraint(
            "inspector_id",
            "entity_id",
            "colleague_id",
            name=op.f("uq_recusal_inspector_id_entity_id_colleague_id"),
        ),
    )
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recusal_entity_id"), ["entity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recusal_inspector_id"), ["inspector_id"], unique=False)

    op.create_table(
        "risk_facts",
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("abnormal_listings", sa.Integer(), nullable=False),
        sa.Column("penalties", sa.Integer(), nullable=False),
        sa.Column("complaints", sa.Integer(), nullable=False),
        sa.Column("last_finding", sa.String(2), nullable=False),
        sa.Column(
            "given_class",
            sa.Enum(
                "A", "B", "C", "D", name="riskclass", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_risk_facts_entity_id")),
        sa.PrimaryKeyConstraint("entity_id", name=op.f("pk_risk_facts")),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "planner",
                "approver",
                "witness",
                "inspector",
                "auditor",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_role_account_id")),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_table(
        "answered_act",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_answered_act_account_id")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_answered_act")),
    )
    op.create_table(
        "draw_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(64), nullable=True),
        sa.Column("committed_at", UtcDateTime(), nullable=True),
        sa.Column("secret", sa.String(64), nullable=True),
        sa.Column("revealed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_draw_party_account_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_draw_party_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_party")),
        sa.UniqueConstraint("task_id", "account_id", name=op.f("uq_draw_party_task_id_account_id")),
        sa.UniqueConstraint("task_id", "position", name=op.f("uq_draw_party_task_id_position")),
    )
    with op.batch_alter_table("draw_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_party_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draw_party_task_id"), ["task_id"], unique=False)

    op.create_table(
        "drawn_entity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("frame_id", sa.String(40), nullable=False),
        sa.Column("cell", sa.String(80), nullable=False),
        sa.Column("ticket", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_drawn_entity_draw_id")),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_drawn_entity_entity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_entity")),
        sa.UniqueConstraint("draw_id", "entity_id", name=op.f("uq_drawn_entity_draw_id_entity_id")),
        sa.UniqueConstraint("draw_id", "position", name=op.f("uq_drawn_entity_draw_id_position")),
    )
    with op.batch_alter_table("drawn_entity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawn_entity_draw_id"), ["draw_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drawn_entity_entity_id"), ["entity_id"], unique=False)

    op.create_table(
        "frozen_frame",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.Column("links", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_frozen_frame_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_frozen_frame")),
    )
    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("problem", sa.LargeBinary(), nullable=False),
        sa.Column("problem_sha256", sa.String(64), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("assignment_sha256", sa.String(64), nullable=False),
        sa.Column("loads", sa.JSON(), nullable=False),
        sa.Column("paired_by", sa.String(64), nullable=False),
        sa.Column("paired_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_pairing_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint("draw_id", name=op.f("uq_pairing_draw_id")),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("published_by", sa.String(64), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_release_draw_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_release_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("code", name=op.f("uq_release_code")),
        sa.UniqueConstraint("draw_id", "serial", name=op.f("uq_release_draw_id_serial")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_draw_id"), ["draw_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_release_organ_id"), ["organ_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_release_published_at"), ["published_at"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("drawn_id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "assigned",
                "submitted",
                "returned",
                "published",
                name="visitstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("publish_by", sa.Date(), nullable=True),
        sa.Column("publish_by_provisional", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_visit_draw_id")),
        sa.ForeignKeyConstraint(["drawn_id"], ["drawn_entity.id"], name=op.f("fk_visit_drawn_id")),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_visit_entity_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_visit_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("code", name=op.f("uq_visit_code")),
        sa.UniqueConstraint("drawn_id", name=op.f("uq_visit_drawn_id")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_draw_id"), ["draw_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_entity_id"), ["entity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_task_id"), ["task_id"], unique=False)

    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(2), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(64), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("reviewed_by", sa.String(64), nullable=True),
        sa.Column("reviewed_at", UtcDateTime(), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_finding_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("visit_id", "version", name=op.f("uq_finding_visit_id_version")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_team_member_inspector_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_team_member_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
        sa.UniqueConstraint("visit_id", "inspector_id", name=op.f("uq_team_member_visit_id_inspector_id")),
    )
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_member_inspector_id"), ["inspector_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_member_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "item_finding",
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "pass",
                "fail",
                "not_checked",
                "not_applicable",
                name="itemoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_item_finding_finding_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_finding_item_id")),
        sa.PrimaryKeyConstraint("finding_id", "item_id", name=op.f("pk_item_finding")),
    )
    op.create_table(
        "released_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("uscc", sa.String(18), nullable=False),
        sa.Column("entity_name", sa.String(200), nullable=False),
        sa.Column("plan_code", sa.String(40), nullable=False),
        sa.Column("plan_name", sa.String(200), nullable=False),
        sa.Column("task_code", sa.String(48), nullable=False),
        sa.Column("task_name", sa.String(200), nullable=False),
        sa.Column("check_type", sa.String(40), nullable=False),
        sa.Column("organ_name", sa.String(100), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("publish_by", sa.Date(), nullable=False),
        sa.Column("result", sa.String(2), nullable=False),
        sa.Column("result_text", sa.String(64), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["released_result.id"], name=op.f("fk_released_result_corrects_id")
        ),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_released_result_entity_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_released_result_finding_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_released_result_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_released_result")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_released_result_finding_id")),
    )
    with op.batch_alter_table("released_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_released_result_corrects_id"), ["corrects_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_released_result_entity_id"), ["entity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_released_result_release_id"), ["release_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_released_result_uscc"), ["uscc"], unique=False)

    search.create(op.get_bind())


def downgrade() -> None:
    search.drop(op.get_bind())
    with op.batch_alter_table("released_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_released_result_uscc"))
        batch_op.drop_index(batch_op.f("ix_released_result_release_id"))
        batch_op.drop_index(batch_op.f("ix_released_result_entity_id"))
        batch_op.drop_index(batch_op.f("ix_released_result_corrects_id"))

    op.drop_table("released_result")
    op.drop_table("item_finding")
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_member_visit_id"))
        batch_op.drop_index(batch_op.f("ix_team_member_inspector_id"))

    op.drop_table("team_member")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_visit_id"))

    op.drop_table("finding")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_task_id"))
        batch_op.drop_index(batch_op.f("ix_visit_state"))
        batch_op.drop_index(batch_op.f("ix_visit_entity_id"))
        batch_op.drop_index(batch_op.f("ix_visit_draw_id"))

    op.drop_table("visit")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_account_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_published_at"))
        batch_op.drop_index(batch_op.f("ix_release_organ_id"))
        batch_op.drop_index(batch_op.f("ix_release_draw_id"))

    op.drop_table("release")
    op.drop_table("pairing")
    op.drop_table("frozen_frame")
    with op.batch_alter_table("drawn_entity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drawn_entity_entity_id"))
        batch_op.drop_index(batch_op.f("ix_drawn_entity_draw_id"))

    op.drop_table("drawn_entity")
    with op.batch_alter_table("draw_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_party_task_id"))
        batch_op.drop_index(batch_op.f("ix_draw_party_account_id"))

    op.drop_table("draw_party")
    op.drop_table("answered_act")
    op.drop_table("account_role")
    op.drop_table("risk_facts")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recusal_inspector_id"))
        batch_op.drop_index(batch_op.f("ix_recusal_entity_id"))

    op.drop_table("recusal")
    op.drop_table("entity_class")
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_state"))
        batch_op.drop_index(batch_op.f("ix_draw_organ_id"))

    op.drop_table("draw")
    op.drop_table("calendar_feed")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_organ_id"))
        batch_op.drop_index(batch_op.f("ix_account_inspector_id"))

    op.drop_table("account")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_state"))
        batch_op.drop_index(batch_op.f("ix_task_plan_id"))
        batch_op.drop_index(batch_op.f("ix_task_organ_id"))

    op.drop_table("task")
    with op.batch_alter_table("quarantined_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quarantined_row_reason"))
        batch_op.drop_index(batch_op.f("ix_quarantined_row_import_id"))

    op.drop_table("quarantined_row")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_organ_id"))

    op.drop_table("item")
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspector_organ_id"))

    op.drop_table("inspector")
    with op.batch_alter_table("entity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entity_region_code"))
        batch_op.drop_index(batch_op.f("ix_entity_kind"))
        batch_op.drop_index(batch_op.f("ix_entity_industry"))

    op.drop_table("entity")
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_register_import_state"))
        batch_op.drop_index(batch_op.f("ix_register_import_organ_id"))

    op.drop_table("register_import")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_organ_id"))

    op.drop_table("plan")
    with op.batch_alter_table("risk_snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_risk_snapshot_region_prefix"))

    op.drop_table("risk_snapshot")
    with op.batch_alter_table("organ", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organ_region_code"))

    op.drop_table("organ")
    op.drop_table("keyword_table")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_entry_subject"))
        batch_op.drop_index(batch_op.f("ix_journal_entry_organ_code"))
        batch_op.drop_index(batch_op.f("ix_journal_entry_at"))
        batch_op.drop_index(batch_op.f("ix_journal_entry_act"))

    op.drop_table("journal_entry")
