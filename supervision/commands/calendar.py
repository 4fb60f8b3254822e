"""工作日历: show a year, import the State Council's notice or a table, keep what the library knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from supervision.commands.common import console, opened
from supervision.errors import InvalidInput

app = typer.Typer(help="工作日历", no_args_is_help=True)

YearArgument = Annotated[int, typer.Argument(min=2000, max=2100, help="年份")]


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="通知全文（.txt）或表格（date,working,name）", exists=True)],
    year: Annotated[int | None, typer.Option(min=2000, max=2100, help="年份；通知带标题时不必写")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="只显示读出的日子，不保存")] = False,
) -> None:
    """导入国务院办公厅关于一年节假日安排的通知；看不明白的地方会指出，不会猜测。"""
    from supervision.clock import now
    from supervision.inspection.deadlines import recount
    from supervision.people.service import SYSTEM
    from supervision.reference import calendar, notices
    from supervision.reference.tables import CalendarSource
    from supervision.settings import settings

    text = _text(file)
    is_table = text.lstrip("\ufeff").lower().startswith("date,")
    source = CalendarSource.TABLE if is_table else CalendarSource.NOTICE
    notice = notices.read_table(text, year) if is_table else notices.read_notice(text, year)
    with opened() as database:
        if preview:
            with database.reading() as session:
                _print(calendar.preview_year(session, SYSTEM, notice))
            return
        with database.writing() as session:
            _print(calendar.save_year(session, SYSTEM, notice, source, text, now()))
            known, days = calendar.working_calendar(session), settings().publication_working_days
            count = recount(session, SYSTEM, known, days, now())
    console().print(f"已保存 {notice.year} 年的工作日历。重算了 {count:,} 个暂定的公示期限。")


@app.command()
def show(year: YearArgument) -> None:
    """显示一年的节假日和调休上班日。"""
    from supervision.people.service import SYSTEM
    from supervision.reference import calendar

    with opened() as database, database.reading() as session:
        _print(calendar.calendar_year(session, SYSTEM, year))


@app.command()
def seed() -> None:
    """把软件包知道的各年存入本单位日历；已录入的年份不变。"""
    from supervision.clock import now
    from supervision.people.service import SYSTEM
    from supervision.reference import calendar

    with opened() as database, database.writing() as session:
        new = calendar.seed(session, SYSTEM, now())
    console().print(f"存入 {len(new)} 年。" if new else "软件包知道的年份都已录入。")


@app.command()
def withdraw(year: YearArgument) -> None:
    """撤回误录的一年。"""
    from supervision.clock import now
    from supervision.people.service import SYSTEM
    from supervision.reference import calendar

    with opened() as database, database.writing() as session:
        calendar.withdraw_year(session, SYSTEM, year, now())
    console().print(f"已撤回 {year} 年的工作日历。")


def _text(file: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return file.read_text(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput(field="文件", problem="不是文本，请另存为 UTF-8 文本或 CSV。")


def _print(year: object) -> None:
    from supervision.reference.calendar import SOURCE_NAMES, CalendarYear
    from supervision.reference.notices import WEEKDAYS

    assert isinstance(year, CalendarYear)
    source = SOURCE_NAMES[year.source] if year.source else "尚未公布，按周一至周五计，日期为暂定"
    lines = [f"{year.year} 年：{year.working_days} 个工作日。来源：{source}"]
    lines += [
        f"{each.day} 周{WEEKDAYS[each.day.weekday()]} {'上班' if each.working else '放假'} {each.name}"
        for each in year.days
    ]
    lines += [
        f"注意：{each.day} 本单位日历为{'上班' if each.working else '放假'}，"
        f"软件包为{'上班' if each.package_working else '放假'}，以本单位日历为准。"
        for each in year.differences
    ]
    for line in lines:
        console().print(line, markup=False, soft_wrap=True)
