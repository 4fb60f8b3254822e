"""抽签单元: what teams are drawn for: entities, bundles of them, or finished day-routes (docs/bundle-1.md).

``points``, ``plane``, ``bisecting``, ``exchanging``, ``cutting``: the rule bundle/1; ``telling``:
its file. ``posing``, ``lots``:
teams by pair/1. ``merging``: one door, many checks. ``savings``: what each unit would save.
"""

from solver.schedule.units.cutting import cut, cut_apart
from solver.schedule.units.errors import UnitError
from solver.schedule.units.points import Bundles, Point, bundle_name
from solver.schedule.units.telling import bundles_json, check_bundles

__all__ = [
    "Bundles",
    "Point",
    "UnitError",
    "bundle_name",
    "bundles_json",
    "check_bundles",
    "cut",
    "cut_apart",
]
