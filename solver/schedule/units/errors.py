"""抽签单元有误: what stops bundles from being cut, or teams from being drawn for them."""

from __future__ import annotations

from typing import ClassVar

from solver.errors import SolverError


class UnitError(SolverError):
    """抽签单元有误: points or a setting that no unit can be made of."""

    SENTENCES: ClassVar = {
        "unit_point": "待分片的检查 {code} 的 {key} 不符合要求。",
        "unit_file": "片区文件的 {key} 格式不符合要求。",
        "unit_digest": "片区文件的 {key} 与内容不一致，文件已被改动。",
        "unit_replay": "按 bundle/1 重新分片，结果与片区文件不一致。",
        "unit_twice": "待分片的检查 {code} 重复出现。",
        "unit_count": "片区个数应为正整数，现为 {count}。",
        "unit_kind": "抽签单元应为 entity、bundle 或 day-route，现为 {unit}。",
        "unit_seed": "按抽签单元抽取检查组需要种子：请用十六进制写明。",
        "unit_no_team": "县区 {county} 没有检查组可供抽取，请先补充检查组。",
    }
