from __future__ import annotations

import random

import pytest

from load_single_symbol import Load, missed, p99, shown, untold

WELL = Load(
    seconds=60.0,
    cpu_percent=2.0,
    peak_bytes=60e6,
    growth_bytes=0.0,
    trades=1_200,
    rate=20.0,
    lost=0,
    untold=0,
    skip_ratio=0.6,
    bars_checked=1,
    bars_differing=0,
    p99_s=0.001,
)


@pytest.mark.parametrize("lost", [0, 1, 40])
def test_what_was_lost_is_found_whatever_was_under_way(lost: int) -> None:
    chance = random.Random(1)

    def seen(behind: int) -> list[int]:
        return [behind + chance.choice((0, 0, 1, 2)) for _ in range(8)]

    assert untold(seen(-37), seen(-37 + lost)) == lost


def test_what_was_read_over_rest_in_more_pieces_is_no_loss() -> None:
    assert untold([5], [-3]) == 0


def test_without_a_count_there_is_no_answer() -> None:
    with pytest.raises(RuntimeError, match="could not be compared"):
        untold([1], [])


@pytest.mark.parametrize(
    ("changes", "rate", "words"),
    [
        ({}, 20.0, []),
        ({"lost": 1}, 20.0, ["1 trades were lost"]),
        ({"untold": 1}, 20.0, ["1 trades were told by the exchange, and not taken"]),
        ({"untold": 100}, 5_000.0, []),
        ({"untold": 101}, 5_000.0, ["101 trades were told by the exchange, and not taken"]),
        ({"p99_s": 0.01}, 5_000.0, ["99 % decided within 10 ms, the limit is 5 ms"]),
        ({"skip_ratio": 0.9}, 20.0, ["skipped: 0.900 of the trades, allowed is 0.2 to 0.8"]),
    ],
)
def test_each_limit_that_is_missed_is_named(
    changes: dict[str, float], rate: float, words: list[str]
) -> None:
    load = Load(**{**vars(WELL), **changes})
    assert missed(load, rate) == words
    assert "by the exchange's count" in shown(load)


def test_of_two_pages_the_decisions_between_them_count() -> None:
    def page(*counts: int) -> str:
        name = "supreme_tick_to_decision_seconds_bucket"
        bounds = ("0.001", "0.005", "+Inf")
        return "\n".join(f'{name}{{le="{b}"}} {c}' for b, c in zip(bounds, counts, strict=True))

    assert p99(page(0, 90, 100), page(99, 190, 200)) == 0.001
    assert p99(page(0, 0, 0), page(0, 99, 100)) == 0.005
    assert p99("", "") == float("inf")
