"""What the sites and the API share of the transparency log: its key, its witnesses, its stamps."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import BackgroundTasks, Depends, Request

from api.deps import Config
from solver.log.checkpoint import Signer, VerifierKey
from supervision.transparency.keys import log_signer, witness_keys
from supervision.transparency.stamping import stamp_in_background

JOB = "log.stamp"


def signer_of(settings: Config) -> Signer:
    """The log's key, made when first needed."""
    return log_signer(settings.log_key, settings.log_origin)


def witnesses_of(settings: Config) -> tuple[VerifierKey, ...]:
    return witness_keys(settings.witness_keys)


def stamped_later(request: Request, settings: Config, after: BackgroundTasks) -> None:
    """Where there is an authority: have the log stamped once the act is committed and answered."""
    state = request.app.state

    def work() -> Iterator[None]:
        return stamp_in_background(
            state.database,
            settings.log_key,
            settings.log_origin,
            settings.tsa_url,
            settings.tsa_roots,
            state.clock,
        )

    if settings.tsa_url:
        after.add_task(state.jobs.submit, JOB, work)


LogSigner = Annotated[Signer, Depends(signer_of)]
Witnesses = Annotated[tuple[VerifierKey, ...], Depends(witnesses_of)]
Stamped = Depends(stamped_later)
"""A guard for acts that write the log."""
