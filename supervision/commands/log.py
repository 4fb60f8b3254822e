"""公开日志: export and check it, cosign its checkpoints, have them stamped, prove an entry."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from supervision.commands.common import console, opened
from supervision.errors import InvalidInput

if TYPE_CHECKING:
    from solver.log.checkpoint import Signer, VerifierKey
    from supervision.transparency.problems import LogReport

app = typer.Typer(help="公开日志", no_args_is_help=True)

KeyOption = Annotated[str, typer.Option("--key", help="日志的验证公钥；不指定则以日志自己公布的为准")]
ToOption = Annotated[Path | None, typer.Option("--out", help="写入文件；不指定则打印")]


@app.command()
def key() -> None:
    """打印日志的验证公钥：交给见证单位和关心的公众保存。"""
    console().print(str(_signer().key), markup=False, soft_wrap=True)


@app.command()
def export(folder: Annotated[Path, typer.Argument(help="目标文件夹")]) -> None:
    """导出公开文件：与网站 /log 下的文件相同。"""
    from supervision.transparency import auditing

    with opened() as database, database.reading() as session:
        count = auditing.export(session, _signer(), folder)
    console().print(f"已导出 {count:,} 个文件到 {folder}。", markup=False, soft_wrap=True)


@app.command()
def fsck(
    folder: Annotated[Path | None, typer.Argument(help="公开文件所在文件夹；不指定则核对本机数据库")] = None,
    key: KeyOption = "",
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="以前保存的检查点，应是现有日志的开头；可多次指定")
    ] = None,
) -> None:
    """核对日志：只凭公开文件重建根摘要；有一处不符即以 1 退出，并说出是第几条。"""
    from solver.log.checkpoint import VerifierKey

    pinned = VerifierKey.parse(key) if key else None
    kept = checkpoint or []
    report = _check_folder(folder, pinned, kept) if folder is not None else _check_database(pinned, kept)
    console().print(str(report), markup=False, soft_wrap=True)
    sys.exit(0 if report.ok else 1)


@app.command()
def prove(
    index: Annotated[int, typer.Argument(min=0, help="条目编号，从 0 起")],
    size: Annotated[int | None, typer.Option(min=0, help="检查点的条目数；不指定为最新")] = None,
    since: Annotated[
        int | None, typer.Option("--from", min=0, help="另给出从这个条目数到 SIZE 的一致性证明")
    ] = None,
    out: ToOption = None,
) -> None:
    """给出一条日志的包含证明，供他人核对它确在日志之中。"""
    from dataclasses import asdict

    from supervision.transparency import service

    with opened() as database, database.reading() as session:
        signer = _signer()
        found = service.inclusion(session, index, size)
        told = {
            "checkpoint": service.checkpoint(session, signer, found.size),
            "key": str(signer.key),
            "entry": service.entry(session, index).entry,
            "inclusion": asdict(found),
        }
        if since is not None:
            told["consistency"] = asdict(service.consistency(session, since, found.size))
    _give(json.dumps(told, ensure_ascii=False, indent=1), out)


@app.command("witness-key")
def witness_key(
    name: Annotated[str, typer.Argument(help="见证单位的名称，如 xiehui.example.org；不含空格和加号")],
    file: Annotated[Path, typer.Option("--key", help="新密钥文件，只有本人可读")],
) -> None:
    """见证单位：在自己的电脑上生成密钥，打印验证公钥，交给日志的主办单位。"""
    from supervision.transparency.keys import new_witness

    console().print(str(new_witness(file, name)), markup=False, soft_wrap=True)


@app.command()
def cosign(
    checkpoint: Annotated[Path, typer.Argument(help="从日志网站下载的检查点")],
    key: Annotated[Path, typer.Option("--key", help="见证单位的密钥文件")],
    log: Annotated[str, typer.Option("--log-key", help="日志的验证公钥")],
    state: Annotated[Path, typer.Option(help="保存上次见过的检查点的文件")],
    proof: Annotated[
        Path | None, typer.Option(help="一致性证明：/api/v1/log/proofs/consistency 的回答")
    ] = None,
    out: ToOption = None,
) -> None:
    """见证单位：核对检查点只增不改，然后联署。被截短或分叉的一律拒绝。"""
    from solver.log.checkpoint import VerifierKey, parse_note
    from supervision.clock import now
    from supervision.transparency import witnesses
    from supervision.transparency.keys import witness_signer

    note = parse_note(_read(checkpoint))
    seen = parse_note(state.read_bytes()) if state.exists() else None
    hashes = _proof(proof) if proof else None
    signed = witnesses.cosign(witness_signer(key), note, VerifierKey.parse(log), seen, hashes, now())
    _replace(state, str(note))  # remembered before it is handed out
    _give(signed.rstrip("\n"), out)


@app.command()
def accept(checkpoint: Annotated[Path, typer.Argument(help="见证单位联署过的检查点")]) -> None:
    """接收见证单位联署过的检查点（也可由见证单位直接提交给 /api/v1/log/cosignatures）。"""
    from solver.log.checkpoint import parse_note
    from supervision.clock import now
    from supervision.settings import settings
    from supervision.transparency import witnesses
    from supervision.transparency.keys import witness_keys

    keys = witness_keys(settings().witness_keys)
    note = parse_note(_read(checkpoint))
    with opened() as database, database.writing() as session:
        kept = witnesses.accept(session, note, settings().log_origin, keys, now())
    for row in kept:
        console().print(f"已接收 {row.witness} 对 {row.size} 条检查点的联署。", markup=False, soft_wrap=True)


@app.command()
def stamp(
    request: Annotated[Path | None, typer.Option(help="离线：把时间戳请求写入文件")] = None,
    response: Annotated[Path | None, typer.Option(help="离线：读入时间戳机构的应答文件")] = None,
) -> None:
    """为最新的检查点取时间戳（RFC 3161）；不联网时用 --request 和 --response 两步办理。"""
    from supervision.settings import settings
    from supervision.transparency import stamping

    signer = _signer()
    with opened() as database:
        if request is not None:
            with database.reading() as session:
                data = stamping.stamped_bytes(session, signer)
            request.write_bytes(stamping.request_for(data).as_bytes())
            console().print(f"时间戳请求已写入 {request}。", markup=False, soft_wrap=True)
            return
        roots = stamping.roots_of(settings().tsa_roots)
        if response is not None:
            answer = _read(response)
            with database.writing() as session:
                size = stamping.size_of_answer(session, signer, answer)
                row = stamping.keep(session, signer, size, answer, roots)
        else:
            row = stamping.stamp(database, signer, settings().tsa_url, roots)
    console().print(
        f"{row.size} 条的检查点已盖时间戳：{row.at:%Y-%m-%d %H:%M:%S} UTC，{row.authority}。", markup=False
    )


def _check_database(pinned: VerifierKey | None, kept: list[Path]) -> LogReport:
    from supervision.settings import settings
    from supervision.transparency import auditing, checking, stamping
    from supervision.transparency.keys import witness_keys

    choices, signer = settings(), _signer()
    saved = [checking.saved_note(str(file), _read(file), pinned or signer.key) for file in kept]
    with opened() as database, database.reading() as session:
        return auditing.fsck(
            session,
            signer,
            key=pinned,
            witnesses=witness_keys(choices.witness_keys),
            roots=stamping.roots_of(choices.tsa_roots) if choices.tsa_roots else (),
            saved=saved,
        )


def _check_folder(folder: Path, pinned: VerifierKey | None, kept: list[Path]) -> LogReport:
    """Nothing but the files; the stamped checkpoints among them must be prefixes as well."""
    from supervision.settings import settings
    from supervision.transparency import checking
    from supervision.transparency.keys import witness_keys

    if not (folder / "checkpoint").is_file():
        raise InvalidInput(field=str(folder), problem="这里没有公开日志的文件（缺 checkpoint）。")

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    key = checking.pinned(read, pinned)
    files = [*kept, *sorted(folder.glob("stamps/*.checkpoint"))]
    saved = [checking.saved_note(str(file), _read(file), key) for file in files]
    return checking.check_files(read, pinned, saved, witness_keys(settings().witness_keys))


def _signer() -> Signer:
    from supervision.settings import settings
    from supervision.transparency.keys import log_signer

    return log_signer(settings().log_key, settings().log_origin)


def _proof(file: Path) -> list[bytes]:
    try:
        told = json.loads(_read(file))
        return [bytes.fromhex(one) for one in told.get("consistency", told)["proof"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(field=str(file), problem="应为一致性证明的 JSON 文件。") from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(field=str(file), problem="无法读取。") from error


def _replace(file: Path, text: str) -> None:
    """Write whole or not at all."""
    new = file.with_name(f"{file.name}.new")
    new.write_text(text, "utf-8")
    new.replace(file)


def _give(text: str, out: Path | None) -> None:
    if out is not None:
        out.write_text(text + "\n", "utf-8")
    else:
        sys.stdout.write(text + "\n")
