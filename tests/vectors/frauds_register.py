"""Cheating with what goes into a draw: register, reveals, public sources."""

from __future__ import annotations

from typing import Any

from tests.vectors import ledger, reference
from tests.vectors.cheating import (
    drawn_and_spared,
    edited,
    entries_of,
    fraud,
    text_of,
    with_frame,
)
from tests.vectors.evidence import (
    LOTTERY,
    RATE,
    SIGNATURES,
    Files,
    Story,
    beacon_file,
    blinded_lines,
    digest,
    honest,
    tell,
)
from tests.vectors.reference import canon

OTHER_CHAIN = "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"


# --- the register ----------------------------------------------------------------------------------------


@fraud("register", "把一户抽中的企业换成另一个代码，并重算结果、分层表、结案记录和全部摘要")
def entity_swapped(story: Story) -> Files:
    drawn, _ = drawn_and_spared(story)
    story.lines[drawn] = digest("a friend").encode()[:40] + story.lines[drawn][40:]
    story.lines.sort()
    return story.redraw().files()


@fraud("register", "从名录中删去一户抽中的企业，并重算全部摘要")
def entity_dropped(story: Story) -> Files:
    del story.lines[drawn_and_spared(story)[0]]
    return story.redraw().files()


@fraud("register", "往名录里加进一户不存在的企业，并重算全部摘要")
def entity_added(story: Story) -> Files:
    story.lines = sorted([*story.lines, digest("a ghost").encode()[:40] + story.lines[0][40:]])
    return story.redraw().files()


@fraud("register", "删去一户、另加一户，使户数不变，并重算全部摘要")
def entity_dropped_and_another_added(story: Story) -> Files:
    del story.lines[drawn_and_spared(story)[0]]
    return entity_added(story)


@fraud("register", "把一户 D 级企业改成 A 级，并重算全部摘要")
def entity_reclassified(story: Story) -> Files:
    at = next(i for i, line in enumerate(story.lines) if line.endswith(b",D"))
    story.lines[at] = story.lines[at][:-1] + b"A"
    return story.redraw().files()


@fraud("register", "两户企业互换等级，使各层户数不变，并重算全部摘要")
def two_classes_exchanged(story: Story) -> Files:
    one, other = (next(i for i, x in enumerate(story.lines) if x.endswith(end)) for end in (b",D", b",A"))
    first, second = story.lines[one], story.lines[other]
    story.lines[one], story.lines[other] = first[:40] + second[40:], second[:40] + first[40:]
    return story.redraw().files()


@fraud("register", "把一户企业挪到另一个县区的分层，并重算全部摘要")
def entity_moved_to_another_cell(story: Story) -> Files:
    path = next(x.split(b",")[1] for x in story.lines if x.split(b",")[1] != story.lines[0].split(b",")[1])
    ident, _, cls = story.lines[0].split(b",")
    story.lines[0] = b",".join([ident, path, cls])
    return story.redraw().files()


@fraud("register", "按规模抽取时把一户的规模改小，并重算全部摘要", "pps")
def size_lowered(story: Story) -> Files:
    story.lines[-1] = story.lines[-1].rpartition(b",")[0] + b",1"
    return story.redraw().files()


@fraud("register", "删去一户，并在方案里把户数也改小（根摘要没有改），重算全部摘要")
def entity_dropped_and_plan_count_mended(story: Story) -> Files:
    del story.lines[drawn_and_spared(story)[0]]
    story.plan["register_n"] -= 1
    return story.redraw().files()


@fraud("order", "删去一户，方案里的户数和根摘要都改成新的，重算全部摘要；只有日志里的方案摘要还是原来的")
def entity_dropped_and_plan_mended(story: Story) -> Files:
    del story.lines[drawn_and_spared(story)[0]]
    story.plan["register_n"] -= 1
    story.plan["register_root"] = reference.root(story.lines, ledger.sha).hex()
    honest_log = story.log_file()
    return story.redraw().files() | {"log.json": canon(honest_log)}


@fraud("register", "方案载明盲化名录，却拿出按明文代码做的名录")
def clear_register_for_a_blinded_plan(story: Story) -> Files:
    clear = [f"91330106MA{i:07d}X".encode() + line[40:] for i, line in enumerate(story.lines)]
    return with_frame(story, b"".join(line + b"\n" for line in clear))


@fraud("frame", "调换名录中两行的次序")
def ids_reordered(story: Story) -> Files:
    story.lines[3], story.lines[4] = story.lines[4], story.lines[3]
    return story.redraw().files()


@fraud("frame", "名录换行改成 CRLF")
def crlf(story: Story) -> Files:
    return with_frame(story, text_of(story).replace(b"\n", b"\r\n"))


@fraud("frame", "名录开头加上 BOM")
def byte_order_mark(story: Story) -> Files:
    return with_frame(story, b"\xef\xbb\xbf" + text_of(story))


@fraud("frame", "盲码里的一个字母改成大写")
def upper_case_blind_id(story: Story) -> Files:
    at = next(i for i, x in enumerate(story.lines) if x[:40] != x[:40].upper())
    story.lines[at] = story.lines[at][:40].upper() + story.lines[at][40:]
    return with_frame(story, text_of(story))


@fraud("frame", "统一社会信用代码里的字母改成小写", "pps")
def lower_case_id(story: Story) -> Files:
    return with_frame(story, text_of(story).replace(b"MA", b"ma", 1))


@fraud("frame", "代码里的一个数字改成全角数字", "pps")
def full_width_digit(story: Story) -> Files:
    return with_frame(story, text_of(story).replace(b"9", "９".encode(), 1))


@fraud("frame", "同一户在名录里出现两次")
def duplicate_line(story: Story) -> Files:
    story.lines.insert(5, story.lines[5])
    return story.redraw().files()


@fraud("frame", "同一户以两个等级在名录里出现两次")
def same_entity_in_two_classes(story: Story) -> Files:
    line = story.lines[5]
    story.lines.insert(6, line[:-1] + (b"D" if line[-1:] == b"A" else b"A"))
    return with_frame(story, b"".join(x + b"\n" for x in sorted(story.lines)))


@fraud("frame", "名录最后一行没有换行符")
def no_final_newline(story: Story) -> Files:
    return with_frame(story, text_of(story)[:-1])


@fraud("frame", "名录末尾多一个空行")
def blank_line_at_the_end(story: Story) -> Files:
    return with_frame(story, text_of(story) + b"\n")


@fraud("frame", "名录加上表头")
def heading(story: Story) -> Files:
    return with_frame(story, b"id,path,class\n" + text_of(story))


@fraud("frame", "代码前面多一个空格")
def blank_before_an_id(story: Story) -> Files:
    return with_frame(story, b" " + text_of(story))


@fraud("frame", "规模数字前面补零", "pps")
def leading_zero_of_a_size(story: Story) -> Files:
    return with_frame(story, text_of(story).replace(b",A,1\n", b",A,01\n", 1))


@fraud("frame", "名录压缩文件被截断")
def gzip_cut_short(story: Story) -> Files:
    files = story.files()
    return files | {"frame.csv.gz": files["frame.csv.gz"][:-9]}


@fraud("frame", "名录压缩文件的校验码损坏")
def gzip_check_broken(story: Story) -> Files:
    data = bytearray(story.files()["frame.csv.gz"])
    data[-8] ^= 1
    return story.files() | {"frame.csv.gz": bytes(data)}


# --- the reveals -----------------------------------------------------------------------------------------


@fraud("reveals", "一方看到结果后换了揭示，并重算全部摘要")
def reveal_altered(story: Story) -> Files:
    assert story.reveals
    story.reveals[1] = bytes([story.reveals[1][0] ^ 1]) + story.reveals[1][1:]
    return story.redraw().files()


@fraud("reveals", "两方的揭示互换位置，并重算全部摘要")
def reveals_swapped(story: Story) -> Files:
    assert story.reveals
    story.reveals[0], story.reveals[1] = story.reveals[1], story.reveals[0]
    return story.redraw().files()


@fraud("reveals", "少了一份揭示，并重算全部摘要")
def reveal_dropped(story: Story) -> Files:
    assert story.reveals
    del story.reveals[1]
    return story.redraw().files()


@fraud("reveals", "揭示后面多一个字节，并重算全部摘要")
def reveal_longer_by_a_byte(story: Story) -> Files:
    assert story.reveals
    story.reveals[0] += b"\0"
    return story.redraw().files()


@fraud("reveals", "没有公开随机源的抽取，一方的揭示被清空，并重算全部摘要", "parties")
def reveal_emptied_without_a_public_source(story: Story) -> Files:
    assert story.reveals
    story.reveals[2] = b""
    return story.redraw().files()


@fraud("reveals", "公开随机源的结果被清空，并重算全部摘要", "lottery")
def public_result_emptied(story: Story) -> Files:
    assert story.reveals
    story.reveals[-1] = b""
    return story.redraw().files()


@fraud("reveals", "揭示写成大写十六进制")
def reveal_in_upper_case(story: Story) -> Files:
    files = story.files()
    return files | {"reveals.json": files["reveals.json"].upper()}


@fraud("order", "有信标的抽取，一方的揭示被清空，日志里却没有缺失记录，其余摘要全部重算")
def reveal_emptied_without_being_missed(story: Story) -> Files:
    assert story.reveals
    story.reveals[2] = b""
    return story.redraw().files()


@fraud("order", "一方的揭示被清空，日志的保管者改写了结案和启封，但揭示早已记下")
def reveal_emptied_by_the_keeper(story: Story) -> Files:
    assert story.reveals
    story.reveals[2] = b""
    return story.redraw().relog().files()


@fraud("order", "日志记为缺失的一方，事后又补上了揭示", "missing")
def missing_reveal_handed_in_later(story: Story) -> Files:
    assert story.reveals
    honest_reveals = honest("open").reveals
    assert honest_reveals
    story.reveals[2] = honest_reveals[2]
    return story.redraw().relog().files()


# --- the public sources ----------------------------------------------------------------------------------


def with_beacon(story: Story, beacon: dict[str, Any]) -> Story:
    """Draw with another beacon, the log rewritten by its keeper to say so too."""
    assert story.reveals
    story.beacon = beacon
    story.reveals[story.plan["commits"].index(None)] = bytes.fromhex(beacon["randomness"])
    return story.redraw().relog()


@fraud("sources", "用了另一轮（真实的）信标，日志也照改")
def wrong_beacon_round(story: Story) -> Files:
    return with_beacon(story, beacon_file(1000)).files()


@fraud("sources", "另一轮信标的签名冒充方案所载的一轮，随机数与签名相符")
def signature_of_another_round(story: Story) -> Files:
    return with_beacon(story, beacon_file(123, signature=SIGNATURES[1000])).files()


@fraud("sources", "信标随机数翻转一位，签名不动")
def randomness_flipped(story: Story) -> Files:
    value = beacon_file(123)["randomness"]
    return with_beacon(story, beacon_file(123, randomness=f"{int(value, 16) ^ 1:064x}")).files()


@fraud("sources", "信标签名翻转一位，随机数按新签名重算")
def beacon_signature_flipped(story: Story) -> Files:
    flipped = f"{int(SIGNATURES[123], 16) ^ 1:096x}"
    return with_beacon(story, beacon_file(123, signature=flipped)).files()


@fraud("sources", "信标签名换成它的相反点，随机数按新签名重算")
def beacon_signature_negated(story: Story) -> Files:
    negated = f"{int(SIGNATURES[123], 16) ^ 1 << 381:096x}"
    return with_beacon(story, beacon_file(123, signature=negated)).files()


@fraud("sources", "信标签名换成无穷远点，随机数按新签名重算")
def beacon_signature_at_infinity(story: Story) -> Files:
    return with_beacon(story, beacon_file(123, signature="c0" + "00" * 47)).files()


@fraud("sources", "信标签名的坐标超出有限域，随机数按新签名重算")
def beacon_signature_out_of_the_field(story: Story) -> Files:
    return with_beacon(story, beacon_file(123, signature="9f" + "ff" * 47)).files()


@fraud("sources", "信标签名被截短，随机数按新签名重算")
def beacon_signature_cut_short(story: Story) -> Files:
    return with_beacon(story, beacon_file(123, signature=SIGNATURES[123][:-2])).files()


@fraud("sources", "公布的信标是真的，抽取用的却是另一个随机数")
def drawn_with_other_randomness(story: Story) -> Files:
    assert story.reveals
    story.reveals[-1] = bytes.fromhex(digest("a lucky number"))
    return story.redraw().relog().files()


@fraud("sources", "方案从一开始就指定了自己设的信标链")
def chain_of_ones_own(story: Story) -> Files:
    return tell(RATE, blinded_lines(), beacon={"chain": OTHER_CHAIN, "round": 123}, frame="blinded").files()


@fraud("sources", "抽去信标文件")
def beacon_file_left_out(story: Story) -> Files:
    files = story.files()
    del files["beacon.json"]
    return files


@fraud("sources", "彩票号码改了一个数，揭示也照改，并重算全部摘要", "lottery")
def lottery_result_altered(story: Story) -> Files:
    assert story.reveals
    story.reveals[-1] = story.reveals[-1].replace(b"-30-", b"-31-")
    return story.redraw().files()


@fraud("log", "彩票号码改了一个数，揭示和日志条目都照改，并重算全部摘要", "lottery")
def lottery_result_altered_in_the_log_file_too(story: Story) -> Files:
    files = lottery_result_altered(story)
    return edited(
        files, "log.json", lambda log: entries_of(log, "lottery")[0].update(result="02-09-14-21-27-31-11")
    )


@fraud("sources", "用了另一期彩票，日志也照记另一期", "lottery")
def lottery_of_another_issue(story: Story) -> Files:
    assert story.reveals
    assert LOTTERY[0]["issue"] == "2023097"
    story.reveals[-1] = story.reveals[-1].replace(b"2023097", b"2023098")
    story.log[story.at("lottery")]["issue"] = "2023098"
    return story.redraw().relog().files()


@fraud("order", "信标结果没有记入日志")
def beacon_not_logged(story: Story) -> Files:
    del story.log[story.at("beacon")]
    return story.files()


@fraud("order", "日志里记的是另一轮信标的签名")
def other_beacon_logged(story: Story) -> Files:
    story.log[story.at("beacon")] |= {"signature": SIGNATURES[1000]}
    return story.files()


@fraud("order", "同一轮信标在日志里记了两次")
def beacon_logged_twice(story: Story) -> Files:
    story.log.insert(story.at("beacon"), dict(story.log[story.at("beacon")]))
    return story.files()
