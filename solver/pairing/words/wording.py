"""用语: the sentences in which a shortage is told to the planner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from solver.pairing.words.rule import Rule

SEAT_NAMES = {"lead": "组长席位", "member": "组员席位"}


def seat_name(seat: str) -> str:
    """A seat as the planner calls it; ``lead``, ``member`` and ``qualification:X`` have names."""
    kind, _, what = seat.partition(":")
    if kind == "qualification" and what:
        return f"“{what}”资格席位"
    if kind == "department" and what:
        return f"“{what}”部门席位"
    return SEAT_NAMES.get(seat, f"席位 {seat}")


def listed(words: Sequence[str], unit: str, show: int = 3) -> str:
    """“甲、乙、丙等 7 人”: the first few, and how many there are."""
    if len(words) <= show:
        return "、".join(words)
    return f"{'、'.join(words[:show])}等 {len(words)} {unit}"


def named_seats(seats: Sequence[tuple[str, str]]) -> str:
    return "检查任务 " + listed([f"{task} 的{seat_name(seat)}" for task, seat in seats], "个席位")


def seats_sentence(
    seats: Sequence[tuple[str, str]],
    inspectors: Sequence[str],
    needed: int,
    short: int,
    limits: Sequence[Rule],
) -> str:
    if not inspectors:
        return (
            f"{named_seats(seats)}无人可派：没有符合条件的执法检查人员。请补充有资格的人员，或调整席位要求。"
        )
    who = f"符合条件的只有 {listed(inspectors, '人')}"
    why = "".join(f"，{reason}" for reason in _reasons(limits))
    if short == needed:
        head = f"{named_seats(seats)}无人可派"
    else:
        head = f"{named_seats(seats)}共需 {needed} 人次，还缺 {short} 人次"
    ways = "放宽上述限制、减少任务" if limits else "减少任务"
    return f"{head}：{who}{why}。请增派符合条件的人员，或{ways}。"


def work_sentence(
    seats: Sequence[tuple[str, str]], inspectors: Sequence[str], needed: int, short: int
) -> str:
    who = f"执法检查人员 {listed(inspectors, '人')}"
    if not seats:
        return f"{who}的最低任务量为 {needed} 次，但没有可以担任的席位。请降低最低任务量，或核对资格与区域。"
    return (
        f"{who}的最低任务量合计 {needed} 次，可以担任的席位（{named_seats(seats)}）"
        f"不够，还差 {short} 次。请降低最低任务量，或核对资格与区域。"
    )


def recusal_sentence(seats: Sequence[tuple[str, str]], inspectors: Sequence[str]) -> str:
    tasks = list(dict.fromkeys(task for task, _ in seats))
    return (
        f"因同事回避关系，检查任务无法成组：{listed(tasks, '项')}。"
        f"涉及执法检查人员：{listed(inspectors, '人', show=6)}。请增派人员，或核对回避关系。"
    )


def cap_sentence(
    cap: Fraction, lowest: Fraction, seats: Sequence[tuple[str, str]], inspectors: Sequence[str]
) -> str:
    head = f"概率上限 {cap} 低于最低可行上限 {lowest}"
    if seats:
        head += f"：{named_seats(seats)}只有 {listed(inspectors, '人')}可派"
    return f"{head}。请把上限提高到 {lowest} 或以上，或为上述席位增加符合条件的人员。"


def suggestion_sentence(
    kind: str,
    amount: int,
    who: str,
    before: int,
    periods: Sequence[str],
    task: str | None,
    seat: str | None,
) -> str:
    """One change that helps, as the planner would carry it out (see `Suggestion`)."""
    place = f"检查任务 {task} 的{seat_name(seat)}" if seat is not None else f"检查任务 {task} "
    match kind:
        case "period_cap":
            named = [period for period in periods if period]
            where = f"（{listed(named, '期')}）" if named else ""
            return f"把 {who} 的每期上限由 {before} 次提高到 {before + amount} 次{where}。"
        case "max_load":
            return f"把 {who} 的最高任务量由 {before} 次提高到 {before + amount} 次。"
        case "min_load":
            return f"把 {who} 的最低任务量由 {before} 次降低到 {before - amount} 次。"
        case "neighbour":
            return f"经批准由 {who} 担任{place}（跨区域支援、补办证件等）。"
        case "outside":
            return f"为{place}从外单位增派 {amount} 名符合条件的执法检查人员。"
    return f"将{place}延后安排。"


def replacement_sentence(
    given_up: Sequence[tuple[str, str, str]], opened: Sequence[tuple[str, str, str]]
) -> str:
    """Which seats are drawn anew, and that nothing else is."""
    said = f"空出的席位重新抽签：{_seats_of_people(given_up)}。"
    if opened:
        said += f"仅替换空出的席位无法成组，另有席位一并重新抽签：{_seats_of_people(opened)}。"
    return f"{said}其他席位的人员安排不变。"


def replaced_sentence(task: str, seat: str, left: Sequence[str], joined: Sequence[str]) -> str:
    return f"检查任务 {task} 的{seat_name(seat)}由 {'、'.join(left)} 改为 {'、'.join(joined)}。"


def _seats_of_people(rows: Sequence[tuple[str, str, str]]) -> str:
    return listed(
        [f"检查任务 {task} 的{seat_name(seat)}（原为 {who}）" for task, seat, who in rows], "个席位"
    )


RUNGS = {
    "L0": "检查组由一次公开抽签直接产生，概率即概率表所载。",
    "L1": "本任务中有应互相回避的同事，只列入同一席位，抽签保证他们不会同组，概率即概率表所载。",
    "L2": (
        "本任务所在的抽签涉及同事回避：抽到应回避的同事同组即作废重抽，作废记录一并公布；"
        "所载概率是重抽之前的概率。"
    ),
    "L3": (
        "本任务涉及的同事回避较密：事先封存 {tickets} 张签票，每张是一套完全合规的分组，"
        "按公布的权重抽出一张，概率即概率表所载。"
    ),
}


def rung_sentence(rung: str, tickets: int = 0) -> str:
    """How colleague recusals were kept, and what that means for the chances."""
    return RUNGS[rung].format(tickets=tickets)


def percent(probability: Fraction) -> str:
    """“33.3%”; what is neither nothing nor certain is never shown as 0% or 100%."""
    if probability in (0, 1):
        return f"{int(probability * 100)}%"
    tenths = round(probability * 1000)
    if tenths == 0:
        return "不到 0.1%"
    return "99.9% 以上" if tenths == 1000 else f"{tenths / 10:g}%"


def chance_sentence(
    task: str, seat: str, who: str, probability: Fraction, people: int, eligible: int, demand: int
) -> str:
    """“检查任务 t1 的组长席位：甲，由 4 名符合条件的人员中抽签产生，抽中的概率为 25%（1/4）。”"""
    head = f"检查任务 {task} 的{seat_name(seat)}：{who}"
    if probability == 1 and eligible <= demand:
        only = "只有本人" if eligible == 1 else f"只有 {eligible} 人，恰为所需人数"
        return f"{head}，必然搭配：符合条件的{only}。"
    if probability == 1:
        return f"{head}，必然搭配：符合条件的虽有 {eligible} 人，按任务量均衡等规则只能由其担任。"
    shown = f"{percent(probability)}（{probability}）"
    return f"{head}，由 {people} 名符合条件的人员中抽签产生，抽中的概率为 {shown}。"


def left_out_sentence(reasons: Mapping[str, str]) -> str:
    return f"未列入抽签的人员：{'、'.join(f'{who}（{why}）' for who, why in reasons.items())}。"


def _reasons(limits: Sequence[Rule]) -> list[str]:
    reasons = []
    capped = {rule.inspector: rule.limit for rule in limits if rule.name == "max_load"}
    if capped:
        words = [f"{person} 最多 {limit} 次" for person, limit in capped.items()]
        reasons.append(f"且受最高任务量限制（{listed(words, '人')}）")
    periods = [rule for rule in limits if rule.name == "period_cap"]
    if periods:
        words = [f"{rule.inspector} 在{rule.period or '本期'}最多 {rule.limit} 次" for rule in periods]
        reasons.append(f"且受每期上限限制（{listed(words, '条')}）")
    if any(rule.name == "one_seat" for rule in limits):
        reasons.append("而同一人在一项任务中只能担任一个席位")
    return reasons
