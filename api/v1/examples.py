"""Examples of the public values, which know nothing of their documentation."""

from typing import Any

ITEM = "营业执照（登记证）规范使用情况的检查"
ORGAN = {"organ_code": "360681", "organ_name": "贵溪市市场监督管理局"}
PLAN = {"plan_code": "360681-2026-P01", "plan_name": "2026年度双随机抽查工作计划"}
TASK = {"task_code": "360681-2026-P01-T01", "task_name": "第一批不定向抽查"}
ENTITY = {"uscc": "91360681MA35XXXX0A", "name": "贵溪市示例酒店有限公司"}
FOUND = {"completed_on": "2026-11-25", "result": "1", "result_text": "未发现问题"}
DRAW = {
    "draw_id": "360681-2026-0001",
    **ORGAN,
    **TASK,
    "check_type": "不定向抽查",
    "state": "closed",
    "state_name": "已抽取并封存",
    "plan_hash": "7a" * 32,
    "register_n": 1200,
    "approved_at": "2026-11-20T02:20:00Z",
    "closed_at": "2026-11-20T02:30:00Z",
    "void_reason": None,
}
RELEASE = {
    "code": "360681-2026-0001-R1",
    "draw_id": "360681-2026-0001",
    **ORGAN,
    **PLAN,
    **TASK,
    "row_count": 1,
    "sha256": "4e" * 32,
    "published_at": "2026-12-01T02:00:00Z",
}
RESULT: dict[str, Any] = {
    "uscc": ENTITY["uscc"],
    "entity_name": ENTITY["name"],
    **PLAN,
    **TASK,
    **FOUND,
    "check_type": "不定向抽查",
    "organ_name": "贵溪市市场监督管理局",
    "draw_id": "360681-2026-0001",
    "release_code": "360681-2026-0001-R1",
    "published_at": "2026-12-01T02:00:00Z",
    "corrects": None,
    "replaced_by": None,
    "inspectors": [],
}
PARTY = {
    "title": "派驻纪检监察组",
    "commitment": "3c" * 32,
    "committed_at": "2026-11-20T02:05:00Z",
    "revealed_at": "2026-11-20T02:25:00Z",
    "secret": "a1" * 32,
}
PUBLIC: dict[str, dict[str, Any]] = {
    "PublicItem": {
        "code": "SCJG-001",
        "subject": "登记事项检查",
        "name": ITEM,
        "kind": "general",
        "objects": "企业、个体工商户、农民专业合作社",
        "method": "现场检查",
        "inspecting_organ": "县级市场监管部门",
        "legal_basis": "《企业信息公示暂行条例》第十四条",
        "published_url": "",
        **ORGAN,
    },
    "PublicPlan": {
        "code": "360681-2026-P01",
        "name": "2026年度双随机抽查工作计划",
        "year": 2026,
        **ORGAN,
        "tasks": 1,
    },
    "PublicTask": {
        "code": "360681-2026-P01-T01",
        "name": "第一批不定向抽查",
        **PLAN,
        **ORGAN,
        "check_type": "不定向抽查",
        "region_name": "江西省鹰潭市贵溪市",
        "items": [ITEM],
        "starts": "2026-11-23",
        "ends": "2026-12-31",
        "state": "drawn",
        "draw_id": "360681-2026-0001",
        "register_n": 1200,
        "drawn_n": 48,
    },
    "PublicDrawRow": {**DRAW, "drawn": 48},
    "PublicDraw": {
        **DRAW,
        **PLAN,
        "region_name": "江西省鹰潭市贵溪市",
        "items": [ITEM],
        "redraw_of": None,
        "redraw_reason": None,
        "plan_json": '{"commits":["3c…"],…}',
        "register_root": "1b" * 32,
        "parties": [PARTY],
        "replayable": True,
        "seed": "5e" * 32,
        "denominator": 1000000,
        "drawn_n": 48,
        "cells": [{"cell": "360681/F/D", "N": 40, "a": 300000, "k": 12, "threshold": "0f" * 32}],
        "cells_sha256": "2d" * 32,
        "result": "8f…,360681/F/D,01…\n",
        "result_sha256": "0c" * 32,
        "closing_json": '{"draw_id":"360681-2026-0001",…}',
        "closing_hash": "4f" * 32,
        "drawn": [ENTITY],
        "releases": [RELEASE],
    },
    "PublicRelease": RELEASE,
    "PublicResult": RESULT,
    "ReleasePage": {"release": RELEASE, "results": [RESULT]},
    "PublicEntityRow": {**ENTITY, "region_name": "江西省鹰潭市贵溪市", "results": 1, **FOUND},
    "PublicEntity": {
        **ENTITY,
        "type_name": "有限责任公司",
        "address": "江西省贵溪市建设路1号",
        "region_name": "江西省鹰潭市贵溪市",
        "results": [RESULT],
    },
}
