"""匹配的步骤: from the look ahead to the teams."""

from collections.abc import Sequence

from api.office.answers import Translate
from api.office.progress import Step, day_text
from supervision.pairing.seconds import SecondView
from supervision.pairing.tables import Pairing
from supervision.plan.tables import Task


def pairing_steps(
    _: Translate, task: Task, pairing: Pairing | None, seconds: Sequence[SecondView]
) -> list[Step]:
    """核对人手, 登记概率表, 第二次揭示 (where the task has one), 产生检查组."""
    fixed = pairing.committed_at if pairing else None
    paired = pairing.paired_at if pairing else None
    awaited = [second for second in seconds if second.awaited]
    settled = pairing is not None and all(second.handed_in or second.missing for second in awaited)
    last = max((m for s in awaited if (m := s.handed_in or s.missing)), default=None) if settled else None
    reached = pairing is not None
    found = [
        (_("核对人手"), reached, ""),
        (_("登记概率表"), reached, day_text(fixed)),
    ]
    if task.second_reveal:
        found.append((_("第二次揭示"), settled, day_text(last)))
    found.append((_("产生检查组"), paired is not None, day_text(paired)))
    first = next((place for place, each in enumerate(found) if not each[1]), len(found))
    return [
        (name, "done" if place < first else "current" if place == first else "todo", when)
        for place, (name, _done, when) in enumerate(found)
    ]


def pairing_tag(_: Translate, task: Task, pairing: Pairing | None) -> tuple[str, str] | None:
    """Where the pairing stands, once it has begun."""
    if pairing is None:
        return None
    if pairing.is_drawn:
        return (_("已产生检查组"), "green")
    return (_("概率表已登记"), "teal")
