"""演示: the whole chain on a generated county or on a real register, then the three sites."""

import os
import secrets
import tempfile
from pathlib import Path
from random import Random
from shlex import quote
from typing import Annotated

import typer
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from supervision.commands.common import console
from supervision.commands.serve import serve

DATABASE = Path("var/demo.db")
KEY = Path("var/demo.key")
"""The demo's log is signed by a key of its own: two logs under one key would look like a fork."""


def demo(
    register: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="真实名录文件，代替生成的名录")
    ] = None,
    county: Annotated[str, typer.Option(help="演示县区划代码")] = "360681",
    entities: Annotated[int, typer.Option(min=200, help="生成多少户检查对象")] = 20_000,
    inspectors: Annotated[int, typer.Option(min=6, help="生成多少名执法检查人员")] = 60,
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口")] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="只运行全程，不启动站点")] = False,
) -> None:
    """演示全程：名录 → 计划 → 抽取 → 匹配 → 检查 → 公示 → 验证，然后打开三个站点。"""
    from supervision import clock
    from supervision.database import Database, upgrade
    from supervision.demo.generator import write_demo
    from supervision.demo.story import Files, Story, play
    from supervision.errors import InvalidInput
    from supervision.reference.regions import region_table
    from supervision.settings import settings

    if region_table().resolve(county) is None:
        raise InvalidInput(
            field="县区划代码", problem=f"没有“{county}”这个区划，请填 6 位代码，例如 360681。"
        )
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        for file in (*DATABASE.parent.glob(f"{DATABASE.name}*"), KEY):
            file.unlink(missing_ok=True)
        url = f"sqlite:///{DATABASE}"
        os.environ |= {"DATABASE_URL": url, "DR_LOG_KEY_FILE": str(KEY)}
        settings.cache_clear()
    upgrade(url)
    database = Database(url)
    password = secrets.token_urlsafe(9)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with tempfile.TemporaryDirectory() as folder, Progress(*columns, console=console()) as bars:
        lines: dict[str, TaskID] = {}

        def tell(what: str, share: float) -> None:
            if what not in lines:
                for line in lines.values():
                    bars.update(line, completed=1.0)
                lines[what] = bars.add_task(what, total=1.0)
            bars.update(lines[what], completed=share)

        story = Story(database, settings(), county, password, clock.now(), tell, Random(county))
        made = write_demo(
            Path(folder),
            1,
            today=story.opening_day,
            entities=entities,
            inspectors=inspectors,
            county=county,
        )
        files = Files(made.entities, made.inspectors, made.items, made.recusals, made.hours, made.bases)
        if register:  # a register of one's own: nobody to recuse, no hours, and most often no coordinates
            files = Files(register, made.inspectors, made.items, bases=made.bases, located=False)
        ending = play(story, files)
    database.close()
    plan = ending.scheduled
    table = Table(show_header=False, box=None)
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in (
        ("检查对象", f"{ending.entities:,} 户（另有 {ending.set_aside} 行待处理）"),
        ("抽取编号", ending.draw_id),
        ("抽中", f"{ending.drawn:,} 户"),
        ("已公示", f"{ending.published:,} 户"),
        ("替补", f"{ending.replaced} 户"),
        ("换人", f"{ending.reassigned} 个席位"),
        ("封存抽取", f"{ending.sealed_id}（到期启封，此前不公布抽中了谁）"),
        ("检查安排", f"{plan.code}：排定 {plan.placed} 户，病假后改期 {plan.moved} 户"),
        ("重放验证", "[green]一致[/]" if ending.verified else "[red]不一致[/]"),
        ("监管人员", f"http://127.0.0.1:{port}/office"),
        ("执法人员", f"http://127.0.0.1:{port}/field"),
        ("社会公众", f"http://127.0.0.1:{port}/"),
        ("自己验证", f"http://127.0.0.1:{port}/verify?draw={ending.draw_id}"),
        ("公开日志", f"http://127.0.0.1:{port}/log"),
        ("账号", "  ".join(ending.accounts)),
        ("密码", password),
    ):
        table.add_row(name, value)
    console().print(Panel(table, title="双随机演示", expand=False))
    console().print("命令行用演示数据（例如 double-random log fsck）：先执行", markup=False)
    chosen = [
        f"{name}={os.environ[name]}" for name in ("DATABASE_URL", "DR_LOG_KEY_FILE") if name in os.environ
    ]
    console().print(f"  export {' '.join(map(quote, chosen))}", markup=False, soft_wrap=True)
    if not no_serve:
        console().print("站点已启动，按 Ctrl+C 停止。", markup=False)
        serve(port=port)
