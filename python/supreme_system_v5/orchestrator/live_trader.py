"""What a feed tells becomes what the engine knows. Plain calls: nothing here waits.

Trades go the way of a backtest, in columns; what a feed says of itself becomes an event, and so
does time that passes without a trade. So a replay of the same events decides the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from supreme_system_v5.domain import (
    Event,
    ExchangeFlow,
    FeedState,
    Flatten,
    Headline,
    IntervalChange,
    Origin,
    Rearm,
    SourcesAsked,
    Timer,
    Transfer,
    View,
    Watermark,
)
from supreme_system_v5.domain.live import (
    Candle,
    FeedCandle,
    FeedChange,
    FeedEvent,
    FeedTrade,
    FeedTrades,
)
from supreme_system_v5.market_data import BarChunk, TradeChunk
from supreme_system_v5.orchestrator.bar_audit import BarAudit
from supreme_system_v5.orchestrator.session import Session

__all__ = ["GRACE_NS", "LiveTrader", "together"]

GRACE_NS = 2_000_000_000
"""In silence a minute ends so long after its end."""
_MINUTE_NS = 60_000_000_000
_LEAST, _MOST = 1e-8, 9e7
"""What the market takes as a price or a size."""
_OFF_GRID = 1e-6
_LAST_NS = 4_102_444_800_000_000_000


class LiveTrader:
    """One account that trades on a live feed.

    Args:
        session: A fresh one.
        origin: Who it is about.

    Attributes:
        session: The same.
        audit: Compares closed minutes with the exchange's own.
        bad: Trades that the market refused.
        last_trade_ns: Time of the last one by the exchange; None before.
        last_receive_ns: When it was received; None before.
    """

    def __init__(self, session: Session, origin: Origin) -> None:
        self.session = session
        self.audit = BarAudit(session.market)
        self.bad = 0
        self.last_trade_ns: int | None = None
        self.last_receive_ns: int | None = None
        self._origin = origin
        self._ended_ns = 0

    def warm_up(self, candles: Sequence[Candle]) -> None:
        """Learn from closed minutes of the past, oldest first; silent ones may be missing."""
        told = [candle for candle in candles if candle.volume > 0.0]
        if told:
            self.session.warm_up(_bars_of(told))

    def take(self, event: FeedEvent, now_ns: int) -> None:
        """Take what a feed tells.

        Args:
            event: What.
            now_ns: When, by our clock.
        """
        match event:
            case FeedTrades():
                self._trade(event)
            case FeedCandle():
                self.audit.told(event.candle)
            case FeedChange():
                self.condition("trades", fresh=event.fresh, reason=event.reason, now_ns=now_ns)
            case _:
                pass  # a gap is in the feed's own counts; a quote decides nothing

    def silence(self, settled_ns: int, now_ns: int) -> None:
        """Let the last minute end, once nothing of it can come any more.

        Args:
            settled_ns: Everything that happened before was told.
            now_ns: The time, by our clock.
        """
        end_ns = settled_ns // _MINUTE_NS * _MINUTE_NS
        if self.last_trade_ns is None or end_ns <= max(self._ended_ns, self.last_trade_ns):
            return
        self._ended_ns = end_ns
        at_ns = end_ns + GRACE_NS
        seq = self.session.engine.seq + 1
        self._tell(Watermark(origin=self._origin, seq=seq, event_ns=at_ns, receive_ns=now_ns))

    def condition(self, name: str, *, fresh: bool, reason: str, now_ns: int) -> None:
        """Say that something is in order, or not: a feed, ``clock``, ``resources``, ``owner``."""
        seq = self.session.engine.seq + 1
        event = FeedState(
            origin=self._origin,
            seq=seq,
            event_ns=now_ns,
            receive_ns=now_ns,
            feed=name,
            fresh=fresh,
            reason=reason,
        )
        self._tell(event)

    def hear(self, item: Headline | Transfer | ExchangeFlow | SourcesAsked) -> None:
        """Take news of the world."""
        self._tell(item)

    def timer(self, name: str, now_ns: int) -> None:
        """Say that a time has come."""
        seq = self.session.engine.seq + 1
        origin = self._origin
        self._tell(Timer(origin=origin, seq=seq, event_ns=now_ns, receive_ns=now_ns, name=name))

    def interval(self, domain: str, interval_ns: int, reason: str, now_ns: int) -> None:
        """Say that something is looked at more or less often."""
        event = IntervalChange(
            origin=self._origin,
            seq=self.session.engine.seq + 1,
            event_ns=now_ns,
            receive_ns=now_ns,
            domain=domain,
            interval_ns=interval_ns,
            reason=reason,
        )
        self._tell(event)

    def rearm(self, now_ns: int) -> None:
        """Let limits count from what the account is worth now."""
        seq = self.session.engine.seq + 1
        self._tell(Rearm(origin=self._origin, seq=seq, event_ns=now_ns, receive_ns=now_ns))

    def flatten(self, now_ns: int) -> None:
        """Close what is open."""
        seq = self.session.engine.seq + 1
        self._tell(Flatten(origin=self._origin, seq=seq, event_ns=now_ns, receive_ns=now_ns))

    def view(self, domain: str) -> View | None:
        """Return a judgement as it is now; None where nobody judges that."""
        return self.session.engine.view(domain)

    @property
    def price(self) -> float | None:
        """The last price; None before the first."""
        return self.session.market.read("price", "tick")

    def _trade(self, event: FeedTrades) -> None:
        trades = [trade for trade in event.trades if self._is_sound(trade)]
        self.bad += len(event.trades) - len(trades)
        if not trades:
            return
        self.session.feed(_columns_of(trades))
        self.last_trade_ns = max(self.last_trade_ns or 0, trades[-1].time_ns)
        self.last_receive_ns = event.receive_ns
        self.audit.closed()

    def _is_sound(self, trade: FeedTrade) -> bool:
        """Return whether the market takes it: a batch is refused in its middle, or not at all."""
        grid = self.session.market.config.instrument
        if not (_LEAST <= trade.price <= _MOST and _LEAST <= trade.size <= _MOST):
            return False
        if not 0 < trade.time_ns < _LAST_NS or trade.side not in (-1, 0, 1):
            return False
        if grid is None:
            return True
        pairs = ((trade.price, grid.price_decimals), (trade.size, grid.size_decimals))
        return all(
            abs(units - round(units)) <= _OFF_GRID and round(units) > 0
            for units in (value * 10**decimals for value, decimals in pairs)
        )

    def _tell(self, event: Event) -> None:
        self.session.tell(event)
        if isinstance(event, Watermark):
            self.audit.closed()


def together(events: Iterable[FeedEvent]) -> list[FeedEvent]:
    """Return the same events with trades that follow each other as one: cheaper, and no other.

    `receive_ns` is that of the last.
    """
    found: list[FeedEvent] = []
    waiting: list[FeedTrades] = []
    for event in (*events, None):
        if isinstance(event, FeedTrades):
            waiting.append(event)
            continue
        if len(waiting) > 1:
            trades = tuple(trade for each in waiting for trade in each.trades)
            found.append(FeedTrades(trades=trades, receive_ns=waiting[-1].receive_ns))
        else:
            found += waiting
        waiting = []
        if event is not None:
            found.append(event)
    return found


def _columns_of(trades: Sequence[FeedTrade]) -> TradeChunk:
    return TradeChunk(
        prices=array("d", [trade.price for trade in trades]),
        sizes=array("d", [trade.size for trade in trades]),
        timestamps_ns=array("q", [trade.time_ns for trade in trades]),
        sides=array("b", [trade.side for trade in trades]),
    )


def _bars_of(candles: Sequence[Candle]) -> BarChunk:
    return BarChunk(
        opens=array("d", [candle.open for candle in candles]),
        highs=array("d", [candle.high for candle in candles]),
        lows=array("d", [candle.low for candle in candles]),
        closes=array("d", [candle.close for candle in candles]),
        volumes=array("d", [candle.volume for candle in candles]),
        timestamps_ns=array("q", [candle.open_ns for candle in candles]),
    )
