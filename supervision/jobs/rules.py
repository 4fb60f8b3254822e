"""Decisions on jobs: what may still be asked of one, and what is said of one that failed."""

import json
from collections.abc import Mapping
from datetime import timedelta

from solver.errors import SolverError
from supervision.errors import SupervisionError
from supervision.jobs.tables import Job, JobState, JobWish

STATE_NAMES = {
    JobState.WAITING: "等待",
    JobState.RUNNING: "进行中",
    JobState.DONE: "已完成",
    JobState.STOPPED: "已提前结束",
    JobState.CANCELLED: "已取消",
    JobState.FAILED: "失败",
}
OPEN = (JobState.WAITING, JobState.RUNNING)
MOST_ATTEMPTS = 3
PATIENCE = timedelta(seconds=60)
"""A running job that has not been heard of for so long is taken for lost, and given to another worker."""


class JobBroken(SupervisionError):
    code = "job_broken"
    status = 500
    sentence = (
        "后台作业意外中断（{problem}），没有保存任何结果。请重新提交；仍不成功时请把作业编号告诉系统管理员。"
    )


class JobGivenUp(SupervisionError):
    code = "job_given_up"
    status = 500
    sentence = (
        "后台作业执行了 {attempts} 次，每次都在完成之前中断（例如服务器断电、内存不足），不再自动重试，"
        "没有保存任何结果。请检查服务器后点“重试”。"
    )


class JobFailed(SupervisionError):
    """A refusal that a job ended with, told again from the table: code, sentence and params are its own."""

    code = "job_failed"
    status = 422
    sentence = "后台作业未能完成。"


class ProcessLost(SupervisionError):
    """The process that did the work ended without a word; the job is tried again."""

    code = "job_process_lost"
    status = 500
    sentence = "计算进程意外退出（退出码 {exit}），可能是内存不足。"


class EngineMissing(SupervisionError):
    code = "job_engine_missing"
    status = 500
    sentence = (
        "设置 DR_ENGINE={engine} 所需的分布式执行引擎在此版本中尚未提供。请改为 DR_ENGINE=inline；"
        "需要更多算力时，可在多台机器上对同一数据库运行 double-random jobs run。"
    )


class Superseded(Exception):
    """No fault: the job was cancelled, or another worker has it; this one keeps nothing and leaves."""


def after_loss(job: Job) -> JobState:
    """What becomes of a job whose worker is gone."""
    if job.wish is JobWish.CANCEL:
        return JobState.CANCELLED
    return JobState.WAITING if job.attempt < job.most_attempts else JobState.FAILED


def told(error: BaseException) -> tuple[str, dict[str, object], str]:
    """Code, params and sentence (with places for the params) of what a job failed with.

    An error that is no refusal is told by its kind alone: its text may quote what somebody imported.
    """
    if isinstance(error, SupervisionError):
        return error.code, plain(error.params), error.sentence
    if isinstance(error, SolverError):
        sentence = error.SENTENCES.get(error.code) or error.message.replace("{", "{{").replace("}", "}}")
        return error.code, plain(error.params), sentence
    return told(JobBroken(problem=type(error).__name__))


def plain(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as JSON can hold them."""
    found: dict[str, object] = json.loads(json.dumps(dict(params), default=str, ensure_ascii=False))
    return found


def failure_of(job: Job) -> JobFailed | None:
    """失败原因: the refusal a job ended with, as an error with its code, params and sentence; else None."""
    if job.state is not JobState.FAILED or job.error is None:
        return None
    failure = JobFailed(**job.error_params)
    failure.code, failure.sentence = job.error, job.error_sentence  # type: ignore[misc]  # of this one alone
    return failure
