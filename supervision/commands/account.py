"""机关与账号."""

from typing import Annotated

import typer

from supervision.commands.common import console, opened
from supervision.people.tables import Role

app = typer.Typer(help="机关与账号", no_args_is_help=True)


@app.command("add-organ")
def add_organ(
    code: Annotated[str, typer.Argument(help="机关编码，以区划代码开头，例如 360681")],
    name: Annotated[str, typer.Argument(help="机关名称，例如 贵溪市市场监督管理局")],
    region: Annotated[str, typer.Option(help="区划代码（6 位），默认取机关编码前 6 位")] = "",
) -> None:
    """登记一个机关。"""
    from supervision.clock import now
    from supervision.people import service

    with opened() as database, database.writing() as session:
        service.add_organ(session, service.SYSTEM, code, name, region or code[:6], now())
    console().print(f"已登记机关：{code} {name}", markup=False)


@app.command()
def create(
    username: Annotated[str, typer.Argument(help="用户名")],
    organ: Annotated[str, typer.Option(help="所属机关编码")],
    role: Annotated[list[Role], typer.Option(help="角色，可重复")],
    password: Annotated[
        str,
        typer.Option(
            prompt="密码",
            hide_input=True,
            confirmation_prompt="再次输入密码",
            envvar="DR_NEW_PASSWORD",
            help="密码；不给出则提示输入",
        ),
    ],
    name: Annotated[str, typer.Option(help="显示姓名，默认同用户名")] = "",
    region: Annotated[str | None, typer.Option(help="管辖区划前缀，默认为机关所在区划")] = None,
) -> None:
    """开设账号。"""
    from supervision.clock import now
    from supervision.people import service

    with opened() as database, database.writing() as session:
        service.add_account(
            session,
            service.SYSTEM,
            username=username,
            display_name=name or username,
            password=password,
            organ_code=organ,
            roles=role,
            region_prefix=region,
            now=now(),
        )
    console().print(f"已开设账号：{username}", markup=False)
