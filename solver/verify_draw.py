#!/usr/bin/env python3
"""抽取结果复核程序：单文件，只用 Python 3.9+ 标准库，不联网。Verifies one draw of "draw/1" (docs/draw-1.md).

    python verify_draw.py PLAN.json FRAME.csv[.gz] REVEALS.json [--expect RESULT_SHA256]
                          [--campaign CAMPAIGN.json] [--beacon BEACON.json]
    python verify_draw.py BUNDLE.zip [--log-key VERIFIER_KEY] [--witness VERIFIER_KEY]

Three files: prints the drawn lines id,cell,ticket on standard output and one JSON line {plan_hash, seed, D, n,
result_sha256, cells_sha256} on standard error, and exits 0; or one sentence that says what does not agree, and exits 1.
A bundle, or its folder: prints one line a step (docs/transparency-log.md, section 5) and the JSON line on standard
error, the drawn lines on standard output. Exits 0 when every step is ok, 1 when one failed, 2 when none failed but
some could not run, for it is not all public yet. Take the log's key from elsewhere than the bundle. Every rule is in
this file, in the order of its use.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

# ruff: noqa: B905, RUF007 - zip(strict=True) and itertools.pairwise came after Python 3.9
# ruff: noqa: E501 - digits and sentences in two languages take their room
# Laid out by hand, so that it can be read in one sitting.
# fmt: off

# The plan: each field as the pattern of its canonical JSON text.
HEX, COUNT, POSITIVE = '"[0-9a-f]{64}"', "(0|[1-9][0-9]*)", "[1-9][0-9]*"
CODE = '"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"'
DAY = '"20[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z)?"'
TABLE, ISSUE = f'{{"[A-D]":{COUNT}(,"[A-D]":{COUNT})*}}', f'{{"game":{CODE},"issue":{CODE}}}'
REQUIRED = {"v": '"draw/1"', "draw_id": CODE, "prev": HEX, "register_root": HEX, "register_n": COUNT,
            "mode": '"(rate|fixed|pps)"', "commits": rf"\[({HEX}|null)(,({HEX}|null))*\]"}
NUMBERS = {"rate": {"den": POSITIVE, "rates": TABLE}, "fixed": {"n": COUNT, "weights": TABLE},
           "pps": {"n": COUNT}}
OPTIONAL = {"alg": '"(sha256|sm3)"', "beacon": f'{{"chain":{HEX},"round":{POSITIVE}}}',
            "lottery": rf"\[{ISSUE}(,{ISSUE})*\]", "disclosure": '"(open|sealed)"', "open_by": DAY,
            "exclusion": rf'{{"hash":{HEX},"rule":"[ !#-\[\]-~]{{1,200}}"}}', "frame": '"(open|blinded)"',
            "min_anonymity": POSITIVE, "inspector_root": HEX, "campaign": CODE,
            "items": rf"\[({CODE}(,{CODE})*)?\]", "draw_unit": '"(entity|bundle|day-route)"', "unit_size": POSITIVE}
LIMIT = 2**32  # bytes, of what is unpacked
PROOF = rf"\[({HEX}(,{HEX})*)?\]"
CAMPAIGN = rf'\{{"campaign":{CODE},"plans":\[{HEX}(,{HEX})*\],"v":"campaign/1"\}}'

Plan = dict[str, Any]  # as read from its JSON text
Point = Any  # of a curve: (x, y), or None at infinity

class Disagreement(Exception):
    """One plain sentence: what does not agree."""

class NotYet(Exception):
    """What a step stands on has failed, or is not public yet."""

def need(condition: object, sentence: str) -> None:
    if not condition:
        raise Disagreement(sentence)

# --- hashes and canonical JSON -----------------------------------------------------------------------------

class SM3:
    """GB/T 32905-2016, for a Python whose OpenSSL was built without it: slow, but the same."""

    def __init__(self, data: bytes = b"") -> None:
        self.text = data

    def copy(self) -> SM3:
        return SM3(self.text)

    def update(self, data: bytes) -> None:
        self.text += data

    def digest(self) -> bytes:
        def rol(x: int, n: int) -> int:
            return (x << n % 32 | (x & 0xFFFFFFFF) >> (32 - n % 32)) & 0xFFFFFFFF

        def words(data: bytes) -> list[int]:
            return [int.from_bytes(data[i:i + 4], "big") for i in range(0, len(data), 4)]

        state, length = words(bytes.fromhex("7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e")), len(self.text)
        text = self.text + b"\x80" + bytes((55 - length) % 64) + (8 * length).to_bytes(8, "big")
        for start in range(0, len(text), 64):
            w = words(text[start:start + 64])
            for j in range(16, 68):
                x = w[j - 16] ^ w[j - 9] ^ rol(w[j - 3], 15)
                w.append(x ^ rol(x, 15) ^ rol(x, 23) ^ rol(w[j - 13], 7) ^ w[j - 6])
            a, b, c, d, e, f, g, h = state
            for j in range(64):
                ss = rol(rol(a, 12) + e + rol(0x79CC4519 if j < 16 else 0x7A879D8A, j), 7)
                ff, gg = (a ^ b ^ c, e ^ f ^ g) if j < 16 else (a & b | a & c | b & c, e & f | ~e & g)
                t = (ff + d + (ss ^ rol(a, 12)) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
                u = (gg + h + ss + w[j]) & 0xFFFFFFFF
                a, b, c, d, e, f, g, h = t, a, rol(b, 9), c, u ^ rol(u, 9) ^ rol(u, 17), e, rol(f, 19), g
            state = [x ^ y for x, y in zip((a, b, c, d, e, f, g, h), state)]
        return b"".join(x.to_bytes(4, "big") for x in state)

def hasher(plan: Plan) -> Any:
    """The hash constructor that the plan's ``alg`` names."""
    if plan.get("alg", "sha256") == "sha256":
        return hashlib.sha256
    return (lambda data: hashlib.new("sm3", data)) if "sm3" in hashlib.algorithms_available else SM3

def hmac(key: bytes, message: bytes, new: Any) -> bytes:
    """RFC 2104 with a key of 32 bytes."""
    inner = new(bytes(b ^ 0x36 for b in key.ljust(64, b"\0")) + message).digest()
    return bytes(new(bytes(b ^ 0x5C for b in key.ljust(64, b"\0")) + inner).digest())

def tag(name: str) -> bytes:
    return f"draw/1 {name}".encode().ljust(32, b"\0")

def written(value: Any) -> str:
    """RFC 8785 for ASCII strings and integers: keys sorted, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

def canon(value: Any) -> bytes:
    return written(value).encode("ascii")

def like(pattern: str, value: Any) -> bool:
    """Whether the canonical text of the value has this pattern: one value, one text."""
    return re.fullmatch(pattern, written(value)) is not None

def depth(value: Any) -> int:
    """How many arrays and objects are one in another."""
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth, inner), default=0) if isinstance(value, (dict, list)) else 0

def read_json(text: bytes, what: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), f"{what}中有重复的字段 (duplicate key)")
        return dict(pairs)

    def integer(digits: str) -> int:
        need(len(digits) < 18 and abs(int(digits)) < 2**53, f"{what}中有过大的整数 (integer too large)")
        return int(digits)

    def refuse(found: str) -> None:
        need(False, f"{what}中有小数 (not an integer): {found}")

    hooks: dict[str, Any] = {"parse_int": integer, "parse_float": refuse, "parse_constant": refuse}
    try:
        value = json.loads(text.decode("ascii"), object_pairs_hook=unique, **hooks)
        canon(value)  # nor may an escape hide a character outside ASCII
        need(depth(value) <= 200, f"{what}嵌套过深 (nested too deeply)")
        need(not re.search("true|false", re.sub(r'"([^"\\]|\\.)*"', "", text.decode())), f"{what}中有真假值 (a boolean)")
    except (ValueError, RecursionError):
        raise Disagreement(f"{what}不是 ASCII 的 JSON 文件 (not a JSON text in ASCII)") from None
    return value

# --- plan, register, reveals -------------------------------------------------------------------------------

def check_plan(plan: Any) -> None:
    need(isinstance(plan, dict), "方案必须是 JSON 对象 (the plan is not a JSON object)")
    mode = plan.get("mode")
    numbers = NUMBERS.get(mode, {}) if isinstance(mode, str) else {}
    fields = {**REQUIRED, **OPTIONAL, **numbers}
    for key in sorted({*REQUIRED, *numbers, *(["open_by"] if plan.get("disclosure") == "sealed" else [])}):
        need(key in plan, f"方案缺少字段 (the plan lacks the key): {key}")
    for key in sorted(plan):
        need(key in fields, f"方案含有未定义的字段 (the plan has an unknown key): {key}")
        need(like(fields[key], plan[key]), f"方案的字段不符合要求 (the plan has a bad value at): {key}")
    agree = plan["commits"].count(None) == ("beacon" in plan) + len(plan.get("lottery", []))
    need(agree, "公开随机源与承诺中的空位不一致 (public sources and null commitments do not agree)")

def hash_of_plan(plan: Plan) -> bytes:
    return bytes(hasher(plan)(tag("plan") + canon(plan)).digest())

def inflated(packed: bytes, window: int, limit: int) -> bytes:
    """What is packed: at most so many bytes, and packed to its very end."""
    reader = zlib.decompressobj(window)
    data = reader.decompress(packed, limit + 1)
    if len(data) > limit or not reader.eof or reader.unused_data:
        raise ValueError
    return data

class Frame:
    """名录快照: lines strictly increasing by id; ids have 18 characters, blinded 40; with sizes in mode pps."""

    def __init__(self, data: bytes) -> None:
        try:
            if data[:2] == b"\x1f\x8b":
                need(len(data) > 3 and not data[3] & ~0x1D, "名录快照的压缩文件不是普通的 (not a plain gzip file)")
                data = inflated(data, 31, LIMIT)
        except (ValueError, zlib.error):
            raise Disagreement("名录快照的压缩文件已损坏 (the register is not a sound gzip file)") from None
        lines = data.split(b"\n")
        need(lines.pop() == b"", "名录快照最后一行没有换行符 (the register's last line has no line feed)")
        first, self.lines = lines[0] if lines else b"", lines
        self.width, self.sized = (40 if first.find(b",") == 40 else 18), first.count(b",") == 3
        ident = rb"[0-9a-f]{40}" if self.width == 40 else rb"[0-9A-Z]{18}"
        size = rb",(?:0|[1-9][0-9]{0,15})" if self.sized else b""
        match = re.compile(ident + rb",[0-9A-Za-z._-]+(?:/[0-9A-Za-z._-]+)*,[A-D]" + size).fullmatch

        def good(line: bytes) -> bool:
            fits = len(line) <= 1024 and match(line) is not None
            return fits and not (self.sized and int(line.rpartition(b",")[2]) >= 2**53)

        if max(map(len, lines), default=0) > 1024 or not all(map(good if self.sized else match, lines)):
            bad = next(i for i, line in enumerate(lines, 1) if not good(line))
            raise Disagreement(f"名录快照第 {bad} 行格式不符合要求 (malformed line {bad} of the register)")
        ids = [line[:self.width] for line in lines]
        bad = next((i for i, (a, b) in enumerate(zip(ids, ids[1:]), 2) if a >= b), 0)
        need(not bad, f"名录快照第 {bad} 行重复或次序不对 (line {bad} of the register is out of order)")

    def check(self, plan: Plan) -> None:
        new, agree = hasher(plan), len(self.lines) == plan["register_n"]
        need(agree, "名录快照的户数与方案不一致 (the size of the register does not agree)")
        kind = (self.width == 40, self.sized) == (plan.get("frame") == "blinded", plan["mode"] == "pps")
        need(kind or not self.lines, "名录快照不是方案所载的一种 (a register of another kind than the plan's)")
        level = [new(b"\0" + line).digest() for line in self.lines] or [new(b"").digest()]
        while len(level) > 1:  # RFC 9162: leaves 0x00, nodes 0x01, an odd node is promoted
            odd = level[-1:] if len(level) % 2 else []
            level = [new(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2])] + odd
        agree = level[0].hex() == plan["register_root"]
        need(agree, "名录快照的根摘要与方案不一致 (the root of the register does not agree)")

def check_reveals(reveals: Any, plan: Plan) -> list[bytes]:
    is_hex = re.compile("([0-9a-f]{2})*").fullmatch
    good = isinstance(reveals, list) and all(isinstance(x, str) and is_hex(x) for x in reveals)
    need(good, "揭示文件必须是十六进制文本的列表 (the reveals are not a list of hex strings)")
    commits: list[str | None] = plan["commits"]
    need(len(reveals) == len(commits), "揭示的份数与方案不一致 (the number of reveals does not agree)")
    secrets, new = [bytes.fromhex(x) for x in reveals], hasher(plan)
    for i, (secret, commit) in enumerate(zip(secrets, commits)):
        if commit is None:  # a public source: its bytes; a beacon's come first and are 32
            good = len(secret) == 32 if "beacon" in plan and i == commits.index(None) else len(secret) > 0
            need(good, f"第 {i + 1} 份公开随机源结果有误 (reveal {i + 1} is not a public result)")
        elif secret or None not in commits:  # a missing reveal may stand only beside a public source
            good = len(secret) == 32 and new(tag("commit") + secret).digest().hex() == commit
            need(good, f"第 {i + 1} 份揭示与其承诺不一致 (reveal {i + 1} does not agree with its commitment)")
    return secrets

def check_campaign(record: Any, plan: Plan) -> None:
    good = like(CAMPAIGN, record) and record["plans"] == sorted(set(record["plans"]))
    need(good, "联合抽取记录的格式不符合要求 (malformed campaign record)")
    listed = record["campaign"] == plan.get("campaign") and hash_of_plan(plan).hex() in record["plans"]
    need(listed, "方案不在这次联合抽取之中 (the plan is not one of this campaign)")

# --- draw --------------------------------------------------------------------------------------------------

def numerators(plan: Plan, population: dict[str, int]) -> tuple[int, dict[str, int]]:
    """D, and the numerator of every class (mode pps: of every size); probability = numerator / D, exactly."""
    weight: Any = plan.get("rates") or plan.get("weights") or {x: int(x) for x in population}
    need(population.keys() <= weight.keys(), "方案没有为某一类规定比例 (the plan has no rate for a class)")
    if plan["mode"] == "rate":
        return plan["den"], {x: min(weight[x], plan["den"]) for x in population}
    n, certain, d = plan["n"], set[str](), sum(population[x] * weight[x] for x in population)
    eligible = sum(population[x] for x in population if weight[x])
    need(n <= eligible, f"计划抽取数超过可抽取的户数 (the plan draws {n} of {eligible} entities)")
    while d:
        sure = {x for x in population if x not in certain and n * weight[x] >= d}
        if not sure:
            break
        certain |= sure
        n -= sum(population[x] for x in sure)
        d -= sum(population[x] * weight[x] for x in sure)
    d = d or 1
    need(d < 2**53, "权重合计过大 (the sum of the weights is too large)")
    return d, {x: d if x in certain else n * weight[x] for x in population}

class Draw:
    """抽取: the whole draw from a checked plan, register and reveals: result lines, cell table, summary."""

    def __init__(self, plan: Plan, frame: Frame, secrets: list[bytes], campaign: Any = None) -> None:
        new, plan_hash = hasher(plan), hash_of_plan(plan)
        message = tag("seed") + b"".join(len(x).to_bytes(4, "big") + x for x in secrets)
        seed = shared = hmac(plan_hash, message, new)
        if campaign:  # the tickets alone come from the seed that its plans share
            shared = hmac(new(tag("campaign") + canon(campaign)).digest(), message, new)
        one_block, width, pps = new(tag("ticket") + shared), frame.width, plan["mode"] == "pps"
        cells: dict[bytes, list[bytes]] = {}  # ",path,class" -> ticket ‖ id of every entity
        singles: list[bytes] = []  # mode pps, where every entity is a cell: ticket ‖ id ‖ size
        population: dict[str, int] = {}
        for line in frame.lines:
            ticket = one_block.copy()
            ticket.update(line[:width])
            if pps:
                size = line.rpartition(b",")[2]
                singles.append(ticket.digest() + line[:width] + size)
                population[size.decode()] = population.get(size.decode(), 0) + 1
            else:
                cells.setdefault(line[width + 1:], []).append(ticket.digest() + line[:width])
        for rest, members in cells.items():
            population[rest[-1:].decode()] = population.get(rest[-1:].decode(), 0) + len(members)
        d, numerator = numerators(plan, population)

        def place(rest: bytes) -> list[bytes]:
            """Every county together, every industry in it together, their order random; mode pps: by ticket."""
            cell = rest.replace(b",", b"/")
            return [new(tag("cell") + seed + cell[:end.start()]).digest() for end in re.finditer(b"/|$", cell)]

        end = 32 + width
        units: Any = ((x[32:end].decode(), x[end:].decode(), [x[:end]]) for x in sorted(singles))
        if not pps:
            ordered = sorted(cells, key=place)
            units = ((x.decode().replace(",", "/"), x[-1:].decode(), cells[x]) for x in ordered)
        total = int.from_bytes(new(tag("round") + seed).digest(), "big") % d
        result, table = [], []
        self.pools: dict[str, tuple[list[bytes], int]] = {}  # by cell: all of it, and how many are drawn
        for cell, key, members in units:
            before, total = total, total + len(members) * numerator[key]
            k = total // d - before // d
            drawn = sorted(members)[:k] if k else []
            result += [f"{x[32:].decode()},{cell},{x[:32].hex()}\n" for x in drawn]
            last = drawn[-1][:32].hex() if drawn else ""
            if not pps:
                self.pools[cell] = (members, k)
            table.append(f'["{cell}",{len(members)},{numerator[key]},{k},"{last}"]')
        self.lines, self.cells = "".join(result).encode(), f"[{','.join(table)}]".encode()
        hashes = {"result_sha256": hashlib.sha256(self.lines).hexdigest()}
        commit = new(tag("seed-commit") + seed).digest().hex()
        self.closing = {"draw_id": plan["draw_id"], "plan_hash": plan_hash.hex(), "seed_commit": commit, **hashes}
        self.summary = {"plan_hash": plan_hash.hex(), "seed": seed.hex(), "D": d, "n": len(result), **hashes,
                        "cells_sha256": hashlib.sha256(self.cells).hexdigest()}

# --- the beacon: drand quicknet, BLS12-381 -----------------------------------------------------------------
# Signatures are points of G1, over the hash of a round's number (RFC 9380). Keys are points of G2, here as x and y
# in the field of P^2 (the coefficient of i before the other); drand publishes x alone, with three flag bits: 83cf…

CHAIN, GENESIS = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971", 1692803367
SUITE = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
KEY = (0x03CF0F2896ADEE7EB8B5F01FCAD3912212C437E0073E911FB90022D3E760183C8C4B450B6A0A6C3AC6A5776A2D106451,
       0x0D1FEC758C921CC22B0E17E63AAF4BCB5ED66304DE9CF809BD274CA73BAB4AF5A6E9C76A4BC09E76EAE8991EF5ECE45A,
       0x01A714F2EDB74119A2F2B0D5A7C75BA902D163700A61BC224EDEDD8E63AEF7BE1AAF8E93D7A9718B047CCDDB3EB5D68B,
       0x0E5DB2B6BFBB01C867749CADFFCA88B36C24F3012BA09FC4D3022C5C37DCE0F977D3ADB5D183C7477C442B1F04515273)
GENERATOR = (0x13E02B6052719F607DACD3A088274F65596BD0D09920B61AB5DA61BBDC7F5049334CF11213945D57E5AC7D055D042B7E,
             0x024AA2B2F08F0A91260805272DC51051C6E47AD4FA403B02B4510B647AE3D1770BAC0326A805BBEFD48056C8C121BDB8,
             0x0606C4A02EA734CC32ACD2B02BC28B99CB3E287E85A763AF267492AB572E99AB3F370D275CEC1DA1AAA9075FF05F79BE,
             0x0CE5D527727D6E118CC9CDC6DA2E351AADFD9BAA8CBDD3A76D429A695160D12C923AC9CC3BACA289E193548608B82801)
P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
ORDER, COFACTOR = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001, 0xD201000000010001
# RFC 9380, 8.8.1: the curve y^2 = x^3 + A x + B, and the 11-isogeny from it to y^2 = x^3 + 4, here by the x of the
# five pairs of points that it sends to infinity: with Vélu's formulas they give the fractions of appendix E.2.
A = 0x144698A3B8E9433D693A02C96D4982B0EA985383EE66A8D8E8981AEFD881AC98936F8DA0E0F97F5CF428082D584C1D
B = 0x12E2908D11688030018B12E8753EEE3B2016C1F0F24F4070A0B9C14FCEF35EF55A23215A316CEAA5D1CC48E98E172BE0
KERNEL = (0x010EF325DD1E98BDF0D97A4C6B7F968ED7F31F2FBFF088ACB39D5319CFC261EA18773405F325612742F0C5D90634BCF4,
          0x0D7F2D0D03AE035321EED4C1479D13251ABF0E9A96479623EB5380B575E319851FB5E5A8B43B9C1A46880F54BF2B2F7C,
          0x105249B4CAC630CE5AA18E6C1189A18C82019B4E12E491FBAC012C259CA3A67F638560B8BB416AF02A4724385ED0FC8E,
          0x140D41735B10CE710727CD9356905701A2B866B803BAA468948B7F423DDCC560C9A8F1CD5F8ED4297C37464FB8BFE4A7,
          0x1665A9C648E78314490A94F654D9B1039AB85847223BFAED9AA54F0F07736D122D1CECA1AC0E9123E753FDE16E97C3D7)
ONE = [1] + [0] * 11

def root_of(a: int) -> Any:
    """The even square root modulo P, if there is one."""
    y = pow(a, (P + 1) // 4, P)
    return (P - y if y % 2 else y) if y * y % P == a % P else None

def slope(p: Point, q: Point) -> Any:
    """Of the line through two points of y^2 = x^3 + 4 that is not vertical, or of the tangent."""
    (x1, y1), (x2, y2) = p, q
    return 3 * x1 * x1 * pow(2 * y1, -1, P) if p == q else (y2 - y1) * pow(x2 - x1, -1, P)

def add(p: Point, q: Point) -> Point:
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    x = (slope(p, q)**2 - p[0] - q[0]) % P
    return x, (slope(p, q) * (p[0] - x) - p[1]) % P

def times(k: int, p: Any, plus: Any = add, zero: Any = None) -> Any:
    """``p`` taken ``k`` times in a group: double and add."""
    total = zero
    for bit in bin(k)[2:]:
        total = plus(total, total)
        total = plus(total, p) if bit == "1" else total
    return total

def map_to_curve(u: int) -> Point:
    """RFC 9380, 6.6.2 and 6.6.3: simplified SWU with Z = 11, then the isogeny."""
    z = 11 * u * u % P
    tv = (z * z + z) % P
    x = -B * pow(A, -1, P) * (1 + pow(tv, -1, P)) % P if tv else B * pow(11 * A, -1, P) % P
    if root_of(x**3 + A * x + B) is None:
        x = z * x % P
    y, image, derivative = (-1)**u * root_of(x**3 + A * x + B), x, 1
    for q in KERNEL:
        i, t, v = pow(x - q, -1, P), 2 * (3 * q * q + A), 4 * (q**3 + A * q + B)
        image, derivative = image + t * i + v * i**2, derivative - t * i**2 - 2 * v * i**3
    return image * pow(11, -2, P) % P, y * derivative * pow(11, -3, P) % P

def hash_to_curve(message: bytes, suite: bytes = SUITE) -> Point:
    """RFC 9380, 3 and 5.3.1: two field elements of 64 bytes each, mapped and added; then into the subgroup."""
    end = suite + bytes([len(suite)])
    first = hashlib.sha256(bytes(64) + message + b"\0\x80\0" + end).digest()
    blocks = [bytes(32)]
    for i in (1, 2, 3, 4):
        mixed = bytes(a ^ b for a, b in zip(first, blocks[-1]))
        blocks.append(hashlib.sha256(mixed + bytes([i]) + end).digest())
    u, v = (int.from_bytes(blocks[i] + blocks[i + 1], "big") % P for i in (1, 3))
    return times(COFACTOR, add(map_to_curve(u), map_to_curve(v)))

def signature_point(data: bytes) -> Point:
    """A compressed point of G1, in its one spelling; never infinity, always in the subgroup."""
    x = int.from_bytes(data, "big") & (1 << 381) - 1
    y = root_of(x**3 + 4)
    good = data[0] & 0xC0 == 0x80 and x < P and y is not None
    need(good, "信标签名不是曲线上的点 (the beacon's signature is no point of the curve)")
    y = y if (y > P // 2) == bool(data[0] & 0x20) else P - y
    need(times(ORDER, (x, y)) is None, "信标签名不在子群里 (the beacon's signature is not in the subgroup)")
    return x, y

def mul12(x: list[int], y: list[int]) -> list[int]:
    """The field of P^12: polynomials in w with w^6 = 1 + i, so that w^12 = 2 w^6 - 2."""
    z = [0] * 23
    for i, a in enumerate(x):
        if a:
            for j, b in enumerate(y):
                z[i + j] += a * b
    for k in range(22, 11, -1):
        z[k - 6] += 2 * z[k]
        z[k - 12] -= 2 * z[k]
    return [c % P for c in z[:12]]

def pairings_cancel(pairs: list[tuple[Point, tuple[int, ...]]]) -> bool:
    """Whether the product of the Tate pairings of points of G1 with points of G2 is 1.

    One Miller loop for all, one final exponentiation. The point (x, y) of G2 stands for (x / w^2, y / w^3) on the
    curve over P^12, and every line is taken times w^3: the last power sends what lies in smaller fields to 1.
    """
    f, reached = ONE, [p for p, _ in pairs]
    for bit in bin(ORDER)[3:]:
        f = mul12(f, f)
        for i, (p, (x1, x0, y1, y0)) in enumerate(pairs):
            for other in (reached[i], p) if bit == "1" else (reached[i],):
                t, reached[i] = reached[i], add(reached[i], other)
                if reached[i] is not None:  # else a vertical line, which lies in a smaller field
                    m = slope(t, other)
                    line = [y0 - y1, -m * (x0 - x1), 0, m * t[0] - t[1], 0, 0, y1, -m * x1, 0, 0, 0, 0]
                    f = mul12(f, [c % P for c in line])
    return bool(times((P**12 - 1) // ORDER, f, mul12, ONE) == ONE)

ANSWER = ("round", "randomness", "signature")

def read_answer(answer: Any) -> list[Any]:
    """What drand says of a round; whatever else it says is passed over."""
    told = [answer.get(key) for key in ANSWER] if isinstance(answer, dict) else []
    need(like(rf'\[{POSITIVE},{HEX},"[0-9a-f]{{96}}"\]', told), "信标文件的格式不符合要求 (malformed beacon file)")
    return told

def check_beacon(answer: Any, plan: Plan, secrets: list[bytes]) -> None:
    """Whether the answer is the plan's round of drand quicknet, and the reveal its randomness."""
    told = read_answer(answer)
    number, randomness, signature = plan["beacon"]["round"], bytes.fromhex(str(told[1])), bytes.fromhex(str(told[2]))
    need(plan["beacon"]["chain"] == CHAIN, "方案指定的信标链不是 drand quicknet (not a known beacon chain)")
    need(told[0] == number, "信标不是方案指定的一轮 (not the round that the plan names)")
    same = hashlib.sha256(signature).digest() == randomness
    need(same, "信标随机数不是其签名的摘要 (the randomness is not the hash of the signature)")
    same = secrets[plan["commits"].index(None)] == randomness
    need(same, "揭示的不是这一轮信标的随机数 (the reveal is not this randomness)")
    x, y = hash_to_curve(hashlib.sha256(number.to_bytes(8, "big")).digest())
    signed = pairings_cancel([(signature_point(signature), GENERATOR), ((x, P - y), KEY)])
    need(signed, "信标签名不是该链所签 (the beacon's signature does not verify)")

# --- the log: Ed25519 (RFC 8032), signed notes (C2SP), proofs (RFC 9162) -----------------------------------

FIELD, GROUP = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
EDWARDS = -121665 * pow(121666, -1, FIELD) % FIELD
BASE = b"\x58" + b"\x66" * 31
NAME = "[^\\s\ufeff+\0-\x1f\x7f]+"  # U+FEFF is a blank in other languages

def plus(p: Point, q: Point) -> Point:
    """Addition on the curve of Ed25519."""
    (x1, y1), (x2, y2) = p, q
    k = EDWARDS * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, FIELD) % FIELD
    return x, (y1 * y2 + x1 * x2) * pow(1 - k, -1, FIELD) % FIELD

def edwards_point(data: bytes) -> Point:
    """RFC 8032, 5.1.3; a point in its one spelling."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    square = (y * y - 1) * pow(EDWARDS * y * y + 1, -1, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    x = x if x * x % FIELD == square else x * pow(2, (FIELD - 1) // 4, FIELD) % FIELD
    good = y < FIELD and x * x % FIELD == square and (x or not sign)
    need(good, "公钥不是曲线上的点 (the key is no point of the curve)")
    return (x if x % 2 == sign else FIELD - x), y

def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, 5.1.7, strictly: S below the order, every point in its one spelling, no key of small order."""
    (x, y), s = edwards_point(public), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= GROUP or times(8, (x, y), plus, (0, 1)) == (0, 1):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % GROUP
    x, y = plus(times(s, edwards_point(BASE), plus, (0, 1)), times(k, (FIELD - x, y), plus, (0, 1)))
    return bool((y | x % 2 << 255).to_bytes(32, "little") == signature[:32])

def from_base64(text: str) -> bytes:
    """The bytes of a text that is their one base64; else none."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return data if base64.b64encode(data).decode() == text else b""

def read_key(text: Any, kind: int = 1) -> tuple[str, bytes]:
    """A verifier key name+id+base64(type ‖ public key), of a log (1) or a witness (4): name and typed key."""
    name, ident, typed = (*str(text).split("+", 2), "", "")[:3]
    key = from_base64(typed)
    good = re.fullmatch(NAME, name) and len(key) == 33 and key[0] == kind and key_id(name, key).hex() == ident
    need(good, "日志公钥的写法不符合要求 (malformed verifier key)")
    return name, key

def key_id(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]

def read_checkpoint(data: bytes, keys: list[tuple[str, bytes]]) -> tuple[int, bytes]:
    """Size and root of a checkpoint that every key has signed; the first is the log's, the others witnesses'."""
    shape = f"({NAME})\n(0|[1-9][0-9]{{0,14}})\n([^\\s]{{44}})\n\n((?:— {NAME} [A-Za-z0-9+/]+=*\n)+)"
    try:
        note = re.fullmatch(shape, data.decode()) if len(data) <= 2**16 else None
    except ValueError:
        note = None
    root = from_base64(note[3]) if note else b""
    if note is None or len(root) != 32:
        raise Disagreement("检查点的格式不符合要求 (malformed checkpoint)")
    text, lines = data.partition(b"\n\n")[0] + b"\n", [line.split(" ")[1:] for line in note[4].splitlines()]
    need(all(len(from_base64(blob)) > 4 for _, blob in lines), "检查点的签名行有误 (malformed signature line)")
    need(note[1] == keys[0][0], "检查点不是这部日志的 (the checkpoint of another log)")
    for name, key in keys:
        found = [from_base64(x)[4:] for who, x in lines if (who, from_base64(x)[:4]) == (name, key_id(name, key))]
        good = [signed_by(key[1:], text, x) for x in found]
        if key[0] == 4:  # a witness signs the time, which comes before its signature, too
            head = "cosignature/v1\ntime {}\n"
            good = [signed_by(key[1:], head.format(int.from_bytes(x[:8], "big")).encode() + text, x[8:]) for x in found]
            good += [x[0] < 128 for x in found]
        need(good and all(good), f"检查点没有 {name} 的有效签名 (the checkpoint is not signed by it)")
    return int(note[2]), root

def climb(fn: int, sn: int, path: list[bytes]) -> Any:
    """RFC 9162, 2.1.3.2 and 2.1.4.2: from the first of the path up to the old root and the new one."""
    old = new = path[0]
    for p in path[1:]:
        if sn == 0:
            return None
        if fn % 2 or fn == sn:
            old, new = (hashlib.sha256(b"\1" + p + x).digest() for x in (old, new))
            while fn and not fn % 2:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = hashlib.sha256(b"\1" + new + p).digest()
        fn, sn = fn >> 1, sn >> 1
    return (old, new) if sn == 0 else None

def included(entry: bytes, index: int, tree: tuple[int, bytes], proof: list[bytes]) -> bool:
    """Whether the entry stands at its index in the tree of this size and root."""
    ends = climb(index, tree[0] - 1, [hashlib.sha256(b"\0" + entry).digest(), *proof]) if index < tree[0] else None
    return ends is not None and ends[1] == tree[1]

def is_prefix(old: tuple[int, bytes], new: tuple[int, bytes], proof: list[bytes]) -> bool:
    """Whether the old tree (size and root) is a prefix of the new one."""
    if old[0] == new[0]:
        return not proof and old == new
    if not old[0]:  # the empty tree is a prefix of every tree
        return not proof and old[1] == hashlib.sha256().digest()
    path, fn, sn = (proof if old[0] & old[0] - 1 else [old[1], *proof]), old[0] - 1, new[0] - 1
    while fn > 0 and fn % 2:
        fn, sn = fn >> 1, sn >> 1
    return 0 <= fn < sn and len(path) > 0 and climb(fn, sn, path) == (old[1], new[1])

# --- the order of events -----------------------------------------------------------------------------------

ID, SIGNATURE, PLACE = '"([0-9A-Z]{18}|[0-9a-f]{40})"', '"[0-9a-f]{96}"', {"draw_id": CODE, "position": COUNT}
HASHES = f'"plan_hash":{HEX},"result_sha256":{HEX},"seed_commit":{HEX}'
CLOSING = rf'\{{"draw_id":{CODE},({HASHES}|"plan_hash":{HEX},"void":{CODE})\}}'
ENTRIES: dict[str, dict[str, str]] = {  # what an entry of each kind holds beside "kind" and "at"
    "plan": {"draw_id": CODE, "plan_hash": HEX}, "campaign": {"record": CAMPAIGN},
    "reveal": {**PLACE, "commit": HEX}, "missing": {**PLACE, "commit": HEX},
    "beacon": {**PLACE, "chain": HEX, "round": POSITIVE, "randomness": HEX, "signature": SIGNATURE},
    "lottery": {**PLACE, "game": CODE, "issue": CODE, "result": '"[0-9]{1,9}(-[0-9]{1,9}){0,63}"'},
    "closing": {"draw_id": CODE, "record": CLOSING}, "opening": {"draw_id": CODE, "reveals": r'\["[0-9a-f]*"(,"[0-9a-f]*")*\]'},
    "replacement": {"draw_id": CODE, "cell": '"[0-9A-Za-z._/-]+"', "out": ID, "in": ID, "ticket": HEX, "reason": CODE},
    "release": {"code": CODE, "sha256": HEX, "draw_id": CODE}, "pairing_reveal": PLACE, "pairing_missing": PLACE,
    "pairing": {"draw_id": CODE, "problem_sha256": HEX, "table_sha256": HEX, "second": rf"\[({COUNT}(,{COUNT})*)?\]"},
    "assignment": {"draw_id": CODE, "assignment_sha256": HEX},
    "reassignment": {"draw_id": CODE, "number": POSITIVE, "table_sha256": HEX, "assignment_sha256": HEX, "reason": CODE}}
RANK = {"plan": 0, "campaign": 1, "reveal": 2, "missing": 2, "beacon": 3, "lottery": 3, "closing": 4, "opening": 5}
PAIRING = {"pairing": 0, "pairing_reveal": 1, "pairing_missing": 1, "assignment": 1, "reassignment": 2}

def unix(at: str) -> float:
    """The moment YYYY-MM-DDTHH:MM:SSZ in Unix seconds."""
    try:
        return dt.datetime.strptime(at + "+0000", "%Y-%m-%dT%H:%M:%SZ%z").timestamp()
    except ValueError:
        raise Disagreement(f"日志条目的时间不存在 (no such moment): {at}") from None

def check_entry(entry: Any, draw_id: str) -> None:
    kind = entry.get("kind") if isinstance(entry, dict) else None
    units = {"bundles_sha256": HEX} if kind == "pairing" and "bundles_sha256" in entry else {}
    fields = {"kind": '"[a-z_]+"', "at": DAY.replace("?", ""), **ENTRIES.get(str(kind), {}), **units}
    good = str(kind) in ENTRIES and entry.keys() == fields.keys() and all(like(fields[key], entry[key]) for key in fields)
    need(good and entry.get("in", 0) != entry.get("out", 1), f"日志条目的格式不符合要求 (malformed entry): {kind}")
    need(entry.get("draw_id", draw_id) == draw_id, "日志条目是别的抽取的 (an entry of another draw)")

def check_order(entries: list[tuple[int, Any]], plan: Plan, files: dict[str, Any]) -> None:
    """Everything that the log says of this draw, in its order. ``files``: what the JSON files hold."""
    last: tuple[int, float] = (-1, 0)
    for index, entry in entries:
        check_entry(entry, plan["draw_id"])
        need(last[0] < index and last[1] <= unix(entry["at"]), f"第 {index} 条的序号或时间倒退 (entry {index} goes back)")
        last = index, unix(entry["at"])
    told, kinds = [entry for _, entry in entries], [entry["kind"] for _, entry in entries]
    of = {kind: [entry for entry in told if entry["kind"] == kind] for kind in ENTRIES}
    own = {"draw_id": plan["draw_id"], "plan_hash": hash_of_plan(plan).hex()}
    good = kinds[:1] == ["plan"] and own.items() <= told[0].items()
    need(good, "日志的第一个条目不是这份方案 (the first entry is not this plan)")
    for kind in ("plan", "campaign", "closing", "opening"):
        need(len(of[kind]) < 2, f"日志里有两个 {kind} 条目 (two entries of a kind that comes once)")
    for kind, name, key in (("closing", "closing.json", "record"), ("opening", "reveals.json", "reveals"),
                            ("campaign", "campaign.json", "record")):
        same = [entry[key] for entry in of[kind]] == [files[name] for _ in range(name in files)]
        need(same, f"日志的 {kind} 条目与 {name} 不一致 (the log and the file do not agree)")
    need(all(own.items() <= x["record"].items() for x in of["closing"]), "结案记录是别的抽取的 (another draw's closing)")
    for entry in of["campaign"]:
        check_campaign(entry["record"], plan)
    void, opened = any("void" in x["record"] for x in of["closing"]), "reveals.json" in files
    closed, after = bool(of["closing"]) and not void, kinds[kinds.index("closing"):] if of["closing"] else []
    free = ["release", *PAIRING]  # these come at any place after a closing that is not void
    ranks = [RANK.get(kind, 6) for kind in kinds if kind not in free]
    ranks, last_rank = (ranks[:-1], 3) if void else (ranks, 6 if opened else 5)  # a void closing may come at any place, and ends it
    good = ranks == sorted(ranks) and ranks[-1] <= last_rank and not (void and (opened or kinds[-1] != "closing"))
    need(good and all(kinds.count(x) == after.count(x) for x in free), "登记的先后不对 (entries in a wrong order)")
    check_pairing(told, plan.get("draw_unit", "entity") != "entity")
    need(closed or not opened, "启封而没有结案 (opened but not closed)")
    commits, sources = plan["commits"], [plan[x] for x in ("beacon",) if x in plan] + plan.get("lottery", [])
    places = [i for i, commit in enumerate(commits) if commit is None]
    handed = {x["position"]: x["commit"] for x in of["reveal"] + of["missing"]}
    public = {x["position"]: x for x in of["beacon"] + of["lottery"]}
    good = len(handed) + len(public) == sum(len(of[x]) for x in ("reveal", "missing", "beacon", "lottery"))
    good = good and all(i < len(commits) and commit == commits[i] for i, commit in handed.items())
    need(good and (len(handed) + len(places) == len(commits) or not (public or closed)),
         "日志里的揭示与方案的承诺不是一一对应 (not one reveal or missing per commitment)")
    good = public.keys() <= set(places) and (len(public) == len(places) or not closed)
    good = good and all(source.items() <= public.get(i, source).items() for i, source in zip(places, sources))
    if "beacon.json" in files:
        answer = dict(zip(ANSWER, read_answer(files["beacon.json"])))
        good = good and all(answer.items() <= x.items() for x in of["beacon"])
    need(good, "日志里的公共随机源与方案或信标文件不一致 (the public sources in the log do not agree)")
    revealed: Any = files.get("reveals.json")
    good = not opened or (isinstance(revealed, list) and len(revealed) == len(commits) and all(
        (revealed[x["position"]] == "") == (x["kind"] == "missing") for x in of["reveal"] + of["missing"]))
    need(good, "缺失记录与空的揭示不是一一对应 (a reveal is empty exactly where it was logged as missing)")
    for i, x in public.items() if revealed else ():
        text = "{game},{issue},{result}".format(**x).encode().hex() if x["kind"] == "lottery" else x["randomness"]
        need(revealed[i] == text, f"第 {i + 1} 份揭示与日志不一致 (reveal {i + 1} is not what the log says)")
    if "beacon" in plan and not void:
        need(plan["beacon"]["chain"] == CHAIN, "方案指定的信标链不是 drand quicknet (not a known beacon chain)")
        moment = GENESIS + 3 * (plan["beacon"]["round"] - 1)
        good = all(unix(x["at"]) < moment for x in told if x["kind"] in ("plan", "reveal", "missing"))
        need(good, "方案或揭示不早于信标公布的时刻 (a plan or a reveal not before the beacon's moment)")
        good = all(unix(x["at"]) >= moment for x in of["beacon"])
        need(good, "信标早于其公布的时刻登记 (the beacon was logged before its moment)")

def check_pairing(told: list[Any], units: bool) -> None:
    """匹配: the table; a second secret, or its absence, of all it waits for; the teams, once; reassignments from 1 on."""
    handed, waiting, number, stage = {x["position"] for x in told if x["kind"] == "reveal"}, set[int](), 0, 0
    for x in told:
        kind, good = x["kind"], PAIRING.get(x["kind"], stage) == stage
        if kind == "pairing":
            waiting, stage = set(x["second"]), 1
            good = good and x["second"] == sorted(waiting & handed) and units == ("bundles_sha256" in x)
        elif kind in ("pairing_reveal", "pairing_missing"):
            good = good and x["position"] in waiting
            waiting.discard(x["position"])
        elif kind == "assignment":
            good, stage = good and not waiting, 2
        elif kind == "reassignment":
            number, good = number + 1, good and x["number"] == number + 1
        need(good, f"匹配的登记不合规定 (an entry of the pairing out of its place): {kind}")

def check_replacements(entries: list[Any], drawn: Draw) -> None:
    """替补: the j-th of a cell brings in the j-th ticket after the drawn ones; whoever goes out was in."""
    waiting: dict[str, list[bytes]] = {}
    inside: dict[str, set[str]] = {}
    for entry in entries:
        cell, (members, k) = entry["cell"], drawn.pools.get(entry["cell"], ([], 0))
        if cell not in waiting:
            inside[cell], waiting[cell] = {x[32:].decode() for x in sorted(members)[:k]}, sorted(members)[k:]
        following = waiting[cell].pop(0) if waiting[cell] else None
        good = following == bytes.fromhex(entry["ticket"]) + entry["in"].encode() and entry["out"] in inside[cell]
        need(good, "替补不是本层的下一个签号，或被替换的不在抽中之列 (a replacement that is not the next ticket)")
        inside[cell] = inside[cell] - {entry["out"]} | {entry["in"]}

# --- bundle ------------------------------------------------------------------------------------------------

NAMES = {"plan.json", "frame.csv", "frame.csv.gz", "reveals.json", "beacon.json", "campaign.json", "result.csv",
         "cells.json", "closing.json", "previous.json", "summary.json", "checkpoint", "log.json", "earlier",
         "verify_draw.py", "README.txt"}
STEPS = {  # every step with those that it stands on, in order
    "plan": "", "plan_hash": "plan", "previous": "plan", "frame": "", "register": "plan frame", "reveals": "plan",
    "sources": "reveals", "draw": "register reveals sources", "result": "draw", "cells": "draw", "closing": "draw",
    "closing_hash": "plan", "checkpoint": "", "log": "checkpoint", "consistency": "log", "order": "log plan"}
SPEAK_OF = {  # what has to be there for a step to be run at all, if not always
    "plan_hash": {"summary.json"}, "sources": {"beacon", "beacon.json", "lottery"}, "result": {"result.csv", "result_sha256"},
    "cells": {"cells.json", "cells_sha256"}, "closing": {"closing.json"}, "closing_hash": {"closing_hash"},
    "checkpoint": {"checkpoint", "log.json", "earlier", "--log-key"}, "log": {"log.json"},
    "consistency": {"earlier", "consistency"}, "order": {"log.json"}}

def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a zip by its directory; every file's own heading says the same, and nothing is between them."""
    files: dict[str, bytes] = {}
    end, place, left = len(data) - 22, 0, LIMIT
    mark, number, again, length, at, comment = struct.unpack_from("<8s2H2IH", data, max(end, 0))
    directory, good = at, (mark, again, comment, at + length) == (b"PK\5\6\0\0\0\0", number, 0, end)
    for _ in range(number if good else 0):
        entry, head = struct.unpack_from("<4s6H3I5H2I", data, at), struct.unpack_from("<4s5H3I2H", data, place)
        flags, method, sums, named = entry[3], entry[4], entry[7:10], entry[10]
        start, name = place + 30 + named + head[10], data[at + 46:at + 46 + named]
        good = (entry[0], head[0], entry[16], named) == (b"PK\1\2", b"PK\3\4", place, head[9])
        good = good and (flags, method, name) == (head[2], head[3], data[place + 30:place + 30 + named])
        good = good and method in (0, 8) and not flags & ~0x80E and entry[15] >> 28 in (0, 8) and sums[2] <= left
        packed, place, told = data[start:start + sums[1]], start + sums[1], struct.pack("<3I", *sums)
        if flags & 8:  # checksum and lengths come behind the file too
            place += 16 if data[place:place + 16] == b"PK\7\x08" + told else 12
        good = good and (data[place - 12:place] == told if flags & 8 else head[6:9] == sums)
        need(good and name.decode("ascii", "replace") not in files, "验证包不是普通的 zip 文件 (not a plain zip)")
        file = inflated(packed, -15, sums[2]) if method else packed
        need((len(file), zlib.crc32(file)) == (sums[2], sums[0]), "验证包已损坏 (the bundle is not a sound zip file)")
        files[name.decode("ascii", "replace")], left = file, left - len(file)
        at += 46 + named + entry[11] + entry[12]
    need(good and (at, place) == (end, directory), "验证包不是普通的 zip 文件 (not a plain zip)")
    return files

def read_bundle(path: Path) -> dict[str, bytes]:
    """The files of a zip or a folder: these names, each once, and nothing else."""
    if path.is_dir():
        bad = [x.name for x in path.iterdir() if x.is_symlink() or not x.is_file()]
        need(not bad, f"验证包里有不该有的文件 (an unknown file in the bundle): {', '.join(bad)[:80]}")
        files = {x.name: x.read_bytes() for x in path.iterdir()}
    else:
        try:
            files = unzipped(path.read_bytes())
        except (zlib.error, ValueError, struct.error):
            raise Disagreement("验证包已损坏 (the bundle is not a sound zip file)") from None
    extra = sorted(files.keys() - NAMES)
    need(not extra, f"验证包里有不该有的文件 (an unknown file in the bundle): {', '.join(extra)[:80]}")
    one = "plan.json" in files and len(files.keys() & {"frame.csv", "frame.csv.gz"}) == 1
    need(one, "验证包里应当有一份方案和一份名录 (not one plan and one register in the bundle)")
    return files

class Bundle:
    """验证包: each step is a method of its name."""

    def __init__(self, files: dict[str, bytes], log_key: str | None = None, witnesses: tuple[str, ...] = ()) -> None:
        self.files, self.log_key, self.witnesses = files, log_key, witnesses
        self.values: dict[str, Any] = {}  # what the JSON files hold, once read
        self.of: Plan = {}
        self.done: dict[str, str] = {}
        self.drawn: Any = None  # the Draw, once made
        self.summary: dict[str, str] = self.attempt(self.read_summary) if "summary.json" in files else {}
        self.log_file: Any = self.attempt(lambda: self.json("log.json")) if "log.json" in files else {}
        self.sound = "log.json" in files and self.log_is_sound()

    @staticmethod
    def attempt(read: Any) -> Any:
        """What can be read; a file that cannot fails its own step."""
        try:
            return read()
        except Disagreement:
            return {}

    def run(self, say: Any) -> None:
        for name, grounds in STEPS.items():
            proof = {"consistency"} if self.sound and "consistency" in self.log_file else set()
            there = {*self.files, *self.summary, *self.of, *proof, *(["--log-key"] if self.log_key else [])}
            if not SPEAK_OF.get(name, there) & there:
                continue
            status, sentence = "ok", ""
            try:
                holds = all(self.done.get(x) == "ok" or x == "sources" not in self.done for x in grounds.split())
                if not holds and (name != "log" or self.sound):  # what cannot be read fails, whoever signed
                    raise NotYet
                getattr(self, name)()
            except Disagreement as error:
                status, sentence = "failed", f": {error}"
            except NotYet:
                status = "skipped"
            self.done[name] = status
            say(f"{status} {name}{sentence}")

    def json(self, name: str, canonical: bool = False) -> Any:
        self.values[name] = value = read_json(self.files[name], name)
        need(not canonical or canon(value) == self.files[name], f"{name} 不是规范文本 (not canonical JSON)")
        return value

    def closing_of(self, name: str) -> bytes:
        need(like(CLOSING, self.json(name)), "结案记录的格式不符合要求 (malformed closing record)")
        return tag("closing") + canon(self.values[name])

    def told(self, key: str, value: str, sentence: str) -> None:
        need(self.summary.get(key, value) == value, sentence)

    def plan(self) -> None:
        check_plan(self.json("plan.json"))
        self.of = self.values["plan.json"]

    def read_summary(self) -> dict[str, str]:
        value, keys = self.json("summary.json", True), ("seed", "result_sha256", "cells_sha256", "closing_hash")
        good = isinstance(value, dict) and {"plan_hash"} <= value.keys() <= {"plan_hash", *keys}
        need(good and all(like(HEX, x) for x in value.values()), "摘要文件的格式不符合要求 (malformed summary)")
        return {x: y for x, y in value.items() if x != "closing_hash" or "closing.json" in self.files}

    def plan_hash(self) -> None:
        found = self.read_summary()["plan_hash"]
        need(found == hash_of_plan(self.of).hex(), "方案摘要与公布的不一致 (the plan hash differs)")

    def previous(self) -> None:
        hashes = {"0" * 64}
        if "previous.json" in self.files:
            record = self.closing_of("previous.json")
            hashes = {hasher({"alg": alg})(record).digest().hex() for alg in ("sha256", "sm3")}
        need(self.of["prev"] in hashes, "方案没有接续上一份结案记录 (prev is not the hash of the record before)")

    def frame(self) -> None:
        name = "frame.csv" if "frame.csv" in self.files else "frame.csv.gz"
        packed = self.files[name][:2] == b"\x1f\x8b"
        need(packed == (name[-3:] == ".gz"), "名录快照的压缩文件已损坏 (the register is not a sound gzip file)")
        self.lines = Frame(self.files[name])

    def register(self) -> None:
        self.lines.check(self.of)

    def reveals(self) -> None:
        if "reveals.json" not in self.files:
            raise NotYet
        self.secrets = check_reveals(self.json("reveals.json"), self.of)

    def sources(self) -> None:
        need(("beacon" in self.of) == ("beacon.json" in self.files), "信标文件与方案不一致 (a beacon file and no beacon, or none)")
        if "beacon" in self.of:
            check_beacon(self.json("beacon.json"), self.of, self.secrets)
        places = [i for i, commit in enumerate(self.of["commits"]) if commit is None]
        about, keys = ("lottery", self.of["draw_id"]), ("game", "issue", "result")
        logged = [x for _, x, _ in self.entries() if (x.get("kind"), x.get("draw_id")) == about]
        for i, source in zip(places["beacon" in self.of:], self.of.get("lottery", [])):
            head, _, result = self.secrets[i].decode("ascii", "replace").rpartition(",")
            good = head == f"{source['game']},{source['issue']}" and like(ENTRIES["lottery"]["result"], result)
            own = [source["game"], source["issue"], result]
            good = good and all(list(map(x.get, keys)) == own for x in logged if x.get("position") == i)
            need(good, f"第 {i + 1} 份揭示不是方案指定的彩票结果 (reveal {i + 1} is not the lottery's result)")

    def draw(self) -> None:
        campaign = self.json("campaign.json", True) if "campaign.json" in self.files else None
        if "campaign.json" in self.files:
            check_campaign(campaign, self.of)
        drawn = Draw(self.of, self.lines, self.secrets, campaign)
        self.told("seed", str(drawn.summary["seed"]), "种子与公布的不一致 (the seed differs)")
        self.drawn = drawn

    def same(self, name: str, key: str, data: bytes, sentence: str) -> Any:
        need(self.files.get(name, data) == data, sentence)
        self.told(key, hashlib.sha256(data).hexdigest(), sentence)

    def result(self) -> None:
        self.same("result.csv", "result_sha256", self.drawn.lines, "抽取结果与公布的不一致 (another result)")

    def cells(self) -> None:
        self.same("cells.json", "cells_sha256", self.drawn.cells, "分层表与公布的不一致 (another cell table)")

    def closing(self) -> None:
        self.closing_of("closing.json")
        need(self.values["closing.json"] == self.drawn.closing, "结案记录与重算的不一致 (another closing record)")

    def closing_hash(self) -> None:
        found = hasher(self.of)(self.closing_of("closing.json")).digest().hex()
        self.told("closing_hash", found, "结案记录的摘要与公布的不一致 (another closing hash)")

    def checkpoint(self) -> None:
        key = self.log_key or (self.log_file.get("key") if isinstance(self.log_file, dict) else None)
        if not isinstance(key, str):
            raise NotYet
        need({"checkpoint", "log.json"} <= self.files.keys(), "验证包里没有检查点或日志 (no checkpoint or no log in the bundle)")
        keys = [read_key(key), *(read_key(witness, 4) for witness in self.witnesses)]
        self.tree = read_checkpoint(self.files["checkpoint"], keys)
        if "earlier" in self.files:
            self.old = read_checkpoint(self.files["earlier"], keys[:1])

    def log_is_sound(self) -> bool:
        value = self.log_file
        if not isinstance(value, dict) or value.keys() | {"consistency"} != {"key", "entries", "consistency"}:
            return False
        good = isinstance(value["key"], str) and isinstance(value["entries"], list)
        good = good and all(isinstance(x, dict) and x.keys() == {"index", "entry", "proof"} for x in value["entries"])
        good = good and all(like(COUNT, x["index"]) and isinstance(x["entry"], dict) for x in value["entries"])
        proofs = [*(x["proof"] for x in value["entries"]), value.get("consistency", [])] if good else [None]
        return all(like(PROOF, proof) for proof in proofs) and canon(value) == self.files["log.json"]

    def entries(self) -> list[tuple[int, Any, list[str]]]:
        """Index, entry and proof of all that the log says of this draw."""
        told = self.log_file["entries"] if self.sound else []
        return [(x["index"], x["entry"], x["proof"]) for x in told]

    def log(self) -> None:
        need(self.sound, "日志文件不是规范文本或格式不符 (malformed log file)")
        for index, entry, proof in self.entries():
            good = included(canon(entry), index, self.tree, [bytes.fromhex(x) for x in proof])
            need(good, f"日志里没有第 {index} 条这样的条目 (entry {index} is not in the log)")

    def consistency(self) -> None:
        proof = self.log_file.get("consistency")
        good = proof is not None and "earlier" in self.files
        good = good and is_prefix(self.old, self.tree, [bytes.fromhex(x) for x in proof])
        need(good, "公开日志改过以前的条目 (the log is not the earlier one and more)")

    def order(self) -> None:
        names = self.files.keys() & {"reveals.json", "beacon.json", "campaign.json", "closing.json"}
        check_order([(i, x) for i, x, _ in self.entries()], self.of, {name: self.json(name) for name in names})
        void = any("void" in x["record"] for _, x, _ in self.entries() if x["kind"] == "closing")
        outcome = self.files.keys() & {"result.csv", "cells.json"} or self.summary.keys() - {"plan_hash", "closing_hash"}
        need(not (void and outcome), "作废的抽取却有结果 (a result of a void draw)")
        if self.drawn:
            check_replacements([x for _, x, _ in self.entries() if x["kind"] == "replacement"], self.drawn)
        at = self.entries()[0][0] + 1
        need("earlier" not in self.files or self.old[0] == at, "早先的检查点不是公布方案时的 (earlier is of another time)")

# --- command line ------------------------------------------------------------------------------------------

def verify_bundle(path: str, log_key: str | None, witnesses: tuple[str, ...]) -> int:
    def say(line: str) -> None:
        print(line, file=sys.stderr)

    try:
        bundle = Bundle(read_bundle(Path(path)), log_key, witnesses)
    except Disagreement as error:
        say(f"failed bundle: {error}\n验证未通过 (first failing step): bundle")
        return 1
    bundle.run(say)
    if bundle.drawn:
        sys.stdout.buffer.write(bundle.drawn.lines)
        sys.stdout.flush()
        say(json.dumps(bundle.drawn.summary))
    failed, skipped = ([x for x, status in bundle.done.items() if status == told] for told in ("failed", "skipped"))
    if failed:
        say(f"验证未通过 (first failing step): {failed[0]}")
    elif skipped:
        say(f"没有发现不一致，但尚未全部公开 (nothing failed, but not all is public yet): {', '.join(skipped)}")
    elif "order" not in bundle.done:
        say("没有发现不一致，但验证包里没有公开日志 (nothing failed, but the bundle has no log)")
    elif log_key:
        say("验证通过，每一步都一致 (every step is ok)")
    else:
        say("验证通过，每一步都一致；日志公钥取自验证包本身 (every step is ok; the log's key is the bundle's own)")
    return 1 if failed else 2 if skipped or "order" not in bundle.done else 0

def replay(plan_text: bytes, frame: bytes, reveals: bytes, campaign: Any = None, beacon: Any = None) -> Any:
    """The whole draw from the bytes of its files: the result lines and the summary."""
    plan = read_json(plan_text, "方案")
    check_plan(plan)
    lines = Frame(frame)
    lines.check(plan)
    secrets = check_reveals(read_json(reveals, "揭示文件"), plan)
    record = read_json(campaign, "联合抽取记录") if campaign is not None else None
    if campaign is not None:
        check_campaign(record, plan)
    if beacon is not None:
        need("beacon" in plan, "方案没有指定信标 (the plan names no beacon)")
        check_beacon(read_json(beacon, "信标文件"), plan, secrets)
    drawn = Draw(plan, lines, secrets, record)
    return drawn.lines, drawn.summary

def main(arguments: list[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    names, given, witnesses, rest = [], {}, [], list(arguments)
    while rest:
        name = rest.pop(0)
        if name == "--witness" and rest:
            witnesses.append(rest.pop(0))
        elif name in ("--expect", "--campaign", "--beacon", "--log-key") and rest:
            given[name] = rest.pop(0)
        else:
            names.append(name)
    try:
        if len(names) == 1 and given.keys() <= {"--log-key"}:
            return verify_bundle(names[0], given.get("--log-key"), tuple(witnesses))
        fitting = len(names) == 3 and not witnesses and "--log-key" not in given
        need(fitting, "参数不合用法，说明见 --help (see --help for the usage)")
        more = {key[2:]: Path(given[key]).read_bytes() for key in ("--campaign", "--beacon") if key in given}
        lines, summary = replay(*[Path(name).read_bytes() for name in names], **more)
        agrees = given.get("--expect", summary["result_sha256"]).lower() == summary["result_sha256"]
        need(agrees, "重算的抽取结果与公布的摘要不一致 (the result does not agree with the expected hash)")
    except OSError as error:
        print(f"无法读取文件 (cannot read the file): {error.filename}", file=sys.stderr)
        return 1
    except Disagreement as error:
        print(error, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(lines)
    sys.stdout.flush()
    print(json.dumps(summary), file=sys.stderr)
    return 0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
