"""Tiny counties whose best plan is found by trying everything, second by second; independent of the solver."""

from itertools import permutations, product

from solver.schedule.problem import Id, Problem, Team, Visit
from solver.schedule.timetable import Route

DAY = 12


def county(
    members: list[str],
    visits: list[dict],
    ways: list[list[int]],
    *,
    days: int = 2,
    avail: dict[int, tuple[int, ...]] | None = None,
    **more,
) -> Problem:
    """Teams are words of people's letters ("ab"); times are single seconds of a day of 12."""
    teams = tuple(
        Team(number, 0, 0, tuple(word), (avail or {}).get(number, tuple(range(days))))
        for number, word in enumerate(members)
    )
    listed = tuple(
        Visit(
            number,
            0,
            None,
            one.get("duration", 2),
            one.get("windows", ((0, DAY),)),
            one.get("days", tuple(range(days))),
            one["team"],
        )
        for number, one in enumerate(visits)
    )
    dates = tuple(f"2026-09-{14 + day}" for day in range(days))
    return Problem(
        "tiny", DAY, 3, 5, 1000, dates, (_place(),), teams, listed, matrix=tuple(map(tuple, ways)), **more
    )


def _place():
    from solver.schedule.problem import Place

    return Place(30.0, 120.0)


def outings(problem: Problem, team: Id, visits: tuple[Id, ...], day: int) -> list[tuple[int, int, int]]:
    """(travel, leaves, returns): every order, every departure, as soon back as can be."""
    number = {visit.id: at + 1 for at, visit in enumerate(problem.visits)}
    by_id = {visit.id: visit for visit in problem.visits}
    ways, found = problem.matrix, set()
    assert ways is not None
    if not all(day in by_id[one].days for one in visits):
        return []
    for order in permutations(visits):
        for leaves in range(problem.day_length + 1):
            now, here, travel = leaves, 0, 0
            for one in order:
                travel += ways[here][number[one]]
                now, here = now + ways[here][number[one]], number[one]
                starts = [
                    max(now, a) for a, b in by_id[one].windows if max(now, a) + by_id[one].duration <= b
                ]
                if not starts:
                    break
                now = min(starts) + by_id[one].duration
            else:
                travel, now = travel + ways[here][0], now + ways[here][0]
                if now <= problem.day_length:
                    found.add((travel, leaves, now))
    return sorted(found)


def least(problem: Problem, teams: set[Id] | None = None) -> tuple[int, int]:
    """(visits left out, travel and team-days) of the best plan, by trying all."""
    members = {team.id: team.members for team in problem.teams}
    days = {team.id: team.days for team in problem.teams}
    visits = [visit for visit in problem.visits if teams is None or visit.team in teams]
    places = [[None, *days[visit.team]] for visit in visits]
    known: dict = {}
    best = (len(visits) + 1, 0)
    for choice in product(*places):
        missing = sum(day is None for day in choice)
        if missing > best[0]:
            continue
        sets: dict[tuple[Id, int], list[Id]] = {}
        for visit, day in zip(visits, choice, strict=True):
            if day is not None:
                sets.setdefault((visit.team, day), []).append(visit.id)
        if any(len(one) > problem.max_visits for one in sets.values()):
            continue
        cost = 0
        for day in range(len(problem.days)):
            today = {team: tuple(one) for (team, d), one in sets.items() if d == day}
            key = day, tuple(sorted(today.items()))
            if key not in known:
                known[key] = least_of_day(problem, today, day, members)
            if known[key] is None:
                break
            cost += known[key]
        else:
            best = min(best, (missing, cost))
    return best


def least_of_day(problem: Problem, today: dict[Id, tuple[Id, ...]], day: int, members) -> int | None:
    if len(today) > problem.cars.get(0, len(today)):
        return None
    ways = [outings(problem, team, visits, day) for team, visits in today.items()]
    teams = list(today)
    costs = []
    for chosen in product(*ways):
        lawful = True
        for one in range(len(teams)):
            for other in range(one):
                if set(members[teams[one]]) & set(members[teams[other]]) and (
                    problem.sharing == "day"
                    or (chosen[one][1] < chosen[other][2] and chosen[other][1] < chosen[one][2])
                ):
                    lawful = False
        if lawful:
            costs.append(sum(way[0] + problem.day_cost for way in chosen))
    return min(costs) if costs else None


def offences(problem: Problem, routes: list[Route]) -> list[str]:
    """What is wrong with routes: times, windows, hours, people in two places, cars."""
    number = {visit.id: at + len(problem.offices) for at, visit in enumerate(problem.visits)}
    by_id = {visit.id: visit for visit in problem.visits}
    teams = {team.id: team for team in problem.teams}
    from solver.schedule.travel import Travel

    travel, wrong, seen = Travel.of(problem), [], set()
    for route in routes:
        team = teams[route.team]
        now, here, driven = route.leaves, team.office, 0
        if route.day not in team.days or (route.team, route.day) in seen:
            wrong.append(f"team {route.team} on day {route.day}")
        seen.add((route.team, route.day))
        for one, start in zip(route.visits, route.starts, strict=True):
            visit, way = by_id[one], travel.seconds(here, number[one])
            driven += way
            if start < now + way:
                wrong.append(f"{one} begins before arrival")
            windows = visit.windows_on.get(route.day, visit.windows)
            if not any(a <= start and start + visit.duration <= b for a, b in windows):
                wrong.append(f"{one} outside its windows")
            if problem.lunch is not None and start < problem.lunch < start + visit.duration:
                wrong.append(f"{one} over lunch")
            if route.day not in visit.days or visit.team != route.team or one in seen:
                wrong.append(f"{one} not by {route.team} on {route.day}")
            seen.add(one if isinstance(one, str) else ("visit", one))
            now, here = start + visit.duration, number[one]
        back = travel.seconds(here, team.office)
        low, high = team.hours.get(route.day, (0, problem.day_length))
        if now + back != route.returns or not low <= route.leaves <= route.returns <= high:
            wrong.append(f"hours of {route.team} on {route.day}")
        if driven + back != route.travel:
            wrong.append(f"travel of {route.team} on {route.day}")
    for at, one in enumerate(routes):
        for other in routes[:at]:
            shared = set(teams[one.team].members) & set(teams[other.team].members)
            at_once = one.leaves < other.returns and other.leaves < one.returns
            if shared and one.day == other.day and (problem.sharing == "day" or at_once):
                wrong.append(f"{sorted(shared)} in two places on {one.day}")
    for office, cars in problem.cars.items():
        for day in range(len(problem.days)):
            out = sum(route.day == day and teams[route.team].office == office for route in routes)
            if out > cars:
                wrong.append(f"{out} of {cars} cars out on {day}")
    return wrong
