"""逐项核对: reads values out of JSON and notes every fault on the way, instead of stopping at the first."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from solver.schedule.errors import Fault, ScheduleInputError
from solver.schedule.problem import Id, Window

T = TypeVar("T")

DAY_SECONDS = 86_400
MOST = 10**9
LONGEST_ID = 200


class Faults:
    """Collects faults; every ``…`` method gives a usable value or, after noting a fault, the default."""

    def __init__(self, code: str, *, lenient: bool = False) -> None:
        self.code = code
        self.found: list[Fault] = []
        self.lenient = lenient
        self.ignored: list[tuple[str, str]] = []
        """Place and key of what means nothing, where that is no fault (``lenient``)."""

    def note(self, place: str, fault: str, /, **params: object) -> None:
        self.found.append(Fault.of(place, fault, **params))

    def refuse_if_any(self) -> None:
        if self.found:
            raise ScheduleInputError.listing(self.code, self.found)

    def parse(self, text: str | bytes) -> Any:
        """The JSON value; a key given twice is a fault."""
        try:
            return json.loads(text, object_pairs_hook=self._object)
        except (ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, json.JSONDecodeError) else "编码或嵌套有误"
            self.note("文件", "json_syntax", reason=reason)
            self.refuse_if_any()
            raise

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                self.note("文件", "duplicate_key", key=key)
            seen.add(key)
        return dict(pairs)

    def keys(self, value: Any, place: str, needed: Iterable[str], known: Iterable[str]) -> Mapping[str, Any]:
        """An object with all the needed keys; what is beyond the known ones is a fault, or ignored."""
        if not isinstance(value, Mapping):
            self.note(place, "not_object", found=shown(value))
            return {}
        known = {*needed, *known}
        for key in needed:
            if key not in value:
                self.note(place, "missing_key", key=key)
        for key in value:
            if key in known:
                continue
            if self.lenient:
                self.ignored.append((place, str(key)))
            else:
                self.note(place, "unknown_key", key=shown(key))
        return value

    def integer(self, value: Any, place: str, low: int = 0, high: int = MOST, default: int = 0) -> int:
        """A whole number; ``3600.0``, as some programs write it, is one."""
        if type(value) is float and value.is_integer() and abs(value) < 2**53:
            value = int(value)
        if type(value) is not int:
            self.note(place, "not_integer", found=shown(value))
            return default
        if not low <= value <= high:
            self.note(place, "out_of_range", low=low, high=high, found=value)
            return default
        return value

    def degrees(self, value: Any, place: str, most: int, other: Any = None) -> float:
        """``other``: the longitude that goes with a latitude, to see whether they changed places."""
        if type(value) not in (int, float) or (type(value) is float and not math.isfinite(value)):
            self.note(place, "not_number", found=shown(value))
            return 0.0
        if not -most <= value <= most:
            turned = type(other) in (int, float) and abs(other) <= most and abs(value) <= 180
            self.note(place, "place_turned" if turned else "out_of_range", low=-most, high=most, found=value)
            return 0.0
        return float(value)

    def text(self, value: Any, place: str) -> str:
        if not isinstance(value, str):
            self.note(place, "not_text", found=shown(value))
            return ""
        return value

    def boolean(self, value: Any, place: str) -> bool:
        if not isinstance(value, bool):
            self.note(place, "not_boolean", found=shown(value))
            return False
        return value

    def one_of(self, value: Any, place: str, choices: Sequence[str]) -> str:
        if value not in choices:
            self.note(place, "not_one_of", choices="、".join(choices), found=shown(value))
            return choices[0]
        return str(value)

    def id(self, value: Any, place: str) -> Id:
        if type(value) is int and abs(value) < 2**53:
            return value
        if isinstance(value, str) and 0 < len(value) <= LONGEST_ID:
            return value
        self.note(place, "not_id", found=shown(value))
        return ""

    def name(self, value: Any, place: str) -> str:
        """The id of a person or thing, as text."""
        return str(self.id(value, place))

    def list(self, value: Any, place: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            self.note(place, "not_list", found=shown(value))
            return ()
        return tuple(read(one, f"{place}[{at}]") for at, one in enumerate(value))

    def names(self, value: Any, place: str) -> tuple[str, ...]:
        return self.list(value, place, self.name)

    def date(self, value: Any, place: str) -> str:
        try:
            if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
                return value
        except ValueError:
            pass
        self.note(place, "bad_date", found=shown(value))
        return ""

    def window(self, value: Any, place: str, most: int = DAY_SECONDS) -> Window:
        if not isinstance(value, list | tuple) or len(value) != 2:
            self.note(place, "window_shape")
            return 0, 0
        begin = self.integer(value[0], f"{place}[0]", 0, most)
        end = self.integer(value[1], f"{place}[1]", 0, most)
        if begin > end:
            self.note(place, "window_upside_down", begin=begin, end=end)
        return begin, end

    def windows(self, value: Any, place: str) -> tuple[Window, ...]:
        """One window, or several, or none at all."""
        if isinstance(value, list | tuple) and (not value or isinstance(value[0], list | tuple)):
            return tuple(sorted(self.list(value, place, self.window)))
        return (self.window(value, place),)

    def unique(self, ids: Sequence[Id], place: str) -> None:
        seen: set[str] = set()
        for at, one in enumerate(ids):
            if str(one) in seen and one != "":
                self.note(f"{place}[{at}].id", "duplicate_id", id=one)
            seen.add(str(one))


def shown(value: Any) -> str:
    """A value in a sentence, short."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:37] + "…"
