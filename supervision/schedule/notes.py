"""编制说明: what a planner ought to know of a problem, in sentences that pages know how to translate."""

import re
from collections.abc import Mapping
from functools import cache

NOTE_LABELS: Mapping[str, str] = {
    "year": "{year} 年节假日安排尚未公布，该年的工作日暂按周一至周五计算，安排为暂定，公布后请重新编制。",
    "unplaced": (
        "{count} 户没有经纬度，无法计算路程，不会排入。"
        "请在“检查安排—坐标与营业时间”中导入经纬度，或在排期设置中填写“按固定路程（分钟）”。"
    ),
    "assumed": (
        "{count} 户没有经纬度，往返这些户的路程一律按 {minutes} 分钟计算，"
        "路线先后仅供参考；导入经纬度后请重新编制。"
    ),
    "engaged": (
        "{count} 名检查人员共有 {days} 人天已按下发的其他安排外出，这些天不再排；"
        "要排在同一天，请把这些任务选在一起重新编制。"
    ),
    "appointment": "检查 {visit} 的约定时间（{day}）不是工作日或不在安排期间内，未予采用，请改期。",
    "pinned": "检查 {visit} 的锁定时间（{day}）不是工作日或不在安排期间内，未予采用，请改期。",
    "standing": (
        "{count} 户已在下发的安排 {schedules} 中排定。"
        "本安排下发以后，这些户以本安排为准，原来的时间作废；只想改动几户的，请在原安排中重新安排。"
    ),
}


def note(key: str, **params: object) -> str:
    """The sentence of a note."""
    return NOTE_LABELS[key].format(**params)


def recognised(text: str) -> tuple[str, dict[str, str]] | None:
    """(form, params) of a sentence that ``note`` made; none for others."""
    for form in NOTE_LABELS.values():
        if found := _pattern(form).fullmatch(text):
            return form, found.groupdict()
    return None


@cache
def _pattern(form: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", form)
    texts = (f"(?P<{each}>.+?)" if n % 2 else re.escape(each) for n, each in enumerate(parts))
    return re.compile("".join(texts))
