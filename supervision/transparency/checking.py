"""核对日志: rebuild the root from the public files alone, and say entry by entry what does not agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher

from solver.errors import SolverError
from solver.log.checkpoint import Checkpoint, Note, VerifierKey, parse_note, verify, verify_cosignature
from solver.log.entries import Entry
from solver.merkle import leaf_hash, root_of_hashes
from supervision.transparency.courses import check_courses
from supervision.transparency.problems import LogReport, Problem
from supervision.transparency.rules import moment_text, parent
from supervision.transparency.tiles import HEIGHT, LEVELS, WIDTH, Tile, unbundle

Read = Callable[[str], bytes | None]
"""The bytes of a public file, by its path below ``/log/``; none: there is no such file."""
HASH = 32


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint that somebody keeps: it must be a prefix of the log. ``name`` says who or what."""

    name: str
    checkpoint: Checkpoint


def check_files(
    read: Read,
    key: VerifierKey | None = None,
    saved: Sequence[Saved] = (),
    witnesses: Sequence[VerifierKey] = (),
    known: Sequence[Problem] = (),
) -> LogReport:
    """核对 the files of a log. ``key`` pins the log's key; without it the log's own file ``key`` is believed.

    ``known``: problems found before, which are told first and not twice.
    """
    problems = list(known)
    note, head = _head(read, key, problems)
    if note is None or head is None:
        return LogReport("", 0, "", 0, tuple(problems))
    _cosigned(note, witnesses, problems)
    bodies = _entries(read, head.size, problems)
    leaves = [leaf_hash(body) for body in bodies]
    given = _level(read, 0, head.size, problems)
    root = root_of_hashes(leaves)
    if leaves != given:
        _compare(leaves, given, head, problems)
    elif root != head.root or len(leaves) != head.size:
        problems.append(
            Problem("root", None, f"由 {len(leaves)} 条日志重建的根摘要与检查点（{head.size} 条）不符。")
        )
    _upper(read, head.size, given, problems)
    _contents(bodies, problems)
    agreed = _prefixes(leaves, saved, problems)
    return LogReport(head.origin, head.size, root.hex(), agreed, tuple(_once(problems)))


def saved_note(name: str, text: bytes | str, key: VerifierKey) -> Saved:
    """A kept checkpoint, signed by the log; ``CheckpointError`` if it is not."""
    return Saved(name, verify(parse_note(text), key))


def pinned(read: Read, key: VerifierKey | None) -> VerifierKey:
    """The log's key: the pinned one, else what the log itself says."""
    if key is not None:
        return key
    return VerifierKey.parse((read("key") or b"").decode("ascii", "replace").strip())


def _head(
    read: Read, key: VerifierKey | None, problems: list[Problem]
) -> tuple[Note | None, Checkpoint | None]:
    """The note and what it says; its signature must be the log's."""
    try:
        given = read("key")
        if key is not None and given is not None and given.decode("ascii", "replace").strip() != str(key):
            problems.append(Problem("key", None, "日志公布的公钥与指定的公钥（--key）不同。"))
        note = parse_note(read("checkpoint") or b"")
    except SolverError as error:
        problems.append(Problem(error.code, None, f"检查点无法读取：{error.message}"))
        return None, None
    try:
        return note, verify(note, pinned(read, key))
    except SolverError as error:
        problems.append(Problem(error.code, None, f"检查点的签名不成立：{error.message}"))
    try:
        return note, note.checkpoint
    except SolverError:
        return None, None


def _cosigned(note: Note, witnesses: Sequence[VerifierKey], problems: list[Problem]) -> None:
    for witness in witnesses:
        if note.by(witness):
            try:
                verify_cosignature(note, witness)
            except SolverError as error:
                problems.append(Problem(error.code, None, f"见证单位 {witness.name} 的联署不成立。"))


def _entries(read: Read, size: int, problems: list[Problem]) -> list[bytes]:
    """The entries' bytes, as far as the files go."""
    found: list[bytes] = []
    for tile in _tiles(None, size):
        first, data = tile.number * WIDTH, read(tile.path)
        if data is None:
            problems.append(Problem("no_file", first, f"缺少文件 {tile.path}（自第 {first} 条起）。"))
            break
        try:
            bodies = unbundle(data)
        except ValueError:
            problems.append(Problem("bad_file", first, f"文件 {tile.path} 残缺（自第 {first} 条起）。"))
            break
        found += bodies
    return found


def _level(read: Read, level: int, size: int, problems: list[Problem]) -> list[bytes]:
    """The hashes that the tiles of a level give."""
    found: list[bytes] = []
    for tile in _tiles(level, size):
        first, data = (tile.number * WIDTH) << tile.height, read(tile.path)
        if data is None or len(data) != tile.width * HASH:
            problems.append(
                Problem("bad_file", first, f"文件 {tile.path} 缺失或长度不对（自第 {first} 条起）。")
            )
            break
        found += [data[at : at + HASH] for at in range(0, len(data), HASH)]
    return found


def _tiles(level: int | None, size: int) -> Iterator[Tile]:
    nodes = size >> (HEIGHT * (level or 0))
    for number in range(-(-nodes // WIDTH)):
        yield Tile(level, number, min(WIDTH, nodes - number * WIDTH))


def _compare(
    leaves: Sequence[bytes], given: Sequence[bytes], head: Checkpoint, problems: list[Problem]
) -> None:
    """Where the entries and the hashes of the tiles differ: changed, removed, added, or moved."""
    if root_of_hashes(leaves) == head.root and len(leaves) == head.size:
        first = next((at for at, leaf in enumerate(leaves) if given[at : at + 1] != [leaf]), 0)
        problems.append(
            Problem("tile", first, f"摘要文件中第 {first} 条的摘要与条目不符（条目与检查点相符）。")
        )
        return
    steps = SequenceMatcher(None, given, leaves, autojunk=False).get_opcodes()
    gone = {given[at]: at for tag, i, j, _, _ in steps if tag in ("delete", "replace") for at in range(i, j)}
    come = {leaves[at]: at for tag, _, _, i, j in steps if tag in ("insert", "replace") for at in range(i, j)}
    moved = gone.keys() & come.keys()
    for leaf in sorted(moved, key=gone.__getitem__):
        problems.append(
            Problem("moved", gone[leaf], f"第 {gone[leaf]} 条被挪到第 {come[leaf]} 条的位置，次序被改。")
        )
    for tag, i, j, k, m in steps:
        if tag == "equal":
            continue
        lost = [at for at in range(i, j) if given[at] not in moved]
        new = [at for at in range(k, m) if leaves[at] not in moved]
        for at, _ in zip(lost, new, strict=False):
            problems.append(Problem("changed", at, f"第 {at} 条的内容被改动，与其摘要不符。"))
        for at in lost[len(new) :]:
            problems.append(Problem("removed", at, f"第 {at} 条被删去。"))
        for at in new[len(lost) :]:
            problems.append(Problem("added", at, f"第 {at} 条是后来插入的，摘要文件中没有。"))
    if root_of_hashes(given) != head.root or len(given) != head.size:
        problems.append(Problem("root", None, "摘要文件也与检查点的根摘要不符。"))


def _upper(read: Read, size: int, given: Sequence[bytes], problems: list[Problem]) -> None:
    """Every level of tiles follows from the one below."""
    below = list(given)
    for level in range(1, LEVELS):
        if size >> (HEIGHT * level) == 0 or len(below) < WIDTH:
            return
        made = [root_of_hashes(below[at : at + WIDTH]) for at in range(0, len(below) - WIDTH + 1, WIDTH)]
        found = _level(read, level, size, problems)
        for at, (own, theirs) in enumerate(zip(made, found, strict=False)):
            if own != theirs:
                first, last = at << (HEIGHT * level), ((at + 1) << (HEIGHT * level)) - 1
                problems.append(
                    Problem("tile", first, f"第 {first} 至 {last} 条的子树摘要（第 {level} 层）与下层不符。")
                )
                break
        below = found


def _contents(bodies: Sequence[bytes], problems: list[Problem]) -> None:
    """Every entry is canonical and of its kind, no moment falls, and every draw took its course."""
    before = datetime.min.replace(tzinfo=UTC)
    entries: list[Entry] = []
    for index, body in enumerate(bodies):
        try:
            entries.append(Entry.parse(body, index))
        except SolverError:
            problems.append(Problem("malformed", index, f"第 {index} 条不是规范的日志条目。"))
            continue
        at = datetime.fromtimestamp(entries[-1].at, UTC)
        if at < before:
            now, then = moment_text(at), moment_text(before)
            problems.append(
                Problem("backdated", index, f"第 {index} 条的时间（{now}）早于上一条（{then}），被倒签。")
            )
        before = max(before, at)
    if not problems:  # of a log that was tampered with, the courses would say the same again
        problems += check_courses(entries)


def _prefixes(leaves: Sequence[bytes], saved: Iterable[Saved], problems: list[Problem]) -> int:
    """How many kept checkpoints are prefixes of the log."""
    roots: dict[int, bytes] = {}
    agreed = 0
    for one in saved:
        size = one.checkpoint.size
        if size > len(leaves):
            problems.append(
                Problem(
                    "fork", len(leaves), f"{one.name}见过 {size} 条，现在只有 {len(leaves)} 条，日志被截短。"
                )
            )
            continue
        if size not in roots:
            roots[size] = root_of_hashes(leaves[:size])
        if roots[size] != one.checkpoint.root:
            problems.append(
                Problem(
                    "fork",
                    None,
                    f"{one.name}的检查点（{size} 条）与现在的日志不符：前 {size} 条被改过，日志分叉。",
                )
            )
        else:
            agreed += 1
    return agreed


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Each problem once: the first word on an entry and a fault stays."""
    seen = set()
    for problem in problems:
        key = (problem.code, problem.index) if problem.index is not None else (problem.sentence, None)
        if key not in seen:
            seen.add(key)
            yield problem


class Chain:
    """Follows the kept hashes of a log, row after row, and says which do not follow from those before."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []
        """Heights and roots of the whole subtrees so far, left to right."""

    def add(self, leaf: bytes, kept: Sequence[bytes]) -> tuple[int, int] | None:
        """The first and last entry among which something was changed, if the hashes kept do not follow."""
        node, wrong, height = leaf, None, 0
        while self._peaks and self._peaks[-1][0] == height:
            node = parent(self._peaks.pop()[1], node)
            height += 1
            told = kept[height] if height < len(kept) else b""
            if told != node:
                wrong = wrong or (self.size + 1 - (1 << height), self.size)
                node = told or node
        self._peaks.append((height, node))
        self.size += 1
        return wrong
