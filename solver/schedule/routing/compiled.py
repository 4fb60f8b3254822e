"""搜索的快慢两路: the kernel compiled by numba where that is possible, else as it stands; both give the same.

Compiling takes far longer than a short limit. Where nothing is kept from an earlier run, it is done by a
process of its own, while the search goes on the slow way; whoever is set up properly (tools/setup.sh) never
waits for it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from solver.schedule.routing import kernels

log = logging.getLogger(__name__)
Search = Callable[..., None]


@cache
def dispatcher() -> Any | None:
    """The kernel as numba's, nothing compiled yet; none where numba is absent or has nowhere to keep its
    work.
    """
    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
        return None
    try:
        from numba import njit
        from numba.extending import register_jitable

        for part in kernels.PARTS:
            register_jitable(part)
        return njit(cache=True, nogil=True)(kernels.search)
    except Exception as error:  # no numba, nowhere to keep what it compiles
        log.info("routes are searched without a compiler: %s", error)
        return None


def is_kept(found: Any) -> bool:
    """Whether the compiled kernel lies ready, made from the source as it is now."""
    try:
        folder, source = Path(found.stats.cache_path), Path(kernels.__file__)
        names = folder.glob(f"kernels.search-*.py{sys.version_info[0]}{sys.version_info[1]}.nbi")
        made = source.stat().st_mtime
        return any(name.stat().st_mtime >= made for name in names)
    except OSError:
        return False


def plain() -> Search:
    """The kernel as it stands, on lists."""

    def run(*arguments: Any) -> None:
        as_lists = [each.tolist() if hasattr(each, "tolist") else each for each in arguments]
        kernels.search(*as_lists)
        for given, changed in zip(arguments, as_lists, strict=True):
            if isinstance(changed, list) and len(changed):
                given[:] = changed

    return run


def compiled() -> Search | None:
    """The compiled kernel, however long compiling takes; none where that is impossible."""
    found = dispatcher()
    if found is None or not _works(found):
        return None
    return _called(found)


def _called(found: Any) -> Search:
    def run(*arguments: Any) -> None:
        found(*arguments)

    return run


@cache
def _works(found: Any) -> bool:
    """Compiles, and compares a small search with the plain way."""
    from solver.schedule.routing.search import sample

    try:
        return sample(_called(found)) == sample(plain())
    except Exception as error:  # a processor or a version that the compiler does not get along with
        log.warning("compiled routing is not used: %s", error)
        return False


def compiling() -> subprocess.Popen[bytes] | None:
    """A process that compiles the kernel and keeps it for everyone; none where it cannot be started."""
    code = "from solver.schedule.routing.compiled import compiled; compiled()"
    try:
        return subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None
