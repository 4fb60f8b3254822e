"""审计结论的说法: what an audit of pairings found, as a county official reads it."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.fairness.pairing_audit import PairingAudit


def told(found: PairingAudit) -> str:
    """The findings line by line, the verdict first."""
    lines = [_verdict(found), *_facts(found)]
    return "\n".join([lines[0], *(f"- {line}" for line in lines[1:])])


def _verdict(found: PairingAudit) -> str:
    bits = f"至多 {found.at_most:,.1f} 比特随机性"
    if found.pattern == "walk":
        kept = f"{found.order.share:.0%} 的相邻两人符合同一次序"
        if not found.order.by_name:
            bits += f"（次序若是事先定好的，只有 {log2(found.inspectors):.1f} 比特）"
        return (
            f"结论：名单按固定次序轮流派人（{kept}），只含{bits}；知道一个检查组，就能推知其余大部分检查组。"
        )
    if found.pattern == "fixed_teams":
        return (
            f"结论：检查组固定不变（{found.teams} 项任务只有 {found.different_teams} 种组合），只含{bits}。"
        )
    if found.suspicious:
        how = "少" if found.meetings.fewer <= found.meetings.more else "多"
        return (
            f"结论：不同的同组组合明显偏{how}，随机产生的名单不到千分之一会这样；请说明检查组是怎样产生的。"
        )
    if not found.meetings.samples:
        return f"结论：名单太短，看不出是否随机（{bits}）。"
    return (
        f"结论：没有发现轮流派人或固定搭档的痕迹（{bits}）。"
        "这不等于证明随机：只有事先公布概率表、事后公布种子才能证明。"
    )


def _facts(found: PairingAudit) -> list[str]:
    order, met = found.order, found.meetings
    low, high = found.loads[0][0], found.loads[-1][0]
    lines = [
        f"检查任务 {found.tasks:,} 项，执法检查人员 {found.inspectors:,} 人，共 {found.rows:,} 行。",
        f"每人 {low} 至 {high} 次，最多与最少相差 {high - low} 次。",
        f"按上一人猜下一人：按名单次序猜中 {order.listed:,}/{order.steps:,}，"
        f"按“上次谁接着谁”猜中 {order.repeated:,}/{order.again:,}；若是随机，约猜中 {order.by_chance:.1%}。",
        f"由名单上相邻的人组成的检查组 {found.neighbours:,} 个（共 {found.teams:,} 个）。",
    ]
    if met.samples:
        lines.append(
            f"出现过的同组两人 {met.seen:,} 对；同样的任务量随机搭配，平均 {met.expected:,.1f} 对"
            f"（{met.samples} 份随机名单中，不多于此数的占 {met.fewer:.1%}，不少于此数的占 {met.more:.1%}）。"
        )
    else:
        lines.append(f"出现过的同组两人 {met.seen:,} 对；任务太少，不作比较。")
    if found.returns is not None:
        lines.append(f"同一人再次检查同一对象 {found.returns:,} 次。")
    if found.ineligible is None:
        lines.append("未提供资格名单：各人可去哪些任务不详，若分片区派人，同组组合本来就会偏少。")
    else:
        lines.append(f"不符合资格的搭配 {found.ineligible:,} 个。")
    if found.duplicates:
        lines.append(f"重复的行 {found.duplicates:,} 行，已按一行计。")
    return lines
