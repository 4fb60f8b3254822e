"""Lies about the problem and about the table of chances."""

from __future__ import annotations

from tests.vectors.pair_story import Story, pair_fraud, table_sha256


@pair_fraud("problem", "规则名写错：colleague_recusals 写成 recusals，回避关系落空")
def misspelt_rule(story: Story) -> None:
    story.problem["recusals"] = story.problem.pop("colleague_recusals")


@pair_fraud("problem", "同一字段写两遍，不同的程序读到不同的回避关系")
def key_twice(story: Story) -> None:
    text = story.files()[0]
    story.text["problem"] = text[:-1] + b', "colleague_recusals": []}'


@pair_fraud("problem", "适配度写成 NaN，与任何数比较都不成立")
def score_that_is_no_number(story: Story) -> None:
    story.text["problem"] = story.files()[0].replace(b"0.3", b"NaN")


@pair_fraud("problem", "匹配问题前加字节顺序标记，有的程序读得出、有的读不出")
def byte_order_mark(story: Story) -> None:
    story.text["problem"] = b"\xef\xbb\xbf" + story.files()[0]


@pair_fraud("problem", "名单里同一人列两次")
def inspector_twice(story: Story) -> None:
    story.problem["inspectors"].append({"id": "安"})


@pair_fraud("problem", "席位可派人员里有名单之外的人")
def stranger_eligible(story: Story) -> None:
    story.problem["tasks"][0]["seats"][0]["eligible"].append("生")


@pair_fraud("problem", "最高任务量低于最低任务量")
def bounds_crossed(story: Story) -> None:
    story.person("安").update(min_load=1, max_load=0)


@pair_fraud("problem", "bits 超出允许范围")
def too_many_bits(story: Story) -> None:
    story.problem["bits"] = 41


@pair_fraud("table", "公布的匹配问题事后删去一条回避关系，与概率表所依据的不同")
def recusal_dropped(story: Story) -> None:
    story.problem["colleague_recusals"] = []


@pair_fraud("table", "公布的匹配问题事后放宽了某人的任务量上限")
def bound_lifted(story: Story) -> None:
    story.person("鄂")["max_load"] = 3


@pair_fraud("table", "冒充别的算法版本")
def other_version(story: Story) -> None:
    story.answer["v"] = "pair/0"
    story.mend()


@pair_fraud("table", "bits 改大一倍，使概率看似减半")
def bits_changed(story: Story) -> None:
    story.answer["bits"] = 9
    story.mend()


@pair_fraud("table", "bits 写成小数，与整数相等而摘要不同")
def bits_as_a_float(story: Story) -> None:
    story.answer["bits"] = 8.0
    story.answer["table_sha256"] = table_sha256(story.answer)


@pair_fraud("table", "概率上限高于匹配问题所要求的")
def cap_above_what_was_asked(story: Story) -> None:
    story.answer["cap"] = "7/8"
    story.mend()


@pair_fraud("table", "概率上限不写成最简分数，同一张表有两个摘要")
def cap_not_in_lowest_terms(story: Story) -> None:
    story.answer["cap"] = "6/8"
    story.mend()


@pair_fraud("table", "最低可行上限写得高于所用上限")
def lowest_cap_above_the_cap(story: Story) -> None:
    story.answer["lowest_cap"] = "4/5"
    story.mend()


@pair_fraud("table", "任务量漏列一人")
def load_left_out(story: Story) -> None:
    del story.answer["loads"]["岑"]
    story.mend()


@pair_fraud("table", "概率表里有名单之外的人")
def stranger_in_the_table(story: Story) -> None:
    story.answer["table"][0]["inspector"] = "生"
    story.mend()


@pair_fraud("table", "概率表里有匹配问题没有的席位")
def seat_made_up(story: Story) -> None:
    story.answer["table"][-1]["seat"] = "observer"
    story.mend()


@pair_fraud("table", "同一搭配列两行，概率拆开")
def row_twice(story: Story) -> None:
    rows = story.answer["table"]
    rows[0]["n"] = 64
    rows.insert(1, dict(rows[0]))
    story.mend()


@pair_fraud("table", "两行次序对调，摘要随之不同")
def rows_out_of_order(story: Story) -> None:
    rows = story.answer["table"]
    rows[0], rows[1] = rows[1], rows[0]
    story.mend()


@pair_fraud("table", "列入概率为 0 的行")
def row_of_nothing(story: Story) -> None:
    story.answer["table"].insert(2, {"task": "t1", "seat": "member", "inspector": "丁", "n": 0})
    story.answer["table"][3]["n"] = 96
    story.mend()


@pair_fraud("table", "一行的概率超过 1")
def row_above_one(story: Story) -> None:
    story.row("t4", "lead", "方")["n"] = 257
    story.mend()


@pair_fraud("table", "概率写成小数")
def row_with_a_float(story: Story) -> None:
    story.row("t1", "lead", "安")["n"] = 128.0
    story.mend()


@pair_fraud("table", "行里夹带额外字段")
def row_with_more(story: Story) -> None:
    story.answer["table"][0]["note"] = "优先"


@pair_fraud("table", "文件里夹带不在定义之内的项")
def key_of_its_own(story: Story) -> None:
    story.answer["override"] = [["t1", "lead", "安"]]


@pair_fraud("table", "必然搭配一项漏列")
def forced_left_out(story: Story) -> None:
    del story.answer["forced"]


@pair_fraud("table", "概率表写两遍，先后不同")
def table_twice(story: Story) -> None:
    story.text["answer"] = story.files()[1][:-1] + b', "table": []}'


@pair_fraud("table", "熵写成无穷大")
def entropy_without_end(story: Story) -> None:
    story.answer["entropy_nats"] = float("inf")


@pair_fraud("table_sha256", "四行各移动 1/256，席位、人员合计都不变，摘要不改")
def chances_moved_in_a_ring(story: Story) -> None:
    for task, seat, who, more in (
        ("t3", "member", "丁", 1),
        ("t3", "member", "岑", -1),
        ("t4", "member", "岑", 1),
        ("t4", "member", "丁", -1),
    ):
        story.row(task, seat, who)["n"] += more


@pair_fraud("table_sha256", "概率表的摘要换成另一个")
def table_digest_forged(story: Story) -> None:
    story.answer["table_sha256"] = "0" * 64


@pair_fraud("table_sha256", "抽签后改写任务量")
def loads_rewritten(story: Story) -> None:
    story.answer["loads"]["丁"] = "9/4"


@pair_fraud("table_sha256", "抽签后把回避方式改成 L0")
def rung_rewritten(story: Story) -> None:
    story.answer["rung"]["t3"] = "L0"


@pair_fraud("table_sha256", "抽签后改写最低可行上限，显得上限已到底")
def lowest_cap_rewritten(story: Story) -> None:
    story.answer["lowest_cap"] = "3/4"


@pair_fraud("table_sha256", "抽签后对调两张签票的权重", good="tickets")
def tickets_rewritten(story: Story) -> None:
    story.answer["tickets"][0]["weights"].reverse()


@pair_fraud("sound", "把一人的概率移给另一人，摘要一并改好")
def chance_moved_to_another(story: Story) -> None:
    story.row("t2", "member", "鄂")["n"] -= 40
    story.row("t2", "member", "方")["n"] += 40
    story.mend()


@pair_fraud("sound", "一个席位的概率之和不足 1")
def seat_under_filled(story: Story) -> None:
    story.row("t1", "member", "丁")["n"] -= 1
    story.mend()


@pair_fraud("sound", "席位之和对、人员之和也对，但有人不符合席位条件")
def row_not_eligible(story: Story) -> None:
    story.row("t2", "member", "方")["n"] -= 1
    story.row("t4", "member", "岑")["n"] -= 1
    story.answer["table"].insert(7, {"task": "t2", "seat": "member", "inspector": "岑", "n": 1})
    story.answer["table"].append({"task": "t4", "seat": "member", "inspector": "方", "n": 1})
    story.answer["table"].sort(key=lambda x: (x["task"], x["seat"], x["inspector"]))
    story.mend()


@pair_fraud("sound", "两处席位互换概率，一人参加一项任务的概率超过上限")
def cap_exceeded(story: Story) -> None:
    for task, who, more in (("t4", "丁", 10), ("t4", "岑", -10), ("t3", "岑", 10), ("t3", "丁", -10)):
        story.row(task, "member", who)["n"] += more
    story.mend()


@pair_fraud("sound", "一人在一项任务两个席位的概率之和超过 1")
def twice_in_one_team_expected(story: Story) -> None:
    story.row("t1", "lead", "柏")["n"] += 80
    story.row("t1", "lead", "安")["n"] -= 80
    story.row("t2", "lead", "安")["n"] += 80
    story.row("t2", "lead", "丁")["n"] -= 80
    story.row("t3", "member", "丁")["n"] += 16
    story.row("t3", "member", "柏")["n"] -= 16
    story.row("t1", "member", "柏")["n"] -= 15
    story.row("t1", "member", "丁")["n"] += 15
    story.mend()


@pair_fraud("sound", "匹配问题和概率表一起伪造，一人一天的期望超过每期上限")
def period_cap_expected_to_break(story: Story) -> None:
    story.person("丁")["period_cap"] = 1
    story.mend()


@pair_fraud("sound", "任务量写少，与各行合计不符，摘要一并改好")
def load_told_too_low(story: Story) -> None:
    story.answer["loads"]["丁"] = "2"
    story.mend()


@pair_fraud("sound", "任务量写得略高，仍在上下取整之间")
def load_told_a_little_high(story: Story) -> None:
    story.answer["loads"]["丁"] = "9/4"
    story.mend()


@pair_fraud("sound", "任务量的上取整超过最高任务量")
def load_above_the_bound(story: Story) -> None:
    story.person("鄂")["max_load"] = 1
    story.mend()


@pair_fraud("sound", "任务量的下取整低于最低任务量")
def load_below_the_bound(story: Story) -> None:
    story.person("鄂")["min_load"] = 2
    story.mend()


@pair_fraud("sound", "该重抽的写成不会相遇，摘要一并改好", good="redrawn")
def rung_lied(story: Story) -> None:
    story.answer["rung"] |= {"u1": "L1"}
    story.mend()


@pair_fraud("sound", "写成要重抽，以便挑选结果")
def rung_that_allows_another_draw(story: Story) -> None:
    story.answer["rung"]["t1"] = "L2"
    story.mend()


@pair_fraud("sound", "回避方式漏列一项任务")
def rung_left_out(story: Story) -> None:
    del story.answer["rung"]["t4"]
    story.mend()


@pair_fraud("sound", "把概率不到 1 的搭配说成必然")
def forced_that_is_not(story: Story) -> None:
    story.answer["forced"].append(["t1", "lead", "安"])


@pair_fraud("sound", "熵写高，显得更随机")
def entropy_too_high(story: Story) -> None:
    story.answer["entropy_nats"] *= 1.001


@pair_fraud("sound", "与最大熵的差距写成负数")
def gap_below_nothing(story: Story) -> None:
    story.answer["gap"] = -0.001


@pair_fraud("sound", "瞒下抽签的通过率", good="redrawn")
def acceptance_hidden(story: Story) -> None:
    story.answer["acceptance"] = {}


@pair_fraud("tickets", "写成签票方式却没有签票")
def rung_of_tickets_that_are_not(story: Story) -> None:
    story.answer["rung"]["t2"] = "L3"
    story.mend()


@pair_fraud("tickets", "改了签票的权重而不改各行", good="tickets")
def ticket_weights_changed(story: Story) -> None:
    story.answer["tickets"][0]["weights"] = [32, 32]
    story.mend()


@pair_fraud("tickets", "签票权重之和不足，余下的由人填", good="tickets")
def ticket_weights_short(story: Story) -> None:
    story.answer["tickets"][0]["weights"] = [16, 47]
    story.mend()


@pair_fraud("tickets", "权重为 0 的签票混在其中", good="tickets")
def ticket_without_weight(story: Story) -> None:
    ticket = story.answer["tickets"][0]
    ticket["weights"].append(0)
    ticket["outcomes"].append(ticket["outcomes"][0])
    story.mend()


@pair_fraud("tickets", "签票里有应当回避的两人同组，各行合计一并改好", good="tickets")
def ticket_of_recused_colleagues(story: Story) -> None:
    story.answer["tickets"][0]["outcomes"] = [["g", "h", "k", "m"], ["k", "m", "g", "h"]]
    for row in story.answer["table"]:
        first = (row["inspector"] in "gh") == (row["task"] == "u1")
        row["n"] = 16 if first else 48
    story.mend()


@pair_fraud("tickets", "签票的席位次序与匹配问题不同", good="tickets")
def ticket_seats_in_another_order(story: Story) -> None:
    story.answer["tickets"][0]["seats"].reverse()
    story.mend()


@pair_fraud("tickets", "签票里同一席位两人次序颠倒，一种结果有两种写法", good="tickets")
def ticket_people_in_another_order(story: Story) -> None:
    story.answer["tickets"][0]["outcomes"][0] = ["k", "g", "h", "m"]
    story.mend()


@pair_fraud("tickets", "有的签票让同一人去两处，超出任务量的上取整", good="tickets")
def ticket_beyond_the_load(story: Story) -> None:
    story.problem["colleague_recusals"] = [["g", "h"]]
    ticket = story.answer["tickets"][0]
    ticket["weights"] = [32, 32]
    ticket["outcomes"] = [["g", "k", "g", "k"], ["h", "m", "h", "m"]]
    for row in story.answer["table"]:
        row["n"] = 32
    story.mend()


@pair_fraud("tickets", "签票之外的任务混进签票", good="tickets")
def ticket_of_another_task(story: Story) -> None:
    story.answer["tickets"][0]["tasks"] = ["u1"]
    story.mend()
