"""The draw: known answers, exact probabilities, and everything it refuses."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from typing import Any

import pytest

from solver import seed as seeds
from solver.draw import DrawResult, draw, trial_draw
from solver.errors import Cancelled, CommitmentMismatch, FrameError, PlanError, RevealError, UnknownCell
from solver.frame import Frame
from solver.plan import Plan
from solver.verify import check_entity, parse_reveals
from tests.solver.drawing import (
    BEACON,
    FIXED,
    RATE,
    SECRETS,
    entity_id,
    frame_of,
    plan_of,
    plan_value,
    sized_frame_of,
    vector,
)

#: 29 entities: 3 counties, 2 industries, all classes; small enough to try every start of the rounding.
SMALL = frame_of(
    ["330105/C/A"] * 5 + ["330105/F/A"] * 3 + ["330105/F/B"] * 2 + ["330106/C/B"] * 4 + ["330106/F/C"] * 3
    + ["330106/F/D"] + ["330108/C/A"] * 6 + ["330108/C/C"] * 2 + ["330108/F/D"] * 3
)  # fmt: skip
SIZES = [1, 2, 3, 5, 8, 13, 21, 4, 4, 0, 7]
MODES = [
    (SMALL, {"mode": "rate", "den": 40, "rates": {"A": 1, "B": 3, "C": 10, "D": 40}}),
    (SMALL, {"mode": "fixed", "n": 7, "weights": {"A": 1, "B": 3, "C": 10, "D": 40}}),
    (SMALL, {"mode": "fixed", "n": 25, "weights": {"A": 1, "B": 3, "C": 10, "D": 40}}),
    (sized_frame_of(SIZES), {"mode": "pps", "n": 4}),
]


def replayed(name: str) -> DrawResult:
    plan, frame, reveals = vector(name)
    return draw(Plan.parse(plan), Frame.parse(frame), parse_reveals(reveals))


def every_start(frame: Frame, mode: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[DrawResult]:
    """The draw with one seed, for every r from 0 to D - 1."""
    plan = plan_of(frame, mode)
    for start in range(draw(plan, frame, SECRETS).D):
        monkeypatch.setattr(seeds, "rounding", lambda *_, r=start: r)
        yield draw(plan, frame, SECRETS)


@pytest.mark.parametrize(
    ("name", "n", "denominator", "seed", "result"),
    [
        (
            "rate60",
            9,
            1_000_000,
            "f804fdc282b001492d7222c0429666a84da72730c4e57ade289fb32d1302e8a8",
            "bf15e34caf714f69857192c17f17f9c2b4ddaa28f25e3c4edb0186472e50a8e2",
        ),
        (
            "fixed60",
            12,
            185,
            "e90b98a5d4d67661e27f468c31167b9accc78faeb217f47c7b5394c0b950c122",
            "73bea944819eeb5f6bd74a7198e374bf87034f8331dfc7f5bdfc65bb2122a8fd",
        ),
    ],
)
def test_the_known_answers(name: str, n: int, denominator: int, seed: str, result: str) -> None:
    drawn = replayed(name)
    assert (drawn.n, drawn.D) == (n, denominator)
    assert (drawn.seed.hex(), drawn.result_sha256) == (seed, result)


@pytest.mark.parametrize(("frame", "mode"), MODES)
def test_every_cells_expectation_is_exact_over_every_start(
    frame: Frame, mode: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: Counter[str] = Counter()
    results = list(every_start(frame, mode, monkeypatch))
    for result in results:
        for cell in result.cells:
            drawn[cell.cell] += cell.k
            assert cell.N * cell.a // result.D <= cell.k <= -(-cell.N * cell.a // result.D)
    denominator = results[0].D
    assert len(results) == denominator
    for cell in results[0].cells:
        assert Fraction(drawn[cell.cell], denominator) == Fraction(cell.N * cell.a, denominator)
        assert (drawn[cell.cell] > 0) == (cell.a > 0)  # a positive rate is never out of reach
        if cell.a == denominator:
            assert drawn[cell.cell] == cell.N * denominator  # a rate of 1 is drawn always


@pytest.mark.parametrize(("frame", "mode"), MODES)
def test_counties_and_industries_are_within_one_of_their_expectation(
    frame: Frame, mode: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for result in every_start(frame, mode, monkeypatch):
        totals: defaultdict[str, Fraction] = defaultdict(Fraction)
        for cell in result.cells:
            parts = cell.cell.split("/")
            for depth in range(1, len(parts)):
                totals["/".join(parts[:depth])] += cell.k - Fraction(cell.N * cell.a, result.D)
        assert all(abs(difference) < 1 for difference in totals.values())


@pytest.mark.parametrize("n", [7, 25])
def test_a_fixed_number_is_drawn_exactly_for_every_start(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {result.n for result in every_start(SMALL, FIXED | {"n": n}, monkeypatch)} == {n}


def test_by_size_the_number_is_drawn_exactly_for_every_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for result in every_start(sized_frame_of(SIZES), {"mode": "pps", "n": 4}, monkeypatch):
        assert result.n == 4
        assert entity_id(SIZES.index(0)) not in {row.id for row in result.rows}


def test_every_entity_with_a_positive_rate_is_drawn_by_some_seed() -> None:
    seen: Counter[str] = Counter()
    for number in range(300):
        plan = plan_of(SMALL, FIXED | {"n": 7}, draw_id=f"330106-2026-{number}")
        seen.update(row.id for row in draw(plan, SMALL, SECRETS).rows)
    assert len(seen) == len(SMALL)


def test_entities_of_one_cell_are_drawn_alike_over_many_seeds() -> None:
    frame = frame_of(["330106/F/A"] * 8)
    seen: Counter[str] = Counter()
    for number in range(1000):
        plan = plan_of(frame, {"mode": "fixed", "n": 2, "weights": {"A": 1}}, draw_id=f"d{number}")
        seen.update(row.id for row in draw(plan, frame, SECRETS).rows)
    # 250 each on average, standard deviation 13.7
    assert all(190 < count < 310 for count in seen.values())


def test_rows_stand_in_key_order_and_by_ticket_within_a_cell() -> None:
    result = replayed("fixed60")
    order = [cell.cell for cell in result.cells]
    assert list(result.rows) == sorted(result.rows, key=lambda row: (order.index(row.cell), row.ticket))
    assert result.result_bytes.decode().splitlines() == [f"{r.id},{r.cell},{r.ticket}" for r in result.rows]
    counties = [cell.split("/")[0] for cell in order]
    assert len(list(groupby(counties))) == len(set(counties))  # no county comes twice


def test_paths_of_different_depth_keep_each_county_together() -> None:
    cells = ["330105/A", "330106/F/A", "330106/A", "330106/F/01/B", "330106/F/02/B", "330105/F/A", "330106/B"]
    frame = frame_of(cells)
    result = draw(plan_of(frame, RATE), frame, SECRETS)
    order = [cell.cell for cell in result.cells]
    assert sorted(order) == sorted(cells)
    for prefix in ("330105/", "330106/", "330106/F/"):
        places = [i for i, cell in enumerate(order) if cell.startswith(prefix)]
        assert places == list(range(places[0], places[-1] + 1))


def test_one_entity_is_checked_by_its_ticket_and_the_threshold_alone() -> None:
    frame = Frame.parse(vector("fixed60")[1])
    result = replayed("fixed60")
    drawn = {row.id for row in result.rows}
    for entity in frame:
        check = check_entity(result.seed, entity.id, result.threshold(entity.cell))
        assert check.drawn == (entity.id in drawn)


def test_the_cell_table_is_canonical_json_of_what_the_result_shows() -> None:
    result = replayed("rate60")
    rows = json.loads(result.cells_bytes)
    assert rows == [[c.cell, c.N, c.a, c.k, c.threshold] for c in result.cells]
    assert json.dumps(rows, separators=(",", ":")).encode() == result.cells_bytes
    assert sum(row[1] for row in rows) == 60
    assert all((row[4] == "") == (row[3] == 0) for row in rows)


def test_the_reserve_is_the_rest_of_the_cell_in_ticket_order() -> None:
    result = replayed("fixed60")
    frame = Frame.parse(vector("fixed60")[1])
    cell = max(result.cells, key=lambda c: c.N - c.k if c.k else 0)
    reserve = result.reserve(cell.cell, 100)
    assert len(reserve) == cell.N - cell.k
    assert result.reserve(cell.cell, 2) == reserve[:2]
    assert result.reserve(cell.cell, 0) == ()
    tickets = [row.ticket for row in reserve]
    assert tickets == sorted(tickets)
    assert min(tickets) > result.threshold(cell.cell)
    drawn = {row.id for row in result.rows if row.cell == cell.cell}
    assert {row.id for row in reserve} | drawn == {e.id for e in frame if e.cell == cell.cell}


def test_an_entity_drawn_by_size_has_no_reserve_and_a_cell_of_its_own() -> None:
    frame = sized_frame_of(SIZES)
    result = draw(plan_of(frame, {"mode": "pps", "n": 4}), frame, SECRETS)
    assert [row.cell for row in result.rows] == [row.id for row in result.rows]
    tickets = [row.ticket for row in result.rows]
    assert tickets == sorted(tickets)
    assert result.reserve(result.rows[0].id, 3) == ()
    assert result.threshold(result.rows[0].id) == result.rows[0].ticket


def test_an_unknown_cell_is_a_typed_error() -> None:
    with pytest.raises(UnknownCell):
        replayed("rate60").threshold("330106/Z/A")


def test_the_probability_of_a_cell_is_exact() -> None:
    result = replayed("rate60")
    assert {result.probability(c.cell) for c in result.cells if c.cell.endswith("/B")} == {Fraction(1, 10)}


def test_nobody_drawn_is_an_empty_result_with_a_cell_table() -> None:
    result = draw(plan_of(SMALL, FIXED | {"n": 0}), SMALL, SECRETS)
    assert (result.n, result.result_bytes) == (0, b"")
    assert {cell.k for cell in result.cells} == {0}


@pytest.mark.parametrize("mode", [FIXED | {"n": 0}, RATE, {"mode": "pps", "n": 0}])
def test_an_empty_register_is_an_empty_result(mode: dict[str, Any]) -> None:
    empty = Frame.parse(b"")
    result = draw(plan_of(empty, mode), empty, SECRETS)
    assert (result.n, result.cells, result.cells_bytes) == (0, (), b"[]")


def test_sm3_draws_another_list_from_the_same_register() -> None:
    first, second = (draw(plan_of(SMALL, FIXED, alg=alg), SMALL, SECRETS) for alg in ("sha256", "sm3"))
    assert first.n == second.n == 12
    assert first.seed != second.seed
    assert first.result_sha256 != second.result_sha256


def test_a_trial_never_shows_the_live_draw() -> None:
    plan = plan_of(SMALL, FIXED)
    live = draw(plan, SMALL, SECRETS)
    trial = trial_draw(plan, SMALL, b"".join(SECRETS))
    assert trial.seed == seeds.preview_seed(bytes.fromhex(plan.plan_hash), b"".join(SECRETS))
    assert trial.seed != live.seed
    assert trial.n == live.n


def test_a_frame_that_is_not_the_plans_is_refused() -> None:
    other = frame_of(["330106/F/A"] * 29)
    fewer = frame_of(["330106/F/A"] * 28)
    for frame, code in ((other, "frame_root"), (fewer, "frame_count")):
        with pytest.raises(FrameError) as caught:
            draw(plan_of(SMALL, RATE), frame, SECRETS)
        assert caught.value.code == code


def test_the_frame_must_be_of_the_kind_that_the_plan_names() -> None:
    sized = sized_frame_of(SIZES)
    for plan, frame, code in (
        (plan_of(SMALL, RATE, frame="blinded"), SMALL, "frame_kind"),
        (plan_of(SMALL, {"mode": "pps", "n": 1}), SMALL, "frame_sizes"),
        (plan_of(sized, FIXED), sized, "frame_sizes"),
    ):
        with pytest.raises(FrameError) as caught:
            draw(plan, frame, SECRETS)
        assert caught.value.code == code


def test_a_class_without_a_rate_and_too_large_a_number_are_refused() -> None:
    for mode, code in (
        ({"mode": "rate", "den": 9, "rates": {"A": 1, "B": 2, "C": 3}}, "plan_class_without_rate"),
        (FIXED | {"n": 30}, "plan_too_many"),
    ):
        with pytest.raises(PlanError) as caught:
            draw(plan_of(SMALL, mode), SMALL, SECRETS)
        assert caught.value.code == code


def test_an_altered_or_swapped_reveal_is_no_reveal() -> None:
    plan = plan_of(SMALL, RATE)
    altered = bytes([SECRETS[1][0] ^ 1]) + SECRETS[1][1:]
    for reveals, position in (((SECRETS[0], altered), 2), (SECRETS[::-1], 1)):
        with pytest.raises(CommitmentMismatch) as caught:
            draw(plan, SMALL, reveals)
        assert caught.value.params == {"position": position}


@pytest.mark.parametrize("reveals", [(), SECRETS[:1], (*SECRETS, b"x" * 32)])
def test_the_number_of_reveals_is_the_plans(reveals: tuple[bytes, ...]) -> None:
    with pytest.raises(RevealError) as caught:
        draw(plan_of(SMALL, RATE), SMALL, reveals)
    assert caught.value.code == "reveal_count"


def test_a_missing_reveal_stands_only_beside_a_public_source() -> None:
    with pytest.raises(RevealError) as caught:
        draw(plan_of(SMALL, RATE), SMALL, (SECRETS[0], b""))
    assert caught.value.code == "reveal_missing"
    commits = plan_value(SMALL, RATE)["commits"]
    plan = plan_of(SMALL, RATE, beacon=BEACON, commits=[*commits, None])
    assert (
        draw(plan, SMALL, (SECRETS[0], b"", b"r" * 32)).seed != draw(plan, SMALL, (*SECRETS, b"r" * 32)).seed
    )


@pytest.mark.parametrize(
    ("public", "code"),
    [(b"", "reveal_public_missing"), (b"r" * 31, "reveal_length"), (b"r" * 33, "reveal_length")],
)
def test_the_beacons_result_has_32_bytes_and_may_not_be_missing(public: bytes, code: str) -> None:
    commits = plan_value(SMALL, RATE)["commits"]
    plan = plan_of(SMALL, RATE, beacon=BEACON, commits=[*commits, None])
    with pytest.raises(RevealError) as caught:
        draw(plan, SMALL, (*SECRETS, public))
    assert caught.value.code == code


def test_a_secret_has_32_bytes_even_if_its_commitment_agrees() -> None:
    plan = plan_of(SMALL, RATE, commits=[seeds.commitment(b"short").hex()])
    with pytest.raises(RevealError) as caught:
        draw(plan, SMALL, (b"short",))
    assert caught.value.code == "reveal_length"


def test_lottery_results_take_their_places_in_the_seed() -> None:
    sources = [{"game": "ssq", "issue": "2026140"}, {"game": "dlt", "issue": "26139"}]
    plan = plan_of(SMALL, RATE, lottery=sources, commits=[None, seeds.commitment(SECRETS[0]).hex(), None])
    first = draw(plan, SMALL, (b"01 05 09", SECRETS[0], b"11 12"))
    second = draw(plan, SMALL, (b"11 12", SECRETS[0], b"01 05 09"))
    assert first.seed != second.seed


def test_any_change_of_the_plan_changes_the_seed() -> None:
    plan = plan_of(SMALL, RATE)
    later = plan_of(SMALL, RATE, draw_id="330106-2026-0002")
    assert draw(plan, SMALL, SECRETS).seed != draw(later, SMALL, SECRETS).seed


def test_progress_is_told_to_the_end_and_can_stop_the_draw() -> None:
    told: list[tuple[int, int, str]] = []
    draw(plan_of(SMALL, RATE), SMALL, SECRETS, lambda *step: told.append(step))
    assert told == [(0, 29, "root"), (29, 29, "root"), (0, 29, "tickets"), (29, 29, "tickets")]

    def stop(_done: int, _total: int, stage: str) -> None:
        if stage == "tickets":
            raise Cancelled.of("cancelled")

    with pytest.raises(Cancelled):
        draw(plan_of(SMALL, RATE), SMALL, SECRETS, stop)


def test_a_result_cannot_be_altered() -> None:
    result = replayed("rate60")
    with pytest.raises(AttributeError):
        result.result_bytes = b""  # type: ignore[misc]
