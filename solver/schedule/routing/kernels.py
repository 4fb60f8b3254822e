"""打散重排的内核: ruin and recreate of routes with time windows, as plain functions that numba can compile.

Slack induction by string removals (Christiaens and Vanden Berghe, Transportation Science 54, 2020):
neighbouring strings of stops are taken out of neighbouring routes and put back greedily, each candidate place
being overlooked once in a hundred (a blink); what comes out dearer is kept with a chance that falls as the
search cools.

Everything is a flat list of whole numbers (arrays when compiled, lists when not): both ways give the same, so
that a plan found by search repeats on a machine without a compiler. Stops are ``0 … n-1``; route ``r`` begins
and ends at the mark ``n + r``. ``ready[i]``: when the team is free to leave ``i``; ``late[i]``: latest
arrival at ``i`` from which the rest of the route still works out. With both, a place is tried in constant
time, whatever the number of windows. ``stamp[r]`` changes whenever route ``r`` does: the best place of a stop
in a route is kept under the stamp it was found at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., object])

#: What ``search`` calls: whoever compiles it compiles these with it. Nothing here needs a compiler.
PARTS: list[Callable[..., object]] = []


def part(function: F) -> F:
    PARTS.append(function)
    return function


#: A list of whole numbers, or an array of them.
Row = Any

NOWHERE = 1 << 30
LONGEST = 10
"""Longest string taken out of a route."""
TAKEN = 10
"""Stops taken out on average."""
ORDERS = (4, 8, 10, 11, 13, 15, 17)
"""Out of 17: at random, heaviest, farthest, nearest first; fewest, earliest, latest windows first."""

# Places in ``sums``.
COST, MISSING, USED, COUNTER, DICE, BEST, BEST_MISSING, POOLED = range(8)


@part
def turned(x: int) -> int:
    """The next of a row of 32-bit numbers (xorshift, Marsaglia 2003)."""
    x ^= (x << 13) & 0xFFFFFFFF
    x ^= x >> 17
    x ^= (x << 5) & 0xFFFFFFFF
    return x


@part
def best_place(
    c: int,
    r: int,
    n: int,
    size: int,
    matrix: Row,
    depot: int,
    w0: int,
    w1: int,
    begin: Row,
    last: Row,
    service: int,
    after: Row,
    ready: Row,
    late: Row,
) -> tuple[int, int]:
    """Least detour by which stop ``c`` joins route ``r``, and the stop it then follows."""
    best, at = NOWHERE, -1
    i, row = n + r, depot
    while True:
        j = after[i]
        column = j if j < n else depot
        out = matrix[row * size + c]
        arrive = ready[i] + out
        w = w0
        while w < w1 and arrive > last[w]:
            w += 1
        if w < w1:
            start = arrive if arrive > begin[w] else begin[w]
            back = matrix[c * size + column]
            if start + service + back <= late[j]:
                detour = out + back - matrix[row * size + column]
                if detour < best:
                    best, at = detour, i
        if j >= n or ready[j] > last[w1 - 1]:
            break
        i, row = j, j
    return best, at


@part
def timed(
    r: int,
    k: int,
    n: int,
    size: int,
    kinds: int,
    matrix: Row,
    depot: int,
    opens: int,
    closes: int,
    first: Row,
    begin: Row,
    last: Row,
    duration: Row,
    after: Row,
    before: Row,
    ready: Row,
    late: Row,
) -> bool:
    """Works ``ready`` and ``late`` of a route out anew; whether it can be driven at all."""
    end = n + r
    ready[end], late[end] = opens, closes
    i, row = after[end], depot
    free = opens
    while i != end:
        arrive = free + matrix[row * size + i]
        w, w1 = first[i * kinds + k], first[i * kinds + k + 1]
        while w < w1 and arrive > last[w]:
            w += 1
        if w == w1:
            return False
        free = (arrive if arrive > begin[w] else begin[w]) + duration[i]
        ready[i] = free
        i, row = after[i], i
    if row != depot and free + matrix[row * size + depot] > closes:
        return False
    i, column, bound = before[end], depot, closes
    while i != end:
        latest = bound - matrix[i * size + column] - duration[i]
        w0, w = first[i * kinds + k], first[i * kinds + k + 1] - 1
        while w >= w0 and begin[w] > latest:
            w -= 1
        if w < w0:
            return False
        bound = latest if latest < last[w] else last[w]
        late[i] = bound
        i, column = before[i], i
    return True


@part
def saved(
    r: int,
    n: int,
    after: Row,
    ready: Row,
    late: Row,
    load: Row,
    count: Row,
    stamp: Row,
    log: Row,
    logged: int,
) -> int:
    """Writes a route down before its first change, to be put back; how far the log then reaches."""
    at = logged
    log[at], log[at + 1], log[at + 2], log[at + 3] = r, count[r], load[r], stamp[r]
    at += 4
    i = after[n + r]
    while i < n:
        log[at], log[at + 1], log[at + 2] = i, ready[i], late[i]
        at += 3
        i = after[i]
    return at


@part
def restored(
    n: int,
    after: Row,
    before: Row,
    on: Row,
    ready: Row,
    late: Row,
    load: Row,
    count: Row,
    stamp: Row,
    log: Row,
    logged: int,
) -> None:
    """Puts every route of the log back as it was."""
    at = 0
    while at < logged:
        r = log[at]
        count[r], load[r], stamp[r] = log[at + 1], log[at + 2], log[at + 3]
        at += 4
        i = n + r
        for _ in range(count[r]):
            c = log[at]
            after[i], before[c], on[c] = c, i, r
            ready[c], late[c] = log[at + 1], log[at + 2]
            i = c
            at += 3
        after[i], before[n + r] = n + r, i


@part
def noted(
    r: int, k: int, n: int, width: int, after: Row, count: Row, pool: Row, pooled: int, most: int
) -> int:
    """Adds a route to the pool of good tours, if there is room."""
    if count[r] == 0 or pooled >= most:
        return pooled
    at = pooled * width
    pool[at], pool[at + 1] = k, count[r]
    at += 2
    i = after[n + r]
    while i < n:
        pool[at] = i
        at += 1
        i = after[i]
    return pooled + 1


def search(
    n: int,
    size: int,
    kinds: int,
    matrix: Row,
    duration: Row,
    demand: Row,
    first: Row,
    begin: Row,
    last: Row,
    near: Row,
    reach: int,
    ranks: Row,
    slots: Row,
    kind: Row,
    home: Row,
    opens: Row,
    closes: Row,
    room: int,
    route_cost: int,
    missed: Row,
    after: Row,
    before: Row,
    on: Row,
    ready: Row,
    late: Row,
    load: Row,
    count: Row,
    stamp: Row,
    top: Row,
    away: Row,
    gone: Row,
    keys: Row,
    string: Row,
    log: Row,
    kept: Row,
    keeps: bool,
    best_after: Row,
    pool: Row,
    width: int,
    pool_most: int,
    chances: Row,
    sums: Row,
    iterations: int,
    warmth: float,
    cooling: float,
) -> None:
    """``iterations`` turns of ruin and recreate upon the routes as they stand; the best goes to
    ``best_after``.

    ``slots[k] … slots[k+1]``: the routes of kind ``k`` (a day, with its hours and office). ``kept``: for each
    stop and route the detour, the place and the stamp under which they were found, if ``keeps``.
    """
    routes = slots[kinds]
    x = sums[DICE]
    for _ in range(iterations):
        base = sums[COUNTER]
        logged = 0
        cost, used = sums[COST], sums[USED]
        absent = sums[MISSING]
        for a in range(absent):
            gone[a] = away[a]
        for k in range(kinds):
            while top[k] > 0 and count[slots[k] + top[k] - 1] == 0:
                top[k] -= 1
        # Ruin: strings out of routes around a stop.
        if used > 0:
            mean = (n - sums[MISSING]) // used
            longest = LONGEST if mean > LONGEST else (mean if mean > 1 else 1)
            span = 4000 * TAKEN // (1 + longest) - 1000
            x = turned(x)
            strings = (1000 + x % (span if span > 1 else 1)) // 1000
            x = turned(x)
            seed = x % n
            if sums[MISSING] > 0:
                x = turned(x)
                if x % 4 == 0:
                    x = turned(x)
                    seed = away[x % sums[MISSING]]
            for a in range(reach):
                if strings == 0:
                    break
                c = near[seed * reach + a]
                r = on[c]
                if r < 0 or stamp[r] > base:
                    continue
                strings -= 1
                k = kind[r]
                logged = saved(r, n, after, ready, late, load, count, stamp, log, logged)
                size_of = count[r]
                place, i = 0, after[n + r]
                for b in range(size_of):
                    string[b] = i
                    if i == c:
                        place = b
                    i = after[i]
                most = longest if longest < size_of else size_of
                x = turned(x)
                many = 1 + x % most
                spared = 0
                x = turned(x)
                if many < size_of and many > 1 and x % 2 == 0:
                    spared = 1
                    x = turned(x)
                    while many + spared < size_of and x % 100 == 0:
                        spared += 1
                        x = turned(x)
                whole = many + spared
                low = place - whole + 1 if place - whole + 1 > 0 else 0
                high = place if place < size_of - whole else size_of - whole
                x = turned(x)
                start = low + x % (high - low + 1)
                skip = start + whole
                if spared > 0:
                    x = turned(x)
                    skip = start + 1 + x % (many - 1 if many > 1 else 1)
                for b in range(start, start + whole):
                    if skip <= b < skip + spared:
                        continue
                    c = string[b]
                    p, q = before[c], after[c]
                    row = p if p < n else home[k]
                    column = q if q < n else home[k]
                    cost += matrix[row * size + column] - matrix[row * size + c] - matrix[c * size + column]
                    after[p], before[q] = q, p
                    on[c] = -1
                    load[r] -= demand[c]
                    count[r] -= 1
                    gone[absent] = c
                    absent += 1
                    cost += missed[c]
                sums[COUNTER] += 1
                stamp[r] = sums[COUNTER]
                if count[r] > 0 and not timed(
                    r, k, n, size, kinds, matrix, home[k], opens[k], closes[k], first, begin, last, duration,
                    after, before, ready, late,
                ):  # fmt: skip
                    # A short cut that is none: with ways that break the triangle rule the rest may come too
                    # late.
                    i, row = after[n + r], home[k]
                    while i < n:
                        cost += missed[i] - matrix[row * size + i]
                        on[i] = -1
                        gone[absent] = i
                        absent += 1
                        i, row = after[i], i
                    cost -= matrix[row * size + home[k]]
                    count[r], load[r] = 0, 0
                if count[r] == 0:
                    after[n + r], before[n + r] = n + r, n + r
                    ready[n + r], late[n + r] = opens[k], closes[k]
                    used -= 1
                    cost -= route_cost
        # In what order the stops come back.
        x = turned(x)
        draw = x % 17
        order = 0
        while draw >= ORDERS[order]:
            order += 1
        for a in range(absent):
            if order == 0:
                x = turned(x)
                keys[a] = x
            else:
                keys[a] = ranks[(order - 1) * n + gone[a]]
        for a in range(1, absent):
            key, c = keys[a], gone[a]
            b = a - 1
            while b >= 0 and keys[b] > key:
                keys[b + 1], gone[b + 1] = keys[b], gone[b]
                b -= 1
            keys[b + 1], gone[b + 1] = key, c
        # Recreate: each where it costs least, with blinks.
        still = 0
        for a in range(absent):
            c = gone[a]
            least, chosen, at = missed[c], -1, -1
            for k in range(kinds):
                w0, w1 = first[c * kinds + k], first[c * kinds + k + 1]
                if w0 == w1:
                    continue
                offered = False
                end = slots[k] + top[k] + 1
                if end > slots[k + 1]:
                    end = slots[k + 1]
                for r in range(slots[k], end):
                    if load[r] + demand[c] > room:
                        continue
                    extra = 0
                    if count[r] == 0:
                        if offered:
                            continue
                        offered = True
                        extra = route_cost
                    known = (c * routes + r) * 3
                    if keeps and kept[known + 2] == stamp[r]:
                        detour, spot = kept[known], kept[known + 1]
                    else:
                        detour, spot = best_place(
                            c,
                            r,
                            n,
                            size,
                            matrix,
                            home[k],
                            w0,
                            w1,
                            begin,
                            last,
                            duration[c],
                            after,
                            ready,
                            late,
                        )
                        if keeps and stamp[r] <= base:
                            kept[known], kept[known + 1], kept[known + 2] = detour, spot, stamp[r]
                    if spot >= 0 and detour + extra < least:
                        x = turned(x)
                        if x % 100 != 0:
                            least, chosen, at = detour + extra, r, spot
            if chosen < 0:
                gone[still] = c
                still += 1
                continue
            r, k = chosen, kind[chosen]
            if stamp[r] <= base:
                logged = saved(r, n, after, ready, late, load, count, stamp, log, logged)
            if count[r] == 0:
                used += 1
                if r - slots[k] >= top[k]:
                    top[k] = r - slots[k] + 1
            q = after[at]
            after[at], after[c], before[c], before[q] = c, q, at, c
            on[c] = r
            load[r] += demand[c]
            count[r] += 1
            cost += least - missed[c]
            sums[COUNTER] += 1
            stamp[r] = sums[COUNTER]
            timed(
                r, k, n, size, kinds, matrix, home[k], opens[k], closes[k], first, begin, last, duration,
                after, before, ready, late,
            )  # fmt: skip
        # Keep it or not.
        x = turned(x)
        if cost < sums[COST] + warmth * chances[x % 1024]:
            if pool_most > 0:
                at = 0
                while at < logged:
                    r = log[at]
                    sums[POOLED] = noted(r, kind[r], n, width, after, count, pool, sums[POOLED], pool_most)
                    at += 4 + 3 * log[at + 1]
            sums[COST], sums[USED], sums[MISSING] = cost, used, still
            for a in range(still):
                away[a] = gone[a]
            if cost < sums[BEST]:
                sums[BEST], sums[BEST_MISSING] = cost, still
                for a in range(n + routes):
                    best_after[a] = after[a]
        else:
            for a in range(sums[MISSING]):
                on[away[a]] = -1
            restored(n, after, before, on, ready, late, load, count, stamp, log, logged)
        warmth *= cooling
    sums[DICE] = x
