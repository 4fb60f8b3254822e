"""核对本机日志: the database as it would be served, against itself and everything that others have signed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session

from solver.errors import SolverError
from solver.log.checkpoint import Checkpoint, Signer, VerifierKey, parse_note, verify
from solver.merkle import leaf_hash
from supervision.transparency import records
from supervision.transparency.checking import Chain, Saved, check_files
from supervision.transparency.problems import LogReport, Problem
from supervision.transparency.rules import NotStamped, moment_text
from supervision.transparency.service import checkpoint
from supervision.transparency.stamping import verified
from supervision.transparency.tables import HEX, LogEntry
from supervision.transparency.tiles import Tile, tile_bytes, tiles_of
from supervision.transparency.witnesses import cosignature_holds

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


def public_file(session: Session, signer: Signer, path: str) -> bytes | None:
    """One public file of the log, by its path below ``/log/``; none: there is no such file."""
    if path == "checkpoint":
        return checkpoint(session, signer).encode()
    if path == "key":
        return f"{signer.key}\n".encode()
    tile = Tile.at(path)
    return tile_bytes(session, tile) if tile else None


def export(session: Session, signer: Signer, folder: Path) -> int:
    """导出公开文件 into a folder, as they are served, with the time stamps; how many files."""
    paths = ["key", *(tile.path for tile in tiles_of(records.size(session))), "checkpoint"]
    files = {path: public_file(session, signer, path) or b"" for path in paths}
    for row in records.stamps(session):
        files |= {
            f"stamps/{row.size}.tsr": row.token,
            f"stamps/{row.size}.checkpoint": row.checkpoint.encode(),
        }
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return len(files)


def fsck(
    session: Session,
    signer: Signer,
    *,
    key: VerifierKey | None = None,
    witnesses: Sequence[VerifierKey] = (),
    roots: Sequence[Certificate] = (),
    saved: Sequence[Saved] = (),
) -> LogReport:
    """核对日志 in the database: its rows, the files made of them, and every checkpoint signed by others."""
    problems, whole = check_rows(session)
    if not whole:  # files of a log with gaps would only repeat it
        return LogReport(signer.name, records.size(session), "", 0, tuple(problems))
    seen = [*_cosigned(session, witnesses, problems), *_stamped(session, signer, roots, problems), *saved]
    return check_files(
        lambda path: public_file(session, signer, path), key or signer.key, seen, witnesses, problems
    )


def check_rows(session: Session) -> tuple[list[Problem], bool]:
    """What is wrong with the rows themselves, and whether their numbers have no gap."""
    problems: list[Problem] = []
    chain = Chain()
    with closing(records.everything(session)) as rows:
        for row in rows:
            if row.index != chain.size:
                last = row.index - 1
                which = f"第 {chain.size} 条" if last == chain.size else f"第 {chain.size} 至 {last} 条"
                problems.append(Problem("removed", chain.size, f"{which}被删去。"))
                return problems, False
            _check_row(row, problems)
            wrong = chain.add(row.leaf, _split(row.hashes))
            if wrong:
                problems.append(
                    Problem("changed", wrong[0], f"第 {wrong[0]} 至 {wrong[1]} 条中有被改动或调换的条目。")
                )
    return problems, True


def _check_row(row: LogEntry, problems: list[Problem]) -> None:
    body = row.body.encode("utf-8", "surrogatepass")
    if leaf_hash(body) != row.leaf:
        problems.append(Problem("changed", row.index, f"第 {row.index} 条的内容被改动，与其摘要不符。"))
    try:
        told = json.loads(body)
        same = (told["kind"], told["at"], told.get("draw_id")) == (row.kind, moment_text(row.at), row.draw_id)
    except (ValueError, KeyError, TypeError, AttributeError):
        same = False
    if not same:
        problems.append(Problem("columns", row.index, f"第 {row.index} 条的类别、时间或抽取编号与原文不同。"))


def _split(hashes: str) -> list[bytes]:
    return [bytes.fromhex(hashes[at : at + HEX]) for at in range(0, len(hashes), HEX)]


def _cosigned(session: Session, witnesses: Sequence[VerifierKey], problems: list[Problem]) -> list[Saved]:
    found = []
    for row in records.cosignatures(session):
        name = f"见证单位 {row.witness} 于 {moment_text(row.at)} "
        if cosignature_holds(row, witnesses) is False:
            problems.append(Problem("checkpoint_signature", None, f"{name}的联署不成立。"))
            continue
        found.append(Saved(name, Checkpoint.parse(row.text)))
    return found


def _stamped(
    session: Session, signer: Signer, roots: Sequence[Certificate], problems: list[Problem]
) -> list[Saved]:
    found = []
    for row in records.stamps(session):
        name = f"时间戳 {moment_text(row.at)} "
        try:
            if roots:
                verified(row.token, row.checkpoint.encode(), roots)
            found.append(Saved(name, verify(parse_note(row.checkpoint), signer.key)))
        except (NotStamped, SolverError) as error:
            problems.append(Problem("stamp", None, f"{name}（{row.size} 条）不成立：{error.message}"))
    return found
