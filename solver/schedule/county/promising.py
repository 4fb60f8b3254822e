"""有望的行程: of teams with thousands of day-tours, those that a good plan could be made of."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from solver.schedule.county.options import Lister, Option
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, id_order
from solver.schedule.team.columns import Columns
from solver.schedule.team.guard import Guard
from solver.schedule.team.partition import Partition
from solver.schedule.team.relaxation import Aim
from solver.schedule.team.tours import list_tours

TOURS = 150


def promising(
    lister: Lister, known: Iterable[frozenset[Id]], limits: Limits, guard: Guard
) -> tuple[Option, ...]:
    """Options of the outings that are ``known`` and their parts, of each visit by itself, and of the tours of
    least reduced cost.
    """
    frame = lister.frame
    sets = {frozenset([frame.visits[number].id]) for number in lister.able}
    for visits in known:
        sets.update((visits, *(visits - {gone} for gone in visits)))
    sets.discard(frozenset())
    tours = list_tours(frame, limits.tours)
    if tours.complete and len(tours):
        columns = Columns.of(frame.problem, tours)
        most = int(columns.cost.max(initial=0)) + 1
        aim = Aim(columns.cost, np.full(len(tours.visits), len(tours.visits) * most, dtype=np.int64))
        reduced = Partition(columns, limits.nodes, guard.left).relax(aim).reduced
        for column in np.argsort(reduced.round(6), kind="stable")[: 4 * TOURS].tolist():
            sets.add(frozenset(tours.order(int(columns.tour[column]))))
            if len(sets) >= TOURS + 2 * len(frame.visits):
                break
    ordered = sorted(sets, key=lambda one: sorted(map(id_order, one)))
    found: list[Option] = []
    for visits in ordered:
        if guard.left() == 0:
            break
        found += lister.of_visits(sorted(visits, key=id_order))
    return tuple(found)
