"""错误: what the mathematics refuses, each with a stable code, its parameters and a sentence for a clerk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self


class SolverError(Exception):
    """求解错误: a refusal with a stable ``code``, its ``params`` and a Chinese ``message`` one can act on.

    Subclasses list their codes in ``SENTENCES`` (code -> sentence with named places), raised with ``of``.
    """

    SENTENCES: ClassVar[Mapping[str, str]] = {}

    def __init__(self, code: str, params: Mapping[str, object], message: str) -> None:
        super().__init__(code, dict(params), message)
        self.code = code
        self.params = dict(params)
        self.message = message

    @classmethod
    def of(cls, code: str, /, **params: object) -> Self:
        """The refusal ``code`` of this class, its sentence filled with ``params``."""
        return cls(code, params, cls.SENTENCES[code].format_map(params))

    def __str__(self) -> str:
        return self.message


class Cancelled(SolverError):
    """已取消: raised by a progress callback to stop a long computation; nothing has been changed."""

    SENTENCES: ClassVar = {"cancelled": "计算已按要求取消，未产生任何结果。"}


class CanonicalError(SolverError):
    """规范文本有误: a JSON text outside the canonical subset (RFC 8785, ASCII strings, integers only)."""

    SENTENCES: ClassVar = {
        "json_syntax": "不是合法的 JSON 文本：{reason}。",
        "json_not_ascii": "JSON 文本只能使用 ASCII 字符（不得带 BOM 或汉字）。",
        "json_float": "JSON 中不得出现小数或科学计数法：{text}。",
        "json_integer_range": "整数超出范围（绝对值须小于 2 的 53 次方）：{text}。",
        "json_duplicate_key": "JSON 中字段重复：{key}。",
        "json_type": "JSON 中不允许出现 {type} 类型的值。",
        "json_depth": "JSON 嵌套层次过深。",
    }


class PlanError(SolverError):
    """抽取方案有误: a plan that draw/1 does not accept."""

    SENTENCES: ClassVar = {
        "plan_not_object": "抽取方案必须是一个 JSON 对象。",
        "plan_unknown_key": "抽取方案含有未定义的字段：{key}。",
        "plan_missing_key": "抽取方案缺少字段：{key}。",
        "plan_value": "抽取方案的字段 {key} 不符合要求。",
        "plan_class_without_rate": "名录中有 {cls} 类对象，但方案没有为该类规定比例或权重。",
        "plan_zero_weights": "所有对象的权重均为零，无法抽取 {n} 户。",
        "plan_too_many": "计划抽取 {n} 户，超过可抽取的 {eligible} 户。",
        "plan_denominator": "权重合计达到 2 的 53 次方，请把权重或规模同比例缩小。",
        "plan_no_public_position": "公开随机源有 {sources} 个，承诺中的空位有 {positions} 个，应当相等。",
    }


class CampaignError(SolverError):
    """联合抽取有误: a record that is no campaign, or not the campaign of the plan."""

    SENTENCES: ClassVar = {
        "campaign_malformed": "联合抽取记录的格式不符合要求。",
        "campaign_code": "抽取方案没有写明参加联合抽取 {code}。",
        "campaign_plan": "联合抽取 {code} 的记录没有列入这份抽取方案。",
    }


class FrameError(SolverError):
    """名录快照有误: bytes that are not a frame, or not the frame the plan was made for."""

    SENTENCES: ClassVar = {
        "frame_bom": "名录快照开头带有 BOM 标记，请另存为无 BOM 的文件。",
        "frame_cr": "名录快照第 {line} 行含有回车符（CR），每行只能以换行符（LF）结束。",
        "frame_no_final_newline": "名录快照最后一行（第 {line} 行）没有以换行符结束。",
        "frame_line": "名录快照第 {line} 行格式不符合要求。",
        "frame_order": "名录快照第 {line} 行的代码没有按升序排列。",
        "frame_duplicate": "名录快照第 {line} 行的代码与上一行重复。",
        "frame_size": "名录快照第 {line} 行的规模数值过大。",
        "frame_kind": "名录快照的代码形式与方案不一致：方案要求 {expected}。",
        "frame_sizes": "名录快照是否带规模一列，与方案的抽取方式不一致。",
        "frame_count": "名录快照有 {found} 户，方案载明 {expected} 户。",
        "frame_root": "名录快照的根摘要与方案不一致，名录已被改动。",
        "frame_no_entity": "名录快照中没有这一户：{id}。",
        "frame_key": "盲化密钥必须为 32 字节。",
        "frame_gzip": "名录快照的压缩文件已损坏。",
        "frame_too_large": "名录快照解压后超过 {limit} 字节。",
    }


class RevealError(SolverError):
    """揭示有误: the reveals do not fit the plan."""

    SENTENCES: ClassVar = {
        "reveal_count": "应有 {expected} 份揭示，实有 {found} 份。",
        "reveal_missing": "第 {position} 份揭示缺失，方案没有公开随机源，不能以空值代替。",
        "reveal_public_missing": "第 {position} 份为公开随机源的结果，不能为空。",
        "reveal_length": "第 {position} 份揭示应为 {expected} 字节，实有 {found} 字节。",
        "reveal_not_hex": "揭示文件必须是由十六进制文本组成的列表。",
    }


class CommitmentMismatch(RevealError):
    """承诺不符: a reveal that is not the secret its party had committed to."""

    SENTENCES: ClassVar = {"commitment_mismatch": "第 {position} 份揭示与其承诺不一致。"}


class ResultMismatch(SolverError):
    """结果不符: the replay gives other bytes than those published."""

    SENTENCES: ClassVar = {
        "plan_hash_mismatch": "方案摘要与公布的不一致，方案已被改动。",
        "summary_malformed": "摘要文件的格式不符合要求。",
        "seed_mismatch": "重算的种子与公布的不一致。",
        "result_mismatch": "重算的抽取结果与公布的不一致。",
        "cells_mismatch": "重算的分层表与公布的不一致。",
        "closing_mismatch": "结案记录的 {key} 与重算的不一致。",
        "closing_malformed": "结案记录的格式不符合要求。",
        "closing_hash_mismatch": "结案记录的摘要与公布的不一致。",
        "closing_void": "本次抽取已作废（原因代码 {reason}），没有有效结果。",
        "prev_mismatch": "方案没有接续上一份结案记录。",
    }


class UnknownCell(SolverError):
    """无此分层: a cell that this draw does not have."""

    SENTENCES: ClassVar = {"unknown_cell": "本次抽取没有这一分层：{cell}。"}


class CheckpointError(SolverError):
    """检查点有误: a checkpoint of the log that is malformed, or not signed as it should be."""

    SENTENCES: ClassVar = {
        "checkpoint_encoding": "检查点必须是 UTF-8 文本，只能用换行符（LF）分行。",
        "checkpoint_too_large": "检查点过大，至多 {limit} 字节。",
        "checkpoint_missing": "没有公开日志的检查点，或者没有日志文件，无法核对登记。",
        "checkpoint_no_signature": "检查点没有签名：正文之后应有一个空行和签名行。",
        "checkpoint_signature_line": "检查点第 {line} 行不是签名行。",
        "checkpoint_text": "检查点正文应为三行：日志名称、条目数、根摘要。",
        "checkpoint_key": "日志或见证单位的公钥格式不符合要求。",
        "checkpoint_signer": "签名人名称不得含空格和加号，签名私钥必须为 32 字节。",
        "checkpoint_origin": "检查点属于日志 {found}，不是 {expected}。",
        "checkpoint_unsigned": "检查点上没有 {name} 的签名。",
        "checkpoint_signature": "检查点上 {name} 的签名不对，检查点可能被改动或者伪造。",
    }


class BeaconError(SolverError):
    """信标有误: an answer that is not the round of the public beacon that the plan names."""

    SENTENCES: ClassVar = {
        "beacon_chain": "不认识的公共随机信标：{chain}。",
        "beacon_malformed": "信标结果必须含轮次、随机数（64 位十六进制）和签名（96 位十六进制）。",
        "beacon_round": "信标结果是第 {found} 轮，方案指定第 {expected} 轮。",
        "beacon_randomness": "第 {round} 轮的随机数不是其签名的摘要，随机数已被改动。",
        "beacon_signature": "第 {round} 轮的签名不是信标 {chain} 所签，结果可能是伪造的。",
    }


class SourceError(SolverError):
    """公共随机源不符: a reveal that is not the result of the public source the plan names."""

    SENTENCES: ClassVar = {
        "source_missing": "方案指定了公共随机信标，但没有信标结果文件。",
        "source_unnamed": "方案没有指定公共随机信标，却有信标结果文件。",
        "beacon_reveal": "第 {position} 份揭示不是信标第 {round} 轮的随机数。",
        "lottery_result": "开奖号码应为数字，以“-”连接，例如 02-09-14-21-27-30-11。",
        "lottery_mismatch": "第 {position} 份揭示不是 {game} 第 {issue} 期的开奖结果。",
    }


class LogError(SolverError):
    """公开日志不符: entries that are malformed, not in the log, or not in the order of events."""

    SENTENCES: ClassVar = {
        "log_malformed": "公开日志文件的格式不符合要求。",
        "log_kind": "第 {index} 条日志的种类不认识。",
        "log_entry": "第 {index} 条日志的字段 {key} 不符合要求。",
        "log_inclusion": "第 {index} 条日志不在检查点所封的公开日志中，可能被改动或删除。",
        "log_inconsistent": "较早的检查点不是现在这份公开日志的开头，日志可能被改写。",
        "log_earlier": "较早的检查点不是方案登记时的检查点，或者与其证明缺了一样。",
        "log_index": "第 {index} 条日志没有排在前一条之后。",
        "log_time": "第 {index} 条日志的时间早于前一条。",
        "log_draw": "第 {index} 条日志不是本次抽取的。",
        "log_plan": "本次抽取的第一条日志应是公布本方案，且只登记一次。",
        "log_sequence": "第 {index} 条日志（{kind}）登记的先后不合规定。",
        "log_twice": "第 {index} 条日志（{kind}）重复登记。",
        "log_position": "第 {index} 条日志（{kind}）的位置或承诺与方案不一致。",
        "log_absent": "公开日志没有登记第 {position} 份揭示。",
        "log_second": "检查组抽出之前，公开日志没有登记第 {position} 方的匹配随机数，也没有登记其缺席。",
        "log_number": "第 {index} 条日志是换人，其序号应为 {number}。",
        "log_reveal": "第 {index} 条日志与第 {position} 份揭示不一致：未揭示的应登记为缺席，已揭示的不应。",
        "log_source": "第 {index} 条日志（{kind}）与方案指定或公布的随机源结果不一致。",
        "log_too_late": "第 {index} 条日志（{kind}）没有赶在信标第 {round} 轮产生之前登记。",
        "log_too_early": "第 {index} 条日志（{kind}）早于信标第 {round} 轮产生的时刻。",
        "log_closing": "公开日志登记的结案记录与公布的不一致，或者缺了一样。",
        "log_opening": "公开日志登记的启封与公布的揭示不一致，或者缺了一样。",
        "log_replacement": "第 {index} 条日志的替补不是本层的下一个签号，或者被替换的不在抽中之列。",
        "log_units": "第 {index} 条日志与方案的抽签单元不一致：按片区或行程抽取的，应一并登记其摘要。",
        "log_campaign": "公开日志登记的联合抽取与公布的不一致，或者缺了一样。",
    }


class BundleError(SolverError):
    """验证包有误: a file or folder that is not the bundle of a draw."""

    SENTENCES: ClassVar = {
        "bundle_not_zip": "不是完好的 ZIP 文件。",
        "bundle_unknown": "验证包含有不认识的文件：{name}。",
        "bundle_duplicate": "验证包中的文件重复：{name}。",
        "bundle_missing": "验证包缺少文件：{name}。",
        "bundle_two_frames": "验证包含有两份名录快照，只能有一份。",
        "bundle_too_large": "验证包解压后超过 {limit} 字节。",
        "bundle_encrypted": "验证包中的文件加了密码或用了不支持的压缩方式：{name}。",
    }


class OwnLineError(SolverError):
    """本户证明不符: a proof of one enterprise's own line that does not hold."""

    SENTENCES: ClassVar = {
        "own_line_malformed": "本户证明的格式不符合要求：{key}。",
        "own_line_plan": "本户证明所附的方案与方案摘要不一致。",
        "own_line_id": "名录中的这一行不是本户的：代码或查询码不对。",
        "own_line_inclusion": "这一行不在方案所载的名录中。",
        "own_line_probability": "所称的入选概率与方案不一致。",
        "own_line_cells": "本户证明与公布的分层表不一致。",
        "own_line_ticket": "签号与揭示的种子不一致。",
    }
