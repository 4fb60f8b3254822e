"""一望可知: what needs no model. More visits, or more hours, than some days of a team can hold."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from solver.schedule.explaining.alone import common_days
from solver.schedule.problem import Id, Problem
from solver.schedule.travel import Travel


def overfull(problem: Problem, travel: Travel, names: Collection[Id] | None = None) -> bool:
    """Whether the one team of ``problem`` certainly cannot do its visits (or, of them, ``names``).

    Visits confined to some days (Hall): more than ``max_visits`` a day; or their durations, the shortest way
    to each and the shortest ways home are longer than the hours of those days. No window is looked at.
    """
    team = problem.teams[0]
    chosen = [one for one in problem.visits if names is None or one.id in names]
    if not chosen:
        return False
    days = [frozenset(common_days(problem, team, one)) for one in chosen]
    if not all(days) or problem.max_visits <= 0:
        return True
    go = travel.table(team.office, [one.id for one in chosen]).astype(np.int64)
    np.fill_diagonal(go, np.iinfo(np.int64).max)
    into = go.min(axis=0)
    needs = np.array([one.duration for one in chosen], dtype=np.int64)
    for span in {*days, frozenset[int]().union(*days)}:
        inside = [at for at, own in enumerate(days) if own <= span]
        if len(inside) > problem.max_visits * len(span):
            return True
        hours = [team.hours.get(day, (0, problem.day_length)) for day in span]
        returns = -(-len(inside) // problem.max_visits)
        least = int((needs + into[1:])[inside].sum()) + returns * int(into[0])
        if least > sum(end - begin for begin, end in hours):
            return True
    return False
