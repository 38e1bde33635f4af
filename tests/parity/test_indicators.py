"""Every indicator, native and in plain Python: the same bits for the same inputs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5 import optimized, reference
from tests.support.bits import bits
from tests.support.indicators import CASES, Case, rows, shaped, walk

each = pytest.mark.parametrize("case", CASES, ids=str)

stretches = st.lists(
    st.tuples(
        st.sampled_from(("up", "down", "flat", "gap", "noise")),
        st.integers(1, 40),
        st.sampled_from((1e-12, 1e-6, 0.001, 0.1, 3.0)),
    ),
    max_size=8,
)
levels = st.sampled_from((1e-15, 1e-9, 0.001, 1.0, 61_837.63, 1e9, 1e15)) | st.floats(1e-15, 1e15)


def market(start: float, story: Sequence[tuple[str, int, float]], seed: int) -> Iterator[float]:
    """Yield prices that go up, down, nowhere, elsewhere, in turn."""
    rng, price = random.Random(seed), start
    for kind, length, size in story:
        for place in range(length):
            step = {
                "up": 1.0 + size * rng.random(),
                "down": 1.0 / (1.0 + size * rng.random()),
                "flat": 1.0,
                "gap": 1.0 if place else 1.0 + 10.0 * size * rng.random(),
                "noise": 1.0 + min(size, 0.9) * (rng.random() - 0.5),
            }[kind]
            price = min(max(price * step, 1e-15), 1e15)
            yield price


def assert_same(case: Case, inputs: Sequence[tuple[float, ...]]) -> None:
    native, plain = case.native(), case.plain()
    assert (native.warmup, repr(native)) == (plain.warmup, repr(plain))
    for row in inputs:
        assert bits(native.update(*row)) == bits(plain.update(*row))
        assert bits(native.value) == bits(plain.value)
        assert native.mature == plain.mature


@each
@given(levels, stretches, st.integers(0, 2**32))
def test_markets_of_all_kinds(
    case: Case, start: float, story: list[tuple[str, int, float]], seed: int
) -> None:
    prices = list(market(start, story, seed))
    if case.reads.codes == "ddd":  # bars reach a little further than their closes
        prices = [min(max(price, 2e-15), 9e14) for price in prices]
    assert_same(case, shaped(case.reads, prices, random.Random(seed)))


@each
@given(st.lists(st.floats(1e-15, 1e15), max_size=50))
def test_any_prices_at_all(case: Case, prices: list[float]) -> None:
    inputs: list[tuple[float, ...]] = [(price,) for price in prices]
    if case.reads.codes == "ddd":
        bars = (sorted(prices[i : i + 3]) for i in range(0, len(prices) - 2, 3))
        inputs = [(high, low, close) for low, close, high in bars]
    elif case.reads.codes == "ddq":
        pairs = zip(prices[::2], prices[1::2], strict=False)
        inputs = [(price, size, int(price * 1e3)) for price, size in pairs]
    assert_same(case, inputs)


@each
def test_a_long_run(case: Case) -> None:
    assert_same(case, rows(case, 5_000, seed=11))


@given(st.integers(1, 9), st.lists(st.floats(-1e300, 1e300), max_size=60))
def test_rolling_average(n: int, numbers: list[float]) -> None:
    native, plain = optimized.RollingAverage(n), reference.RollingAverage(n)
    for number in [*numbers, *walk(30)]:
        native.add(number)
        plain.add(number)
        assert bits(native.get_average()) == bits(plain.get_average())
        assert len(native) == len(plain)


@given(st.integers(1, 9), st.lists(st.floats(-1e300, 1e300), max_size=30), st.integers(-2, 12))
def test_circular_buffer(size: int, numbers: list[float], n: int) -> None:
    native, plain = optimized.CircularBuffer(size), reference.CircularBuffer(size)
    for number in numbers:
        native.append(number)
        plain.append(number)
        assert bits(list(native)) == bits(list(plain))
        assert bits(native.latest(n)) == bits(plain.latest(n))
