"""Every table of the office, imported in one place so that migrations and tests see them all."""

from supervision.draw import tables as draw
from supervision.inspection import tables as inspection
from supervision.jobs import tables as jobs
from supervision.journal import tables as journal
from supervision.pairing import tables as pairing
from supervision.people import tables as people
from supervision.plan import tables as plan
from supervision.publication import tables as publication
from supervision.reference import tables as reference
from supervision.register import tables as register
from supervision.risk import tables as risk
from supervision.schedule import tables as schedule
from supervision.transparency import tables as transparency

__all__ = [
    "draw",
    "inspection",
    "jobs",
    "journal",
    "pairing",
    "people",
    "plan",
    "publication",
    "reference",
    "register",
    "risk",
    "schedule",
    "transparency",
]
