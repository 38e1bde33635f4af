"""Protocols at every boundary: what a room needs from the outside, never who provides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from typing import Self

    from typing_extensions import Buffer

    from supreme_system_v5.domain.feeds import Item, SourceHealth
    from supreme_system_v5.domain.live import (
        Candle,
        ClockReading,
        FeedEvent,
        FeedHealth,
        MarketRules,
    )
    from supreme_system_v5.domain.status import Alert, LiveStatus

    Column = Buffer | Sequence[float]
    Integers = Buffer | Sequence[int]

    from supreme_system_v5.domain import (
        AnalyzerConfig,
        AnalyzerSnapshot,
        Bar,
        ExchangeFlow,
        GateCounters,
        Headline,
        Proposal,
        Report,
        SourcesAsked,
        Timeframe,
        TimeframeView,
        Transfer,
        View,
    )

__all__ = [
    "ApiKey",
    "BarSource",
    "Clock",
    "Controls",
    "Ledger",
    "MarketFeed",
    "NewsView",
    "Notifier",
    "PaperExchange",
    "SignalSource",
    "Sleep",
    "Source",
    "TickAnalyzer",
    "WhaleView",
]


@runtime_checkable
class Clock(Protocol):
    """Reads time. Real: `supreme_system_v5.clock.SystemClock`."""

    def time_ns(self) -> int:
        """Return wall-clock time in nanoseconds UTC since 1970."""
        ...

    def monotonic_ns(self) -> int:
        """Return a time in nanoseconds that never goes backward."""
        ...


class Sleep(Protocol):
    """Lets time pass. Real: `supreme_system_v5.clock.sleep_ns`."""

    async def __call__(self, duration_ns: int, /) -> None:
        """Return after a duration, at least 0; 0 lets others run."""
        ...


class ApiKey(Protocol):
    """A key that shows itself only when asked. Real: `supreme_system_v5.settings.Secret`."""

    def reveal(self) -> str:
        """Return the key itself, for the one call that sends it."""
        ...


@runtime_checkable
class Source(Protocol):
    """News, transfers or series from outside. Real ones: `supreme_system_v5.news_sources`."""

    @property
    def name(self) -> str:
        """Which one."""
        ...

    @property
    def fresh_ns(self) -> int:
        """How long after a success it counts as fresh, if it is asked all the time."""
        ...

    async def poll(self) -> tuple[Item, ...]:
        """Return what is new since the last time, each once; raise SourceError if it failed."""
        ...

    def health(self) -> SourceHealth:
        """Return how it is."""
        ...


@runtime_checkable
class MarketFeed(Protocol):
    """One market of one exchange, live. Real ones: `supreme_system_v5.exchanges`.

    Entered with ``async with``, it connects and stays connected, whatever happens; left, it is
    closed within 2 seconds.
    """

    @property
    def name(self) -> str:
        """Which exchange."""
        ...

    async def __aenter__(self) -> Self:
        """Begin to connect; it does not wait for the first data."""
        ...

    async def __aexit__(self, *exc: object) -> None:
        """Close all connections."""
        ...

    async def rules(self) -> MarketRules:
        """Return what the exchange says of the market; raise SourceError if it does not."""
        ...

    async def clock(self) -> ClockReading:
        """Return its clock beside ours; raise SourceError if it cannot be asked."""
        ...

    async def candles(self, start_ns: int, end_ns: int) -> tuple[Candle, ...]:
        """Return the closed minutes that begin in ``[start_ns, end_ns)``, oldest first."""
        ...

    async def receive(self) -> tuple[FeedEvent, ...]:
        """Return what was told since the last time, in order; wait until there is something.

        Trades are told once each and in order. Where some were missed, those after them wait until
        the missing ones were read, or until it is certain that they cannot be.
        """
        ...

    @property
    def unsettled_ns(self) -> int | None:
        """Begin of the earliest minute of which trades may still be told; None for none.

        Who lets time pass without a trade must not go past the end of that minute.
        """
        ...

    def health(self) -> FeedHealth:
        """Return how it is."""
        ...


class Controls(Protocol):
    """What its owner may ask of a running system."""

    def status(self) -> LiveStatus:
        """Return how it is now."""
        ...

    def pause(self) -> None:
        """Enter nothing more; what is open stays protected."""
        ...

    def resume(self) -> None:
        """Enter again; where protections halted, they count from now on."""
        ...

    def flatten(self) -> None:
        """Pause, cancel what rests, and close what is open at the market."""
        ...

    def stop(self) -> None:
        """End in order; it returns at once."""
        ...


class Notifier(Protocol):
    """Tells the owner. Real ones: `supreme_system_v5.control`."""

    def notify(self, alert: Alert, /) -> None:
        """Take a message; it is sent later, and never waited for."""
        ...


class TickAnalyzer(Protocol):
    """Ticks in, wake-up flags out; native and reference implementations fulfil it bit for bit.

    The semantics are those of ``docs/definitions.md``.
    """

    @property
    def config(self) -> AnalyzerConfig:
        """The parameters it was built with."""
        ...

    def update(
        self, price: float | str, size: float | str, timestamp_ns: int, side: int = 0
    ) -> int:
        """Take one trade and answer the flags it raised, 0 for none."""
        ...

    def watermark(self, timestamp_ns: int, /) -> int:
        """Let time pass without a trade and answer the flags raised."""
        ...

    def elapse(self, timestamp_ns: int, *, signals: SignalSource | None = None) -> int:
        """Let time pass up to the first instant that raises a flag; 0 when all of it passed."""
        ...

    def advance(
        self,
        prices: Column,
        sizes: Column,
        timestamps_ns: Integers,
        sides: Integers | None = None,
        start: int = 0,
        *,
        signals: SignalSource | None = None,
        exchange: PaperExchange | None = None,
    ) -> tuple[int, int]:
        """Take trades until one raises a flag; answer the next index and the flags."""
        ...

    def advance_bars(
        self,
        opens: Column,
        highs: Column,
        lows: Column,
        closes: Column,
        volumes: Column,
        timestamps_ns: Integers,
        start: int = 0,
        *,
        signals: SignalSource | None = None,
        exchange: PaperExchange | None = None,
    ) -> tuple[int, int]:
        """Take whole 1-minute bars until one raises a flag; answer the next index and the flags."""
        ...

    @property
    def now_ns(self) -> int:
        """When what was answered last became known; 0 before the first event."""
        ...

    def read(self, name: str, timeframe: Timeframe | str = "1m", /) -> float | None:
        """Return one number of a timeframe, the cheapest way to it; None before it is there."""
        ...

    def recent(
        self, name: str, count: int, timeframe: Timeframe | str = "1m", /
    ) -> Sequence[float]:
        """Return up to `count` of the last values of one number, oldest first."""
        ...

    def arm(
        self,
        *,
        stop_below: float | None = None,
        stop_above: float | None = None,
        limit_below: float | None = None,
        limit_above: float | None = None,
        wake_at_ns: int | None = None,
    ) -> None:
        """Replace the armed levels and the timer."""
        ...

    def snapshot(self) -> AnalyzerSnapshot:
        """Return everything known at this instant."""
        ...

    def timeframe(self, timeframe: Timeframe | str, /) -> TimeframeView:
        """Return one timeframe, cheaper than the whole snapshot."""
        ...

    def gate(self) -> GateCounters:
        """Return the counters of the event gate."""
        ...

    def reset(self) -> None:
        """Forget everything but the configuration."""
        ...


class BarSource(Protocol):
    """Trades in, closed bars out."""

    @property
    def late(self) -> int:
        """Number of trades refused as late."""
        ...

    def update(
        self, price: float | str, size: float | str, timestamp_ns: int, side: int = 0
    ) -> Sequence[Bar]:
        """Take one trade and return the bars it closed, in time order, short before long."""
        ...

    def watermark(self, timestamp_ns: int, /) -> Sequence[Bar]:
        """Let time pass without a trade and return the bars that closed."""
        ...

    def forming(self, timeframe: Timeframe, /) -> Bar | None:
        """Return the open bar, or None before the first trade."""
        ...


class SignalSource(Protocol):
    """A built-in signal, asked by the analyzer at closed bars."""

    @property
    def name(self) -> str:
        """Which one."""
        ...

    def hold(self, side: int, /) -> None:
        """Tell which position there is: 1 long, -1 short, 0 none; `held` begins anew."""
        ...

    def busy(self, under_way: bool, /) -> None:  # noqa: FBT001 - the one thing it tells
        """Tell whether an order to enter or to leave is under way; meanwhile nothing is asked."""
        ...

    def reset(self) -> None:
        """Forget all bars; the parameters stay, and what it was told of the position."""
        ...

    def take(self) -> Proposal | None:
        """Return what the last answer with `Flag.SIGNAL` proposed, once."""
        ...


class Ledger(Protocol):
    """Money and position in integers, from fills alone: ``docs/trading.md``, "The ledger"."""

    @property
    def initial_cash(self) -> int:
        """Money at the start."""
        ...

    @property
    def cash(self) -> int:
        """Money."""
        ...

    @property
    def position(self) -> int:
        """A holding; below 0 short."""
        ...

    @property
    def cost(self) -> int:
        """Money, with the position's sign."""
        ...

    @property
    def gross(self) -> int:
        """Money."""
        ...

    @property
    def fees(self) -> int:
        """Money."""
        ...

    @property
    def spread(self) -> int:
        """Money."""
        ...

    @property
    def slippage(self) -> int:
        """Money."""
        ...

    @property
    def funding(self) -> int:
        """Money paid."""
        ...

    @property
    def turnover(self) -> int:
        """Money: the value of all fills."""
        ...

    @property
    def whole(self) -> int:
        """The whole lots in the position, in size units, with its sign; 0 with dust at most."""
        ...

    def apply(self, report: Report, /) -> None:
        """Take a fill or a funding; other reports change nothing."""
        ...

    def equity(self, price: int, /) -> int:
        """Return cash and position at a price in units, money."""
        ...

    def trapped(self, quantity: int, price: int, stop: int, /) -> bool:
        """Return whether a purchase could not be sold again: "The exit trap"; stop 0 for none."""
        ...


class PaperExchange(Protocol):
    """An exchange on paper: ``docs/trading.md``, "The paper exchange"."""

    @property
    def now_ns(self) -> int:
        """Latest trade time seen; 0 before the first."""
        ...

    @property
    def last_price(self) -> int:
        """Price of the last trade in units; 0 before the first."""
        ...

    @property
    def ledger(self) -> Ledger:
        """A copy of its account."""
        ...

    def submit(
        self,
        number: int,
        side: int,
        kind: int,
        quantity: int,
        sent_ns: int,
        *,
        price: int = 0,
        reduce_only: bool = False,
        stop: int = 0,
        target: int = 0,
        trail: int = 0,
    ) -> None:
        """Take an order that was sent at a time; what becomes of it comes as reports."""
        ...

    def cancel(self, number: int, sent_ns: int, /) -> bool:
        """Take a cancellation; False when there is no such order (any more)."""
        ...

    def close_out(self) -> None:
        """Cancel everything and close the position at the last price."""
        ...

    def take_reports(self) -> Sequence[Report]:
        """Return what was reported since it was asked last, in order."""
        ...

    def days(self) -> Sequence[tuple[int, int]]:
        """Return (time, equity) of every end of a UTC day."""
        ...

    def candles(self) -> Sequence[tuple[int, int, int, int, int, int]]:
        """Return (open time, open, high, low, close, equity) of at most 2 048 buckets."""
        ...

    def drawdown(self) -> tuple[float, int, int]:
        """Return the deepest fall as a fraction and as money, and the longest in nanoseconds."""
        ...

    @property
    def in_market_ns(self) -> int:
        """Time of all ended trips."""
        ...


class NewsView(Protocol):
    """Judges the market by headlines; it is told each one once, in the order of arrival."""

    def take(self, headline: Headline, /) -> object:
        """Take a headline; whatever it answers is not looked at."""
        ...

    def sources_asked(self, event: SourcesAsked, /) -> object:
        """Hear which sources answered and which did not; likewise."""
        ...

    def view(self, now_ns: int, /) -> View:
        """Return what the headlines come to at a time, nanoseconds UTC."""
        ...


class WhaleView(Protocol):
    """Judges the market by large transfers, likewise. One: `news_whale.MoneyFlowAggregator`."""

    def take(self, item: Transfer | ExchangeFlow, /) -> object:
        """Take a transfer or a provider's word; whatever it answers is not looked at."""
        ...

    def sources_asked(self, event: SourcesAsked, /) -> object:
        """Hear which sources answered and which did not; likewise."""
        ...

    def view(self, now_ns: int, /) -> View:
        """Return what the transfers come to at a time, nanoseconds UTC."""
        ...
