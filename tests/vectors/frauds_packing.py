"""Cheating with spellings: files that one reader takes for one thing and another for something else, or for nothing."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib

from tests.vectors.cheating import edited, fraud, text_of
from tests.vectors.evidence import Files, Story
from tests.vectors.ledger import ORIGIN
from tests.vectors.reference import canon

# --- JSON ---------------------------------------------------------------------------------------------------------


@fraud("plan", "方案存成 UTF-16：字节都在 ASCII 之内，有的程序会自行改用别的编码来读")
def plan_in_another_encoding(story: Story) -> Files:
    files = story.files()
    return files | {"plan.json": files["plan.json"].decode().encode("utf-16-le")}


@fraud("reveals", "揭示文件存成 UTF-32")
def reveals_in_another_encoding(story: Story) -> Files:
    files = story.files()
    return files | {"reveals.json": files["reveals.json"].decode().encode("utf-32-be")}


@fraud("sources", "信标文件的附加字段嵌套 201 层，有的程序读不了")
def beacon_file_nested_too_deeply(story: Story) -> Files:
    files = story.files()
    nested = b"[" * 200 + b"]" * 200  # in an object, so 201
    return files | {"beacon.json": files["beacon.json"][:-1] + b',"x":' + nested + b"}"}


@fraud("closing", "结案记录用一个带逗号的字段名冒充两个字段")
def closing_with_two_names_in_one(story: Story) -> Files:
    return story.files() | {"closing.json": canon({"draw_id,plan_hash": "x", "void": "y"})}


@fraud("sources", "日志里的开奖结果不是文本，而是只有一项的列表", good="lottery")
def lottery_result_logged_as_a_list(story: Story) -> Files:
    entry = story.log[story.at("lottery")]
    entry["result"] = [entry["result"]]
    return story.files()


@fraud("order", "尚未抽取的验证包里放一份空的信标文件", good="planned")
def beacon_file_that_says_nothing(story: Story) -> Files:
    return story.files() | {"beacon.json": b"{}"}


# --- gzip ---------------------------------------------------------------------------------------------------------


def with_packed(story: Story, data: bytes) -> Files:
    return story.files() | {"frame.csv.gz": data}


@fraud("frame", "名录压缩文件由两段接成，前一段的校验和是错的")
def gzip_of_two_members(story: Story) -> Files:
    text = text_of(story)
    half = text.index(b"\n", len(text) // 2) + 1
    first, second = (gzip.compress(part, mtime=0) for part in (text[:half], text[half:]))
    return with_packed(story, first[:-8] + bytes(8) + second)


@fraud("frame", "名录压缩文件后面又跟了一段，末尾的校验和照抄")
def gzip_with_something_behind_it(story: Story) -> Files:
    packed = gzip.compress(text_of(story), mtime=0)
    return with_packed(story, packed + b"hidden" + packed[-8:])


@fraud("frame", "名录压缩文件没有收尾，只是校验和对得上")
def gzip_that_never_ends(story: Story) -> Files:
    packed = gzip.compress(text_of(story), mtime=0)
    writer = zlib.compressobj(9, zlib.DEFLATED, -15)
    open_end = writer.compress(text_of(story)) + writer.flush(zlib.Z_FULL_FLUSH)
    return with_packed(story, packed[:10] + open_end + packed[-8:])


@fraud("frame", "名录压缩文件的文件头用了没有定义的标志")
def gzip_with_unknown_flags(story: Story) -> Files:
    packed = gzip.compress(text_of(story), mtime=0)
    return with_packed(story, packed[:3] + b"\x20" + packed[4:])


@fraud("frame", "名录有一行超过 1024 字节，有的程序算不了这么长的分层")
def line_too_long(story: Story) -> Files:
    first, *others = story.lines
    name, path, cls = first.decode().split(",")
    story.lines = [f"{name},{'a/' * 500}{path},{cls}".encode(), *others]
    return story.redraw().relog().files()


# --- keys and signatures ------------------------------------------------------------------------------------------


@fraud("checkpoint", "日志文件里的公钥是空文本，好让验证程序当作没有公钥而跳过")
def log_key_that_is_empty(story: Story) -> Files:
    return edited(story.files(), "log.json", lambda log: log.update(key=""))


@fraud("checkpoint", "检查点超过 64 KiB")
def checkpoint_too_long(story: Story) -> Files:
    files = story.files()
    line = "— witness.example.org/b " + base64.b64encode(bytes(76)).decode() + "\n"
    return files | {"checkpoint": files["checkpoint"] + line.encode() * 600}


@fraud("checkpoint", "联署人的名字里有一个有的程序当作空白、有的不当的字符")
def witness_named_with_a_doubtful_blank(story: Story) -> Files:
    files = story.files()
    line = "— witness\ufeff " + base64.b64encode(bytes(76)).decode() + "\n"
    return files | {"checkpoint": files["checkpoint"] + line.encode()}


P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
BASE = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)
MINUS_ONE = (0, P - 1)  # a point of order 2
Point = tuple[int, int]


def plus(p: Point, q: Point) -> Point:
    k = D * p[0] * q[0] * p[1] * q[1]
    x = (p[0] * q[1] + q[0] * p[1]) * pow(1 + k, -1, P)
    return x % P, (p[1] * q[1] + p[0] * q[0]) * pow(1 - k, -1, P) % P


def times(k: int, p: Point) -> Point:
    total = (0, 1)
    for bit in bin(k)[2:]:
        total = plus(total, total)
        total = plus(total, p) if bit == "1" else total
    return total


def written(p: Point) -> bytes:
    return (p[1] | p[0] % 2 << 255).to_bytes(32, "little")


def signed_anew(story: Story, public: bytes, secret: int, nonce: Point) -> Files:
    """All checkpoints signed by the key, with the point ``nonce`` (of the scalar 5) in the signature."""
    typed = b"\1" + public
    key_id = hashlib.sha256(ORIGIN.encode() + b"\n" + typed).digest()[:4]

    def signed(checkpoint: bytes) -> bytes:
        text = checkpoint.partition(b"\n\n")[0] + b"\n"
        k = int.from_bytes(hashlib.sha512(written(nonce) + public + text).digest(), "little") % L
        signature = written(nonce) + ((5 + k * secret) % L).to_bytes(32, "little")
        return text + f"\n— {ORIGIN} {base64.b64encode(key_id + signature).decode()}\n".encode()

    files = story.files()
    told = f"{ORIGIN}+{key_id.hex()}+{base64.b64encode(typed).decode()}"
    log = canon(json.loads(files["log.json"]) | {"key": told})
    return files | {name: signed(files[name]) for name in ("checkpoint", "earlier")} | {"log.json": log}


@fraud("checkpoint", "检查点的签名差一个小阶点：按带余因子的办法验证能过，按不带的不能")
def signature_off_by_a_point_of_small_order(story: Story) -> Files:
    return signed_anew(story, written(times(7, BASE)), 7, plus(times(5, BASE), MINUS_ONE))


@fraud("checkpoint", "日志的公钥是小阶点，同一个签名对什么内容都成立")
def log_key_of_small_order(story: Story) -> Files:
    return signed_anew(story, written((0, 1)), 0, times(5, BASE))


@fraud("checkpoint", "日志的公钥换了一种写法（纵坐标加了模数）")
def log_key_in_another_spelling(story: Story) -> Files:
    return signed_anew(story, (P + 1).to_bytes(32, "little"), 0, times(5, BASE))
