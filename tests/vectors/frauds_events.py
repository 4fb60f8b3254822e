"""Cheating with what happened: results of a draw that never was, moments that cannot be, files nobody asked for."""

from __future__ import annotations

import json

from tests.vectors.cheating import fraud
from tests.vectors.evidence import DRAW_ID, Files, Story, beacon_file, honest
from tests.vectors.reference import canon


@fraud("order", "抽取已作废，验证包里却附上一份结果", good="void")
def result_of_a_void_draw(story: Story) -> Files:
    files, drawn = story.files(), honest("open").files()
    told = json.loads(drawn["summary.json"]) | json.loads(files["summary.json"])
    stolen = {name: drawn[name] for name in ("result.csv", "cells.json")}
    return files | stolen | {"summary.json": canon(told)}


@fraud("order", "抽取已作废，摘要里却说有种子", good="void")
def seed_of_a_void_draw(story: Story) -> Files:
    files = story.files()
    told = json.loads(files["summary.json"]) | {"seed": "0" * 64}
    return files | {"summary.json": canon(told)}


@fraud("order", "信标登记在它产生的时刻之前：日志的时间是倒填的")
def beacon_logged_before_its_moment(story: Story) -> Files:
    story.log[story.at("beacon")]["at"] = "2023-08-23T15:15:32Z"
    return story.files()


@fraud("order", "作废之前，先登记信标，再收最后一份揭示")
def reveal_after_the_beacon_of_a_void_draw(story: Story) -> Files:
    late, early = story.at("reveal", 2), story.at("beacon")
    moments = story.log[late]["at"], story.log[early]["at"]
    story.log[late], story.log[early] = story.log[early], story.log[late]
    story.log[late]["at"], story.log[early]["at"] = moments
    void = {"draw_id": DRAW_ID, "plan_hash": story.plan_hash, "void": "register-error"}
    story.log[story.at("closing")]["record"] = story.closing = void
    for kind in ("opening", "release"):
        del story.log[story.at(kind)]
    story.reveals = story.drawn = None
    return story.files()


@fraud("sources", "方案没有指定信标，验证包里却放一份信标文件充数", good="parties")
def beacon_file_without_a_beacon(story: Story) -> Files:
    return story.files() | {"beacon.json": canon(beacon_file(123))}
