"""数据库: bring the tables up to date, check the journal."""

import typer

from supervision.commands.common import console, opened

app = typer.Typer(help="数据库维护", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """升级数据库结构（空库则新建）。"""
    with opened() as database:
        console().print(
            f"数据库结构已是最新：{database.url.render_as_string()}", markup=False, soft_wrap=True
        )


@app.command("check-journal")
def check_journal() -> None:
    """核验留痕日志：逐条验证哈希链。"""
    from supervision.journal import service

    with opened() as database, database.reading() as session:
        count = service.check(session)
    console().print(f"留痕日志完整：共 {count:,} 条，前后相连，未发现改动。")
