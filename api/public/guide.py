"""怎样验证, 关于: how anyone can check a draw, and why it is fair."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import Config, Reading
from api.logs import LogSigner
from api.public import answers, verifier
from api.public.wording import command_for
from supervision.draw.tables import DrawState
from supervision.publication import portal

router = APIRouter()

YEARS = 5
CHOICES = 50
CHECKABLE = (DrawState.APPROVED, DrawState.CLOSED, DrawState.VOID)
DRAW_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
EXAMPLE = {"A": Fraction(1, 100), "B": Fraction(3, 100), "C": Fraction(10, 100), "D": Fraction(30, 100)}


@dataclass(frozen=True, slots=True)
class Example:
    """How a rate works out over the years, for one entity drawn from once a year."""

    name: str
    rate: Fraction

    @property
    def years_apart(self) -> int:
        """On average one draw in so many years."""
        return round(1 / self.rate)

    @property
    def at_least_once(self) -> Fraction:
        """Probability of being drawn within ``YEARS`` years."""
        return 1 - (1 - self.rate) ** YEARS


@router.api_route("/verify", methods=["GET", "HEAD"])
def verify(
    request: Request,
    session: Reading,
    config: Config,
    signer: LogSigner,
    asked: Annotated[str, Query(alias="draw", max_length=64)] = "",
) -> Response:
    """The verifier in the browser, and how to check without it; ``?draw=`` names the draw to begin with."""
    rows = portal.draws(session, limit=CHOICES).rows
    choices = [(row.draw_id, f"{row.draw_id} {row.task_name}") for row in rows if row.state in CHECKABLE]
    if DRAW_ID.fullmatch(asked) and asked not in dict(choices):
        choices.insert(0, (asked, asked))
    drawn = [row.draw_id for row in rows if row.state is DrawState.CLOSED]
    pages = (portal.draw_page(session, number) for number in drawn)
    draw = next((page for page in pages if page.replayable), None)
    command = command_for(draw, config.public_address, str(signer.key)) if draw else ""
    return answers.page(
        request,
        "verify",
        draw=draw,
        command=command,
        choices=choices,
        chosen=asked if asked in dict(choices) else draw.draw_id if draw else "",
        texts=list(verifier.texts()),
        log_key=str(signer.key),
    )


@router.api_route("/about", methods=["GET", "HEAD"])
def about(request: Request) -> Response:
    examples = [Example(name, rate) for name, rate in EXAMPLE.items()]
    return answers.page(request, "about", examples=examples, years=YEARS)
