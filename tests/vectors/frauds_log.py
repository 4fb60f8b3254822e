"""Cheating with the transparency log."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from tests.vectors import ledger
from tests.vectors.cheating import (
    edited,
    entries_of,
    fraud,
    with_text,
)
from tests.vectors.evidence import (
    DRAW_ID,
    Files,
    Story,
    digest,
)
from tests.vectors.ledger import FORGER, LOG

MOMENT = "2023-08-23T15:15:33Z"


# --- the log ---------------------------------------------------------------------------------------------


@fraud("order", "从日志文件里抽掉一方的揭示")
def entry_left_out_of_the_file(story: Story) -> Files:
    def drop(log: Any) -> None:
        log["entries"] = [x for x in log["entries"] if x["entry"].get("position") != 1]

    return edited(story.files(), "log.json", drop)


@fraud("order", "从日志文件里抽掉结案条目")
def closing_left_out_of_the_log(story: Story) -> Files:
    def drop(log: Any) -> None:
        log["entries"] = [x for x in log["entries"] if x["entry"]["kind"] != "closing"]

    return edited(story.files(), "log.json", drop)


@fraud("consistency", "日志保管者删去较早的一条，重签检查点")
def earlier_entry_removed(story: Story) -> Files:
    del story.log[1]
    return story.files()


@fraud("consistency", "日志保管者调换较早的两条，重签检查点")
def earlier_entries_reordered(story: Story) -> Files:
    story.log[1], story.log[2] = story.log[2], story.log[1]
    return story.files()


@fraud("consistency", "日志保管者把方案的时间提前，重签检查点")
def plan_backdated_by_the_keeper(story: Story) -> Files:
    story.log[story.at("plan")]["at"] = "2023-08-20T12:00:00Z"
    return story.files()


@fraud("consistency", "日志分叉：给不同的人看不同的日志")
def log_forked(story: Story) -> Files:
    story.log[0] = story.log[0] | {"plan_hash": digest("shown to nobody else")}
    return story.files()


@fraud("order", "日志文件里两个条目调换次序")
def entries_reordered_in_the_file(story: Story) -> Files:
    def swap(log: Any) -> None:
        log["entries"][1], log["entries"][2] = log["entries"][2], log["entries"][1]

    return edited(story.files(), "log.json", swap)


@fraud("log", "日志文件里两个条目调换次序，序号也照改")
def entries_reordered_and_renumbered(story: Story) -> Files:
    def swap(log: Any) -> None:
        one, other = log["entries"][1:3]
        one["index"], other["index"] = other["index"], one["index"]
        log["entries"][1:3] = [other, one]

    return edited(story.files(), "log.json", swap)


@fraud("log", "日志文件里把一方的揭示时间提前")
def reveal_backdated(story: Story) -> Files:
    def backdate(log: Any) -> None:
        entries_of(log, "reveal")[2]["at"] = "2023-08-23T11:30:00Z"

    return edited(story.files(), "log.json", backdate)


@fraud("order", "日志保管者把一方的揭示时间写得比方案还早")
def reveal_backdated_by_the_keeper(story: Story) -> Files:
    story.log[story.at("reveal")]["at"] = "2023-08-21T01:59:59Z"
    return story.files()


@fraud("log", "条目的序号改成另一个")
def index_changed(story: Story) -> Files:
    return edited(story.files(), "log.json", lambda log: log["entries"][0].update(index=2))


@fraud("order", "先揭示，后公布方案：方案可以按揭示挑选")
def plan_logged_after_a_reveal(story: Story) -> Files:
    reveal = story.log.pop(story.at("reveal")) | {"at": "2023-08-21T01:59:00Z"}
    story.log.insert(story.at("plan"), reveal)
    story.earlier = story.first_checkpoint()
    return story.files()


@fraud("order", "信标公布之后才公布方案")
def plan_logged_after_the_moment(story: Story) -> Files:
    plan = story.log.pop(story.at("plan")) | {"at": "2023-08-23T15:15:35Z"}
    late = [story.log.pop(story.at("reveal")) | {"at": "2023-08-23T15:15:36Z"} for _ in range(3)]
    at = story.at("beacon")
    story.log[at:at] = [plan, *late]
    story.earlier = story.first_checkpoint()
    return story.files()


@fraud("order", "最后一方的揭示恰在信标公布的那一秒")
def reveal_logged_at_the_moment(story: Story) -> Files:
    story.log[story.at("reveal", 2)]["at"] = MOMENT
    return story.files()


@fraud("order", "信标公布之后才记一方缺失", "missing")
def missing_logged_after_the_moment(story: Story) -> Files:
    story.log[story.at("missing")]["at"] = "2023-08-23T15:15:36Z"
    return story.files()


@fraud("order", "一个抽取编号在日志里有两份方案")
def two_plans_for_one_draw(story: Story) -> Files:
    first = story.log[story.at("plan")] | {"plan_hash": digest("the plan that would not do")}
    story.log.insert(story.at("plan"), first)
    story.earlier = story.first_checkpoint()
    return story.files()


@fraud("order", "抽取前又记了一份方案，两份里挑一份")
def second_plan_before_the_draw(story: Story) -> Files:
    second = {"kind": "plan", "at": "2023-08-22T09:00:00Z", "draw_id": DRAW_ID, "plan_hash": digest("B")}
    story.log.insert(story.at("reveal"), second)
    return story.files()


@fraud("order", "一次抽取结了两次案")
def second_closing(story: Story) -> Files:
    assert story.closing
    other = story.log[story.at("closing")] | {"record": story.closing | {"seed_commit": digest("redrawn")}}
    story.log.insert(story.at("closing") + 1, other)
    return story.files()


@fraud("order", "同一方在日志里揭示了两次")
def reveal_logged_twice(story: Story) -> Files:
    story.log.insert(story.at("reveal", 1), dict(story.log[story.at("reveal")]))
    story.log[story.at("reveal", 1)]["at"] = story.log[story.at("reveal", 2)]["at"]
    return story.files()


@fraud("order", "揭示条目的承诺不是方案里的承诺", "sealed")
def reveal_of_another_commitment(story: Story) -> Files:
    story.log[story.at("reveal")]["commit"] = digest("another commitment")
    return story.files()


@fraud("order", "结案在信标之前")
def closed_before_the_beacon(story: Story) -> Files:
    closing, beacon = story.log[story.at("closing")], story.log[story.at("beacon")]
    story.log[story.at("closing")], story.log[story.at("beacon")] = beacon, closing
    beacon["at"], closing["at"] = closing["at"], beacon["at"]
    return story.files()


@fraud("order", "已启封公布，日志里却没有启封条目")
def opening_not_logged(story: Story) -> Files:
    del story.log[story.at("opening")]
    return story.files()


@fraud("order", "日志里启封的是另一组揭示")
def other_reveals_opened(story: Story) -> Files:
    story.log[story.at("opening")]["reveals"] = [digest("x"), *story.hex_reveals[1:]]
    return story.files()


@fraud("order", "日志已经启封，却把揭示从验证包里抽走，使人无从重算")
def reveals_withheld_after_opening(story: Story) -> Files:
    files = story.files()
    for name in ("reveals.json", "result.csv", "cells.json"):
        del files[name]
    return files


@fraud("order", "把别的抽取的条目混进来")
def entry_of_another_draw(story: Story) -> Files:
    story.log[story.at("release")]["draw_id"] = "330106-2023-0007"
    files = story.files()

    def slip_in(log: Any) -> None:
        data = ledger.leaves(story.log)
        index = next(i for i, entry in enumerate(story.log) if entry["kind"] == "release")
        told = {"index": index, "entry": story.log[index], "proof": ledger.inclusion(data, index)}
        log["entries"].append(told)

    return edited(files, "log.json", slip_in)


@fraud("order", "日志里出现没有定义的条目")
def entry_of_an_unknown_kind(story: Story) -> Files:
    story.log[story.at("release")]["kind"] = "pardon"
    return story.files()


@fraud("order", "日志条目里多了一个未定义的字段")
def entry_with_an_unknown_field(story: Story) -> Files:
    story.log[story.at("closing")]["note"] = "redrawn"
    return story.files()


@fraud("order", "早先的检查点不是公布方案时的那一个")
def earlier_checkpoint_of_another_moment(story: Story) -> Files:
    story.earlier = ledger.checkpoint(ledger.leaves(story.log)[:-2])
    return story.files()


@fraud("checkpoint", "检查点由另一把密钥重签，日志文件里也写那一把，复核者手里有日志的公钥", pinned=True)
def checkpoint_signed_by_another_key(story: Story) -> Files:
    story.key, story.earlier = FORGER, None
    return story.files()


@fraud("checkpoint", "检查点由另一把密钥重签，日志文件里仍写原来的公钥")
def checkpoint_not_signed_by_the_named_key(story: Story) -> Files:
    story.key, story.told_key, story.earlier = FORGER, LOG, None
    return story.files()


@fraud("checkpoint", "改了检查点的条目数，签名没有改")
def checkpoint_size_edited(story: Story) -> Files:
    size = str(len(story.log)).encode()
    return with_text(story.files(), "checkpoint", b"\n" + size + b"\n", b"\n9" + size + b"\n")


@fraud("log", "日志保管者签了一个条目数不符的检查点")
def checkpoint_of_another_size(story: Story) -> Files:
    false = ledger.checkpoint(ledger.leaves(story.log), size=4 * len(story.log))
    return story.files() | {"checkpoint": false}


@fraud("log", "检查点是另一部日志的")
def checkpoint_of_another_log(story: Story) -> Files:
    return story.files() | {"checkpoint": ledger.checkpoint(ledger.leaves(story.log)[::-1])}


def resigned(checkpoint: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The checkpoint with the 64 bytes of the log's signature changed."""
    text, _, notes = checkpoint.partition(b"\n\n")
    first, *rest = notes.splitlines()
    head, _, blob = first.rpartition(b" ")
    raw = base64.b64decode(blob)
    line = head + b" " + base64.b64encode(raw[:4] + change(raw[4:]))
    return text + b"\n\n" + b"\n".join([line, *rest]) + b"\n"


@fraud("checkpoint", "检查点签名翻转一位")
def checkpoint_signature_flipped(story: Story) -> Files:
    files = story.files()
    flipped = resigned(files["checkpoint"], lambda x: bytes([x[0] ^ 1]) + x[1:])
    return files | {"checkpoint": flipped}


@fraud("checkpoint", "检查点签名换成等价而不规范的写法（S 加上群的阶）")
def checkpoint_signature_not_canonical(story: Story) -> Files:
    order = 2**252 + 27742317777372353535851937790883648493

    def lift(signature: bytes) -> bytes:
        return signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")

    files = story.files()
    return files | {"checkpoint": resigned(files["checkpoint"], lift)}


@fraud("checkpoint", "检查点没有签名")
def checkpoint_not_signed(story: Story) -> Files:
    files = story.files()
    return files | {"checkpoint": files["checkpoint"].partition(b"\n\n")[0] + b"\n\n"}


@fraud("checkpoint", "检查点里多一行")
def checkpoint_with_another_line(story: Story) -> Files:
    text = story.files()["checkpoint"].partition(b"\n\n")[0] + b"\nredrawn\n"
    return story.files() | {"checkpoint": text + b"\n" + LOG.line(text)}


@fraud("checkpoint", "检查点写的是另一部日志的名称")
def checkpoint_of_another_origin(story: Story) -> Files:
    data = ledger.leaves(story.log)
    return story.files() | {"checkpoint": ledger.checkpoint(data, origin="log.example.org/other")}


@fraud("checkpoint", "早先的检查点签名翻转一位")
def earlier_signature_flipped(story: Story) -> Files:
    files = story.files()
    return files | {"earlier": resigned(files["earlier"], lambda x: x[:40] + bytes([x[40] ^ 1]) + x[41:])}


@fraud("checkpoint", "抽去整个日志，复核者手里有日志的公钥", pinned=True)
def log_left_out(story: Story) -> Files:
    files = story.files()
    for name in ("checkpoint", "earlier", "log.json"):
        del files[name]
    return files


@fraud("log", "日志条目的写法不是规范文本")
def entry_not_canonical(story: Story) -> Files:
    return with_text(story.files(), "log.json", b'"kind":"plan"', b'"kind": "plan"')


@fraud("log", "日志条目里同一字段写了两次", pinned=True)
def duplicate_key_in_the_log(story: Story) -> Files:
    return with_text(story.files(), "log.json", b'"kind":"plan"', b'"kind":"pardon","kind":"plan"')


@fraud("log", "包含证明被截短")
def proof_cut_short(story: Story) -> Files:
    return edited(story.files(), "log.json", lambda log: log["entries"][2]["proof"].pop())


@fraud("log", "包含证明被加长")
def proof_extended(story: Story) -> Files:
    return edited(story.files(), "log.json", lambda log: log["entries"][2]["proof"].append("0" * 64))


@fraud("log", "包含证明改了一个摘要")
def proof_altered(story: Story) -> Files:
    return edited(
        story.files(), "log.json", lambda log: log["entries"][2]["proof"].__setitem__(0, digest("x"))
    )


@fraud("consistency", "一致性证明被截短")
def consistency_cut_short(story: Story) -> Files:
    return edited(story.files(), "log.json", lambda log: log["consistency"].pop())


@fraud("consistency", "一致性证明被加长")
def consistency_extended(story: Story) -> Files:
    return edited(story.files(), "log.json", lambda log: log["consistency"].append("0" * 64))
