"""Selection by other libraries on the frames of ``benchmarks.draw``: needs samplics and svy, nothing of ours.

``python benchmarks/peers.py NAME FILE`` prints one JSON object: library, CPU and wall seconds. They only
select: no frozen register, no commitment, no replay.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np

SHARE = {"A": 0.01, "B": 0.03, "C": 0.1, "D": 0.3}


def columns(path: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, cells and sizes (1 where the frame has none)."""
    with Path(path).open(encoding="ascii") as file:
        fields = [line.rstrip().split(",") for line in file]
    ids = np.array([each[0] for each in fields])
    cells = np.array([f"{each[1]}/{each[2]}" for each in fields])
    return ids, cells, np.array([float(each[3]) if len(each) > 3 else 1.0 for each in fields])


def numbers(cells: np.ndarray) -> dict[str, int]:
    """How many a stratum gives: its share, rounded, as these libraries want it."""
    names, counts = np.unique(cells, return_counts=True)
    pairs = zip(names.tolist(), counts.tolist(), strict=True)
    return {name: max(1, round(count * SHARE[name[-1]])) for name, count in pairs}


def samplics_rate(path: str) -> Callable[[], object]:
    from samplics import SelectMethod
    from samplics.sampling import SampleSelection

    ids, cells, _ = columns(path)
    chooser, take = SampleSelection(method=SelectMethod.srs_wor, strat=True, wr=False), numbers(cells)
    return lambda: chooser.select(ids, take, cells, to_dataframe=True, sample_only=True)


def samplics_pps(path: str) -> Callable[[], object]:
    from samplics import SelectMethod
    from samplics.sampling import SampleSelection

    ids, _, sizes = columns(path)
    chooser = SampleSelection(method=SelectMethod.pps_sys, strat=False, wr=False)
    return lambda: chooser.select(ids, len(ids) // 100, mos=sizes, to_dataframe=True, sample_only=True)


def svy_rate(path: str) -> Callable[[], object]:
    import polars as pl
    import svy

    ids, cells, _ = columns(path)
    take = numbers(cells)
    sample = svy.Sample(pl.DataFrame({"id": ids, "cell": cells}), svy.Design(stratum="cell"))
    return lambda: sample.sampling.srs(n=take, rstate=1)


def svy_pps(path: str) -> Callable[[], object]:
    import polars as pl
    import svy

    ids, _, sizes = columns(path)
    sample = svy.Sample(pl.DataFrame({"id": ids, "mos": sizes}), svy.Design(psu="id", mos="mos"))
    return lambda: sample.sampling.pps_sys(n=len(ids) // 100, rstate=1, certainty_threshold=1.0)


PEERS = {f.__name__: f for f in (samplics_rate, samplics_pps, svy_rate, svy_pps)}


def main() -> None:
    warnings.simplefilter("ignore")
    if len(sys.argv) != 3:
        print(__doc__)
        return
    name, path = sys.argv[1:]
    work = PEERS[name](path)
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    library = name.partition("_")[0]
    print(json.dumps({"library": f"{library} {version(library)}", "cpu": cpu, "wall": wall}))


if __name__ == "__main__":
    main()
