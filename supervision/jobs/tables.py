"""Table of jobs: the one truth about long work, whoever does it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field, Index, SQLModel

from supervision.database import UtcDateTime, choice


class JobState(StrEnum):
    """作业状态. The last four are ends: nothing follows them but a new submission or a retry."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """Ended early as asked; the best found so far was kept."""
    CANCELLED = "cancelled"
    """Ended as asked; nothing was kept."""
    FAILED = "failed"


class JobWish(StrEnum):
    """What people want of a job: the worker looks here again and again."""

    GO = "go"
    STOP = "stop"
    CANCEL = "cancel"


class Job(SQLModel, table=True):
    """后台作业. ``attempt`` fences: what a worker writes counts only while its attempt is still the job's."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_id", "state", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    """Says what is to be done once, e.g. ``schedule:17``: submitting it again finds this job."""
    kind: str = Field(max_length=40, index=True)
    organ_id: int | None = Field(default=None, foreign_key="organ.id", index=True)
    """None: work of the server itself."""
    args: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: JobState = Field(default=JobState.WAITING, sa_type=choice(JobState))
    wish: JobWish = Field(default=JobWish.GO, sa_type=choice(JobWish))
    attempt: int = 0
    """How often a worker has taken it; 0 while nobody has."""
    most_attempts: int = 3
    worker: str | None = Field(default=None, max_length=120)
    beat: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the worker last said that it is alive."""
    done: int = 0
    total: int = 0
    """Progress: ``done`` of ``total`` units of ``stage``."""
    stage: str = Field(default="", max_length=64)
    result: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    error: str | None = Field(default=None, max_length=64)
    """Stable code of the refusal it failed with; its sentence and its parameters beside it."""
    error_params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    error_sentence: str = Field(default="", sa_type=Text)
    made_by: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the attempt began that runs or ran last."""
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
