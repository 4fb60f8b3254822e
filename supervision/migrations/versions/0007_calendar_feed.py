"""Calendar feeds know since when they say what they say.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from supervision.database import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calendar_feed", sa.Column("content_sha256", sa.String(64), nullable=True))
    op.add_column("calendar_feed", sa.Column("changed_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    for column in ("changed_at", "content_sha256"):
        op.drop_column("calendar_feed", column)
