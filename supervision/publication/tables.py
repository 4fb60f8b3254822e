"""Tables of releases: what the public was told, frozen."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from supervision.database import UtcDateTime


class Release(SQLModel, table=True):
    """公示版本: results published together by one approver; immutable."""

    __table_args__ = (UniqueConstraint("draw_id", "serial"),)
    id: int | None = Field(default=None, primary_key=True)
    draw_id: int = Field(foreign_key="draw.id", index=True)
    organ_id: int = Field(foreign_key="organ.id", index=True)
    serial: int
    code: str = Field(unique=True, max_length=60)
    """``<draw_id>-R<serial>``."""
    row_count: int
    sha256: str = Field(max_length=64)
    """Of the release's CSV bytes."""
    published_by: str = Field(max_length=64)
    published_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ReleasedResult(SQLModel, table=True):
    """公示结果: the eight GSXT columns of one inspection, as they stood when published."""

    __tablename__ = "released_result"
    id: int | None = Field(default=None, primary_key=True)
    release_id: int = Field(foreign_key="release.id", index=True)
    finding_id: int = Field(foreign_key="finding.id", unique=True)
    entity_id: int = Field(foreign_key="entity.id", index=True)
    uscc: str = Field(max_length=18, index=True)
    entity_name: str = Field(max_length=200)
    plan_code: str = Field(max_length=40)
    plan_name: str = Field(max_length=200)
    task_code: str = Field(max_length=48)
    task_name: str = Field(max_length=200)
    check_type: str = Field(max_length=40)
    """抽查类型: 定向抽查 or 不定向抽查."""
    organ_name: str = Field(max_length=100)
    completed_on: date
    publish_by: date
    """The last day on which it was due (R21), as it stood when published."""
    result: str = Field(max_length=2)
    result_text: str = Field(max_length=64)
    corrects_id: int | None = Field(default=None, foreign_key="released_result.id", index=True)
    """更正: the row that this one replaces."""
