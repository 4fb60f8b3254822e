"""抽取进程: what the log as a whole must show of its draws, which no single bundle can.

A bundle tells the entries of one draw as its keeper picked them. Only the whole log shows that there was no
second plan under the same number, and that no secret was used that an earlier draw had made public.
"""

from collections.abc import Iterable, Iterator

from solver.errors import LogError
from solver.log.entries import Entry
from solver.log.order import check_course
from supervision.transparency.problems import Problem


def check_courses(entries: Iterable[Entry]) -> Iterator[Problem]:
    """核对各次抽取: each begins with its one plan and keeps the order of events; commitments are its own."""
    draws: dict[str, list[Entry]] = {}
    campaigns: dict[str, str] = {}
    for entry in entries:
        if entry.draw_id:
            draws.setdefault(entry.draw_id, []).append(entry)
        elif entry.campaign is not None:
            campaigns |= dict.fromkeys(entry.campaign.plans, entry.campaign.code)
    owners: dict[str, tuple[str, str]] = {}
    for draw_id, events in draws.items():
        first = events[0]
        if first.kind != "plan":
            yield Problem("no_plan", first.index, f"第 {first.index} 条：抽取 {draw_id} 没有先登记方案。")
            continue
        try:
            check_course(events)
        except LogError as error:
            at = error.params.get("index")
            index = at if isinstance(at, int) else first.index
            yield Problem(error.code, index, f"抽取 {draw_id}：{error.message}")
        plan_hash = str(first.fields["plan_hash"])
        owner = (campaigns.get(plan_hash, ""), draw_id)
        yield from _reused(events, owner, owners)


def _reused(
    events: Iterable[Entry], owner: tuple[str, str], owners: dict[str, tuple[str, str]]
) -> Iterator[Problem]:
    """Commitments that another draw had: its secret may be known. Draws of one campaign share theirs."""
    campaign, draw_id = owner
    for entry in events:
        commit = entry.fields.get("commit")
        if not isinstance(commit, str):
            continue
        theirs, other = owners.setdefault(commit, owner)
        if other != draw_id and not (campaign and campaign == theirs):
            yield Problem(
                "commitment_reused",
                entry.index,
                f"第 {entry.index} 条：抽取 {draw_id} 用了抽取 {other} 用过的承诺，其随机数可能早已公开。",
            )
