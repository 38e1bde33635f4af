from __future__ import annotations

from array import array
from random import Random
from typing import TYPE_CHECKING, Any

import peers
from formulas import ema
from peers import Batch, Peer, Streaming, installed, wrong_values
from supreme_system_v5.reference import UltraOptimizedEMA

if TYPE_CHECKING:
    import pytest

PRICES = [60_000.0 + 100.0 * Random(5).random() for _ in range(500)]
PRICES += [60_000.0 + x for x in (1.0, -2.0, 3.0)]


def made(step: float = 0.0) -> Any:  # noqa: ANN401 - as loose as the libraries
    average = UltraOptimizedEMA(20)
    return lambda price: (average.update(price) or 0.0) + step


def test_a_peer_that_follows_its_formula_may_be_timed() -> None:
    peer = Peer(
        "good",
        {"ema": Streaming(made, ema)},
        {"ema": Batch(lambda a: UltraOptimizedEMA(20).batch(a), ema)},
    )
    assert wrong_values(peer, PRICES, array("d", PRICES)) == []


def test_a_peer_that_does_nothing_is_found_out() -> None:
    peer = Peer(
        "idle",
        {"ema": Streaming(lambda: lambda _price: 0.0, ema)},
        {"ema": Batch(lambda a: a, ema)},
    )
    first, second = wrong_values(peer, PRICES, array("d", PRICES))
    assert first.startswith("idle: ema is (0.0,), by the formula (60")
    assert second.startswith("idle: ema batch is (60003.0,)")


def test_a_peer_with_another_value_is_found_out() -> None:
    peer = Peer("off", {"ema": Streaming(lambda: made(1.0), ema)})
    assert len(wrong_values(peer, PRICES, array("d", PRICES))) == 1


def test_libraries_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Peer:
        raise ModuleNotFoundError("No module named 'absent'")

    def there() -> Peer:
        return Peer("there")

    monkeypatch.setattr(peers, "LIBRARIES", {"absent": (absent,), "there": (there,)})
    assert installed() == ({"there": [Peer("there")]}, ["absent"])
