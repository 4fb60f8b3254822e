"""Tables of risk facts, snapshots and classes. Nothing here is ever public (R27)."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, UniqueConstraint

from supervision.database import UtcDateTime, choice


class RiskClass(StrEnum):
    """信用风险等级: A low, B fairly low, C fairly high, D high."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class RiskFacts(SQLModel, table=True):
    """风险指标: what the scorecard reads, one row per entity; also the class the authority gave, if any."""

    __tablename__ = "risk_facts"
    entity_id: int = Field(primary_key=True, foreign_key="entity.id")
    changes: int = 0
    abnormal_listings: int = 0
    penalties: int = 0
    complaints: int = 0
    last_finding: str = Field(default="", max_length=2)
    """National result code 1–8 of the last inspection, or empty."""
    given_class: RiskClass | None = Field(default=None, sa_type=choice(RiskClass))


class RiskSnapshot(SQLModel, table=True):
    """风险等级快照 (R28): the classes of a region in a month, frozen; each draw cites the one it used."""

    __tablename__ = "risk_snapshot"
    __table_args__ = (UniqueConstraint("region_prefix", "month", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    region_prefix: str = Field(max_length=6, index=True)
    month: date
    """First day of the month."""
    version: int = 1
    scorecard_sha256: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    """SHA-256 over the lines ``uscc,class,points`` in USCC order."""
    count_a: int
    count_b: int
    count_c: int
    count_d: int
    taken_by: str = Field(max_length=64)
    taken_at: datetime = Field(sa_type=UtcDateTime)


class EntityClass(SQLModel, table=True):
    """等级: an entity's class in a snapshot, its points (0–1000), and whether the authority gave it."""

    __tablename__ = "entity_class"
    snapshot_id: int = Field(primary_key=True, foreign_key="risk_snapshot.id")
    entity_id: int = Field(primary_key=True, foreign_key="entity.id")
    risk_class: RiskClass = Field(sa_type=choice(RiskClass))
    points: int
    given: bool
