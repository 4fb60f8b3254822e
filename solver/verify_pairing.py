#!/usr/bin/env python3
"""检查组匹配复核程序：单文件，只用 Python 3.9+ 标准库，不联网，不用求解器。Verifies a pairing of "pair/1" (docs/pair-1.md).

    python verify_pairing.py P.json A.json --seed HEX [--json]
    python verify_pairing.py P.json A.json --draw-seed HEX --second HEX|- ... [--json]
    python verify_pairing.py P.json A.json --seed HEX --again N [--json]
    … --evidence EVIDENCE.zip

P.json is the problem, A.json the published table and, after the lottery, its outcome. With --draw-seed the seed is
computed as section 8 says, from the seed of the draw and the second secret of each party in order ("-": none handed in);
with --again the seed is that of the pairing, and P.json and A.json are those of its reassignment N. With --evidence, the
bundle of the draw (verify that one with verify_draw.py first), one more step: the public log has these very digests, the
seed of the draw is this one, and each second secret hashes to what its party revealed for the draw.
Prints one line a step (docs/pair-1.md, section 9) on standard error: ok, failed with a sentence, or skipped, for what
it stands on failed or is not public yet. With --json prints one JSON line on standard output. Exits 0 when every step
is ok, 1 when one failed (the first is the cause), 2 when none failed but some could not run. Needs about a minute and
1 GB for a table of 650,000 rows. Every rule is in this file, in the order of its use.
"""

from __future__ import annotations

import gc
import hashlib
import hmac
import json
import math
import re
import sys
import zipfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

# ruff: noqa: B905 - zip(strict=True) came after Python 3.9
# ruff: noqa: E501 - sentences in two languages take their room
# Laid out by hand, so that it can be read in one sitting.
# fmt: off

STEPS = {  # step -> the steps it stands on
    "problem": "", "table": "problem", "table_sha256": "table", "sound": "table", "tickets": "sound",
    "assignment": "table", "assignment_sha256": "assignment", "replay": "sound tickets assignment",
}
TABLE_KEYS = {"v", "problem_sha256", "bits", "cap", "lowest_cap", "loads", "table", "forced", "entropy_nats", "gap",
              "table_sha256", "tickets", "acceptance", "rung"}
OUTCOME_KEYS = {"assignment", "rejected", "assignment_sha256"}
LARGEST, MOST_REJECTED, BLOCK = 10**9, 9_999, 65_536

Json = Any  # as read from its JSON text
Row = tuple[int, int]  # place of the seat, place of the inspector
Meeting = list[str]  # [task, inspector, inspector]
Groups = dict[int, dict[int, int]]  # task -> inspector -> first member of the group

class Disagreement(Exception):
    """One plain sentence: what does not agree."""

class NotYet(Exception):
    """What a step stands on has failed, or is not public yet."""

def need(condition: object, sentence: str) -> None:
    if not condition:
        raise Disagreement(sentence)

def tag(purpose: str) -> bytes:
    return f"pair/1 {purpose}".encode().ljust(32, b"\0")

def u32(number: int) -> bytes:
    return number.to_bytes(4, "big")

def canon(value: Json) -> bytes:
    """Keys sorted, no blanks, UTF-8; a float as the shortest decimal that reads back the same."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()

def read_json(text: bytes, what: str) -> Json:
    def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        value = dict(pairs)
        need(len(value) == len(pairs), f"{what} 中有重复的字段 (duplicate key)")
        return value

    def refuse(found: str) -> None:
        need(False, f"{what} 中有不是数的数 (not a number): {found}")

    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Disagreement(f"{what} 不是 UTF-8 的 JSON 文件 (not a JSON text in UTF-8)") from None

# --- problem -----------------------------------------------------------------------------------------------

def fields(value: Json, where: str, known: str) -> dict[str, Json]:
    """The object, with no key but these; those marked with ! must be there."""
    need(isinstance(value, dict), f"{where}应为 JSON 对象 (not a JSON object)")
    for key in known.split():
        need(key[-1] != "!" or key[:-1] in value, f"{where}缺少 {key[:-1]} (missing key)")
    unknown = sorted(value.keys() - set(known.replace("!", "").split()))
    need(not unknown, f"{where}含有不认识的项 (unknown key): {', '.join(unknown)}")
    return dict(value)

def listed(value: Json, where: str) -> list[Json]:
    need(isinstance(value, list), f"{where}应为列表 (not a list)")
    return list(value)

def ident(value: Json, where: str) -> str:
    good = isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()
    need(good, f"{where}的编号应为 1 到 200 个可见字符 (not an id of 1 to 200 printable characters)")
    return str(value)

def count(value: Json, where: str, most: int = LARGEST, least: int = 0) -> int:
    good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    need(good, f"{where}应为 {least} 到 {most} 的整数 (not an integer from {least} to {most})")
    return int(value)

def number(value: Json, where: str) -> float:
    try:
        good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        good = False
    need(good, f"{where}应为有限的数 (not a finite number)")
    return float(value)

def distinct(ids: list[str], where: str) -> list[str]:
    twice = [x for x, times in Counter(ids).items() if times > 1]
    need(not twice, f"{where}中 {min(twice, default='')} 重复 (an id twice)")
    return sorted(ids)

class Problem:
    """匹配问题: people, tasks and seats are places in their lists, which are in order of id."""

    def __init__(self, data: Json) -> None:
        top = fields(data, "匹配问题", "inspectors! tasks! colleague_recusals affinity cap bits")
        people = [self.inspector(x) for x in listed(top["inspectors"], "inspectors")]
        tasks = [self.task(x) for x in listed(top["tasks"], "tasks")]
        self.people = distinct([str(x["id"]) for x in people], "inspectors")
        self.tasks = distinct([str(x["id"]) for x in tasks], "tasks")
        people.sort(key=lambda x: str(x["id"]))
        tasks.sort(key=lambda x: str(x["id"]))
        self.person_at = {x: i for i, x in enumerate(self.people)}
        self.task_at = {x: i for i, x in enumerate(self.tasks)}
        self.min_load = [x["min_load"] for x in people]
        self.max_load = [x["max_load"] for x in people]
        self.period_cap = [x["period_cap"] for x in people]
        self.period = [x["period"] for x in tasks]
        seats = [(i, seat) for i, x in enumerate(tasks) for seat in x["seats"]]
        self.seat_at = {(self.tasks[i], seat["id"]): k for k, (i, seat) in enumerate(seats)}
        self.seat_id = [seat["id"] for _, seat in seats]
        self.task_of = [i for i, _ in seats]
        self.demand = [seat["demand"] for _, seat in seats]
        self.eligible = [self.places(seat["eligible"], f"席位 {seat['id']}") for _, seat in seats]
        self.bits = count(top.get("bits", 20), "bits", 40, 4)
        self.cap = self.fraction(top.get("cap"))
        pairs = self.recusals(listed(top.get("colleague_recusals", []), "colleague_recusals"))
        self.recused = {(self.person_at[a], self.person_at[b]) for a, b in pairs}
        self.sha256 = hashlib.sha256(canon({
            "inspectors": people, "tasks": tasks, "colleague_recusals": pairs, "bits": self.bits,
            "affinity": self.affinity(top.get("affinity")), "cap": None if self.cap is None else str(self.cap),
        })).hexdigest()

    @staticmethod
    def inspector(value: Json) -> dict[str, Json]:
        one = fields(value, "执法检查人员", "id! past_load min_load max_load period_cap")
        where = f"执法检查人员 {ident(one['id'], '执法检查人员')} 的 "
        told: dict[str, Json] = {"id": one["id"]}
        for key in ("past_load", "min_load"):
            told[key] = count(one.get(key, 0), where + key)
        for key in ("max_load", "period_cap"):
            told[key] = None if one.get(key) is None else count(one[key], where + key)
        good = told["max_load"] is None or told["max_load"] >= told["min_load"]
        need(good, f"{where}最高任务量小于最低任务量 (max_load below min_load)")
        return told

    @staticmethod
    def task(value: Json) -> dict[str, Json]:
        one, seats = fields(value, "检查任务", "id! period seats!"), []
        where = f"检查任务 {ident(one['id'], '检查任务')} "
        period = one.get("period")
        period = "" if period in (None, "") else ident(period, where + "的 period")
        for seat in listed(one["seats"], where + "的 seats"):
            seat = fields(seat, where + "的席位", "id! demand eligible!")
            who = distinct([ident(x, where) for x in listed(seat["eligible"], where + "的 eligible")], where)
            demand = count(seat.get("demand", 1), where + "的 demand")
            seats.append({"id": ident(seat["id"], where + "的席位"), "demand": demand, "eligible": who})
        need(seats, where + "没有席位 (a task without seats)")
        distinct([str(x["id"]) for x in seats], where)
        return {"id": one["id"], "period": period, "seats": sorted(seats, key=lambda x: str(x["id"]))}

    def places(self, ids: list[str], where: str) -> frozenset[int]:
        for x in ids:
            need(x in self.person_at, f"{where}提到了名单里没有的人 (unknown inspector): {x}")
        return frozenset(self.person_at[x] for x in ids)

    def recusals(self, pairs: list[Json]) -> list[list[str]]:
        kept = set()
        for pair in pairs:
            good = isinstance(pair, list) and len(pair) == 2 and all(isinstance(x, str) for x in pair)
            need(good and pair[0] != pair[1], "同事回避关系应为不同的两人 (a recusal is of two people)")
            self.places(pair, "同事回避关系")
            kept.add((min(pair), max(pair)))
        return [[a, b] for a, b in sorted(kept)]

    @staticmethod
    def fraction(value: Json) -> Fraction | None:
        if value is None:
            return None
        try:
            found = Fraction(value) if isinstance(value, str) and len(value) <= 60 and "e" not in value.lower() else None
        except (ValueError, ZeroDivisionError):
            found = None
        need(found is not None and 0 < found <= 1, "cap 应为大于 0、不超过 1 的分数 (cap is not a fraction above 0, at most 1)")
        return found

    def affinity(self, value: Json) -> Json:
        if value is None:
            return None
        one = fields(value, "affinity", "weight scores")
        told: dict[str, dict[str, float]] = {}
        need(isinstance(one.get("scores", {}), dict), "affinity.scores 应为 JSON 对象 (not a JSON object)")
        for task, row in one.get("scores", {}).items():
            need(isinstance(row, dict), f"affinity.scores.{task} 应为 JSON 对象 (not a JSON object)")
            need(task in self.task_at or not row, f"affinity 提到了不存在的检查任务 (unknown task): {task}")
            self.places(list(row), "affinity ")
            if row:
                told[task] = {who: number(score, "affinity") for who, score in row.items()}
        return {"weight": number(one.get("weight", 1.0), "affinity.weight"), "scores": told}

# --- table -------------------------------------------------------------------------------------------------

def lowest_terms(value: Json, where: str) -> Fraction:
    good = isinstance(value, str) and len(value) <= 400 and re.fullmatch("(0|[1-9][0-9]*)(/[1-9][0-9]*)?", value)
    need(good and str(Fraction(value)) == value, f"{where}应为最简分数 (not a fraction in lowest terms)")
    return Fraction(value)

def is_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(x, str) for x in value)

def is_tickets(value: Json) -> bool:
    good = isinstance(value, dict) and value.keys() == {"tasks", "seats", "weights", "outcomes"}
    good = good and all(isinstance(x, list) for x in value.values()) and is_texts(value["tasks"])
    good = good and all(is_texts(x) for x in value["seats"] + value["outcomes"]) and all(len(x) == 2 for x in value["seats"])
    return good and all(isinstance(x, int) and not isinstance(x, bool) for x in value["weights"])

def is_rejected(value: Json) -> bool:
    good = isinstance(value, dict) and value.keys() == {"task", "counter", "met"} and isinstance(value["task"], str)
    good = good and isinstance(value["counter"], int) and not isinstance(value["counter"], bool)
    return good and isinstance(value["met"], list) and all(is_texts(x) and len(x) == 3 for x in value["met"])

class Table:
    """概率表: row r says that person who[r] sits in seat[r] with probability n[r] / one."""

    def __init__(self, problem: Problem, data: Json) -> None:
        need(isinstance(data, dict), "A.json 应为 JSON 对象 (not a JSON object)")
        for key in sorted(TABLE_KEYS - data.keys()):
            need(False, f"A.json 缺少 {key} (missing key)")
        unknown = sorted(data.keys() - TABLE_KEYS - OUTCOME_KEYS)
        need(not unknown, f"A.json 含有不认识的项 (unknown key): {', '.join(unknown)}")
        need(data["v"] == "pair/1", "算法版本不是 pair/1 (not of pair/1)")
        need(data["problem_sha256"] == problem.sha256, "概率表不是这个匹配问题的 (the table is of another problem)")
        need(isinstance(data["bits"], int) and data["bits"] == problem.bits, "bits 与匹配问题不一致 (bits differ from the problem's)")
        self.problem, self.data, self.one = problem, data, 1 << problem.bits
        self.cap, lowest = lowest_terms(data["cap"], "cap "), lowest_terms(data["lowest_cap"], "lowest_cap ")
        need(lowest <= self.cap <= 1, "概率上限应在最低可行上限与 1 之间 (cap is not between lowest_cap and 1)")
        need(problem.cap in (None, self.cap), "概率上限不是匹配问题所要求的 (cap differs from the problem's)")
        good = isinstance(data["loads"], dict) and data["loads"].keys() == problem.person_at.keys()
        need(good, "loads 应逐一载明每名执法检查人员 (loads do not name every inspector)")
        self.load = [lowest_terms(data["loads"][x], f"{x} 的任务量") for x in problem.people]
        good = isinstance(data["rung"], dict) and all(isinstance(x, str) for x in data["rung"].values())
        need(good, "rung 应为 JSON 对象 (rung is not an object of texts)")
        need(isinstance(data["tickets"], list) and all(map(is_tickets, data["tickets"])), "签票的格式不符合要求 (malformed tickets)")
        need(isinstance(data["acceptance"], dict), "acceptance 应为 JSON 对象 (not a JSON object)")
        self.acceptance = {task: lowest_terms(x, f"{task} 的通过率") for task, x in data["acceptance"].items()}
        self.entropy, self.gap = number(data["entropy_nats"], "entropy_nats "), number(data["gap"], "gap ")
        self.forced = [self.row(x, "必然搭配") for x in listed(data["forced"], "forced ")]
        self.read_rows(listed(data["table"], "table "))
        self.ranges: list[range] = []  # of each task: its rows stand together
        at, task_of = 0, problem.task_of
        for task in range(len(problem.tasks)):
            start = at
            while at < len(self.n) and task_of[self.seat[at]] == task:
                at += 1
            self.ranges.append(range(start, at))

    def read_rows(self, rows: list[Json]) -> None:
        seat_at, person_at, one, keys = self.problem.seat_at, self.problem.person_at, self.one, {"task", "seat", "inspector", "n"}
        self.seat, self.who, self.n = array("q"), array("q"), array("q")
        last = (-1, -1)
        for k, row in enumerate(rows, 1):
            where = f"概率表第 {k} 行"
            if not isinstance(row, dict) or row.keys() != keys:
                raise Disagreement(f"{where}应有 task、seat、inspector、n 四项 (row {k} is malformed)")
            task, seat, who, n = row["task"], row["seat"], row["inspector"], row["n"]
            if not (isinstance(task, str) and isinstance(seat, str) and isinstance(who, str)):
                raise Disagreement(f"{where}的编号不是文字 (row {k} is malformed)")
            now = (seat_at.get((task, seat), -1), person_at.get(who, -1))
            if min(now) < 0:
                raise Disagreement(f"{where}提到了匹配问题里没有的席位或人员 (row {k} has an unknown seat or inspector)")
            if now <= last:
                raise Disagreement(f"{where}重复或次序不对 (row {k} is out of order)")
            if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= one:
                raise Disagreement(f"{where}的 n 应为 1 到 2^bits 的整数 (row {k}: n is out of range)")
            self.seat.append(now[0])
            self.who.append(now[1])
            self.n.append(n)
            last = now

    def line(self, r: int) -> str:
        return f"{self.name(r)}\t{self.n[r]}\n"

    def name(self, r: int, between: str = "\t") -> str:
        p, seat = self.problem, self.seat[r]
        return f"{p.tasks[p.task_of[seat]]}{between}{p.seat_id[seat]}{between}{p.people[self.who[r]]}"

    def sha256(self) -> str:
        told, tickets = self.data, self.data["tickets"]
        head = {key: told[key] for key in ("v", "problem_sha256", "bits", "cap", "lowest_cap", "loads", "rung")}
        head["tickets_sha256"] = hashlib.sha256(canon(tickets)).hexdigest() if tickets else None
        lines = "".join(map(self.line, range(len(self.n))))
        return hashlib.sha256(tag("table") + canon(head) + b"\n" + lines.encode()).hexdigest()

    def row(self, value: Json, where: str) -> Row:
        """The place of a (task, seat, inspector)."""
        need(is_texts(value) and len(value) == 3, f"{where}应为任务、席位、人员三项 (not a task, a seat, an inspector)")
        found = (self.problem.seat_at.get((value[0], value[1]), -1), self.problem.person_at.get(value[2], -1))
        need(min(found) >= 0, f"{where}提到了匹配问题里没有的席位或人员 (an unknown seat or inspector): {' '.join(value)}")
        return found

# --- soundness, in integers (section 2) ----------------------------------------------------------------------

def check_sound(table: Table) -> None:
    p, one, seat, who, n = table.problem, table.one, table.seat, table.who, table.n
    filled, load, rows, period = [0] * len(p.demand), [0] * len(p.people), [0] * len(p.people), Counter[tuple[int, str]]()
    drawn_by_ticket = [table.data["rung"].get(task) == "L3" for task in p.tasks]
    in_tickets, high, pieces = set[int](), -(-table.cap.numerator * one // table.cap.denominator), []
    for task, place in enumerate(table.ranges):
        pair: dict[int, int] = {}
        for r in place:
            s, i, x = seat[r], who[r], n[r]
            if i not in p.eligible[s]:
                raise Disagreement(f"{table.name(r, ' ')}：此人不符合该席位的条件 (not eligible for the seat)")
            filled[s] += x
            load[i] += x
            rows[i] += 1
            pair[i] = pair.get(i, 0) + x
        if drawn_by_ticket[task]:
            in_tickets.update(pair)
        for i, x in pair.items():
            if x > one:
                raise Disagreement(f"{p.people[i]} 参加检查任务 {p.tasks[task]} 的概率之和超过 1 (more than once in a team)")
            if high < x < one and not drawn_by_ticket[task]:
                raise Disagreement(f"{p.people[i]} 参加检查任务 {p.tasks[task]} 的概率超过上限 (a chance above the cap)")
            if p.period_cap[i] is not None:
                period[i, p.period[task]] += x
            if x < one:
                pieces.append(-x / one * math.log(x / one))
    for s, x in enumerate(filled):
        at = f"检查任务 {p.tasks[p.task_of[s]]} 席位 {p.seat_id[s]}"
        need(x == p.demand[s] * one, f"{at} 的概率之和不是所需人数 (the rows of a seat do not add up to its demand)")
    for i, x in enumerate(load):
        who_is, told = p.people[i], table.load[i]
        floor, ceiling = told.numerator // told.denominator, -(-told.numerator // told.denominator)
        good = floor * one <= x <= ceiling * one
        good = good and (i in in_tickets or abs(x - told * one) < rows[i] + 1)
        need(good, f"{who_is} 的概率之和与所载任务量不符 (the rows of an inspector do not agree with the load)")
        good = p.min_load[i] <= floor and (p.max_load[i] is None or ceiling <= p.max_load[i])
        need(good, f"{who_is} 的任务量超出最低、最高任务量 (a load outside min_load and max_load)")
    for (i, when), x in sorted(period.items()):
        need(x <= p.period_cap[i] * one, f"{p.people[i]} 在 {when or '本期'} 超过每期上限 (above the period cap)")
    check_rungs(table)
    check_told(table, math.fsum(pieces))

def groups_of(table: Table) -> Groups:
    """Of each task: inspector -> first of the recused people there with whom he is tied."""
    friends: dict[int, set[int]] = {}
    for a, b in table.problem.recused:
        friends.setdefault(a, set()).add(b)
        friends.setdefault(b, set()).add(a)
    found: Groups = {}
    for task, place in enumerate(table.ranges if friends else []):
        here, first = {table.who[r] for r in place} & friends.keys(), dict[int, int]()
        for start in sorted(here):
            todo = [start] if start not in first and friends[start] & here else []
            while todo:
                one = todo.pop()
                if one not in first:
                    first[one] = start
                    todo += friends[one] & here
        if first:
            found[task] = first
    return found

def group_arcs(table: Table, groups: Groups) -> dict[tuple[int, int], int]:
    """(seat, first member) -> sum of the open rows, where the seat has a group arc."""
    every, opened, times = Counter[Row](), Counter[Row](), Counter[Row]()
    for task, first in groups.items():
        for r in table.ranges[task]:
            if table.who[r] in first:
                key = (table.seat[r], first[table.who[r]])
                every[key] += table.n[r]
                if table.n[r] < table.one:
                    opened[key] += table.n[r]
                    times[key] += 1
    return {key: x for key, x in opened.items() if times[key] > 1 and every[key] <= table.one}

def parts_of(table: Table) -> list[list[int]]:
    """Open rows tied by a task or an inspector, tasks of tickets apart; in order of their first rows."""
    tasks, who = len(table.ranges), table.who
    parent = list(range(tasks + len(table.problem.people)))

    def find(x: int) -> int:
        while parent[x] != x:
            parent[x] = x = parent[parent[x]]
        return x

    rungs, n, one = table.data["rung"], table.n, table.one
    opened = [[r for r in place if n[r] < one] for place in table.ranges]
    opened = [[] if rungs.get(table.problem.tasks[task]) == "L3" else rows for task, rows in enumerate(opened)]
    for task, rows in enumerate(opened):
        for i in {who[r] for r in rows}:
            parent[find(tasks + i)] = find(task)
    parts: dict[int, list[int]] = {}
    for task, rows in enumerate(opened):
        if rows:
            parts.setdefault(find(task), []).extend(rows)
    return list(parts.values())

def tasks_of(table: Table, part: list[int]) -> list[int]:
    return sorted({table.problem.task_of[table.seat[r]] for r in part})

def check_rungs(table: Table) -> None:
    p, rungs = table.problem, table.data["rung"]
    need(rungs.keys() == p.task_at.keys(), "rung 应逐一载明每项检查任务 (rung does not name every task)")
    groups = groups_of(table)
    arcs, found = group_arcs(table, groups), ["L0"] * len(p.tasks)
    for task, first in groups.items():
        seats: dict[int, set[int]] = {}
        for r in table.ranges[task]:
            seats.setdefault(table.who[r], set()).add(table.seat[r])
        found[task] = "L1"
        for a in first:
            for b in first:
                if (a, b) in p.recused:
                    both = seats[a] | seats[b]
                    if len(both) > 1 or (min(both), first[a]) not in arcs:
                        found[task] = "L2"
    for part in parts_of(table):
        tasks = tasks_of(table, part)
        if any(found[task] == "L2" for task in tasks):
            for task in tasks:
                found[task] = "L2"
    for task, name in enumerate(p.tasks):
        good = rungs[name] in ("L3", found[task])
        need(good, f"检查任务 {name} 的回避方式应为 {found[task]} (the rung is not what it should be)")

def check_told(table: Table, entropy: float) -> None:
    """What is told beside the table, and not digested."""
    told, one = table.data, table.one
    sure = {(table.seat[r], table.who[r]) for r in range(len(table.n)) if table.n[r] == one}
    need(sure.issuperset(table.forced), "必然搭配的概率不是 1 (a forced row is not certain)")
    good = abs(table.entropy - entropy) <= 1e-6 * max(1.0, entropy)
    need(good, "entropy_nats 与概率表不符 (the entropy told is not that of the table)")
    need(table.gap >= 0, "gap 小于 0 (the gap told is below 0)")
    p = table.problem
    redrawn = {p.tasks[x[0]] for x in (tasks_of(table, part) for part in parts_of(table)) if told["rung"][p.tasks[x[0]]] == "L2"}
    need(table.acceptance.keys() == redrawn, "acceptance 与 L2 的各块不符 (acceptance does not name the parts with L2)")
    good = all(0 < share <= 1 for share in table.acceptance.values())
    need(good, "通过率应大于 0 (acceptance is not above 0, at most 1)")

# --- tickets (section 6) -----------------------------------------------------------------------------------

def check_tickets(table: Table) -> None:
    p, one, tickets = table.problem, table.one, table.data["tickets"]
    named = [task for ticket in tickets for task in ticket["tasks"]]
    good = sorted(named) == [x for x in p.tasks if table.data["rung"][x] == "L3"] and all(x["tasks"] for x in tickets)
    need(good, "签票的任务不是方式为 L3 的任务 (the tickets are not those of the tasks with L3)")
    firsts = [ticket["tasks"][0] for ticket in tickets]
    need(firsts == sorted(firsts), "签票的次序不对 (tickets out of order)")
    sums, least, most = Counter[Row](), Counter[int](), Counter[int]()
    for ticket in tickets:
        need(ticket["tasks"] == sorted(ticket["tasks"]), "签票的任务次序不对 (tasks of tickets out of order)")
        at = {p.task_at[x] for x in ticket["tasks"]}
        seats = [s for s, task in enumerate(p.task_of) if task in at for _ in range(p.demand[s])]
        good = ticket["seats"] == [[p.tasks[p.task_of[s]], p.seat_id[s]] for s in seats]
        need(good, "签票的席位与匹配问题不符 (the seats of tickets are not the problem's)")
        weights, outcomes = ticket["weights"], ticket["outcomes"]
        good = all(x > 0 for x in weights) and sum(weights) == one and len(outcomes) == len(weights)
        need(good, "签票的权重之和不是 2^bits (the weights of tickets do not add up to 2^bits)")
        loads = []
        for weight, outcome in zip(weights, outcomes):
            need(len(outcome) == len(seats), "签票的人数与席位不符 (an outcome of another length than the seats)")
            rows = [(s, p.person_at.get(x, -1)) for s, x in zip(seats, outcome)]
            need(rows == sorted(set(rows)), "签票中同一席位的人次序不对或重复 (people of one seat out of order)")
            check_teams(table, rows)
            sums.update(dict.fromkeys(rows, weight))
            loads.append(Counter(i for _, i in rows))
        for i in set().union(*loads):
            least[i] += min(x[i] for x in loads)
            most[i] += max(x[i] for x in loads)
    rows_of = {(table.seat[r], table.who[r]): table.n[r] for task in named for r in table.ranges[p.task_at[task]]}
    need(sums == rows_of, "概率表不是签票权重之和 (the rows are not the sums of the weights)")
    check_ticket_loads(table, set(named), least, most)

def check_ticket_loads(table: Table, named: set[str], least: Counter[int], most: Counter[int]) -> None:
    """Whatever the ticket and whatever the rest: between the floor and the ceiling of the load."""
    p, one, others = table.problem, table.one, Counter[int]()
    for task, place in enumerate(table.ranges):
        if p.tasks[task] not in named:
            for r in place:
                others[table.who[r]] += table.n[r]
    for i in most:
        told = table.load[i]
        good = least[i] + others[i] // one >= told.numerator // told.denominator
        good = good and most[i] - -others[i] // one <= -(-told.numerator // told.denominator)
        need(good, f"有的签票使 {p.people[i]} 的任务量超出所载范围 (a ticket breaks the load of an inspector)")

# --- assignment ----------------------------------------------------------------------------------------------

def check_teams(table: Table, rows: list[Row]) -> None:
    """Eligible, nobody twice in a team, no recused colleagues together, period caps."""
    p, teams, busy = table.problem, dict[int, set[int]](), Counter[tuple[int, str]]()
    for s, i in rows:
        task = p.task_of[s]
        who = p.people[i] if i >= 0 else "?"
        need(i in p.eligible[s], f"{who} 不符合检查任务 {p.tasks[task]} 席位 {p.seat_id[s]} 的条件 (not eligible for the seat)")
        team = teams.setdefault(task, set())
        need(i not in team, f"{who} 在检查任务 {p.tasks[task]} 中出现两次 (twice in a team)")
        team.add(i)
        busy[i, p.period[task]] += 1
    for at, a, b in meetings(p, teams):
        raise Disagreement(f"{a} 与 {b} 应当回避，却同在检查任务 {at} (recused colleagues in one team)")
    for (i, when), times in busy.items():
        cap = p.period_cap[i]
        need(cap is None or times <= cap, f"{p.people[i]} 在 {when or '本期'} 超过每期上限 (above the period cap)")

def meetings(p: Problem, teams: dict[int, set[int]]) -> list[Meeting]:
    met = [(task, a, b) for task, team in teams.items() for a, b in p.recused if a in team and b in team] if p.recused else []
    return [[p.tasks[task], p.people[a], p.people[b]] for task, a, b in sorted(met)]

def read_assignment(table: Table, data: list[Json]) -> list[Row]:
    rows: list[Row] = []
    for k, row in enumerate(data, 1):
        where = f"匹配结果第 {k} 行"
        good = isinstance(row, dict) and row.keys() == {"task", "seat", "inspector"}
        need(good, f"{where}应有 task、seat、inspector 三项 (row {k} of the assignment is malformed)")
        rows.append(table.row([row["task"], row["seat"], row["inspector"]], where))
        need(rows[-2:-1] < rows[-1:], f"{where}重复或次序不对 (row {k} of the assignment is out of order)")
    return rows

def check_assignment(table: Table, rows: list[Row]) -> None:
    p, filled, load = table.problem, Counter(s for s, _ in rows), Counter(i for _, i in rows)
    for s, demand in enumerate(p.demand):
        at = f"检查任务 {p.tasks[p.task_of[s]]} 席位 {p.seat_id[s]}"
        need(filled[s] == demand, f"{at} 应有 {demand} 人，实有 {filled[s]} 人 (a seat is not filled as it should be)")
    check_teams(table, rows)
    possible = {(s, i): n for s, i, n in zip(table.seat, table.who, table.n)}
    for s, i in rows:
        said = f"{p.people[i]} 在检查任务 {p.tasks[p.task_of[s]]} 席位 {p.seat_id[s]} 的概率为 0 (a pairing that is not in the table)"
        need((s, i) in possible, said)
    for s, i in {x for x, n in possible.items() if n == table.one} - set(rows):
        need(False, f"{p.people[i]} 在检查任务 {p.tasks[p.task_of[s]]} 的概率为 1 却未列入 (a certain pairing is missing)")
    for i, told in enumerate(table.load):
        good = p.min_load[i] <= load[i] and (p.max_load[i] is None or load[i] <= p.max_load[i])
        good = good and told.numerator // told.denominator <= load[i] <= -(-told.numerator // told.denominator)
        need(good, f"{p.people[i]} 共 {load[i]} 次，超出所载任务量的范围 (a load beyond the floor or the ceiling of what is told)")

def assignment_sha256(table: Table, rows: list[Row]) -> str:
    p = table.problem
    lines = "".join(f"{p.tasks[p.task_of[s]]}\t{p.seat_id[s]}\t{p.people[i]}\n" for s, i in rows)
    return hashlib.sha256(lines.encode()).hexdigest()

# --- lottery of a part (sections 4 and 5) ----------------------------------------------------------------------

class Network:
    """一块的网络: arcs by number; the first ``edges`` are the open rows."""

    def __init__(self, table: Table, part: list[int], groups: Groups, group_value: dict[tuple[int, int], int]) -> None:
        p, seat, who, n = table.problem, table.seat, table.who, table.n
        nodes: dict[tuple[str, int, Any], int] = {}
        tail, head, value = array("q"), array("q"), array("q")

        def node(kind: str, one: int = 0, two: Any = 0) -> int:
            return nodes.setdefault((kind, one, two), len(nodes))

        def arc(start: int, end: int, flow: int) -> None:
            tail.append(start)
            head.append(end)
            value.append(flow)

        tasks = [p.task_of[seat[r]] for r in part]
        times = Counter(zip(tasks, [who[r] for r in part]))
        pairs, doors, loads = Counter[tuple[int, int]](), Counter[tuple[int, str]](), Counter[int]()

        def way(task: int, i: int) -> int:
            return node("person", i) if p.period_cap[i] is None else node("door", i, p.period[task])

        for r, task in zip(part, tasks):
            s, i, x = seat[r], who[r], n[r]
            first = groups[task].get(i) if task in groups else None
            start = node("group", s, first) if (s, first) in group_value else node("seat", s)
            arc(start, node("pair", task, i) if times[task, i] > 1 else way(task, i), x)
            if times[task, i] > 1:
                pairs[task, i] += x
            if p.period_cap[i] is not None:
                doors[i, p.period[task]] += x
            loads[i] += x
        self.edges = len(part)
        for s, first in sorted(group_value):
            if ("group", s, first) in nodes:
                arc(node("seat", s), node("group", s, first), group_value[s, first])
        for (task, i), x in sorted(pairs.items()):
            arc(node("pair", task, i), way(task, i), x)
        for (i, when), x in sorted(doors.items()):
            arc(node("door", i, when), node("person", i), x)
        for i, x in sorted(loads.items()):
            arc(node("person", i), node("ground"), x)
        self.tail, self.head, self.value, self.nodes = tail.tolist(), head.tolist(), value.tolist(), len(nodes)

Blocks = Iterator[bytes]

def stream(purpose: str, part_id: bytes, counter: int, level: int, seed: bytes) -> Blocks:
    start, k = tag(purpose) + part_id + u32(counter) + u32(level), 0
    while True:
        yield hashlib.shake_256(start + u32(k) + seed).digest(BLOCK)
        k += 1

def words_of(block: bytes) -> array[int]:
    words = array("Q", block)
    if sys.byteorder == "little":
        words.byteswap()
    return words

def level(net: Network, value: list[int], b: int, order: Blocks, coin: Blocks) -> None:
    """One level: cycles among the arcs whose bit b is set, and a fair coin for each."""
    chosen = [a for a, x in enumerate(value) if x >> b & 1]
    if not chosen:
        return
    keys = array("Q")
    while len(keys) < len(chosen):
        keys.extend(words_of(next(order)))
    line = [chosen[j] for j in sorted(range(len(chosen)), key=keys.__getitem__)]  # ties keep the number's order
    tail, other = [net.tail[a] for a in line], [net.tail[a] ^ net.head[a] for a in line]  # from here on by place in line
    at: list[list[int]] = [[] for _ in range(net.nodes)]
    for a, (x, ends) in enumerate(zip(tail, other)):
        at[x].append(a)
        at[x ^ ends].append(a)
    used, up, place = bytearray(len(line)), bytearray(len(line)), [-1] * net.nodes  # place on the path of each node
    path: list[int] = []  # arcs
    came: list[int] = []  # the node that each was walked from
    coins, bit = b"", 8 * BLOCK
    for first, v in enumerate(tail):
        if used[first]:
            continue
        place[v] = 0
        while True:
            here = at[v]
            while here:
                a = here.pop()
                if not used[a]:
                    break
            else:
                break
            used[a] = 1
            w = other[a] ^ v
            p = place[w]
            path.append(a)
            came.append(v)
            if p < 0:
                place[w] = len(path)
            else:
                if bit == 8 * BLOCK:
                    coins, bit = next(coin), 0
                heads = coins[bit >> 3] >> (bit & 7) & 1
                bit += 1
                for a, x in zip(path[p:], came[p:]):
                    place[x] = -1
                    up[a] = heads if tail[a] == x else 1 - heads
                del path[p:], came[p:]
                place[w] = p
            v = w
        place[v] = -1
    step = 1 << b
    for a, gains in zip(line, up):
        value[a] += step if gains else -step

class LastBits:
    """The last bits: random cycles of unfinished arcs, until all are finished."""

    def __init__(self, net: Network, value: list[int], one: int, walk: Blocks) -> None:
        self.net, self.value, self.one, self.walk = net, value, one, walk
        self.words: list[int] = []
        self.all = [a for a, x in enumerate(value) if x % one]
        self.at: list[list[int]] = [[] for _ in range(net.nodes)]
        for a in self.all:
            self.at[net.tail[a]].append(a)
            self.at[net.head[a]].append(a)
        self.place_all = dict(zip(self.all, range(len(self.all))))
        self.place = {(v, a): k for v, here in enumerate(self.at) for k, a in enumerate(here)}

    def word(self) -> int:
        if not self.words:
            self.words = words_of(next(self.walk)).tolist()[::-1]
        return self.words.pop()

    def run(self) -> None:
        tail, head, at, place_of = self.net.tail, self.net.head, self.at, self.place
        while self.all:
            v = tail[self.all[self.word() % len(self.all)]]
            path, came, on = list[int](), list[int](), {v: 0}
            while at[v]:
                here = at[v]
                if path:
                    i, back = self.word() % (len(here) - 1), place_of[v, path[-1]]
                    a = here[i + 1 if i >= back else i]
                else:
                    a = here[self.word() % len(here)]
                w = head[a] if tail[a] == v else tail[a]
                path.append(a)
                came.append(v)
                if w in on:
                    p = on[w]
                    self.turn(path[p:], came[p:])
                    for x in came[p + 1:]:
                        del on[x]
                    del path[p:], came[p:]
                else:
                    on[w] = len(path)
                v = w

    def turn(self, cycle: list[int], came: list[int]) -> None:
        tail, value, one = self.net.tail, self.value, self.one
        forth = [tail[a] == x for a, x in zip(cycle, came)]
        below = [value[a] % one for a in cycle]
        alpha = min(one - x if f else x for x, f in zip(below, forth))
        beta = min(x if f else one - x for x, f in zip(below, forth))
        length, r = (alpha + beta - 1).bit_length(), 0
        if length:
            r = self.word() >> (64 - length)
            while r >= alpha + beta:
                r = self.word() >> (64 - length)
        gain = alpha if r < beta else -beta
        for a, f in zip(cycle, forth):
            value[a] += gain if f else -gain
        for a in cycle:
            if value[a] % one == 0:
                self.finish(a)

    def finish(self, a: int) -> None:
        for v in (self.net.tail[a], self.net.head[a]):
            k, last = self.place.pop((v, a)), self.at[v].pop()
            if last != a:
                self.at[v][k], self.place[v, last] = last, k
        k, last = self.place_all.pop(a), self.all.pop()
        if last != a:
            self.all[k], self.place_all[last] = last, k

# --- replay ------------------------------------------------------------------------------------------------

def replay(table: Table, seed: bytes) -> tuple[list[Row], list[dict[str, Json]]]:
    """The assignment and the rejected draws that follow from table and seed."""
    p, one, rungs = table.problem, table.one, table.data["rung"]
    groups = groups_of(table)
    arcs, rejected = group_arcs(table, groups), list[dict[str, Json]]()
    sure = [r for r, n in enumerate(table.n) if n == one and rungs[p.tasks[p.task_of[table.seat[r]]]] != "L3"]
    rows = [(table.seat[r], table.who[r]) for r in sure]
    settled: dict[int, set[int]] = {}
    for s, i in rows:
        settled.setdefault(p.task_of[s], set()).add(i)
    for part in parts_of(table):
        part_id = hashlib.sha256(tag("part") + "".join(map(table.line, part)).encode()).digest()
        net, tasks = Network(table, part, groups, arcs), tasks_of(table, part)
        first = p.tasks[tasks[0]]
        for counter in range(MOST_REJECTED + 1):
            value = list(net.value)
            for b in range(p.bits - 3):
                streams = [stream(x, part_id, counter, b, seed) for x in ("order", "coin")]
                level(net, value, b, *streams)
            LastBits(net, value, one, stream("walk", part_id, counter, p.bits - 3, seed)).run()
            drawn = [r for r, x in zip(part, value) if x == one]
            teams = {task: set(settled.get(task, ())) for task in tasks}
            for r in drawn:
                teams[p.task_of[table.seat[r]]].add(table.who[r])
            met = meetings(p, teams) if rungs[first] == "L2" else []
            if not met:
                break
            rejected.append({"task": first, "counter": counter, "met": met})
        else:
            raise Disagreement(f"检查任务 {first} 所在的一块抽签均作废 (all draws of a part were rejected)")
        rows += [(table.seat[r], table.who[r]) for r in drawn]
    rows += [row for ticket in table.data["tickets"] for row in draw_ticket(p, ticket, seed)]
    return sorted(rows), rejected

def draw_ticket(p: Problem, ticket: Json, seed: bytes) -> list[Row]:
    ticket_id = hashlib.sha256(tag("tickets") + canon(ticket)).digest()
    point, total = words_of(next(stream("ticket", ticket_id, 0, 0, seed)))[0] >> (64 - p.bits), 0
    for weight, outcome in zip(ticket["weights"], ticket["outcomes"]):
        total += weight
        if total > point:
            return [(p.seat_at[task, seat], p.person_at[x]) for (task, seat), x in zip(ticket["seats"], outcome)]
    raise Disagreement("签票的权重之和不是 2^bits (the weights of tickets do not add up to 2^bits)")

def seed_of(draw_seed: bytes, table_sha256: str, seconds: list[bytes | None]) -> bytes:
    """Section 8: bound to the table, and to what was handed in only after it was in the log."""
    parties = b"".join(b"\0" if x is None else b"\1" + x for x in seconds)
    return hmac.new(draw_seed, tag("seed") + bytes.fromhex(table_sha256) + parties, hashlib.sha256).digest()

def seed_again(seed: bytes, table_sha256: str, nth: int) -> bytes:
    """Section 8: the seed of the n-th reassignment, which has a table of its own."""
    return hmac.new(seed, tag("again") + u32(nth) + bytes.fromhex(table_sha256), hashlib.sha256).digest()

# --- steps and command line ------------------------------------------------------------------------------------

SeedOf = Callable[[str], bytes]  # from the digest of the table

class Evidence:
    """验证包 of the draw, and what --draw-seed, --second and --again told: what the files have to agree with."""

    def __init__(self, name: str, draw_seed: bytes | None, seconds: list[bytes | None], again: int) -> None:
        self.draw_seed, self.seconds, self.again = draw_seed, seconds, again
        try:
            with zipfile.ZipFile(name) as packed:
                there = set(packed.namelist()) & {"plan.json", "log.json", "summary.json", "reveals.json"}
                files = {x: read_json(packed.read(x), x) for x in there}
            self.commits, self.reveals = files["plan.json"]["commits"], files.get("reveals.json", [])
            self.log = [x["entry"] for x in files["log.json"]["entries"]]
            self.seed = files["summary.json"].get("seed")
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, LookupError, TypeError, AttributeError):
            raise Disagreement(f"不是抽取的验证包 (not the evidence of a draw): {name}") from None

    def entries(self, kind: str, told: Json, keys: str) -> list[Json]:
        """The entries of a kind (of --again, the one of its number), which have the digests that A.json has."""
        found = [x for x in self.log if x["kind"] == kind and x.get("number", self.again) == self.again]
        agrees = len(found) == 1 and all(found[0][x] == told[x] for x in keys.split())
        need(agrees, f"公开日志的 {kind} 条目与此不符 (not what the log's entry has)")
        return found

    def check(self, told: Json) -> None:
        drawn = "assignment_sha256" in told
        if self.again:
            self.entries("reassignment", told, "table_sha256 assignment_sha256" if drawn else "table_sha256")
            return
        awaited = self.entries("pairing", told, "problem_sha256 table_sha256")[0]["second"]
        if not drawn:
            return
        self.entries("assignment", told, "assignment_sha256")
        if self.draw_seed is None or self.seed is None:
            raise NotYet
        need(self.seed == self.draw_seed.hex(), "抽取种子不是验证包里的 (not the seed of the draw)")
        came = {x["position"] for x in self.log if x["kind"] == "pairing_reveal"}
        need(came <= set(awaited), "公开日志的 pairing_reveal 条目与此不符 (not what the log's entry has)")
        parties = [i for i, commit in enumerate(self.commits) if commit is not None]
        seconds = dict(zip(parties, self.seconds))
        need(not self.seconds or len(self.seconds) == len(parties), "匹配随机数应依次逐方列出 (not one --second for each party)")
        for i in parties:
            second, where = seconds.get(i), f"第 {i + 1} 方的匹配随机数"
            need((second is not None) == (i in came), f"{where}与公开日志不符 (not the second secrets that the log has)")
            first = "" if second is None else hashlib.sha256(tag("secret") + second).hexdigest()
            need(second is None or first == self.reveals[i], f"{where}与其抽取时揭示的对不上 (does not hash to what was revealed for the draw)")

class Pairing:
    """The two files, and every step by its name."""

    def __init__(self, problem: bytes, answer: bytes, seed_of_table: SeedOf | None, logged: Evidence | None = None) -> None:
        self.files, self.seed_of_table, self.logged = (problem, answer), seed_of_table, logged
        self.seed: bytes | None = None
        self.done: dict[str, str] = {}
        self.said: dict[str, str] = {}

    def run(self) -> None:
        more = {"evidence": "table_sha256"} if self.logged else {}
        for name, grounds in {**STEPS, **more}.items():
            self.done[name] = "ok"
            try:
                if any(self.done[x] != "ok" for x in grounds.split()):
                    raise NotYet
                getattr(self, name)()
            except Disagreement as error:
                self.done[name], self.said[name] = "failed", str(error)
            except NotYet:
                self.done[name] = "skipped"

    def problem(self) -> None:
        self.of = Problem(read_json(self.files[0], "P.json"))

    def table(self) -> None:
        self.told = read_json(self.files[1], "A.json")
        self.rows = Table(self.of, self.told)
        self.told["table"] = None  # its rows are kept in columns from here on

    def table_sha256(self) -> None:
        agrees = self.rows.sha256() == self.told["table_sha256"]
        need(agrees, "概率表与其摘要不符 (the table does not agree with its digest)")
        self.seed = self.seed_of_table(self.told["table_sha256"]) if self.seed_of_table else None

    def sound(self) -> None:
        check_sound(self.rows)

    def tickets(self) -> None:
        check_tickets(self.rows)

    def outcome(self, key: str) -> Json:
        there = OUTCOME_KEYS & self.told.keys()
        if not there:
            raise NotYet
        need(there == OUTCOME_KEYS, f"A.json 缺少 {', '.join(sorted(OUTCOME_KEYS - there))} (missing key)")
        return self.told[key]

    def assignment(self) -> None:
        self.drawn = read_assignment(self.rows, listed(self.outcome("assignment"), "assignment "))
        need(all(map(is_rejected, listed(self.outcome("rejected"), "rejected "))), "作废记录的格式不符合要求 (malformed rejected draws)")
        check_assignment(self.rows, self.drawn)

    def assignment_sha256(self) -> None:
        agrees = self.outcome("assignment_sha256") == assignment_sha256(self.rows, self.drawn)
        need(agrees, "匹配结果与其摘要不符 (the assignment does not agree with its digest)")

    def replay(self) -> None:
        if self.seed is None:
            raise NotYet
        rows, rejected = replay(self.rows, self.seed)
        need(rows == self.drawn, "按种子重算得到的匹配结果与此不同 (the seed gives another assignment)")
        need(rejected == self.outcome("rejected"), "按种子重算得到的作废记录与此不同 (the seed gives other rejected draws)")

    def evidence(self) -> None:
        try:
            if self.logged:
                self.logged.check(self.told)
        except (LookupError, TypeError):
            raise Disagreement("验证包或 A.json 的内容残缺 (malformed evidence)") from None

def verify(problem: bytes, answer: bytes, seed: bytes | SeedOf | None = None, logged: Evidence | None = None) -> Pairing:
    """Every step over the bytes of the two files."""
    found = Pairing(problem, answer, (lambda _: seed) if isinstance(seed, bytes) else seed, logged)
    found.run()
    return found

def read_hex(text: str, where: str, size: int = 0) -> bytes:
    good = re.fullmatch("([0-9A-Fa-f]{2})+", text) and size in (0, len(text) // 2)
    need(good, f"{where} 应为{f' {size} 字节' if size else ''}十六进制文本 (not {f'{size} bytes of ' if size else ''}hex)")
    return bytes.fromhex(text)

def read_arguments(arguments: list[str]) -> tuple[list[str], bytes | SeedOf | None, Evidence | None]:
    """The two files, the seed or what it follows from, and the bundle of the draw."""
    names, given, seconds, again, rest, bundle = list[str](), dict[str, bytes](), [], 0, list(arguments), ""
    while rest:
        name = rest.pop(0)
        if name == "--second":
            while rest and not rest[0].startswith("--"):
                text = rest.pop(0)
                seconds.append(None if text == "-" else read_hex(text, name, 32))
        elif name in ("--seed", "--draw-seed") and rest:
            given[name] = read_hex(rest.pop(0), name)
        elif name == "--again" and re.fullmatch("[1-9][0-9]{0,8}", rest[0] if rest else ""):
            again = int(rest.pop(0))
        elif name == "--evidence" and rest:
            bundle = rest.pop(0)
        else:
            names.append(name)
    fitting = len(names) == 2 and len(given) < 2 and not any(x.startswith("--") for x in names)
    fitting = fitting and (not seconds or "--draw-seed" in given) and (not again or "--seed" in given)
    fitting = fitting and not (bundle and "--seed" in given and not again)
    need(fitting, "参数不合用法，说明见 --help (see --help for the usage)")
    logged = Evidence(bundle, given.get("--draw-seed"), seconds, again) if bundle else None
    seed = given.get("--seed", given.get("--draw-seed"))
    if seed is None or ("--seed" in given and not again):
        return names, seed, logged
    known = seed
    return names, lambda table: seed_again(known, table, again) if again else seed_of(known, table, seconds), logged

def main(arguments: list[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    as_json = "--json" in arguments
    try:
        names, seed, logged = read_arguments([x for x in arguments if x != "--json"])
        files = [Path(name).read_bytes() for name in names]
    except OSError as error:
        print(f"无法读取文件 (cannot read the file): {error.filename}", file=sys.stderr)
        return 1
    except Disagreement as error:
        print(error, file=sys.stderr)
        return 1
    found = verify(files[0], files[1], seed, logged)
    for name, status in found.done.items():
        print(f"{status} {name}{': ' + found.said[name] if name in found.said else ''}", file=sys.stderr)
    failed, skipped = ([x for x, status in found.done.items() if status == told] for told in ("failed", "skipped"))
    if failed:
        print(f"验证未通过 (first failing step): {failed[0]}", file=sys.stderr)
    elif skipped:
        print(f"没有发现不一致，但有的步骤未能进行 (nothing failed, but some steps could not run): {', '.join(skipped)}", file=sys.stderr)
    else:
        print("验证通过，每一步都一致 (every step is ok)", file=sys.stderr)
    if as_json:
        told = {key: found.told[key] for key in ("table_sha256", "assignment_sha256") if not failed and key in found.told}
        used = {"seed": found.seed.hex()} if found.seed is not None else {}
        print(json.dumps({"ok": not failed and not skipped, "failed": failed[0] if failed else None, "steps": found.done, "said": found.said, **told, **used}, ensure_ascii=False))
    return 1 if failed else 2 if skipped else 0

if __name__ == "__main__":
    gc.disable()  # nothing here is cyclic, and there is much of it
    sys.exit(main(sys.argv[1:]))
