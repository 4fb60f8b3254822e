"""命令行 ``double-random``: each group of commands has a file in ``commands``; heavy parts load when used."""

import sys

import typer

from solver.errors import SolverError
from supervision.commands import (
    account,
    calendar,
    db,
    draw,
    jobs,
    log,
    pairing,
    register,
    risk,
    schedule,
    verifying,
)
from supervision.commands.common import errors_to
from supervision.commands.demo import demo
from supervision.commands.serve import serve
from supervision.errors import SupervisionError

app = typer.Typer(
    name="double-random",
    help="双随机、一公开监管平台 · double random, one public",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(register.app, name="register")
app.add_typer(risk.app, name="risk")
app.add_typer(account.app, name="account")
app.add_typer(calendar.app, name="calendar")
app.add_typer(db.app, name="db")
app.add_typer(draw.app, name="draw")
app.add_typer(jobs.app, name="jobs")
app.add_typer(log.app, name="log")
app.add_typer(pairing.app, name="pair")
app.add_typer(schedule.app, name="schedule")
app.command("migrate")(db.upgrade)
app.command("serve")(serve)
app.command("demo")(demo)
app.command("verify")(verifying.verify)


def main() -> None:
    """Run a command; a refusal is one sentence and exit code 2."""
    try:
        app()
    except (SupervisionError, SolverError) as error:
        errors_to().print(error.message, style="red", markup=False, soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        errors_to().print("已中断。", style="red")
        sys.exit(130)
