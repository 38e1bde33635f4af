"""What a finished run hands over: plain values, from which metrics, report and page are made.

Everything here has a bounded size, however long the run was: what grows with the data is either
counted as it goes (`TradeTally`), thinned (`Candle`), kept for the newest only (`ClosedTrade`), or
has one entry a day. Money is in the quote currency and exact; times are nanoseconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from typing import Literal

from supreme_system_v5.domain import GateCounters
from supreme_system_v5.evidence.bootstrap import DaySums
from supreme_system_v5.market_data import DataKind

__all__ = [
    "CANDLES_KEPT",
    "TRADES_KEPT",
    "Candle",
    "ClosedTrade",
    "CostTotals",
    "Costs",
    "Drawdown",
    "Funnel",
    "Labels",
    "Quality",
    "RunResult",
    "Side",
    "TradeTally",
]

Side = Literal["long", "short"]
"""Which way a position bets."""

CANDLES_KEPT = 2_048
"""Most candles in a result: more than a screen has columns for, few enough to draw."""

TRADES_KEPT = 2_000
"""Most closed trades in a result, the newest ones; the tally counts all of them."""

_BPS = 10_000.0
_EXACT = Context(prec=100)  # more digits than any sum or product here has, whoever calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a run was made of.

    Attributes:
        source: The files, or the synthetic market.
        data_kind: What kind of data that is.
        implementation: ``"rust"`` or ``"python"``.
        gated: Whether the event gate decided who is woken.
        symbol: The market, by the settings: ``BASE-QUOTE``.
        seed: Of the synthetic market; None with files.
        strategy: Name of the strategy.
    """

    source: str
    data_kind: DataKind
    implementation: str
    gated: bool
    symbol: str
    seed: int | None
    strategy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTrade:
    """One position, from flat to flat; `gross` - all costs = `net`, to the last digit.

    Attributes:
        number: Counted from 1, in order of the exits.
        side: ``"long"`` or ``"short"``.
        entry_ns: Time of the first fill.
        exit_ns: Time of the last fill, not below `entry_ns`.
        quantity: Base currency, above 0.
        entry_price: Average price that the market showed at the entry, before spread and slippage.
        exit_price: The same at the exit.
        gross: Gain at those two prices.
        fees: Paid to the exchange, 0 or more.
        spread: Lost to the spread, 0 or more.
        slippage: Lost to slippage, 0 or more.
        funding: Paid; negative when received.
        net: What the account gained.
        entry_reason: Why it was opened.
        exit_reason: Why it was closed.
        confidence: How sure the judgements were, 0 to 1; None where nobody was asked.
    """

    number: int
    side: Side
    entry_ns: int
    exit_ns: int
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    gross: Decimal
    fees: Decimal
    spread: Decimal
    slippage: Decimal
    funding: Decimal
    net: Decimal
    entry_reason: str
    exit_reason: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTotals:
    """What a run paid, by kind.

    Attributes:
        fees: Paid to the exchange, 0 or more.
        spread: Lost to the spread, 0 or more.
        slippage: Lost to slippage, 0 or more.
        funding: Paid; negative when received.
    """

    fees: Decimal
    spread: Decimal
    slippage: Decimal
    funding: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What the run was charged, per fill, in basis points of its value (1 bp = 0.01 %).

    Attributes:
        name: The venue, for example ``"okx-spot"``, and whether options changed it.
        taker_bps: Fee of an order that takes liquidity.
        maker_bps: Fee of an order that waited in the book; negative for a rebate.
        spread_bps: The spread; a taker pays half of it.
        slippage_bps: How much worse than the quoted price a market order fills.
        stop_slippage_bps: The same for a stop.
        funding_bps: Paid by a long position at each funding time, of its value.
        latency_ms: From decision to fill, milliseconds.
    """

    name: str
    taker_bps: Decimal
    maker_bps: Decimal
    spread_bps: Decimal
    slippage_bps: Decimal
    stop_slippage_bps: Decimal
    funding_bps: Decimal
    latency_ms: Decimal


@dataclass(slots=True, kw_only=True)
class TradeTally:
    """Counts closed trades by their net result, in constant memory. Exactly 0 is neither.

    Attributes:
        trades: Closed trades.
        wins: Those that gained.
        losses: Those that lost.
        gained: Sum of the gains.
        lost: Sum of the losses, 0 or more.
        squares: Sum of the squared net results, quote currency squared.
        best: Largest net result; None without trades.
        worst: Smallest net result; None without trades.
        winning_streak: Most wins in a row.
        losing_streak: Most losses in a row; a trade of exactly 0 ends either kind.
        held_ns: Sum of the holding times.
        signed_value_ns: Sum of value at the entry price times holding time, shorts negative:
            quote currency times nanoseconds. Divided by the length of the run it is the mean
            position.
        days: Net results relative to the value at the entry, by the day of the exit.
    """

    trades: int = 0
    wins: int = 0
    losses: int = 0
    gained: Decimal = Decimal(0)
    lost: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    best: Decimal | None = None
    worst: Decimal | None = None
    winning_streak: int = 0
    losing_streak: int = 0
    held_ns: int = 0
    signed_value_ns: Decimal = Decimal(0)
    days: DaySums = field(default_factory=DaySums)
    _wins_now: int = field(default=0, init=False, repr=False)
    _losses_now: int = field(default=0, init=False, repr=False)

    def add(self, trade: ClosedTrade) -> None:
        """Count one closed trade."""
        value = _EXACT.multiply(trade.quantity, trade.entry_price)
        held_ns = trade.exit_ns - trade.entry_ns
        self.count(
            trade.net, held_ns=held_ns, value=value if trade.side == "long" else value.copy_negate()
        )
        self.days.add(trade.exit_ns, float(trade.net) / float(value) * _BPS)

    def count(self, net: Decimal, *, held_ns: int, value: Decimal) -> None:
        """Count one more by what it brought; its value at the entry is below 0 of a short.

        `days` is not told: whoever counts has the integers, which are quicker to divide.
        """
        self.trades += 1
        self.held_ns += held_ns
        self.signed_value_ns = _EXACT.fma(value, held_ns, self.signed_value_ns)
        self.squares = _EXACT.fma(net, net, self.squares)
        if self.best is None or net > self.best:
            self.best = net
        if self.worst is None or net < self.worst:
            self.worst = net
        if net > 0:
            self.gained = _EXACT.add(self.gained, net)
            self.wins += 1
            self._wins_now += 1
            self._losses_now = 0
            if self._wins_now > self.winning_streak:  # noqa: PLR1730 - a call for each trade costs
                self.winning_streak = self._wins_now
        elif net < 0:
            self.lost = _EXACT.subtract(self.lost, net)
            self.losses += 1
            self._losses_now += 1
            self._wins_now = 0
            if self._losses_now > self.losing_streak:  # noqa: PLR1730 - same
                self.losing_streak = self._losses_now
        else:
            self._wins_now = self._losses_now = 0

    @property
    def net(self) -> Decimal:
        """Sum of the net results."""
        with localcontext(_EXACT):
            return self.gained - self.lost

    @property
    def win_rate(self) -> float | None:
        """Wins / trades, 0 to 1; None without trades."""
        return self.wins / self.trades if self.trades else None

    @property
    def profit_factor(self) -> float | None:
        """Sum of gains / sum of losses, 0 or more; None without losses."""
        return float(self.gained / self.lost) if self.lost else None

    @property
    def expectancy(self) -> Decimal | None:
        """Mean net result of a trade, quote currency; None without trades."""
        return self.net / self.trades if self.trades else None

    @property
    def average_held_ns(self) -> int | None:
        """Mean holding time, rounded down; None without trades."""
        return self.held_ns // self.trades if self.trades else None

    @property
    def sqn(self) -> float | None:
        """System quality number: sqrt(n) * mean(net) / sample standard deviation(net).

        The t-statistic of the mean trade (Van Tharp, "Trade Your Way to Financial Freedom"; he
        caps n at 100, we do not). With S the sum, Q the sum of squares: S * sqrt(n - 1) /
        sqrt(n * Q - S^2), and what is under the root is exact, so equal trades are seen as such.
        None below two trades, or when all are equal.
        """
        with localcontext(_EXACT):
            spread = self.trades * self.squares - self.net * self.net
            if self.trades < 2 or not spread:  # noqa: PLR2004 - a deviation takes two
                return None
            return float(self.net * Decimal(self.trades - 1).sqrt() / spread.sqrt())


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """Prices and equity over one stretch of the run; all stretches of a run are equally wide.

    Attributes:
        open_ns: Where the stretch begins.
        open: First price in it.
        high: Highest price.
        low: Lowest price.
        close: Last price.
        equity: Quote currency, at its end.
    """

    open_ns: int
    open: float
    high: float
    low: float
    close: float
    equity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """How far the equity fell below its highest value so far, at closed minutes.

    Attributes:
        fraction: Deepest fall as a fraction of the peak before it, 0 or more.
        quote: Deepest fall in quote currency, 0 or more; maybe not the same fall.
        longest_ns: Longest time from a peak until it was reached again, or until the end.
    """

    fraction: float
    quote: Decimal
    longest_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """How many of the ticks became trades, and where the others were lost.

    Attributes:
        ticks: Trades of the market handed to the analyzer.
        significant: Those that the event gate let pass.
        bars: Closed bars at which the strategy was asked.
        signals: What it asked for.
        approved: Signals that became orders.
        filled: Orders that filled.
        refusals: Why signals did not become fills: reason and count.
    """

    ticks: int
    significant: int
    bars: int
    signals: int
    approved: int
    filled: int
    refusals: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was wrong with the data.

    Attributes:
        bad_rows: Malformed rows that were skipped.
        late: Trades or bars that came too late to count.
        backward: Rows whose time is below that of the row before in their file.
        duplicates: Rows dropped because they were there before.
        gaps: Silences longer than 60 seconds between two trades.
        longest_gap_ns: The longest of them, 0 if there was none.
        restarts: How often the analyzer was restarted, because the data jump.
    """

    bad_rows: int
    late: int
    backward: int
    duplicates: int
    gaps: int
    longest_gap_ns: int
    restarts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """Everything that one run says, with nothing open.

    `gross` - `costs` (all four) = `final_equity` - `initial_cash`, to the last digit.

    Attributes:
        labels: What the run was made of.
        start_ns: Time of the first trade of the market.
        end_ns: Latest time seen, not below `start_ns`.
        bars_1m: Closed 1-minute bars, silent ones and a first partial one included.
        initial_cash: Above 0.
        final_equity: Cash, and dust at the last price; nothing else is open.
        gross: Gain at the prices that the market showed.
        costs: What was paid.
        charged: What the costs were made of.
        turnover: Sum of the values of all fills at the prices that the market showed, 0 or more.
        daily: End of each UTC day and the equity there, in order of time; the last may be the
            unfinished last day, at the end of the run.
        candles: At most `CANDLES_KEPT`, in order of time.
        trades: The newest closed trades, at most `TRADES_KEPT`, in order of their exits.
        tally: All closed trades, counted.
        drawdown: Of the equity at closed minutes.
        in_market_ns: Time with an open position.
        first_price: Of the first trade of the market.
        last_price: Of the last one that was not late.
        funnel: From ticks to fills.
        gate: The event gate's counters over all restarts.
        quality: What was wrong with the data.
        strategy_errors: What the strategy raised; it is not asked again after the first.
        newest_refusals: The newest signals that were refused: when, why, what was allowed.
        notes: What a reader must know besides, in sentences.
    """

    labels: Labels
    start_ns: int
    end_ns: int
    bars_1m: int
    initial_cash: Decimal
    final_equity: Decimal
    gross: Decimal
    costs: CostTotals
    charged: Costs
    turnover: Decimal
    daily: tuple[tuple[int, Decimal], ...]
    candles: tuple[Candle, ...]
    trades: tuple[ClosedTrade, ...]
    tally: TradeTally
    drawdown: Drawdown
    in_market_ns: int
    first_price: Decimal
    last_price: Decimal
    funnel: Funnel
    gate: GateCounters
    quality: Quality
    strategy_errors: tuple[str, ...]
    newest_refusals: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def net(self) -> Decimal:
        """What the account gained: final equity - initial cash."""
        with localcontext(_EXACT):
            return self.final_equity - self.initial_cash
