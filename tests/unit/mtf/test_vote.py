from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import Timeframe
from supreme_system_v5.mtf import Reading, Vote, cast_vote
from supreme_system_v5.mtf.vote import NEGLIGIBLE, side

OTHER = {"UP": "DOWN", "DOWN": "UP", "FLAT": "FLAT"}
CLOSE = 4_096.0

# Multiples of 1/1024 around the close: their mirror images are exact.
apart = st.integers(-2_000, 2_000).map(lambda steps: steps / 1_024)


class Distances(NamedTuple):
    """Where the numbers of a timeframe lie: from the close, from 0, from 50."""

    ema_fast: float
    ema: float
    ema_slow: float
    histogram: float
    rsi: float
    middle: float

    def mirrored(self) -> Distances:
        return Distances(*(-number for number in self))

    def vote(self) -> Vote:
        fast, ema, slow, histogram, rsi, middle = self
        numbers = (CLOSE + fast, CLOSE + ema, CLOSE + slow, histogram, 50 + rsi, CLOSE + middle)
        return cast_vote(Timeframe.M5, 300, Reading(CLOSE, *numbers))


distances = st.builds(Distances, *[apart] * 6)


@given(distances)
def test_what_mirrors_the_numbers_mirrors_the_vote(numbers: Distances) -> None:
    vote, mirrored = numbers.vote(), numbers.mirrored().vote()
    assert (mirrored.direction, mirrored.confidence) == (-vote.direction, vote.confidence)
    swapped = [name.split("_") for name in vote.reasons]
    assert mirrored.reasons == tuple(f"{name}_{OTHER[word]}" for name, word in swapped)


@given(distances)
def test_its_bounds_and_that_it_explains_itself(numbers: Distances) -> None:
    vote = numbers.vote()
    assert vote.direction in {-1, 0, 1}
    assert vote.confidence in {0, 0.25, 0.5, 0.75, 1}
    assert (vote.direction == 0) == (vote.confidence == 0)
    words = [reason.split("_")[1] for reason in vote.reasons]
    tally = words.count("UP") - words.count("DOWN")
    assert vote.direction * vote.confidence == tally / 4
    assert [reason.split("_")[0] for reason in vote.reasons] == ["EMA", "MACD", "RSI", "BAND"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, "EMA_UP"),
        ({"ema_fast": CLOSE}, "EMA_UP"),
        ({"ema_fast": CLOSE - 2}, "EMA_FLAT"),  # equal to the middle one
        ({"ema_slow": CLOSE - 1}, "EMA_FLAT"),  # out of order
        ({"ema_fast": CLOSE - 5, "ema_slow": CLOSE + 3}, "EMA_DOWN"),
        ({}, "MACD_UP"),
        ({"histogram": -0.01}, "MACD_DOWN"),
        ({"histogram": 0.0}, "MACD_FLAT"),
        ({"histogram": CLOSE * NEGLIGIBLE / 2}, "MACD_FLAT"),  # rounding
        ({"rsi": 50.0}, "RSI_FLAT"),
        ({"rsi": 50.1}, "RSI_UP"),
        ({"rsi": 0.0}, "RSI_DOWN"),
        ({"middle": CLOSE + 1}, "BAND_DOWN"),
        ({"middle": CLOSE}, "BAND_FLAT"),
    ],
)
def test_each_part_by_hand(change: dict[str, float], reason: str) -> None:
    reading = Reading(CLOSE, CLOSE - 1, CLOSE - 2, CLOSE - 3, 0.01, 60.0, CLOSE - 2)
    changed = reading._replace(**change)
    assert reason in cast_vote(Timeframe.M1, 60, changed).reasons


def test_less_than_a_billionth_has_no_side() -> None:
    edge = NEGLIGIBLE * CLOSE
    assert [side(x, CLOSE) for x in (-edge * 2, -edge, 0.0, edge, edge * 2)] == [-1, 0, 0, 0, 1]
