"""Table of keyword tables: an office's own wording beside the one that ships with the product."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from supervision.database import UtcDateTime


class KeywordTableVersion(SQLModel, table=True):
    """关键词表版本: the newest row is in force; none: the table that ships. No version is overwritten."""

    __tablename__ = "keyword_table"
    id: int | None = Field(default=None, primary_key=True)
    csv: str = Field(sa_type=Text)
    """Empty: back to the table that ships."""
    sha256: str = Field(max_length=64)
    changed_by: str = Field(max_length=64)
    changed_at: datetime = Field(sa_type=UtcDateTime)
