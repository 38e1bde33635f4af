from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from supreme_system_v5.domain import VENUES, Flag
from supreme_system_v5.engine.strategy_host import StrategyHost
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer
from supreme_system_v5.simulation import Ledger
from supreme_system_v5.strategies import MarketView, Signal


def host_of(new_strategy: Callable[[], Any]) -> StrategyHost:
    ledger = Ledger(VENUES["okx-perp"].in_units(None), 10**12)
    return StrategyHost(new_strategy, MarketView(OptimizedTechnicalAnalyzer(), ledger, 1e8))


def test_it_says_what_wakes_it_and_answers_what_it_is_told() -> None:
    class Plain:
        wakes = Flag.BAR_5M
        warmup_bars = 7

        def decide(self, view: MarketView) -> Signal:
            return Signal.enter(str(view.flags))

    host = host_of(Plain)
    assert (host.wakes, host.warmup_bars, host.errors) == (int(Flag.BAR_5M), 7, [])
    answer = host.ask(4)
    assert isinstance(answer, Signal)
    assert answer.reason == "4"


def test_one_that_cannot_be_made_again_is_told_and_not_asked() -> None:
    made: list[int] = []

    class Once:
        def __init__(self) -> None:
            made.append(1)
            if len(made) > 1:
                raise LookupError("gone")

        def decide(self, view: MarketView) -> None:
            del view

    host = host_of(Once)
    host.restart()
    assert host.errors[0].startswith("LookupError: gone (")
    assert host.ask(2) is None
    host.restart()
    assert len(made) == 2


def test_an_error_that_has_no_words_is_told_without() -> None:
    class WordlessError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    class Rude:
        def decide(self, _: MarketView) -> None:
            raise WordlessError

    host = host_of(Rude)
    assert host.ask(2) is None
    assert host.errors[0].startswith("WordlessError: without words (")


def test_an_interrupt_is_nobodys_error() -> None:
    class Stops:
        def decide(self, _: MarketView) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        host_of(Stops).ask(2)


def test_it_must_ask_for_something_that_wakes() -> None:
    class Nosy:
        wakes = Flag.LATE

        def decide(self, view: MarketView) -> None:
            del view

    with pytest.raises(InvalidInputError, match="wakes of the strategy"):
        host_of(Nosy)
