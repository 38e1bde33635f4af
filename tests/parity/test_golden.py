"""A long run has one result, on every machine, today and tomorrow.

Another hash means that some number somewhere came out differently: that is a change of the
definitions, and belongs into the changelog, or a mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest

from supreme_system_v5 import optimized, reference
from supreme_system_v5.domain import AnalyzerConfig, Flag, Instrument
from tests.support.bits import everything
from tests.support.market import Analyzer, long_run

CONFIG = AnalyzerConfig(instrument=Instrument(symbol="BTC-USDT", price_decimals=2, size_decimals=5))
TICKS = 250_000
GOLDEN = "600e5e8e66bf442515e90b46ed816b75d970646ed27bf864abee4cc9f0234597"
SHORT_TICKS = 20_000
SHORT_GOLDEN = "5d9f1042626d800701547f537f5438b3341920ce316735c386386213a0fa7530"


def digest(analyzer: Analyzer, ticks: int) -> str:
    """Return the hash of every answer on the way and of everything at the end."""
    answers = bytearray()
    for call in long_run(ticks):
        answer = call.on(analyzer)
        if isinstance(answer, int):
            answers.append(answer)
    seen = {flag for flag in Flag if any(flag & answer for answer in answers)}
    assert seen == set(CONFIG.wake_on), "the run leaves something out"
    return sha256(answers + repr(everything(analyzer)).encode()).hexdigest()


def test_a_long_run() -> None:
    assert digest(optimized.OptimizedTechnicalAnalyzer(CONFIG), TICKS) == GOLDEN


@pytest.mark.parametrize(
    "make", [optimized.OptimizedTechnicalAnalyzer, reference.OptimizedTechnicalAnalyzer]
)
def test_its_beginning_native_and_plain(make: Callable[[AnalyzerConfig], Analyzer]) -> None:
    assert digest(make(CONFIG), SHORT_TICKS) == SHORT_GOLDEN
