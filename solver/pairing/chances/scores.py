"""适配度: weight × score of (task, inspector), in nats, laid along the pairs of a network."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from solver.pairing.arrays import Floats, Ints
from solver.pairing.errors import PairingInputError
from solver.pairing.network import Network
from solver.pairing.problem import Problem

LARGEST_SCORE = 1e6
"""Nats. Beyond, chances differ by factors that no table could hold, and sums lose their last digits."""


class Scores:
    """The scores of a problem; 0 for what it does not name. Raises `PairingInputError` for too large ones."""

    def __init__(self, problem: Problem) -> None:
        self._by_task: dict[str, list[tuple[str, float]]] = defaultdict(list)
        if problem.affinity is not None:
            for task, person, score in problem.affinity.scores:
                weighted = score * problem.affinity.weight
                if not abs(weighted) <= LARGEST_SCORE:
                    raise PairingInputError(
                        f"affinity 的 weight 与检查任务 {task}、执法检查人员 {person} 的分值之积应在 "
                        f"{-LARGEST_SCORE:.0f} 到 {LARGEST_SCORE:.0f} 之间，现为 {weighted:g}。"
                        "请减小 weight。",
                        where="affinity",
                    )
                self._by_task[task].append((person, weighted))

    def __call__(self, net: Network) -> Floats:
        """Those of the pairs of a network."""
        scores = np.zeros(len(net.pair_task))
        if not self._by_task or not len(scores):
            return scores
        place = {one.id: at for at, one in enumerate(net.people)}
        keys = net.pair_task * len(net.people) + net.pair_person
        named = [
            (at * len(net.people) + place[person], score)
            for at, task in enumerate(net.tasks)
            for person, score in self._by_task.get(task.id, ())
            if person in place
        ]
        wanted = np.array([key for key, _ in named], dtype=np.int64)
        pair = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        known = keys[pair] == wanted
        scores[pair[known]] = np.array([score for _, score in named])[known]
        return scores


def expected_score(problem: Problem, pairs: Ints, p: Floats) -> float:
    """The weighted score to be expected; ``pairs`` are task · inspectors + inspector, by place, in order."""
    if problem.affinity is None or not len(pairs):
        return 0.0
    task_at = {task.id: at for at, task in enumerate(problem.tasks)}
    person_at = {one.id: at for at, one in enumerate(problem.inspectors)}
    given = problem.affinity.scores
    people = len(problem.inspectors)
    wanted = np.array([task_at[task] * people + person_at[who] for task, who, _ in given], dtype=np.int64)
    pair = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    chance = np.where(pairs[pair] == wanted, p[pair], 0.0)
    return problem.affinity.weight * float(np.sum(chance * np.array([score for *_, score in given])))
