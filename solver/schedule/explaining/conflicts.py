"""冲突集: a smallest set of visits that a team cannot do together: take one away and the others fit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from solver.schedule.problem import Id, id_order


def minimal(
    broken: Callable[[Sequence[Id]], bool], core: Id, others: Collection[Id], near: Collection[Id]
) -> tuple[Id, ...]:
    """Deletion filter. ``core`` stays in; ``core`` with all ``others`` is known to be ``broken``.

    ``near``: those of the others that are most likely to be enough; they are tried first, and the rest
    dropped at once where they are. What is left is broken, and no longer so without any one of its visits.
    """
    rest = sorted(others, key=id_order)
    likely = [name for name in rest if name in set(near)]
    if likely and len(likely) < len(rest) and broken([core, *likely]):
        rest = likely
    rest = _by_chunks(broken, core, rest)
    return tuple(sorted((core, *rest), key=id_order))


def _by_chunks(broken: Callable[[Sequence[Id]], bool], core: Id, rest: list[Id]) -> list[Id]:
    """Chunks first, then one by one: far fewer questions where the conflict is small."""
    size = len(rest) // 2
    while size >= 1:
        at = 0
        while at < len(rest):
            fewer = rest[:at] + rest[at + size :]
            if len(fewer) < len(rest) and broken([core, *fewer]):
                rest = fewer
            else:
                at += size
        size //= 2
    return rest
