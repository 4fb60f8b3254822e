"""抽签单元: what teams are drawn for: entities, bundles of them, or finished day-routes (docs/bundle-1.md).

``points``, ``plane``, ``bisecting``, ``exchanging``, ``cutting``: the rule bundle/1. ``posing``, ``lots``:
teams by pair/1. ``merging``: one door, many checks. ``savings``: what each unit would save.
"""

from solver.schedule.units.cutting import bundles_of, cut
from solver.schedule.units.errors import UnitError
from solver.schedule.units.points import Bundles, Point

__all__ = ["Bundles", "Point", "UnitError", "bundles_of", "cut"]
