"""Cheating with the plan and with what came out: result, cell table, closing record, campaign, bundle."""

from __future__ import annotations

import json
from typing import Any

from tests.vectors import reference
from tests.vectors.cheating import (
    drawn_and_spared,
    edited,
    entries_of,
    fraud,
    with_result,
    with_text,
)
from tests.vectors.evidence import (
    DRAW_ID,
    RATE,
    Files,
    Story,
    digest,
    sha256,
)
from tests.vectors.ledger import FORGER
from tests.vectors.reference import canon

# --- the plan --------------------------------------------------------------------------------------------


def retold_plan(story: Story, **changes: Any) -> Files:
    """The draw done anew by an edited plan; only the log still knows the plan that was approved."""
    log = story.log_file()
    story.plan |= changes
    return story.redraw().files() | {"log.json": canon(log)}


@fraud("order", "抽取后把 D 级的比例改小，并重算全部摘要")
def rate_edited(story: Story) -> Files:
    return retold_plan(story, rates=RATE["rates"] | {"D": 10})  # type: ignore[operator]


@fraud("plan_hash", "方案里的比例改了，公布的方案摘要没有改")
def rate_edited_and_hash_left(story: Story) -> Files:
    return with_text(story.files(), "plan.json", b'"D":100', b'"D":10')


@fraud("order", "抽取后把计划抽取数改小，并重算全部摘要", "opened")
def number_edited(story: Story) -> Files:
    return retold_plan(story, n=12)


@fraud("log", "抽取后改了比例，日志文件里的方案摘要和结案记录也照改")
def rate_edited_in_the_log_file_too(story: Story) -> Files:
    files = rate_edited(story)

    def mend(log: Any) -> None:
        entries_of(log, "plan")[0]["plan_hash"] = story.plan_hash
        entries_of(log, "closing")[0]["record"] = story.closing

    return edited(files, "log.json", mend)


@fraud("checkpoint", "抽取后改了比例，整部日志重写，用自己的密钥签检查点", pinned=True)
def log_rewritten_under_another_key(story: Story) -> Files:
    story.plan["rates"] = RATE["rates"] | {"D": 10}  # type: ignore[operator]
    story.key, story.earlier = FORGER, None
    return story.redraw().relog().files()


@fraud("consistency", "抽取后改了比例，日志保管者重写了整部日志；当时的检查点还在别人手里")
def log_rewritten_by_its_keeper(story: Story) -> Files:
    story.plan["rates"] = RATE["rates"] | {"D": 10}  # type: ignore[operator]
    return story.redraw().relog().files()


@fraud("order", "把方案改成没有上一份结案记录，瞒下已作废的一次，并重算全部摘要")
def previous_draw_hidden(story: Story) -> Files:
    story.previous = None
    return retold_plan(story, prev="0" * 64)


@fraud("order", "抽取后把方案从联合抽取里摘出来，用自己的种子重抽，并重算全部摘要", "campaign")
def plan_taken_out_of_the_campaign(story: Story) -> Files:
    del story.plan["campaign"]
    story.campaign = None
    return retold_plan(story)


@fraud("plan", "方案里同一字段写了两次，让不同的程序读出不同的值")
def duplicate_key_in_the_plan(story: Story) -> Files:
    return with_text(story.files(), "plan.json", b'"den":100', b'"den":1000,"den":100')


@fraud("plan", "方案里写了小数")
def float_in_the_plan(story: Story) -> Files:
    return with_text(story.files(), "plan.json", b'"den":100', b'"den":100.0')


@fraud("plan", "方案里多了一个未定义的字段")
def unknown_key_in_the_plan(story: Story) -> Files:
    story.plan["skip"] = ["330106"]
    return story.redraw().relog().files()


@fraud("plan", "方案里多了一个空的承诺位，好让人事后挑选揭示")
def free_position_in_the_plan(story: Story) -> Files:
    assert story.reveals
    story.plan["commits"].append(None)
    story.reveals.append(b"anything")
    return story.redraw().relog().files()


@fraud("plan", "方案的一个值用转义符藏了一个非 ASCII 字符")
def escaped_character_in_the_plan(story: Story) -> Files:
    return with_text(story.files(), "plan.json", b'"draw_id":"3', b'"draw_id":"\\uff13')


@fraud("plan", "方案写的是另一个版本")
def another_version(story: Story) -> Files:
    story.plan["v"] = "draw/2"
    return story.redraw().relog().files()


# --- what was drawn --------------------------------------------------------------------------------------


@fraud("result", "从抽中名单里删去一户，摘要照改")
def result_line_dropped(story: Story) -> Files:
    assert story.drawn
    return with_result(story, b"".join(story.drawn.result.splitlines(keepends=True)[1:]))


@fraud("result", "往抽中名单里加进一户未抽中的企业（签号是真的），摘要照改")
def result_line_added(story: Story) -> Files:
    assert story.drawn
    _, spared = drawn_and_spared(story)
    return with_result(story, story.drawn.result + drawn_line(story, spared))


@fraud("result", "抽中的一户换成同层未抽中的一户（签号是真的），摘要照改")
def drawn_entity_replaced(story: Story) -> Files:
    assert story.drawn
    drawn, spared = drawn_and_spared(story)
    old = next(x for x in story.drawn.result.splitlines(keepends=True) if x[:40] == story.lines[drawn][:40])
    return with_result(story, story.drawn.result.replace(old, drawn_line(story, spared)))


def drawn_line(story: Story, place: int) -> bytes:
    assert story.drawn
    ident, path, cls = story.lines[place].split(b",")
    block = reference.tag("ticket") + bytes.fromhex(story.drawn.seed)
    return b"%s,%s/%s,%s\n" % (ident, path, cls, sha256(block + ident).encode())


@fraud("result", "抽中名单换了次序，摘要照改")
def result_reordered(story: Story) -> Files:
    assert story.drawn
    return with_result(story, b"".join(sorted(story.drawn.result.splitlines(keepends=True))))


@fraud("result", "改了一户的签号，摘要照改")
def ticket_changed(story: Story) -> Files:
    assert story.drawn
    return with_result(story, story.drawn.result[:-5] + b"0000\n")


@fraud("result", "抽中名单的换行改成 CRLF，摘要照改")
def result_in_crlf(story: Story) -> Files:
    assert story.drawn
    return with_result(story, story.drawn.result.replace(b"\n", b"\r\n"))


@fraud("result", "名单是真的，公布的结果摘要是另一个")
def result_hash_changed(story: Story) -> Files:
    return edited(story.files(), "summary.json", lambda told: told.update(result_sha256="0" * 64))


@fraud("draw", "公布的种子是另一个")
def seed_changed(story: Story) -> Files:
    return edited(story.files(), "summary.json", lambda told: told.update(seed="0" * 64))


def with_cells(story: Story, cells: bytes) -> Files:
    files = story.files() | {"cells.json": cells}
    return edited(files, "summary.json", lambda told: told.update(cells_sha256=sha256(cells)))


@fraud("cells", "分层表里改了一层的抽取数，摘要照改")
def cell_table_edited(story: Story) -> Files:
    assert story.drawn
    table = json.loads(story.drawn.cells)
    table[0][3] += 1
    return with_cells(story, canon(table))


@fraud("cells", "分层表里改了一层的入选线，让一户未抽中的企业看似抽中，摘要照改")
def threshold_raised(story: Story) -> Files:
    assert story.drawn
    table = json.loads(story.drawn.cells)
    table[0][4] = "f" * 64
    return with_cells(story, canon(table))


@fraud("cells", "分层表内容不变而写法不是规范文本，摘要照改")
def cell_table_not_canonical(story: Story) -> Files:
    assert story.drawn
    return with_cells(story, story.drawn.cells.replace(b",", b", "))


# --- the closing record ----------------------------------------------------------------------------------


@fraud("closing", "拿另一次抽取的结案记录来充数，摘要照改")
def closing_of_another_draw(story: Story) -> Files:
    assert story.closing
    story.closing = story.closing | {"draw_id": "330106-2023-0007"}
    return story.files()


@fraud("closing", "结案记录里的种子承诺是另一个种子的，摘要和日志都照改")
def closing_of_another_seed(story: Story) -> Files:
    assert story.closing
    story.closing = story.closing | {"seed_commit": digest("another seed")}
    return story.relog().files()


@fraud("closing", "结果不合意，事后宣布作废，摘要和日志都照改")
def drawn_and_then_voided(story: Story) -> Files:
    story.closing = {"draw_id": DRAW_ID, "plan_hash": story.plan_hash, "void": "register-error"}
    return story.relog().files()


@fraud("order", "日志记的是作废，拿出来的却是正常结案")
def void_presented_as_closed(story: Story) -> Files:
    void = {"draw_id": DRAW_ID, "plan_hash": story.plan_hash, "void": "register-error"}
    story.log[story.at("closing")]["record"] = void
    return story.files()


@fraud("order", "作废以后又启封、公布结果")
def opened_after_void(story: Story) -> Files:
    void = {"draw_id": DRAW_ID, "plan_hash": story.plan_hash, "void": "register-error"}
    story.log.insert(story.at("closing"), story.log[story.at("closing")] | {"record": void})
    return story.files()


@fraud("closing_hash", "公布的结案摘要是另一个")
def closing_hash_changed(story: Story) -> Files:
    return edited(story.files(), "summary.json", lambda told: told.update(closing_hash="0" * 64))


@fraud("previous", "上一份结案记录换成另一份，好瞒下它作废的原因")
def previous_closing_replaced(story: Story) -> Files:
    assert story.previous
    story.previous = story.previous | {"void": "weather"}
    return story.files()


@fraud("previous", "抽去上一份结案记录，装作本单位的第一次")
def previous_closing_left_out(story: Story) -> Files:
    story.previous = None
    return story.files()


@fraud("order", "未启封的抽取换了结案记录，预备日后公布另一个结果", "sealed")
def sealed_closing_replaced(story: Story) -> Files:
    assert story.closing
    log = story.log_file()
    story.closing = story.closing | {"seed_commit": digest("another seed")}
    return story.files() | {"log.json": canon(log)}


# --- the campaign ----------------------------------------------------------------------------------------


@fraud("draw", "联合抽取的记录里没有本方案，日志也照改", "campaign")
def campaign_without_this_plan(story: Story) -> Files:
    assert story.campaign
    story.campaign["plans"].remove(story.plan_hash)
    story.log[story.at("campaign")]["record"] = story.campaign
    return story.redraw().relog().files()


@fraud("draw", "联合抽取的记录是另一次联合抽取的，日志也照改", "campaign")
def record_of_another_campaign(story: Story) -> Files:
    assert story.campaign
    story.campaign["campaign"] = "330106-2023-other"
    story.log[story.at("campaign")]["record"] = story.campaign
    return story.redraw().relog().files()


@fraud("draw", "联合抽取的记录里同一方案列了两次，好挑选种子，日志也照改", "campaign")
def plan_twice_in_the_campaign(story: Story) -> Files:
    assert story.campaign
    story.campaign["plans"] = sorted([*story.campaign["plans"], story.plan_hash])
    story.log[story.at("campaign")]["record"] = story.campaign
    return story.redraw().relog().files()


@fraud("order", "联合抽取的记录事后加了一份方案来改变种子，并重算全部摘要", "campaign")
def plan_added_to_the_campaign(story: Story) -> Files:
    assert story.campaign
    log = story.log_file()
    plans = sorted([*story.campaign["plans"], digest("to turn the seed")])
    story.campaign = story.campaign | {"plans": plans}  # the log keeps the record it was given
    return story.redraw().files() | {"log.json": canon(log)}


@fraud("order", "第一份揭示之后才定下联合抽取的范围", "campaign")
def campaign_logged_after_a_reveal(story: Story) -> Files:
    record = story.log.pop(story.at("campaign"))
    record["at"] = story.log[story.at("reveal")]["at"]
    story.log.insert(story.at("reveal") + 1, record)
    return story.files()


# --- the bundle ------------------------------------------------------------------------------------------


@fraud("bundle", "验证包里多放一份名录，让不同的程序读不同的一份")
def two_registers(story: Story) -> Files:
    return story.files() | {"frame.csv": b"".join(line + b"\n" for line in story.lines[1:])}


@fraud("bundle", "验证包里夹带一个“更正”文件")
def extra_file(story: Story) -> Files:
    return story.files() | {"corrected-result.csv": b"nobody\n"}


@fraud("bundle", "验证包里没有方案")
def no_plan(story: Story) -> Files:
    files = story.files()
    del files["plan.json"]
    return files


@fraud("bundle", "验证包里没有名录")
def no_register(story: Story) -> Files:
    files = story.files()
    del files["frame.csv.gz"]
    return files


@fraud("bundle", "文件放在文件夹里，外面另有空位")
def file_in_a_folder(story: Story) -> Files:
    files = story.files()
    return {f"draw/{name}" if name == "result.csv" else name: data for name, data in files.items()}
