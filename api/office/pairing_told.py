"""检查组的来历: each seat in a sentence of the reader's language, and who came in somebody's place later."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.formats import format_percent
from api.i18n import lazy
from api.office.answers import Translate
from api.office.visiting import Visitor
from api.pairings import seat_label
from solver.pairing.explain import Chance
from supervision.draw.tables import ReplacementState
from supervision.pairing import reassigning
from supervision.pairing.rules import Unfit
from supervision.plan.tables import DrawUnit

UNFIT_WORDS: Mapping[Unfit, str] = {
    Unfit.CERTIFICATE: lazy("证件到期"),
    Unfit.LEAVE: lazy("请假中"),
    Unfit.AREA: lazy("不在其执法区域"),
    Unfit.RECUSAL: lazy("须回避该户"),
    Unfit.ROTATION: lazy("上一次检查过该户"),
    Unfit.STATION: lazy("该户在本所辖区"),
    Unfit.DEPARTMENT: lazy("不属参与部门"),
    Unfit.QUALIFICATION: lazy("没有所需资格"),
}
CHINESE = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”]"


def closed_up(sentence: str) -> str:
    """Without the blanks that set off an id, where the name in its place is Chinese on both sides."""
    return re.sub(f"(?<={CHINESE}) (?={CHINESE})", "", sentence)


def chance_told(_: Translate, chance: Chance, one: int) -> str:
    """How a member came to the seat, with the same figures as the table beside it."""
    head = _("{seat}：{who}").format(seat=seat_label(_, chance.seat), who=chance.inspector)
    if chance.certain and chance.only_ones:
        why = _("必然搭配，符合条件的共 {n} 人，恰为所需人数。").format(n=chance.eligible)
    elif chance.certain:
        why = _("必然搭配，符合条件的虽有 {n} 人，按任务量均衡等规则只能由其担任。").format(n=chance.eligible)
    else:
        why = _("从 {n} 名符合条件的人员中抽签产生，抽中的概率为 {percent}（{exact}）。").format(
            n=chance.people,
            percent=format_percent(chance.probability),
            exact=f"{chance.probability * one}/{one}",
        )
    return _("{head}，{why}").format(head=head, why=why)


@dataclass(frozen=True, slots=True)
class Reseated:
    """换人之后: (visit, seat) → (who left, who came), oldest first."""

    changes: Mapping[tuple[str, str], Sequence[tuple[str, str]]]

    def now(self, visit: str, seat: str, who: str) -> str:
        """Who sits there now, in the place of the one who was drawn."""
        for left, came in self.changes.get((visit, seat), ()):
            if left == who:
                who = came
        return who

    def told(self, _: Translate, visit: str) -> list[str]:
        words = _("换人：{out}（{seat}）不能前往，抽签产生的接替人员是{into}。")
        return [
            words.format(seat=seat_label(_, seat), out=left, into=came)
            for (code, seat), pairs in self.changes.items()
            if code == visit
            for left, came in pairs
        ]


def reseated(visitor: Visitor, draw_id: str) -> Reseated:
    """The approved reassignments of a draw."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for each in reassigning.reassignments_of(visitor.session, visitor.actor, draw_id):
        if each.state is ReplacementState.APPROVED:
            for change in each.changed:
                found.setdefault((change.visit, change.seat), []).append((change.out, change.into))
    return Reseated(found)


@dataclass(frozen=True, slots=True)
class UnitWords:
    """抽签单元 in words: what teams are drawn for. All are empty where it is single visits."""

    name: str = ""
    count: str = ""
    """Heading of how many there are."""
    load: str = ""
    """Heading of how many somebody is expected to have."""
    measure: str = ""
    """What loads are counted in; empty: visits."""


UNIT_WORDS: Mapping[DrawUnit, UnitWords] = {
    DrawUnit.ENTITY: UnitWords(),
    DrawUnit.BUNDLE: UnitWords(
        lazy("片区"), lazy("片区数"), lazy("每人期望片区数"), lazy("任务量以片区计，一个片区是多户。")
    ),
    DrawUnit.DAY_ROUTE: UnitWords(
        lazy("当日路线"), lazy("路线数"), lazy("每人期望路线数"), lazy("任务量以当日路线计，一条路线是多户。")
    ),
}


def unit_words(_: Translate, unit: DrawUnit) -> UnitWords:
    found = UNIT_WORDS[unit]
    texts = (found.name, found.count, found.load, found.measure)
    return UnitWords(*(_(each) if each else "" for each in texts))
