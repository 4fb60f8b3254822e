"""重排: the plan after somebody fell ill or an entity closed, with hardly a visit moved."""

from solver.schedule.replanning.changes import Change, Spot, diff
from solver.schedule.replanning.events import (
    Added,
    Appointment,
    Away,
    Cancelled,
    Cars,
    Closed,
    Event,
    Pin,
    ReplanError,
    Unpin,
    read_events,
)
from solver.schedule.replanning.ladder import Replanned, replan
from solver.schedule.replanning.ledger import Step
from solver.schedule.replanning.substitutes import substitutes

__all__ = [
    "Added",
    "Appointment",
    "Away",
    "Cancelled",
    "Cars",
    "Change",
    "Closed",
    "Event",
    "Pin",
    "ReplanError",
    "Replanned",
    "Spot",
    "Step",
    "Unpin",
    "diff",
    "read_events",
    "replan",
    "substitutes",
]
