"""Reading parsed JSON strictly: each wrong value is refused with its place and a plain sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from solver.pairing.errors import PairingInputError

_MISSING = object()


class Reader:
    """One JSON object being read; `finish` refuses keys nobody asked for (a misspelt rule is a lost rule)."""

    def __init__(self, data: object, where: str) -> None:
        self.where = where
        if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
            raise PairingInputError(f"{where}应为 JSON 对象。", where=where)
        self._data: dict[str, object] = data
        self._read: set[str] = set()

    def keys(self) -> list[str]:
        return list(self._data)

    def _take(self, key: str, default: object) -> object:
        self._read.add(key)
        value = self._data.get(key, default)
        if value is _MISSING:
            raise PairingInputError(f"{self.where}缺少 {key}。", where=self.where, field=key)
        return value

    def _refuse(self, key: str, wanted: str, value: object) -> PairingInputError:
        shown = repr(value)
        shown = shown if len(shown) <= 60 else shown[:57] + "…"
        return PairingInputError(
            f"{self.where}的 {key} 应为{wanted}，现为 {shown}。", where=self.where, field=key
        )

    def text(self, key: str, default: object = _MISSING) -> str:
        value = self._take(key, default)
        if value is None and default is not _MISSING:
            value = default
        if not isinstance(value, str):
            raise self._refuse(key, "文字", value)
        return value

    def integer(self, key: str, default: object = _MISSING) -> int:
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._refuse(key, "整数", value)
        return value

    def optional_integer(self, key: str) -> int | None:
        return None if self._data.get(key) is None and self._take(key, None) is None else self.integer(key)

    def number(self, key: str, default: object = _MISSING) -> float:
        value = self._take(key, default)
        try:
            if not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value):
                return float(value)
        except OverflowError:  # an integer beyond every float
            pass
        raise self._refuse(key, "有限的数", value)

    def fraction(self, key: str) -> Fraction | None:
        value = self._take(key, None)
        if value is None:
            return None
        try:
            # No exponents: "1e-999999999" is short, and its denominator would fill the memory.
            if isinstance(value, str) and len(value) <= 60 and "e" not in value.lower():
                return Fraction(value)
        except (ValueError, ZeroDivisionError):
            pass
        raise self._refuse(key, "“1/4”这样的分数", value)

    def child(self, key: str) -> Reader | None:
        value = self._take(key, None)
        return None if value is None else Reader(value, key)

    def mapping(self, key: str) -> dict[str, object]:
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self._refuse(key, "JSON 对象", value)
        return value

    def _list(self, key: str, default: object = _MISSING) -> list[object]:
        value = self._take(key, default)
        if not isinstance(value, list):
            raise self._refuse(key, "列表", value)
        return value

    def items(self, key: str) -> Iterator[Reader]:
        for number, item in enumerate(self._list(key), start=1):
            yield Reader(item, f"{self.where} {key} 第 {number} 项")

    def texts(self, key: str) -> list[str]:
        values = self._list(key)
        kept = [value for value in values if isinstance(value, str)]
        if len(kept) != len(values):
            raise self._refuse(key, "编号的列表", values)
        return kept

    def pairs(self, key: str) -> Iterator[tuple[str, str]]:
        for pair in self._list(key, []):
            match pair:
                case [str(first), str(second)]:
                    yield first, second
                case _:
                    raise self._refuse(key, "两个编号一组的列表", pair)

    def finish(self) -> None:
        unknown = sorted(set(self._data) - self._read)
        if unknown:
            raise PairingInputError(
                f"{self.where}含有不认识的项 {'、'.join(unknown)}，请检查拼写。",
                where=self.where,
                fields=unknown,
            )
