"""Lies about the teams that were drawn."""

from __future__ import annotations

from solver.pairing.lottery import draw
from solver.pairing.lottery.compiled import Walker
from solver.pairing.lottery.parts import parts
from solver.pairing.lottery.stream import Dice
from solver.pairing.problem import Problem
from solver.pairing.proof.answer import table_from_json
from solver.pairing.proof.answer_writing import assignment_json
from tests.vectors.pair_story import Story, pair_fraud


@pair_fraud("assignment", "有一个席位空着")
def seat_left_empty(story: Story) -> None:
    story.sit("t4", "member", "丁")


@pair_fraud("assignment", "检查组多出一人")
def one_too_many(story: Story) -> None:
    story.sit("t2", "member", "方", "鄂")


@pair_fraud("assignment", "派了不符合席位条件的人")
def not_eligible_for_the_seat(story: Story) -> None:
    story.sit("t3", "member", "鄂")


@pair_fraud("assignment", "同一人占一个检查组的两个席位")
def two_seats_of_one_team(story: Story) -> None:
    story.sit("t1", "lead", "柏")
    story.sit("t1", "member", "柏")


@pair_fraud("assignment", "应当回避的两人同在一组", good="redrawn")
def recused_colleagues_together(story: Story) -> None:
    story.sit("u1", "member", "g", "h")
    story.sit("u2", "member", "k", "m")


@pair_fraud("assignment", "一人一天两次，超过每期上限")
def period_cap_broken(story: Story) -> None:
    story.sit("t1", "lead", "安")
    story.sit("t2", "lead", "安")


@pair_fraud("assignment", "有人的次数超过期望的上取整")
def load_beyond_the_ceiling(story: Story) -> None:
    story.sit("t1", "member", "鄂")
    story.sit("t2", "member", "鄂")
    story.sit("t3", "member", "柏")
    story.sit("t4", "member", "丁", "鄂")


@pair_fraud("assignment", "有人的次数低于期望的下取整")
def load_below_the_floor(story: Story) -> None:
    story.sit("t1", "lead", "柏")
    story.sit("t1", "member", "鄂")
    story.sit("t2", "lead", "安")
    story.sit("t2", "member", "方")
    story.sit("t3", "member", "岑")
    story.sit("t4", "member", "丁", "鄂")


@pair_fraud("assignment", "塞进概率表之外、但符合席位条件的人", good="tickets")
def pairing_without_a_chance(story: Story) -> None:
    for who in ("g", "k"):
        story.answer["table"].remove(story.row("u1", "member", who))
    for who in ("h", "m"):
        story.answer["table"].remove(story.row("u2", "member", who))
    for row in story.answer["table"]:
        row["n"] = 64
    story.answer["tickets"][0] |= {"weights": [64], "outcomes": [["h", "m", "g", "k"]]}
    story.answer["forced"] = []
    story.mend()
    story.sit("u1", "member", "g", "k")
    story.sit("u2", "member", "h", "m")


@pair_fraud("assignment", "必然搭配的人被换下，由席位可派的另一人顶替")
def certain_pairing_left_out(story: Story) -> None:
    story.problem["tasks"][3]["seats"][0]["eligible"].append("安")
    story.mend()
    story.sit("t4", "lead", "安")


@pair_fraud("assignment", "匹配结果次序颠倒，同一结果有两个摘要")
def teams_out_of_order(story: Story) -> None:
    story.answer["assignment"].reverse()
    story.mend_assignment()


@pair_fraud("assignment", "同一行列两次")
def team_row_twice(story: Story) -> None:
    story.answer["assignment"].insert(0, dict(story.answer["assignment"][0]))
    story.mend_assignment()


@pair_fraud("assignment", "结果里有匹配问题没有的席位")
def seat_of_nowhere(story: Story) -> None:
    story.answer["assignment"][0]["seat"] = "observer"
    story.mend_assignment()


@pair_fraud("assignment", "不交作废记录")
def no_rejected_draws_told(story: Story) -> None:
    del story.answer["rejected"]


@pair_fraud("assignment", "作废记录写成一句话")
def rejected_draws_as_prose(story: Story) -> None:
    story.answer["rejected"] = ["因故重抽一次"]


@pair_fraud("assignment_sha256", "结果的摘要换成另一个")
def assignment_digest_forged(story: Story) -> None:
    story.answer["assignment_sha256"] = "f" * 64


@pair_fraud("assignment_sha256", "两个检查组整组对调，处处合规，摘要不改", good="redrawn")
def teams_swapped_under_the_old_digest(story: Story) -> None:
    digest = story.answer["assignment_sha256"]
    swap_teams(story)
    story.answer["assignment_sha256"] = digest


@pair_fraud("replay", "两个检查组整组对调，处处合规，摘要一并改好", good="redrawn")
def teams_swapped(story: Story) -> None:
    swap_teams(story)


@pair_fraud("replay", "另用一个种子抽出合意的结果")
def another_seed(story: Story) -> None:
    story.answer |= drawn(story, other_seed(story))


@pair_fraud("replay", "公布结果之后改口说是另一个种子")
def seed_told_afterwards(story: Story) -> None:
    story.seed = other_seed(story)


@pair_fraud("replay", "第 0 次已经通过，却用第 1 次的结果")
def drawn_once_more(story: Story) -> None:
    table = table_from_json(Problem.from_json(story.problem), story.answer)
    (part,) = parts(table)
    for counter in range(1, 50):
        chosen = Walker(part).draw(Dice(part.part_id, counter, story.seed))
        rows = part.rows[chosen].tolist()
        people = [
            {key: story.answer["table"][at][key] for key in ("task", "seat", "inspector")} for at in rows
        ]
        settled = [{"task": "t4", "seat": "lead", "inspector": "方"}]
        teams = sorted(people + settled, key=lambda x: (x["task"], x["seat"], x["inspector"]))
        if teams != story.answer["assignment"]:
            story.answer["assignment"] = teams
            story.answer["rejected"] = []
            story.mend_assignment()
            return
    raise AssertionError("every draw gives the same teams")


@pair_fraud("replay", "瞒下作废的抽签", good="redrawn")
def rejected_draws_hidden(story: Story) -> None:
    story.answer["rejected"] = []


@pair_fraud("replay", "作废记录的相遇写成别人", good="redrawn")
def rejected_for_another_reason(story: Story) -> None:
    story.answer["rejected"][0]["met"] = [["u1", "h", "k"]]


@pair_fraud("replay", "虚报一次作废", good="redrawn")
def one_more_rejected(story: Story) -> None:
    counter = len(story.answer["rejected"])
    story.answer["rejected"].append({"task": "u1", "counter": counter, "met": [["u1", "g", "h"]]})


@pair_fraud("replay", "换一张签票", good="tickets")
def another_ticket(story: Story) -> None:
    story.sit("u1", "member", "g", "k")
    story.sit("u2", "member", "h", "m")


def swap_teams(story: Story) -> None:
    first, second = ([row["inspector"] for row in story.team(task)] for task in ("u1", "u2"))
    story.sit("u1", "member", *second)
    story.sit("u2", "member", *first)


def other_seed(story: Story) -> bytes:
    """One that draws other teams from the same table."""
    for number in range(1, 50):
        seed = number.to_bytes(32, "big")
        if drawn(story, seed)["assignment"] != story.answer["assignment"]:
            return seed
    raise AssertionError("every seed draws the same teams")


def drawn(story: Story, seed: bytes) -> dict[str, object]:
    table = table_from_json(Problem.from_json(story.problem), story.answer)
    told = assignment_json(table, draw(table, seed))
    return {key: told[key] for key in ("assignment", "rejected", "assignment_sha256")}
