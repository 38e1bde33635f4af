"""The event gate, native and in plain Python: the same decisions for the same reasons."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5 import optimized, reference

thresholds = st.fixed_dictionaries(
    {},
    optional={
        "min_price_change": st.sampled_from((1e-9, 0.001, 0.05, 1.0)),
        "volume_multiple": st.sampled_from((0.1, 1.0, 2.0, 7.3)),
        "volume_window": st.integers(1, 9),
        "max_idle_seconds": st.sampled_from((1e-9, 1.5e-9, 0.25, 3.0, 60.0)),
        "target_skip_ratio": st.sampled_from((0.0, 0.05, 0.5, 0.99)),
    },
)


@given(thresholds, st.integers(0, 2**32), st.integers(0, 300), st.floats(1e-12, 1e12))
def test_every_decision(parameters: dict[str, float], seed: int, length: int, start: float) -> None:
    native = optimized.SmartEventProcessor(**parameters)  # type: ignore[arg-type]
    plain = reference.SmartEventProcessor(**parameters)  # type: ignore[arg-type]
    rng, price, now = random.Random(seed), start, 10**18
    for _ in range(length):
        price *= rng.choice((1.0, 1.0, 1.0, 1.001, 1 / 1.001, 1.0 + rng.random() / 1_000))
        size = rng.choice((1e-9, 1.0, 1.0, 2.0, rng.random() + 1e-9, 1e9))
        now += rng.choice((0, 1, 2, 250_000_000, 10**9, -(10**9), 60 * 10**9))
        tick = (price, size, now)
        assert native.should_process(*tick) == plain.should_process(*tick)
        assert native.last_reason == plain.last_reason
        assert native.threshold == plain.threshold
    assert native.by_reason == plain.by_reason
    assert (native.seen, native.skipped) == (plain.seen, plain.skipped)
    assert native.skip_ratio == plain.skip_ratio
