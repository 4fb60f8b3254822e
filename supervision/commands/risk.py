"""信用风险等级: snapshots and explanations."""

from datetime import datetime
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from supervision.commands.common import OrganOption, acting, console, opened

app = typer.Typer(help="信用风险分类", no_args_is_help=True)


@app.command()
def snapshot(
    month: Annotated[str, typer.Option(help="月份，例如 2026-11；默认本月")] = "",
    organ: OrganOption = "",
) -> None:
    """生成某月的风险等级快照。"""
    from supervision.clock import now, today
    from supervision.errors import InvalidInput
    from supervision.risk import service
    from supervision.risk.tables import RiskClass

    moment = now()
    try:
        # a calendar month carries no time zone
        first = datetime.strptime(month, "%Y-%m").date() if month else today(moment)  # noqa: DTZ007
    except ValueError:
        raise InvalidInput(field="月份", problem="请写成 2026-11 这样的形式。") from None
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with opened() as database, database.writing() as session, Progress(*columns, console=console()) as bar:
        line = bar.add_task("分级", total=None)
        taken = service.take_snapshot(
            session,
            acting(session, organ),
            first,
            moment,
            lambda done, total: bar.update(line, completed=done, total=total),
        )
    table = Table(title=f"{taken.month:%Y 年 %m 月}风险等级快照（第 {taken.version} 版）")
    table.add_column("等级")
    table.add_column("户数", justify="right")
    counts = (taken.count_a, taken.count_b, taken.count_c, taken.count_d)
    for risk_class, count in zip(RiskClass, counts, strict=True):
        table.add_row(risk_class.value, f"{count:,}")
    console().print(table)
    console().print(f"摘要 SHA-256：{taken.digest}")


@app.command()
def explain(uscc: Annotated[str, typer.Argument(help="统一社会信用代码")], organ: OrganOption = "") -> None:
    """说明一户的风险等级从何而来（内部资料，不得公开）。"""
    from supervision.clock import now
    from supervision.register import service as register
    from supervision.risk import rules, service

    with opened() as database, database.reading() as session:
        actor = acting(session, organ)
        told = service.explain(session, actor, register.entity(session, actor, uscc), now())
    table = Table(title=f"{told.name}（{told.uscc}）")
    table.add_column("指标")
    table.add_column("得分", justify="right")
    table.add_column("说明")
    for part in told.score.parts:
        table.add_row(rules.FACTOR_LABELS[part.factor], str(part.points), part.sentence)
    table.add_section()
    table.add_row("合计", str(told.score.points), f"{told.score.risk_class.value} 级")
    console().print(table)
    for sentence in told.score.direct:
        console().print(sentence)
    if told.score.given:
        console().print("等级由主管部门给定，评分仅供参考。")
