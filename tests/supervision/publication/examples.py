"""A published result, with everything in its name that a file must quote."""

from datetime import UTC, date, datetime

from supervision.publication.public import PublicResult

PUBLISHED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ROW = PublicResult(
    uscc="91360681MA00000001",
    entity_name='贵溪市"老字号",食品店',
    plan_code="360681-2026-P01",
    plan_name="年度计划",
    task_code="360681-2026-P01-T01",
    task_name="食品检查",
    check_type="不定向抽查",
    organ_name="贵溪市市场监督管理局",
    completed_on=date(2026, 11, 18),
    result="1",
    result_text="未发现问题",
    draw_id="360681-2026-0001",
    release_code="360681-2026-0001-R1",
    published_at=PUBLISHED,
    corrects=None,
    replaced_by=None,
)
