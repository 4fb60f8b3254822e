#!/usr/bin/env python3
"""抽取结果复核程序：单文件，只用 Python 3.9+ 标准库，不联网。Replays one draw of "draw/1" (docs/draw-1.md).

    python verify_draw.py PLAN.json FRAME.csv[.gz] REVEALS.json [--expect RESULT_SHA256]

Prints the drawn lines id,cell,ticket on standard output and one JSON line {plan_hash, seed, D, n,
result_sha256, cells_sha256} on standard error, and exits 0. Otherwise prints one sentence that says what
does not agree, and exits 1. Every rule of the draw is in this file, in the order of its use.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import re
import sys
import zlib
from pathlib import Path
from typing import Any

# The plan: each field as the pattern of its canonical JSON text.
HEX, COUNT, POSITIVE = '"[0-9a-f]{64}"', "(0|[1-9][0-9]*)", "[1-9][0-9]*"
CODE = '"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"'
DAY = '"20[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z)?"'
TABLE, ISSUE = f'{{"[A-D]":{COUNT}(,"[A-D]":{COUNT})*}}', f'{{"game":{CODE},"issue":{CODE}}}'
# fmt: off
REQUIRED = {"v": '"draw/1"', "draw_id": CODE, "prev": HEX, "register_root": HEX, "register_n": COUNT,
            "mode": '"(rate|fixed|pps)"', "commits": rf"\[({HEX}|null)(,({HEX}|null))*\]"}
NUMBERS = {"rate": {"den": POSITIVE, "rates": TABLE}, "fixed": {"n": COUNT, "weights": TABLE},
           "pps": {"n": COUNT}}
OPTIONAL = {"alg": '"(sha256|sm3)"', "beacon": f'{{"chain":{HEX},"round":{POSITIVE}}}',
            "lottery": rf"\[{ISSUE}(,{ISSUE})*\]", "disclosure": '"(open|sealed)"', "open_by": DAY,
            "exclusion": rf'{{"hash":{HEX},"rule":"[ !#-\[\]-~]{{1,200}}"}}', "frame": '"(open|blinded)"',
            "min_anonymity": POSITIVE, "inspector_root": HEX, "campaign": CODE,
            "items": rf"\[({CODE}(,{CODE})*)?\]"}
# fmt: on


class Disagreement(Exception):
    """One plain sentence: what does not agree."""


def need(condition: object, sentence: str) -> None:
    if not condition:
        raise Disagreement(sentence)


def tag(name: str) -> bytes:
    return f"draw/1 {name}".encode().ljust(32, b"\0")


def canon(value: Any) -> bytes:
    """RFC 8785 for ASCII strings and integers: keys sorted, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("ascii")


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
    except (ValueError, RecursionError):
        raise Disagreement(f"{what}不是 ASCII 的 JSON 文件 (not a JSON text in ASCII)") from None
    return value


def check_plan(plan: Any) -> None:
    need(isinstance(plan, dict), "方案必须是 JSON 对象 (the plan is not a JSON object)")
    mode = plan.get("mode")
    numbers = NUMBERS.get(mode, {}) if isinstance(mode, str) else {}
    fields = {**REQUIRED, **OPTIONAL, **numbers}
    for key in sorted({*REQUIRED, *numbers, *(["open_by"] if plan.get("disclosure") == "sealed" else [])}):
        need(key in plan, f"方案缺少字段 (the plan lacks the key): {key}")
    for key in sorted(plan):
        need(key in fields, f"方案含有未定义的字段 (the plan has an unknown key): {key}")
        good = re.fullmatch(fields[key], canon(plan[key]).decode())
        need(good, f"方案的字段不符合要求 (the plan has a bad value at): {key}")
    sources = ("beacon" in plan) + len(plan.get("lottery", []))
    agree = plan["commits"].count(None) == sources
    need(agree, "公开随机源与承诺中的空位不一致 (public sources and null commitments do not agree)")


def read_frame(data: bytes, plan: dict[str, Any]) -> list[tuple[bytes, ...]]:
    """Every line as (line, id, path, class, size), strictly increasing by id; a size in mode pps only."""
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            raise Disagreement("名录快照的压缩文件已损坏 (the register is not a sound gzip file)") from None
    lines = data.split(b"\n")
    need(lines.pop() == b"", "名录快照最后一行没有换行符 (the register's last line has no line feed)")
    ident = rb"([0-9a-f]{40})" if plan.get("frame") == "blinded" else rb"([0-9A-Z]{18})"
    path = rb",([0-9A-Za-z._-]+(?:/[0-9A-Za-z._-]+)*)"
    size = rb",(0|[1-9][0-9]{0,15})" if plan["mode"] == "pps" else rb"()"
    match = re.compile(ident + path + rb",([A-D])" + size).fullmatch
    rows: list[tuple[bytes, ...]] = []
    for number, line in enumerate(lines, 1):
        found = match(line)
        if found is None or int(found[4] or 0) >= 2**53:
            raise Disagreement(
                f"名录快照第 {number} 行格式不符合要求 (malformed line {number} of the register)"
            )
        rows.append((line, *found.groups()))
        in_order = number == 1 or rows[-2][1] < rows[-1][1]
        need(
            in_order, f"名录快照第 {number} 行重复或次序不对 (line {number} of the register is out of order)"
        )
    return rows


def merkle_root(lines: list[bytes], new: Any) -> str:
    """RFC 9162: leaves 0x00, nodes 0x01, an odd node is promoted."""
    level = [new(b"\0" + line).digest() for line in lines] or [new(b"").digest()]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [new(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)] + odd
    return str(level[0].hex())


def read_reveals(reveals: Any, plan: dict[str, Any], new: Any) -> list[bytes]:
    is_hex = re.compile("([0-9a-f]{2})*").fullmatch
    good = isinstance(reveals, list) and all(isinstance(x, str) and is_hex(x) for x in reveals)
    need(good, "揭示文件必须是十六进制文本的列表 (the reveals are not a list of hex strings)")
    commits: list[str | None] = plan["commits"]
    need(len(reveals) == len(commits), "揭示的份数与方案不一致 (the number of reveals does not agree)")
    secrets = [bytes.fromhex(x) for x in reveals]
    for i, (secret, commit) in enumerate(zip(secrets, commits)):  # noqa: B905 - strict= came after 3.9
        if commit is None:  # a public source: its bytes; a beacon's come first and are 32
            good = len(secret) == 32 if "beacon" in plan and i == commits.index(None) else len(secret) > 0
            need(good, f"第 {i + 1} 份公开随机源结果有误 (reveal {i + 1} is not a public result)")
        elif secret or None not in commits:  # a missing reveal may stand only beside a public source
            good = len(secret) == 32 and new(tag("commit") + secret).digest().hex() == commit
            need(good, f"第 {i + 1} 份揭示与其承诺不一致 (reveal {i + 1} does not agree with its commitment)")
    return secrets


def numerators(plan: dict[str, Any], population: dict[str, int]) -> tuple[int, dict[str, int]]:
    """D, and the numerator of every class (mode pps: of every size); probability = numerator / D, exactly."""
    mode = plan["mode"]
    weight = (
        {x: int(x) for x in population} if mode == "pps" else plan["rates" if mode == "rate" else "weights"]
    )
    need(population.keys() <= weight.keys(), "方案没有为某一类规定比例 (the plan has no rate for a class)")
    if mode == "rate":
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


def replay(plan_text: bytes, frame: bytes, reveals_text: bytes) -> tuple[bytes, dict[str, Any]]:
    """The whole draw from the bytes of its three files: the result lines and the summary."""
    plan = read_json(plan_text, "方案")
    check_plan(plan)
    alg = plan.get("alg", "sha256")
    need(alg in hashlib.algorithms_available, "本机的 Python 不支持 SM3 (this Python has no SM3)")

    def new(data: bytes) -> Any:
        return hashlib.new(alg, data)

    rows = read_frame(frame, plan)
    need(
        len(rows) == plan["register_n"],
        "名录快照的户数与方案不一致 (the size of the register does not agree)",
    )
    root = merkle_root([row[0] for row in rows], new)
    need(
        root == plan["register_root"],
        "名录快照的根摘要与方案不一致 (the root of the register does not agree)",
    )
    secrets = read_reveals(read_json(reveals_text, "揭示文件"), plan, new)
    plan_hash = new(tag("plan") + canon(plan)).digest()
    message = tag("seed") + b"".join(len(x).to_bytes(4, "big") + x for x in secrets)
    seed = hmac.new(plan_hash, message, alg).digest()

    pps, one_block = plan["mode"] == "pps", new(tag("ticket") + seed)
    cells: dict[bytes, list[tuple[bytes, bytes]]] = {}
    key_of: dict[bytes, str] = {}
    for _, ident, path, cls, size in rows:
        ticket = one_block.copy()
        ticket.update(ident)
        cell = ident if pps else path + b"/" + cls
        cells.setdefault(cell, []).append((ticket.digest(), ident))
        key_of[cell] = (size if pps else cls).decode()
    population: dict[str, int] = {}
    for cell, members in cells.items():
        population[key_of[cell]] = population.get(key_of[cell], 0) + len(members)
    d, numerator = numerators(plan, population)

    def place(cell: bytes) -> Any:
        """Every county together, every industry in it together, their order random; mode pps: by ticket."""
        if pps:
            return cells[cell][0]
        ends = [found.start() for found in re.finditer(b"/|$", cell)]
        return [new(tag("cell") + seed + cell[:end]).digest() for end in ends]

    total = int.from_bytes(new(tag("round") + seed).digest(), "big") % d
    result, table = [], []
    for cell in sorted(cells, key=place):
        a, before = numerator[key_of[cell]], total
        total += len(cells[cell]) * a
        k = total // d - before // d
        drawn = sorted(cells[cell])[:k]
        result += [f"{ident.decode()},{cell.decode()},{ticket.hex()}\n" for ticket, ident in drawn]
        table.append([cell.decode(), len(cells[cell]), a, k, drawn[-1][0].hex() if drawn else ""])
    lines = "".join(result).encode()
    summary = {"plan_hash": plan_hash.hex(), "seed": seed.hex(), "D": d, "n": len(result)}
    summary["result_sha256"] = hashlib.sha256(lines).hexdigest()
    summary["cells_sha256"] = hashlib.sha256(canon(table)).hexdigest()
    return lines, summary


def main(arguments: list[str]) -> int:
    expect = None
    if len(arguments) == 5 and arguments[3] == "--expect":
        arguments, expect = arguments[:3], arguments[4].lower()
    try:
        need(len(arguments) == 3, "用法：verify_draw.py PLAN.json FRAME.csv REVEALS.json [--expect SHA256]")
        lines, summary = replay(*[Path(name).read_bytes() for name in arguments])
        agrees = expect in (None, summary["result_sha256"])
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
