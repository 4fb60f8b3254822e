"""Cheating with the zip itself: archives in which two readers find different files, or none."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.vectors.evidence import Files, honest


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a zip; what is told of it in its heading (``head``) and in the directory may be a lie."""

    name: str
    data: bytes
    method: int = 8
    flags: int = 0
    told: dict[str, int] | None = None
    head: dict[str, int] | None = None
    packed: bytes | None = None
    behind: bytes = b""
    extra: bytes = b""
    attributes: int = 0o100644 << 16

    @property
    def body(self) -> bytes:
        return self.packed if self.packed is not None else deflated(self.data) if self.method else self.data

    def numbers(self, lies: dict[str, int] | None) -> list[int]:
        """Flags, method, time, day, checksum, packed length, length."""
        true = {"flags": self.flags, "method": self.method, "time": 0, "day": 0x5721}
        true |= {"crc": zlib.crc32(self.data), "packed": len(self.body), "size": len(self.data)}
        return list((true | (self.told or {}) | (lies or {})).values())

    @property
    def local(self) -> bytes:
        name = self.name.encode()
        head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, *self.numbers(self.head), len(name), 0)
        return head + name + self.body + self.behind

    def entry(self, at: int) -> bytes:
        name, lengths = self.name.encode(), (len(self.name.encode()), len(self.extra), 0, 0, 0)
        fields = (b"PK\1\2", 20, 20, *self.numbers(None), *lengths, self.attributes, at)
        return struct.pack("<4s6H3I5H2I", *fields) + name + self.extra


def deflated(data: bytes, end: int = zlib.Z_FINISH) -> bytes:
    writer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return writer.compress(data) + writer.flush(end)


def packed(
    parts: Sequence[Part], before: bytes = b"", comment: bytes = b"", number: int | None = None
) -> bytes:
    data, directory = before, b""
    for part in parts:
        directory += part.entry(len(data))
        data += part.local
    count = len(parts) if number is None else number
    ends = (count, count, len(directory), len(data), len(comment))
    return data + directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, *ends) + comment


def parts_of(files: Files) -> list[Part]:
    return [Part(name, data) for name, data in sorted(files.items())]


def with_part(name: str, **changes: object) -> bytes:
    """The honest bundle with one part told differently."""
    parts = parts_of(honest("open").files())
    return packed([replace(x, **changes) if x.name == name else x for x in parts])  # type: ignore[arg-type]


def plain(**changes: object) -> bytes:
    return packed(parts_of(honest("open").files()), **changes)  # type: ignore[arg-type]


def twice(name: str) -> bytes:
    return packed([*parts_of(honest("open").files()), Part(name, b"{}")])


def zip64_end() -> bytes:
    whole = plain()
    length, at = struct.unpack("<2I", whole[-10:-2])
    count = struct.unpack("<H", whole[-12:-10])[0]
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, at)
    return whole[:-22] + record + struct.pack("<4sIQI", b"PK\6\7", 0, len(whole) - 22, 1) + whole[-22:]


README = honest("open").files()["README.txt"]
PLAN = honest("open").files()["plan.json"]
SHORT = {"size": 5, "crc": zlib.crc32(README[:5])}
LARGE = {"size": 2**32 - 1, "packed": 2**32 - 1}

#: Done in Chinese -> the zip; every one is refused before the first step, as no bundle.
ZIPS: dict[str, Callable[[], bytes]] = {
    "zip 前面有别的内容": lambda: plain(before=b"MZ"),
    "zip 末尾有注释": lambda: plain(comment=b"PK"),
    "zip 后面多一个字节": lambda: plain() + b"\0",
    "zip 目录漏计文件": lambda: plain(number=3),
    "zip 目录多计文件": lambda: plain(number=99),
    "方案出现两次": lambda: twice("plan.json"),
    "绝对路径": lambda: twice("/plan.json"),
    "上级路径": lambda: twice("../plan.json"),
    "反斜杠路径": lambda: twice("a\\plan.json"),
    "大写的文件名": lambda: twice("PLAN.JSON"),
    "文件名带结束符": lambda: twice("plan.json\0"),
    "文件之间藏着目录里没有的文件": lambda: with_part("plan.json", behind=Part("plan.json", b"{}").local),
    "文件头与目录的压缩方式不同": lambda: with_part("plan.json", head={"method": 0}),
    "文件头与目录的校验和不同": lambda: with_part("plan.json", head={"crc": 1}),
    "文件头与目录的长度不同": lambda: with_part("plan.json", head={"size": 1}),
    "文件头说加了密": lambda: with_part("plan.json", head={"flags": 1}),
    "加了密": lambda: with_part("plan.json", flags=1),
    "目录加了密": lambda: with_part("plan.json", flags=0x2000),
    "补丁文件": lambda: with_part("plan.json", flags=0x20),
    "目录只认文件的前五个字节": lambda: with_part("README.txt", told=SHORT),
    "直接存储的文件比目录所说的长": lambda: with_part(
        "README.txt", method=0, told=SHORT | {"packed": len(README)}
    ),
    "目录所说的长度比文件长": lambda: with_part("README.txt", told={"size": 10**6}),
    "压缩炸弹谎报长度": lambda: with_part("README.txt", packed=deflated(bytes(10**7)), told={"size": 5}),
    "压缩内容没有收尾": lambda: with_part("plan.json", packed=deflated(PLAN, zlib.Z_FULL_FLUSH)),
    "压缩内容后面有别的内容": lambda: with_part("plan.json", packed=deflated(PLAN) + b"hidden"),
    "没有见过的压缩方式": lambda: with_part("plan.json", told={"method": 12}),
    "后补的校验和不对": lambda: with_part("plan.json", flags=8, behind=b"PK\x07\x08" + bytes(12)),
    "长度写在 zip64 字段里": lambda: with_part(
        "plan.json", told=LARGE, extra=struct.pack("<2H2Q", 1, 16, len(PLAN), len(deflated(PLAN)))
    ),
    "zip64 的目录": zip64_end,
    "符号链接": lambda: with_part("plan.json", attributes=0o120777 << 16),
    "空的 zip": lambda: packed([]),
    "只有前四个字节": lambda: b"PK\3\4",
    "什么也没有": lambda: b"",
}

#: Zips as other tools write them, which are as good.
GOOD_ZIPS: dict[str, Callable[[], bytes]] = {
    "全部直接存储": lambda: packed([replace(part, method=0) for part in parts_of(honest("open").files())]),
    "校验和后补": lambda: packed(
        [
            replace(part, flags=8, head={"crc": 0, "packed": 0, "size": 0}, behind=b"PK\x07\x08" + sums(part))
            for part in parts_of(honest("open").files())
        ]
    ),
    "校验和后补而无标记": lambda: packed(
        [replace(part, flags=8, behind=sums(part)) for part in parts_of(honest("open").files())]
    ),
    "文件名标为 UTF-8": lambda: with_part("plan.json", flags=0x800),
}


def sums(part: Part) -> bytes:
    return struct.pack("<3I", *part.numbers(None)[4:])
