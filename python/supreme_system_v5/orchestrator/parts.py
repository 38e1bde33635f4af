"""What a live run is made of, and how often what is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from supreme_system_v5.domain import ExchangeFlow, Headline, Origin, SourcesAsked, Transfer
from supreme_system_v5.domain.feeds import SourceHealth
from supreme_system_v5.domain.status import Alert, MachineUse
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.orchestrator.session import Session
from supreme_system_v5.orchestrator.warm_up import AskHistory
from supreme_system_v5.ports import Clock, MarketFeed, Sleep

__all__ = ["Intervals", "LiveParts", "Observer", "RunLabels", "Worldly"]

_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLabels:
    """What a run is called.

    Attributes:
        version: Of the package.
        mode: ``"paper"``.
        data_source: Where prices come from.
        strategy: Which, with its parameters.
    """

    version: str
    mode: str
    data_source: str
    strategy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """How often what is done, and how much history comes first.

    Attributes:
        technical_ns: The vote of the minutes; also at once when a trade wakes it.
        patterns_ns: Candlestick patterns.
        mtf_ns: The consensus of the timeframes.
        news_ns: Asking sources of news.
        whales_ns: Asking sources of transfers and flows.
        upkeep_ns: Risk and orders: ends of silent minutes, orders of unknown state, alerts.
        resources_ns: Looking at the machine.
        clock_ns: Comparing our clock with the exchange's.
        warmup_minutes: History.
        start_within_ns: For the first trade.
        jitter_ns: The world is asked up to so much later, so that many machines do not ask at once.
        clock_ahead_most_ns: A clock that differs by more refuses entries.
    """

    technical_ns: int = 30 * _SECOND_NS
    patterns_ns: int = 60 * _SECOND_NS
    mtf_ns: int = 120 * _SECOND_NS
    news_ns: int = 600 * _SECOND_NS
    whales_ns: int = 600 * _SECOND_NS
    upkeep_ns: int = _SECOND_NS // 2
    resources_ns: int = 5 * _SECOND_NS
    clock_ns: int = 600 * _SECOND_NS
    warmup_minutes: int = 12_000
    start_within_ns: int = 30 * _SECOND_NS
    jitter_ns: int = 30 * _SECOND_NS
    clock_ahead_most_ns: int = 2 * _SECOND_NS


class Observer:
    """Is told how long things took and what happened; this one does not care."""

    def decided(self, after_ns: int) -> None:
        """Hear how long after their receipt trades were decided upon."""

    def worked(self, took_ns: int, trades: int) -> None:
        """Hear how long the market took for some trades."""

    def note(self, event: str, **details: object) -> None:
        """Hear of something for the log: a few words of a fixed set, and what is behind them."""

    def alert(self, alert: Alert) -> None:
        """Hear of something that the owner should know."""


Worldly = Headline | Transfer | ExchangeFlow | SourcesAsked
"""What is told of the world outside the market."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveParts:
    """Everything that an orchestrator owns.

    Attributes:
        origin: Who it is about.
        labels: What it is called.
        feed: The market.
        session: The account; fresh.
        activity: Told everything that engine and exchange say to each other.
        observer: Told of it.
        machine: Reads what the process uses, and says what gives way.
        news: Asks sources of news; None where nobody judges by them.
        whales: Asks sources of transfers and flows, likewise.
        clock: Tells the time.
        sleep: Waits.
        history: Returns closed minutes of the past; None: the feed does.
        chance: Spreads the times at which the world is asked.
        sources: Returns how those are who are asked about the world.
        held: Why nothing is entered at first, until its owner resumes; empty: nothing speaks
            against it.
    """

    origin: Origin
    labels: RunLabels
    feed: MarketFeed
    session: Session
    activity: Activity
    observer: Observer
    machine: Callable[[int], MachineUse]
    clock: Clock
    sleep: Sleep
    news: Callable[[], Awaitable[tuple[Worldly, ...]]] | None = None
    whales: Callable[[], Awaitable[tuple[Worldly, ...]]] | None = None
    history: AskHistory | None = None
    chance: Random | None = None
    sources: Callable[[], tuple[SourceHealth, ...]] = tuple
    held: str = ""
