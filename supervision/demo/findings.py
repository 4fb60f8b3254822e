"""演示结果: what the demo's inspectors find, in the mix that real townships reported (domain notes 4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from supervision.inspection.rules import ItemAnswer
from supervision.inspection.tables import ItemOutcome

MIX = {"1": 800, "2": 80, "3": 5, "4": 35, "5": 60, "7": 12, "8": 8}
"""National result code → how many of a thousand visits."""
NOTES = {
    "2": "2025年度报告部分信息未按规定公示，已责令10日内公示。",
    "3": "公示的实缴出资与验资材料不一致，已固定证据。",
    "4": "现场未发现该主体经营，登记电话无人接听，已寄送专用信函。",
    "5": "食品留样记录不全，已当场责令改正。",
    "7": "现场已停止经营，未发现本次抽查涉及的经营活动。",
    "8": "涉嫌无证经营，线索已移送办案机构。",
}


@dataclass(frozen=True, slots=True)
class DemoFinding:
    """一户的检查结果."""

    result: str
    note: str
    items: dict[int, ItemAnswer]


def finding(chance: Random, item_ids: Sequence[int]) -> DemoFinding:
    """A believable finding on these items: most are in order, some are not."""
    result = chance.choices(list(MIX), weights=list(MIX.values()))[0]
    items = {item_id: ItemAnswer(_outcome(chance, result)) for item_id in item_ids}
    if item_ids and result in ("5", "8"):
        items[chance.choice(list(item_ids))] = ItemAnswer(ItemOutcome.FAIL, NOTES[result])
    if item_ids and result == "1":
        items[item_ids[0]] = ItemAnswer(ItemOutcome.PASS)
    return DemoFinding(result, NOTES.get(result, ""), items)


def _outcome(chance: Random, result: str) -> ItemOutcome:
    if result in ("4", "7"):
        return ItemOutcome.NOT_CHECKED
    return ItemOutcome.NOT_APPLICABLE if chance.random() < 0.1 else ItemOutcome.PASS
