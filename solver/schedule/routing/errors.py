"""路线文件的错误: what a vehicle routing file may lack, told so that whoever wrote it can mend it."""

from __future__ import annotations

from typing import ClassVar

from solver.errors import SolverError


class RoutingError(SolverError):
    """路线算例有误: a file that is no VRPTW in the formats of Solomon or CVRPLIB, or one nobody can drive."""

    SENTENCES: ClassVar = {
        "routing_unreadable": "无法读取路线算例文件 {path}：{reason}。",
        "routing_format": "{path} 不是 Solomon（.txt）或 CVRPLIB（.vrp）格式的带时间窗路线算例。",
        "routing_line": "路线算例 {path} 第 {line} 行无法读取：{text}。",
        "routing_lacks": "路线算例 {path} 缺少 {section}。",
        "routing_edge_type": "路线算例 {path} 的距离类型 {kind} 不受支持，只支持 EUC_2D（平面直线距离）。",
        "routing_numbering": "路线算例 {path} 的点号须从起点起连续编排，第 {position} 个点号为 {number}。",
        "routing_demand": "路线算例 {path} 中 {stop} 号客户的需求 {demand} 超过车辆容量 {capacity}。",
        "routing_window": "路线算例 {path} 中 {stop} 号客户的时间窗内无法往返，任何车辆都到不了。",
        "routing_empty": "路线算例 {path} 没有客户。",
        "routing_size": "路线算例 {path} 有 {stops} 个客户，最多支持 {most} 个。",
    }
