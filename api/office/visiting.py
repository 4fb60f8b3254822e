"""来访: who looks at a page of the office, and with what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from api.deps import Config, Now, Reading
from api.office.navigation import Officer
from supervision.people.rules import Actor
from supervision.settings import Settings


@dataclass(frozen=True, slots=True)
class Visitor:
    """来访人."""

    request: Request
    actor: Actor
    session: Session
    """For reading: what the page shows after a refused act."""
    now: datetime
    settings: Settings


def visitor_of(request: Request, actor: Officer, session: Reading, now: Now, settings: Config) -> Visitor:
    return Visitor(request, actor, session, now, settings)


Visiting = Annotated[Visitor, Depends(visitor_of)]
