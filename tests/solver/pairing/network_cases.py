"""Networks of which a lawful point inside all bounds is known: the mean of lawful assignments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from solver.pairing.arrays import Floats, Ints
from solver.pairing.entropy.component import Component

NO_FLOATS, NO_INTS, NO_BOOLS = np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.bool_)


def full(demand: list[float], load: list[float]) -> Component:
    """Everybody may take every task; one seat per task, nothing else."""
    seats, people = len(demand), len(load)
    edges = seats * people
    return Component(
        demand=np.array(demand, float),
        load=np.array(load, float),
        edge_seat=np.repeat(np.arange(seats), people),
        edge_pair=np.arange(edges),
        edge_group=np.full(edges, -1),
        pair_person=np.tile(np.arange(people), seats),
        pair_door=np.full(edges, -1),
        highest=np.ones(edges),
        score=np.zeros(edges),
        group_cap=NO_FLOATS,
        group_full=NO_BOOLS,
        door_person=NO_INTS,
        door_cap=NO_FLOATS,
        door_full=NO_BOOLS,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    component: Component
    inside: Floats
    """A lawful point, per edge."""


def random_case(
    seed: int,
    *,
    rounds: int = 12,
    doors: int = 0,
    groups: bool = False,
    most_seats: int = 3,
    even: bool = True,
) -> Case:
    """Up to eight tasks; ``doors`` periods in which inspectors have caps; ``groups`` of who never meet.

    With ``even``, each of the assignments counts the same, so that chances are multiples of 1 / ``rounds``.
    """
    rng = np.random.default_rng(seed)
    tasks, people = int(rng.integers(2, 9)), int(rng.integers(6, 12))
    seats = [
        (task, int(rng.integers(1, 3)), np.flatnonzero(rng.random(people) < 0.7))
        for task in range(tasks)
        for _ in range(int(rng.integers(1, most_seats + 1)))
    ]
    grouped = set(rng.choice(people, 2, replace=False).tolist()) if groups else set()
    weight = np.full(rounds, 1.0) if even else rng.random(rounds) + 0.1
    weight /= weight.sum()
    chance: dict[tuple[int, int], float] = {}
    first = _assignment(rng, seats, grouped)
    for part in weight.tolist():
        for row in _another(rng, seats, grouped, first):
            chance[row] = chance.get(row, 0.0) + part
    return _case(rng, seats, chance, grouped, doors)


def _assignment(
    rng: np.random.Generator, seats: list[tuple[int, int, Ints]], grouped: set[int]
) -> list[tuple[int, int]]:
    """Seat by seat, anyone not yet in the team, and of the group one only; a seat takes fewer if it must."""
    found: list[tuple[int, int]] = []
    busy: dict[int, set[int]] = {}
    for seat, (task, demand, eligible) in enumerate(seats):
        team, taken = busy.setdefault(task, set()), 0
        for person in rng.permutation(eligible).tolist():
            if taken < demand and person not in team and not (person in grouped and team & grouped):
                team.add(person)
                found.append((seat, person))
                taken += 1
    return found


def _another(
    rng: np.random.Generator,
    seats: list[tuple[int, int, Ints]],
    grouped: set[int],
    first: list[tuple[int, int]],
) -> list[tuple[int, int]]:
    """An assignment with as many people in every seat as the first one."""
    wanted = sorted(seat for seat, _ in first)
    for _ in range(50):
        found = _assignment(rng, seats, grouped)
        if sorted(seat for seat, _ in found) == wanted:
            return found
    return first


def _case(
    rng: np.random.Generator,
    seats: list[tuple[int, int, Ints]],
    chance: dict[tuple[int, int], float],
    grouped: set[int],
    doors: int,
) -> Case:
    rows = sorted(chance)
    used = sorted({person for _, person in rows})
    place = {person: at for at, person in enumerate(used)}
    live = sorted({seat for seat, _ in rows})
    seat_at = {seat: at for at, seat in enumerate(live)}
    pairs = sorted({(seats[seat][0], person) for seat, person in rows})
    pair_at = {pair: at for at, pair in enumerate(pairs)}
    inside = np.array([chance[row] for row in rows])
    edge_seat = np.array([seat_at[seat] for seat, _ in rows])
    edge_pair = np.array([pair_at[seats[seat][0], person] for seat, person in rows])
    edge_group = np.full(len(rows), -1)
    for at in range(len(live)):
        mine = [row for row, (seat, person) in enumerate(rows) if seat_at[seat] == at and person in grouped]
        if len(mine) > 1:
            edge_group[mine] = edge_group.max(initial=-1) + 1
    count = int(edge_group.max(initial=-1)) + 1
    p = np.bincount(edge_pair, inside)
    pair_person = np.array([place[person] for _, person in pairs])
    pair_door = np.full(len(pairs), -1)
    door_person: list[int] = []
    door_cap: list[float] = []
    for person in range(len(used)) if doors else []:
        for period in range(doors):
            mine = [
                at
                for at, (task, _) in enumerate(pairs)
                if pair_person[at] == person and task % doors == period
            ]
            if len(mine) > 1 and rng.random() < 0.6:
                pair_door[mine] = len(door_cap)
                door_person.append(person)
                door_cap.append(float(np.ceil(p[mine].sum() - 1e-9)))
    group_sum = np.bincount(edge_group + 1, inside, count + 1)[1:]
    door_sum = np.bincount(pair_door + 1, p, len(door_cap) + 1)[1:]
    component = Component(
        demand=np.asarray(np.bincount(edge_seat, inside), np.float64),
        load=np.asarray(np.bincount(pair_person, p), np.float64),
        edge_seat=edge_seat,
        edge_pair=edge_pair,
        edge_group=edge_group,
        pair_person=pair_person,
        pair_door=pair_door,
        highest=np.ones(len(pairs)),
        score=np.zeros(len(pairs)),
        group_cap=np.ones(count),
        group_full=group_sum > 1.0 - 1e-9,
        door_person=np.array(door_person, np.int64),
        door_cap=np.array(door_cap, float),
        door_full=door_sum > np.array(door_cap, float) - 1e-9,
    )
    return Case(component, inside)


def without_certain(case: Case) -> Case | None:
    """The case, if no pair is certain: what is certain is taken out before the entropy is looked at."""
    p = np.bincount(case.component.edge_pair, case.inside)
    return case if float(np.max(p)) < 1.0 - 1e-9 else None


def capped(case: Case, share: float, score: float, seed: int) -> Case:
    """Caps just above a lawful point, and scores."""
    p = np.bincount(case.component.edge_pair, case.inside)
    rng = np.random.default_rng(seed)
    component = replace(
        case.component,
        highest=np.minimum(1.0, p * (1.0 + share)),
        score=score * rng.standard_normal(len(p)),
    )
    return Case(component, case.inside)
