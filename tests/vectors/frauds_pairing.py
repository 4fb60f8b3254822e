"""Cheating with the pairing: whoever may still change the table must not know what decides over it."""

from __future__ import annotations

from tests.vectors.cheating import fraud
from tests.vectors.evidence import BUNDLED, DRAW_ID, PAIRING, Files, Story, digest, paired

TABLE, HANDED, ABSENT, TEAMS, FIRST, SECOND = PAIRING


@fraud("order", "概率表在抽出检查组之后才登记")
def table_after_the_teams(story: Story) -> Files:
    return paired(story, [TEAMS, TABLE, HANDED, ABSENT]).files()


@fraud("order", "概率表在匹配随机数交出之后才登记")
def table_after_a_second_secret(story: Story) -> Files:
    return paired(story, [HANDED, TABLE, ABSENT, TEAMS]).files()


@fraud("order", "概率表在结案之前登记，抽中对象还不知道")
def table_before_the_closing(story: Story) -> Files:
    at = story.log[story.at("closing")]["at"]
    story.log.insert(story.at("closing"), TABLE | {"draw_id": DRAW_ID, "at": at})
    return story.files()


@fraud("order", "对第一张概率表的结果不满意，另登记一张")
def second_table(story: Story) -> Files:
    again = TABLE | {"table_sha256": digest("a better table")}
    return paired(story, [TABLE, HANDED, again, ABSENT, TEAMS]).files()


@fraud("order", "检查组抽了两次")
def second_assignment(story: Story) -> Files:
    again = TEAMS | {"assignment_sha256": digest("better teams")}
    return paired(story, [TABLE, HANDED, ABSENT, TEAMS, again]).files()


@fraud("order", "还有一方的匹配随机数没有交出，也没有记缺席，就抽出了检查组")
def teams_before_a_second_secret_was_awaited(story: Story) -> Files:
    return paired(story, [TABLE, HANDED, TEAMS]).files()


@fraud("order", "检查组抽出之后，才补记一方的匹配随机数")
def second_secret_after_the_teams(story: Story) -> Files:
    return paired(story, [TABLE, HANDED, TEAMS, ABSENT]).files()


@fraud("order", "没有概率表就抽出了检查组")
def teams_without_a_table(story: Story) -> Files:
    return paired(story, [TEAMS]).files()


@fraud("order", "同一方的匹配随机数既登记交出又登记缺席")
def handed_in_and_missing(story: Story) -> Files:
    return paired(story, [TABLE, HANDED, ABSENT, HANDED | {"kind": "pairing_missing"}, TEAMS]).files()


@fraud("order", "登记了一方的匹配随机数，概率表并不等它")
def second_secret_nobody_waits_for(story: Story) -> Files:
    return paired(story, [TABLE, HANDED, ABSENT, HANDED | {"position": 1}, TEAMS]).files()


@fraud("order", "概率表等待抽取时缺席的一方", good="missing")
def absent_party_awaited(story: Story) -> Files:
    return paired(story).files()


@fraud("order", "概率表等待信标交出匹配随机数")
def beacon_awaited(story: Story) -> Files:
    return paired(story, [TABLE | {"second": [0, 3]}]).files()


@fraud("order", "概率表所等各方的次序颠倒")
def awaited_positions_fall(story: Story) -> Files:
    return paired(story, [TABLE | {"second": [2, 0]}, HANDED, ABSENT, TEAMS]).files()


@fraud("order", "换人的序号跳过一次，其中一次没有登记")
def reassignment_left_out(story: Story) -> Files:
    return paired(story, [TABLE, HANDED, ABSENT, TEAMS, FIRST, SECOND | {"number": 3}]).files()


@fraud("order", "同一序号的换人登记两次")
def reassignment_twice(story: Story) -> Files:
    return paired(story, [TABLE, HANDED, ABSENT, TEAMS, FIRST, SECOND | {"number": 1}]).files()


@fraud("order", "还没有检查组就换人")
def reassignment_before_the_teams(story: Story) -> Files:
    return paired(story, [TABLE, HANDED, ABSENT, FIRST]).files()


@fraud("order", "抽取已作废，还登记概率表", good="void")
def table_of_a_void_draw(story: Story) -> Files:
    return paired(story, [TABLE | {"second": []}]).files()


@fraud("order", "概率表的登记没有摘要")
def table_without_its_digest(story: Story) -> Files:
    return paired(story, [{key: x for key, x in TABLE.items() if key != "table_sha256"}]).files()


@fraud("order", "方案规定按片区抽取，概率表登记时没有登记片区摘要", good="bundled")
def bundles_left_out(story: Story) -> Files:
    del story.log[story.at("pairing")]["bundles_sha256"]
    return story.files()


@fraud("order", "方案规定逐户抽取，却登记了片区摘要")
def bundles_nobody_planned(story: Story) -> Files:
    return paired(story, BUNDLED).files()


@fraud("plan", "方案的抽签单元不是规定的三种之一")
def unknown_unit(story: Story) -> Files:
    story.plan |= {"draw_unit": "town"}
    return story.redraw().relog().files()
