"""Cheating with replacements: whoever is put in another's place is the next ticket of the cell, and nobody else."""

from __future__ import annotations

from collections.abc import Callable

from tests.vectors.cheating import Fraud
from tests.vectors.evidence import BEACON, BLIND, DRAW_ID, Files, Story, blinded_lines, tell
from tests.vectors.reference import hasher, keyed, plan_hash, tag

#: A line of the register with its ticket: ticket, id, cell.
Ticket = tuple[str, str, str]


def half_drawn() -> Story:
    """One in two of every class, so that every cell has drawn and waiting ones."""
    halves = {"mode": "rate", "den": 2, "rates": {"A": 1, "B": 1, "C": 1, "D": 1}}
    return tell(halves, blinded_lines(240), beacon=BEACON, **BLIND)


def tickets(story: Story) -> list[Ticket]:
    """Every entity in the order of its ticket."""
    new = hasher(story.plan)
    assert story.reveals is not None
    message = tag("seed") + b"".join(len(x).to_bytes(4, "big") + x for x in story.reveals)
    seed = keyed(bytes.fromhex(plan_hash(story.plan)), message, new)
    found = []
    for line in story.lines:
        name, path, cls = line.decode().split(",")[:3]
        ticket = new(tag("ticket") + seed + name.encode()).hexdigest()
        found.append((ticket, name, f"{path}/{cls}"))
    return sorted(found)


def roomy(story: Story) -> tuple[list[Ticket], list[Ticket]]:
    """The drawn and the waiting of a cell that has two of the first and three of the others at least."""
    assert story.drawn
    drawn = {line.split(",")[0] for line in story.drawn.result.decode().splitlines()}
    for cell in sorted({ticket[2] for ticket in tickets(story)}):
        own = [ticket for ticket in tickets(story) if ticket[2] == cell]
        inside = [ticket for ticket in own if ticket[1] in drawn]
        if len(inside) >= 2 and len(own) - len(inside) >= 3:
            return inside, own[len(inside) :]
    raise AssertionError("no cell has room")


def replaced(story: Story, *pairs: tuple[Ticket, Ticket]) -> Story:
    """Each of ``pairs`` logged after all that happened: out, in."""
    for out, into in pairs:
        entry = {"kind": "replacement", "at": "2023-10-01T00:00:00Z", "draw_id": DRAW_ID, "cell": out[2]}
        story.log.append(entry | {"out": out[1], "in": into[1], "ticket": into[0], "reason": "deregistered"})
    return story


def twice_replaced() -> Story:
    """An honest draw: one goes, the next ticket comes in, goes too, and the next but one comes in."""
    story = half_drawn()
    inside, waiting = roomy(story)
    return replaced(story, (inside[0], waiting[0]), (waiting[0], waiting[1]), (inside[1], waiting[2]))


FRAUDS: list[Fraud] = []
Lie = Callable[[Story, list[Ticket], list[Ticket]], Story]


def fraud(done: str) -> Callable[[Lie], Lie]:
    def enter(lie: Lie) -> Lie:
        def files() -> Files:
            story = half_drawn()
            return lie(story, *roomy(story)).files()

        FRAUDS.append(Fraud(lie.__name__.replace("_", "-"), "order", done, files))
        return lie

    return enter


@fraud("替补跳过下一个签号，选了后面的一户")
def next_but_one_put_in(story: Story, inside: list[Ticket], waiting: list[Ticket]) -> Story:
    return replaced(story, (inside[0], waiting[1]))


@fraud("第二次替补又从第一个候补开始数")
def same_reserve_twice(story: Story, inside: list[Ticket], waiting: list[Ticket]) -> Story:
    return replaced(story, (inside[0], waiting[0]), (inside[1], waiting[0]))


@fraud("替补的签号是编造的")
def ticket_of_the_reserve_made_up(story: Story, inside: list[Ticket], waiting: list[Ticket]) -> Story:
    return replaced(story, (inside[0], ("0" * 64, *waiting[0][1:])))


@fraud("被替换的一户本来没有抽中")
def nobody_replaced(story: Story, inside: list[Ticket], waiting: list[Ticket]) -> Story:
    assert inside
    return replaced(story, (waiting[2], waiting[0]))


@fraud("同一户被替换两次")
def one_replaced_twice(story: Story, inside: list[Ticket], waiting: list[Ticket]) -> Story:
    return replaced(story, (inside[0], waiting[0]), (inside[0], waiting[1]))


@fraud("替补来自别的一层")
def reserve_of_another_cell(story: Story, inside: list[Ticket], waiting: list[Ticket]) -> Story:
    elsewhere = next(ticket for ticket in tickets(story) if ticket[2] != waiting[0][2])
    return replaced(story, (inside[0], elsewhere))


@fraud("替补登记在不存在的一层")
def cell_that_is_none(story: Story, inside: list[Ticket], waiting: list[Ticket]) -> Story:
    nowhere = (inside[0][0], inside[0][1], "330106/Z/A")
    return replaced(story, (nowhere, waiting[0]))
