"""What of a draw is public by now: one place that decides, and the parts of a draw's page."""

from collections.abc import Sequence

from sqlmodel import Session

from supervision.draw import opening
from supervision.draw import records as draw_records
from supervision.draw.replacing import REASONS
from supervision.draw.tables import Draw, DrawState
from supervision.plan.tables import Task
from supervision.publication import records
from supervision.publication.public import (
    LoggedEvent,
    PublicCampaign,
    PublicParty,
    PublicReplacement,
    PublicSource,
)
from supervision.publication.rules import NotPublished, is_open
from supervision.transparency import records as log_records
from supervision.transparency.rules import KIND_NAMES


def public_draw(session: Session, draw_id: str) -> Draw:
    """A draw whose plan is public: approved, closed, or void after that or before."""
    draw = records.draw(session, draw_id)
    if draw is None:
        raise NotPublished(what="抽取", key=draw_id)
    return draw


def is_revealed(draw: Draw, task: Task) -> bool:
    """Whether secrets, seed, result and cells are public: closed and, where it was sealed, opened."""
    return not draw.is_shut and is_open(draw.state, draw.plan_json, task.publish_drawn_list, task.state)


def names_are_public(draw: Draw, task: Task) -> bool:
    """Whether the drawn are published by name: where the task says so, and not while the draw is sealed."""
    return draw.state is DrawState.CLOSED and task.publish_drawn_list and not draw.is_shut


def parties(session: Session, draw: Draw, revealed: bool) -> tuple[PublicParty, ...]:
    return tuple(
        PublicParty(
            title=party.title,
            kind=party.kind,
            commitment=party.commitment,
            committed_at=party.committed_at,
            revealed_at=party.revealed_at,
            missing_at=party.missing_at,
            secret=party.secret if revealed else None,
        )
        for party in draw_records.parties(session, draw.task_id)
    )


def sources(session: Session, draw: Draw) -> tuple[PublicSource, ...]:
    """Public from the start: everyone could look them up."""
    return tuple(
        PublicSource(
            kind=source.kind,
            chain=source.chain,
            round=source.round,
            due_at=source.due_at,
            game=source.game,
            issue=source.issue,
            result=source.result,
            randomness=source.randomness,
            settled_at=source.settled_at,
        )
        for source in draw_records.sources(session, draw.id or 0)
    )


def reveals(session: Session, draw: Draw) -> list[str]:
    """揭示: hex, in the order of the plan: the parties', then the public sources'; a missing one is empty."""
    return [reveal.hex() for reveal in opening.reveals(session, draw)]


def replacements(session: Session, draw: Draw) -> tuple[PublicReplacement, ...]:
    """替补, in the order in which they were approved."""
    found = records.approved_replacements(session, draw.id or 0)
    places = [place for row in found for place in (row.position, row.new_position) if place is not None]
    drawn = records.frame_ids(session, draw.id or 0, places)
    return tuple(
        PublicReplacement(
            at=row.decided_at,
            reason=row.reason,
            reason_name=REASONS.get(row.reason, row.reason),
            cell=drawn[row.new_position].cell,
            out=drawn[row.position].frame_id,
            new=drawn[row.new_position].frame_id,
            ticket=drawn[row.new_position].ticket,
        )
        for row in found
        if row.decided_at is not None and row.new_position is not None
    )


def campaign(session: Session, draw: Draw) -> PublicCampaign | None:
    found = draw_records.campaign(session, draw.campaign) if draw.campaign else None
    if found is None:
        return None
    others = records.campaign_draws(session, found.code)
    shown = tuple((number, organ) for number, organ in others if number != draw.draw_id)
    return PublicCampaign(found.code, found.name, found.record, shown)


def logged(session: Session, draw: Draw) -> Sequence[LoggedEvent]:
    """The draw's entries of the transparency log, in their order."""
    entries = log_records.of_draw(session, draw.draw_id)
    return tuple(
        LoggedEvent(entry.index, entry.kind, KIND_NAMES.get(entry.kind, entry.kind), entry.at)
        for entry in entries
    )
