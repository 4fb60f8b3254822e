"""后台作业: see what waits and runs, work the queue from a shell, stop, cancel and retry."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from supervision.commands.common import OrganOption, acting, console, opened

app = typer.Typer(help="后台作业", no_args_is_help=True)
LOOK = 0.5

JobArgument = Annotated[int, typer.Argument(help="作业编号（见 jobs list）")]


@app.command()
def run(
    keep: Annotated[bool, typer.Option("--keep", help="做完后继续等待新的作业，直到中断")] = False,
    threads: Annotated[int, typer.Option(min=1, max=64, help="同时办理几个作业")] = 1,
) -> None:
    """办理等待中的作业；不加 --keep 时做完现有的就结束。可在多台机器上对同一数据库同时运行，不会重复办理。"""
    from supervision.clock import now
    from supervision.jobs.kinds import engine
    from supervision.settings import settings

    with opened() as database:
        worker = engine(database, settings(), now, threads=threads)
        if not keep:
            worker.recover()
            console().print(f"办理了 {worker.run_all():,} 个作业。")
            return
        worker.start()
        try:
            while True:
                time.sleep(LOOK)
        finally:
            worker.close()


@app.command("list")
def list_jobs(organ: OrganOption = "", limit: Annotated[int, typer.Option(min=1, max=1000)] = 20) -> None:
    """列出最近的作业。"""
    from supervision.jobs import service
    from supervision.jobs.rules import STATE_NAMES, failure_of

    with opened() as database, database.reading() as session:
        for job in service.jobs(session, acting(session, organ), limit=limit):
            share = f" {job.stage} {job.done:,}/{job.total:,}" if job.total else ""
            failure = failure_of(job)
            why = f" {failure.message}" if failure else ""
            line = f"{job.id} {job.key} {STATE_NAMES[job.state]} 第{job.attempt}次{share}{why}"
            console().print(line, markup=False, soft_wrap=True)


@app.command()
def stop(job: JobArgument, organ: OrganOption = "") -> None:
    """就此为止：保留已经得到的最好结果。"""
    _ask("stop", job, organ)


@app.command()
def cancel(job: JobArgument, organ: OrganOption = "") -> None:
    """取消：不保留任何结果。"""
    _ask("cancel", job, organ)


@app.command()
def retry(job: JobArgument, organ: OrganOption = "") -> None:
    """重试失败或已取消的作业。"""
    _ask("retry", job, organ)


def _ask(act: str, job_id: int, organ: str) -> None:
    from supervision.clock import now
    from supervision.jobs import service
    from supervision.jobs.rules import STATE_NAMES

    acts = {"stop": service.stop, "cancel": service.cancel, "retry": service.retry}
    with opened() as database, database.writing() as session:
        job = acts[act](session, acting(session, organ), job_id, now())
    console().print(f"作业 {job.id} {job.key}：{STATE_NAMES[job.state]}", markup=False, soft_wrap=True)
