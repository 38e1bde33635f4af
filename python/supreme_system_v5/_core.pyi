"""The native core. Import its names from `supreme_system_v5.optimized`.

The first line of each docstring is that of the class or method itself, where the rest stands:
arguments, errors, cost, source and an example.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, Protocol, Self, SupportsIndex, TypeAlias, TypeVar, final, overload

from typing_extensions import Buffer

from supreme_system_v5 import ports
from supreme_system_v5.domain import (
    AnalyzerConfig,
    AnalyzerSnapshot,
    Bands,
    Bar,
    GateCounters,
    Instrument,
    Macd,
    Proposal,
    Report,
    Seed,
    TickView,
    Timeframe,
    TimeframeView,
    VenueUnits,
)
from supreme_system_v5.ports import SignalSource

__all__ = [
    "AverageTrueRange",
    "BarBuilder",
    "BarDecoder",
    "BollingerBands",
    "CandlestickPatterns",
    "CircularBuffer",
    "Float64Array",
    "FlowWindows",
    "GapFinder",
    "HeadlineModel",
    "HeadlinePatterns",
    "Ledger",
    "OptimizedTechnicalAnalyzer",
    "PaperExchange",
    "RealisedVolatility",
    "RollingAverage",
    "RollingVWAP",
    "SessionVWAP",
    "Signals",
    "SimpleMovingAverage",
    "SmartEventProcessor",
    "TradeDecoder",
    "UltraOptimizedEMA",
    "UltraOptimizedMACD",
    "UltraOptimizedRSI",
]

class _Array(Protocol):
    """An array of numpy, which tells type checkers only from Python 3.12 on that it is a buffer."""

    def __array__(self) -> object: ...

# A one-dimensional buffer of float64, int64 or int8 is read in place; a list or tuple is copied.
_Numbers: TypeAlias = Buffer | _Array | Sequence[float]
_Integers: TypeAlias = Buffer | _Array | Sequence[int]

_Column: TypeAlias = memoryview[float]  # read-only, format 'd'
_Triple: TypeAlias = tuple[float, float, float]
_Columns: TypeAlias = tuple[_Column, _Column, _Column]

# A column of a table: numbers, or texts as (offsets, bytes).
_Cells: TypeAlias = Buffer | _Array | list[float] | list[int] | tuple[Buffer | Sequence[int], bytes]
# Bad rows, duplicates, late and backward rows, and the first faults: file, line, text.
_Told: TypeAlias = tuple[int, int, int, int, list[tuple[int, int, str]]]

_Lent = TypeVar("_Lent", bound=Buffer | _Array)  # writable

_Lengths: TypeAlias = Literal["1m", "5m", "15m", "1h"]

@final
class CircularBuffer:
    """Ring that keeps the newest `size` numbers."""

    def __new__(cls, size: int) -> Self: ...
    def append(self, x: float, /) -> None:
        """Add the newest number; the oldest leaves when `size` are held."""

    def latest(self, n: int = 1) -> list[float]:
        """Return the newest n numbers, oldest first: all when fewer are held, none when n <= 0."""

    def clear(self) -> None:
        """Forget all numbers."""

    @property
    def size(self) -> int:
        """Most numbers held."""

    def __len__(self) -> int: ...
    def __getitem__(self, key: SupportsIndex, /) -> float: ...
    def __iter__(self) -> Iterator[float]: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class RollingAverage:
    """Mean of the last n numbers, from the first one on."""

    def __new__(cls, n: int = 20) -> Self: ...
    def add(self, x: float, /) -> None:
        """Add a finite number; the oldest leaves when n are held."""

    def get_average(self) -> float:
        """Return the mean of the numbers held, 0.0 when there are none."""

    @property
    def n(self) -> int:
        """Most numbers held."""

    def reset(self) -> None:
        """Forget all numbers."""

    def __len__(self) -> int: ...
    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class UltraOptimizedEMA:
    """Exponential moving average of a price: ``v += α·(x - v)``, ``α = 2 / (period + 1)``."""  # noqa: RUF002 - the letter that the formula has everywhere

    def __new__(cls, period: int, seed: Seed = "first") -> Self: ...
    def update(self, price: float, /) -> float | None:
        """Take one price; return the average, or None before warm-up."""

    def batch(self, prices: _Numbers, /) -> _Column:
        """Run a fresh average of the same parameters over an array of prices."""

    @property
    def value(self) -> float | None:
        """The average after the last update, or None before warm-up."""

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value, counting the one that gives it."""

    @property
    def mature(self) -> bool:
        """True once as many inputs were seen as the periods ask for."""

    @property
    def period(self) -> int:
        """Number of prices."""

    @property
    def seed(self) -> Seed:
        """How it starts: "first" or "sma"."""

    def reset(self) -> None:
        """Forget all inputs; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class UltraOptimizedRSI:
    """Relative strength index of Wilder, 0 to 100; 50 when the price never moved."""

    def __new__(cls, period: int = 14) -> Self: ...
    def update(self, price: float, /) -> float | None:
        """Take one price; return the index, or None before warm-up."""

    def batch(self, prices: _Numbers, /) -> _Column:
        """Run a fresh index of the same period over an array of prices."""

    @property
    def value(self) -> float | None:
        """The index after the last update, or None before warm-up."""

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value, counting the one that gives it."""

    @property
    def mature(self) -> bool:
        """True once as many inputs were seen as the periods ask for."""

    @property
    def period(self) -> int:
        """Number of price changes."""

    def reset(self) -> None:
        """Forget all inputs; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class SimpleMovingAverage:
    """Simple moving average: the mean of the last `period` prices."""

    def __new__(cls, period: int = 20) -> Self: ...
    def update(self, price: float, /) -> float | None:
        """Take one price; return the average, or None before warm-up."""

    def batch(self, prices: _Numbers, /) -> _Column:
        """Run a fresh average of the same period over an array of prices."""

    @property
    def value(self) -> float | None:
        """The average after the last update, or None before warm-up."""

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value, counting the one that gives it."""

    @property
    def mature(self) -> bool:
        """True once as many inputs were seen as the periods ask for."""

    @property
    def period(self) -> int:
        """Number of prices."""

    def reset(self) -> None:
        """Forget all inputs; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class UltraOptimizedMACD:
    """Moving average convergence divergence of a price: ``(macd, signal, histogram)``."""

    def __new__(
        cls, fast: int = 12, slow: int = 26, signal: int = 9, seed: Seed = "first"
    ) -> Self: ...
    def update(self, price: float, /) -> _Triple | None:
        """Take one price; return ``(macd, signal, histogram)``, or None before warm-up."""

    def batch(self, prices: _Numbers, /) -> _Columns:
        """Run a fresh indicator of the same parameters over an array of prices."""

    @property
    def value(self) -> _Triple | None:
        """``(macd, signal, histogram)`` after the last update, or None before warm-up."""

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value, counting the one that gives it."""

    @property
    def mature(self) -> bool:
        """True once as many inputs were seen as the periods ask for."""

    @property
    def fast(self) -> int:
        """Period of the fast EMA."""

    @property
    def slow(self) -> int:
        """Period of the slow EMA."""

    @property
    def signal(self) -> int:
        """Period of the signal EMA."""

    @property
    def seed(self) -> Seed:
        """How the averages start: "first" or "sma"."""

    def reset(self) -> None:
        """Forget all inputs; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class BollingerBands:
    """Bollinger Bands of a price: ``(upper, middle, lower)``."""

    def __new__(cls, period: int = 20, width: float = 2.0) -> Self: ...
    def update(self, price: float, /) -> _Triple | None:
        """Take one price; return ``(upper, middle, lower)``, or None before warm-up."""

    def batch(self, prices: _Numbers, /) -> _Columns:
        """Run fresh bands of the same parameters over an array of prices."""

    @property
    def value(self) -> _Triple | None:
        """``(upper, middle, lower)`` after the last update, or None before warm-up."""

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value, counting the one that gives it."""

    @property
    def mature(self) -> bool:
        """True once as many inputs were seen as the periods ask for."""

    @property
    def period(self) -> int:
        """Number of prices."""

    @property
    def width(self) -> float:
        """Half width in standard deviations."""

    def reset(self) -> None:
        """Forget all inputs; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class AverageTrueRange:
    """Average true range of Wilder, over bars."""

    def __new__(cls, period: int = 14) -> Self: ...
    def update(self, high: float, low: float, close: float, /) -> float | None:
        """Take one bar; return the range, or None before warm-up."""

    def batch(self, high: _Numbers, low: _Numbers, close: _Numbers, /) -> _Column:
        """Run a fresh range of the same period over arrays of bars."""

    @property
    def value(self) -> float | None:
        """The range after the last update, or None before warm-up."""

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value, counting the one that gives it."""

    @property
    def mature(self) -> bool:
        """True once as many inputs were seen as the periods ask for."""

    @property
    def period(self) -> int:
        """Number of true ranges."""

    def reset(self) -> None:
        """Forget all inputs; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class CandlestickPatterns:
    """The 61 candlestick patterns of TA-Lib, incrementally and with its defaults."""

    def __new__(cls) -> Self: ...
    def update(
        self,
        open: float,  # noqa: A002 - the name of the price
        high: float,
        low: float,
        close: float,
        /,
    ) -> dict[str, int]:
        """Take one bar; return TA-Lib's value of each pattern that it completes, by name."""

    def batch(
        self,
        open: _Numbers,  # noqa: A002 - the name of the column
        high: _Numbers,
        low: _Numbers,
        close: _Numbers,
        /,
    ) -> dict[str, memoryview[int]]:
        """Run fresh patterns over arrays of bars."""

    @property
    def names(self) -> tuple[str, ...]:
        """TA-Lib's names of all patterns, in its order."""

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value, counting the one that gives it."""

    @property
    def mature(self) -> bool:
        """True once as many inputs were seen as the periods ask for."""

    def reset(self) -> None:
        """Forget all inputs; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class SessionVWAP:
    """Volume-weighted average price since 00:00 UTC: ``Σ price·size / Σ size``."""

    def __new__(cls) -> Self: ...
    def update(self, price: float, size: float, timestamp_ns: int, /) -> float:
        """Take one trade; return the average."""

    def batch(self, prices: _Numbers, sizes: _Numbers, timestamps_ns: _Integers, /) -> _Column:
        """Run a fresh average over arrays of trades."""

    @property
    def value(self) -> float | None:
        """The average after the last update, or None before the first."""

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value, counting the one that gives it."""

    @property
    def mature(self) -> bool:
        """True once as many inputs were seen as the periods ask for."""

    def reset(self) -> None:
        """Forget all inputs; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class RollingVWAP:
    """Volume-weighted average price of the last n trades: ``Σ price·size / Σ size``."""

    def __new__(cls, period: int = 20) -> Self: ...
    def update(self, price: float, size: float, timestamp_ns: int, /) -> float:
        """Take one trade; return the average."""

    def batch(self, prices: _Numbers, sizes: _Numbers, timestamps_ns: _Integers, /) -> _Column:
        """Run a fresh average of the same period over arrays of trades."""

    @property
    def value(self) -> float | None:
        """The average after the last update, or None before the first."""

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value, counting the one that gives it."""

    @property
    def mature(self) -> bool:
        """True once as many inputs were seen as the periods ask for."""

    @property
    def period(self) -> int:
        """Number of trades."""

    def reset(self) -> None:
        """Forget all inputs; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class RealisedVolatility:
    """Realised volatility: sample standard deviation (ddof 1) of log returns, annualised."""

    def __new__(cls, period: int = 60, periods_per_year: float = 525600.0) -> Self: ...
    def update(self, price: float, /) -> float | None:
        """Take one price; return the volatility, or None before warm-up."""

    def batch(self, prices: _Numbers, /) -> _Column:
        """Run a fresh volatility of the same parameters over an array of prices."""

    @property
    def value(self) -> float | None:
        """The volatility after the last update, or None before warm-up."""

    @property
    def warmup(self) -> int:
        """Number of inputs until the first value, counting the one that gives it."""

    @property
    def mature(self) -> bool:
        """True once as many inputs were seen as the periods ask for."""

    @property
    def period(self) -> int:
        """Number of log returns."""

    @property
    def periods_per_year(self) -> float:
        """How many inputs make a year."""

    def reset(self) -> None:
        """Forget all inputs; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class SmartEventProcessor:
    """The event gate: says which ticks are worth waking anybody for."""

    def __new__(
        cls,
        min_price_change: float = 0.001,
        volume_multiple: float = 2.0,
        volume_window: int = 20,
        max_idle_seconds: float = 60.0,
        target_skip_ratio: float = 0.0,
    ) -> Self: ...
    def should_process(self, price: float, volume: float, timestamp_ns: int) -> bool:
        """Judge one tick: True when it is significant; `last_reason` says why."""

    @property
    def last_reason(self) -> str:
        """Why the last tick was significant: FIRST, PRICE, VOLUME, IDLE; NONE when it was not."""

    @property
    def processed(self) -> int:
        """Number of significant ticks."""

    @property
    def skipped(self) -> int:
        """Number of ticks skipped."""

    @property
    def seen(self) -> int:
        """Number of ticks judged: `processed` + `skipped`."""

    @property
    def skip_ratio(self) -> float:
        """Share of ticks skipped, 0.0 before the first."""

    @property
    def by_reason(self) -> dict[str, int]:
        """How often each reason was given; the counts add up to `processed`."""

    @property
    def threshold(self) -> float:
        """Relative price move that is significant now; it moves only with a target_skip_ratio."""

    def reset(self) -> None:
        """Forget all ticks; the thresholds stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class BarBuilder:
    """Builds bars from trades; ``docs/definitions.md``, "Bars", says exactly how."""

    def __new__(
        cls, instrument: Instrument | None = None, max_gap_seconds: int = 604800
    ) -> Self: ...
    def update(
        self, price: float | str, size: float | str, timestamp_ns: int, side: int = 0
    ) -> list[Bar]:
        """Take one trade and return the bars it closed, in time order, 1m before 1h."""

    def watermark(self, timestamp_ns: int, /) -> list[Bar]:
        """Let time pass without a trade and return the bars that closed."""

    def forming(self, timeframe: str, /) -> Bar | None:
        """Return the open bar of a timeframe, or None before the first trade."""

    @property
    def late(self) -> int:
        """Number of trades refused because their minute was closed."""

    @property
    def instrument(self) -> Instrument | None:
        """The instrument whose grid is used, or None."""

    @property
    def max_gap_seconds(self) -> int:
        """Longest jump ahead in time that is believed, in seconds."""

    def reset(self) -> None:
        """Forget all trades; the parameters stay."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class TradeDecoder:
    """Decodes trades of CSV files and tables, checks them, and drops what was there before."""

    def __new__(
        cls,
        price_decimals: int | None = None,
        size_decimals: int | None = None,
        chunk_rows: int = 16384,
    ) -> Self: ...
    def begin(self, places: Sequence[int] = (), width: int = 0, lines_read: int = 0) -> None:
        """Begin the next file: a CSV file, or by default a table."""

    def push(self, block: bytes, /) -> None:
        """Take the next block of the file."""

    def end(self) -> None:
        """Say that the file has no more blocks, so that a last line without end is one."""

    def fill(self) -> bool:
        """Decode lines; return True when a chunk is full, False when a block is needed."""

    def offer(
        self,
        timestamp_ms: _Cells,
        price: _Cells,
        size: _Cells,
        side: _Cells,
        trade_id: _Cells | None,
        /,
        start: int = 0,
    ) -> int:
        """Take rows of a table; return the position of the first one that found no room."""

    def finish(self) -> None:
        """Say that no file follows: a row that waits for the next one is a malformed one."""

    @property
    def bad_rows(self) -> int:
        """Number of malformed rows since the last chunk was taken."""

    def take(self) -> tuple[tuple[bytes, bytes, bytes, bytes], _Told]:
        """Return prices, sizes, times and sides as bytes of arrays, and what was dropped."""

@final
class BarDecoder:
    """Decodes 1-minute bars of CSV files and tables, checks them, drops repeated and late ones."""

    def __new__(
        cls,
        price_decimals: int | None = None,
        size_decimals: int | None = None,
        chunk_rows: int = 16384,
    ) -> Self: ...
    def begin(self, places: Sequence[int] = (), width: int = 0, lines_read: int = 0) -> None:
        """Begin the next file: a CSV file, or by default a table."""

    def push(self, block: bytes, /) -> None:
        """Take the next block of the file."""

    def end(self) -> None:
        """Say that the file has no more blocks, so that a last line without end is one."""

    def fill(self) -> bool:
        """Decode lines; return True when a chunk is full, False when a block is needed."""

    def offer(
        self,
        timestamp_ms: _Cells,
        open: _Cells,  # noqa: A002 - the name of the column
        high: _Cells,
        low: _Cells,
        close: _Cells,
        volume: _Cells,
        /,
        start: int = 0,
    ) -> int:
        """Take rows of a table; return the position of the first one that found no room."""

    def finish(self) -> None:
        """Say that no file follows: a row that waits for the next one is a malformed one."""

    @property
    def bad_rows(self) -> int:
        """Number of malformed rows since the last chunk was taken."""

    def take(self) -> tuple[tuple[bytes, bytes, bytes, bytes, bytes, bytes], _Told]:
        """Return prices, volumes and times as bytes of arrays, and what was dropped."""

@final
class FlowWindows:
    """What flows between exchanges and the world, over hours and against the days before."""

    def __new__(cls, lanes: int = 48, transactions: int = 4096) -> Self: ...
    def tell(
        self,
        key: int,
        standing: str,
        said_ns: int,
        heard_ns: int,
        quality: int,
        tie: int,
        parts: list[tuple[int, int, int, int]],
        /,
    ) -> str:
        """Take a word about a transaction, and count it as all words together have it."""

    def totals(self, lane: int, hours: int, now_ns: int, /) -> tuple[int, int]:
        """Return what went in and out in the last hours, in cells of 5 minutes."""

    def history(self, lane: int, hours: int, now_ns: int, /) -> list[int | None]:
        """Return the net flow at this hour of each of the 30 days before, yesterday first."""

    def largest(self, hours: int, now_ns: int, /) -> int:
        """Return the largest part that is remembered of the last hours, 0 for none."""

    @property
    def lanes(self) -> int:
        """How many lanes there are."""

    @property
    def transactions(self) -> int:
        """How many parts of transactions are remembered at most."""

    @property
    def forgotten(self) -> int:
        """How many transactions left the memory that could still have been taken back."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory reserved."""

    def reset(self) -> None:
        """Forget everything; the parameters stay."""

    def __len__(self) -> int: ...
    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class GapFinder:
    """Finds times that lie far after all before them, over any number of columns."""

    def __new__(cls, limit_ns: int) -> Self: ...
    def find(self, timestamps_ns: _Integers, /) -> list[tuple[int, int]]:
        """Return place and length of each gap in the next times."""

    @property
    def latest_ns(self) -> int | None:
        """Latest time so far, None before the first."""

@final
class HeadlineModel:
    """A hashed linear model of headlines: how likely each sentiment and each category is."""

    def __new__(cls, model: bytes) -> Self: ...
    def scores(self, text: str, /) -> tuple[float, float, float]:
        """Return the probabilities of negative, neutral and positive; they add up to 1."""

    def category_scores(self, text: str, /) -> tuple[float, float, float, float]:
        """Return the probabilities of critical, high, medium and low; they add up to 1."""

    def features(self, text: str, /) -> list[int]:
        """Return the distinct features of a headline, rising; each has 20 bits."""

    @property
    def buckets(self) -> tuple[int, int]:
        """Buckets of the sentiment's table and of the category's, powers of two."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class HeadlinePatterns:
    """Patterns that are looked for in headlines, all in one call."""

    def __new__(cls, patterns: Sequence[tuple[str, str | None]]) -> Self: ...
    def first(self, text: str, /) -> int | None:
        """Return the number of the first pattern that holds, None when none does."""

    def all(self, text: str, /) -> list[int]:
        """Return the numbers of all patterns that hold, rising."""

    def __len__(self) -> int: ...
    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class OptimizedTechnicalAnalyzer:
    """Bars, indicators, event gate and armed levels of one market."""

    def __new__(cls, config: AnalyzerConfig | None = None) -> Self: ...
    def update(
        self, price: float | str, size: float | str, timestamp_ns: int, side: int = 0
    ) -> int:
        """Take one trade and answer why somebody should wake up: `Flag` bits, 0 for "nobody"."""

    def watermark(self, timestamp_ns: int, /) -> int:
        """Let time pass without a trade and answer why somebody should wake up."""

    def advance(
        self,
        prices: _Numbers,
        sizes: _Numbers,
        timestamps_ns: _Integers,
        sides: _Integers | None = None,
        start: int = 0,
        *,
        signals: SignalSource | None = None,
        exchange: ports.PaperExchange | None = None,
    ) -> tuple[int, int]:
        """Take trades from position `start` on until one wakes somebody."""

    def advance_bars(
        self,
        opens: _Numbers,
        highs: _Numbers,
        lows: _Numbers,
        closes: _Numbers,
        volumes: _Numbers,
        timestamps_ns: _Integers,
        start: int = 0,
        *,
        signals: SignalSource | None = None,
        exchange: ports.PaperExchange | None = None,
    ) -> tuple[int, int]:
        """Take whole 1-minute bars from position `start` on until one wakes somebody."""

    def elapse(self, timestamp_ns: int, *, signals: SignalSource | None = None) -> int:
        """Let time pass up to the first instant that raises a flag; 0 when all of it passed."""

    def read(self, name: str, timeframe: Timeframe | str = "1m", /) -> float | None:
        """Return one number of a timeframe, the cheapest way to it; None before it is there."""

    def recent(self, name: str, count: int, timeframe: Timeframe | str = "1m", /) -> list[float]:
        """Return up to `count` of the last values of one number, oldest first."""

    @property
    def now_ns(self) -> int:
        """When what was answered last became known; 0 before the first event."""

    def arm(
        self,
        *,
        stop_below: float | None = None,
        stop_above: float | None = None,
        limit_below: float | None = None,
        limit_above: float | None = None,
        wake_at_ns: int | None = None,
    ) -> None:
        """Replace the armed levels and the timer; what is not given is disarmed."""

    @overload
    def indicator_batch(
        self, prices: _Numbers, /, out: None = None
    ) -> tuple[_Column, _Column, _Column, _Column, _Column]:
        """Run fresh tick indicators of the same parameters over an array of prices, in one pass."""

    @overload
    def indicator_batch(
        self, prices: _Numbers, /, out: Iterable[_Lent]
    ) -> tuple[_Lent, _Lent, _Lent, _Lent, _Lent]: ...
    def reset(self) -> None:
        """Forget everything but the configuration."""

    @property
    def config(self) -> AnalyzerConfig:
        """The parameters it was built with."""

    @property
    def watermark_ns(self) -> int | None:
        """Latest event time seen, or None."""

    @property
    def accepted(self) -> int:
        """Ticks that entered bars and indicators."""

    @property
    def late(self) -> int:
        """Ticks below a closed bar, which changed nothing."""

    def snapshot(self) -> AnalyzerSnapshot:
        """Return everything known at this instant, as frozen values."""

    def tick(self) -> TickView:
        """Return the indicators over ticks."""

    def timeframe(self, timeframe: str, /) -> TimeframeView:
        """Return one timeframe, cheaper than the whole snapshot."""

    def gate(self) -> GateCounters:
        """Return the counters of the event gate."""

    @overload
    def history(
        self, name: Literal["ema", "rsi"], timeframe: Literal["tick"] = "tick"
    ) -> list[float]:
        """Return the last values of an indicator, oldest first, at most 50."""

    @overload
    def history(
        self,
        name: Literal["ema_fast", "ema", "ema_slow", "rsi", "atr", "vwap", "volatility"],
        timeframe: _Lengths,
    ) -> list[float]: ...
    @overload
    def history(
        self, name: Literal["macd"], timeframe: Literal["tick"] | _Lengths = "tick"
    ) -> list[Macd]: ...
    @overload
    def history(self, name: Literal["bollinger"], timeframe: _Lengths) -> list[Bands]: ...
    @overload
    def history(self, name: Literal["bar"], timeframe: _Lengths) -> list[Bar]: ...
    @overload
    def history(
        self, name: str, timeframe: str = "tick"
    ) -> list[float] | list[Macd] | list[Bands] | list[Bar]: ...
    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class Float64Array:
    """Owns the numbers behind a memoryview that a batch call returned."""

    def __len__(self) -> int: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...

@final
class Ledger:
    """Money and position of one account, from fills alone: ``docs/trading.md``, "The ledger"."""

    def __new__(cls, units: VenueUnits, initial_cash: int) -> Self: ...
    def apply(self, report: Report, /) -> None:
        """Take a fill or a funding; other reports change nothing."""

    def equity(self, price: int, /) -> int:
        """Return cash and position at a price, in money."""

    def trapped(self, quantity: int, price: int, stop: int, /) -> bool:
        """Return whether a purchase could not be sold again ("The exit trap")."""

    @property
    def cash(self) -> int:
        """Money."""

    @property
    def initial_cash(self) -> int:
        """Money at the start."""

    @property
    def position(self) -> int:
        """A holding; below 0 short."""

    @property
    def whole(self) -> int:
        """The whole lots in the position, in size units, with its sign; 0 with dust at most."""

    @property
    def cost(self) -> int:
        """What the position cost, money, with its sign."""

    @property
    def gross(self) -> int:
        """Gain of what was closed, at the prices the market showed, money."""

    @property
    def fees(self) -> int:
        """Money."""

    @property
    def spread(self) -> int:
        """Money."""

    @property
    def slippage(self) -> int:
        """Money."""

    @property
    def funding(self) -> int:
        """Money paid; below 0 received."""

    @property
    def turnover(self) -> int:
        """The value of all fills, money."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __reduce__(self) -> tuple[type[Self], tuple[VenueUnits, int], bytes]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class PaperExchange:
    """An exchange on paper: orders in, reports out, and an account that it keeps itself."""

    def __new__(cls, units: VenueUnits, initial_cash: int) -> Self: ...
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
        """Take an order; what becomes of it comes as reports."""

    def cancel(self, number: int, sent_ns: int, /) -> bool:
        """Take a cancellation; False when there is no such order (any more)."""

    def close_out(self) -> None:
        """Cancel everything and close the position at the last price, as a taker."""

    def take_reports(self) -> list[Report]:
        """Return the reports since they were taken last, in order."""

    @property
    def ledger(self) -> Ledger:
        """A copy of its account."""

    @property
    def now_ns(self) -> int:
        """Latest trade time seen; 0 before the first."""

    @property
    def last_price(self) -> int:
        """Price of the last trade in units; 0 before the first."""

    @property
    def in_market_ns(self) -> int:
        """Time of all ended trips."""

    def days(self) -> list[tuple[int, int]]:
        """Return (time, equity in money) of every end of a UTC day."""

    def candles(self) -> list[tuple[int, int, int, int, int, int]]:
        """Return (open time, open, high, low, close, equity) of at most 2 048 buckets."""

    def drawdown(self) -> tuple[float, int, int]:
        """Return the deepest fall as a fraction and as money, and the longest in nanoseconds."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __reduce__(self) -> tuple[type[Self], tuple[VenueUnits, int], bytes]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...

@final
class Signals:
    """A built-in signal: ``docs/trading.md``, "Signals", says what each proposes, and when."""

    def __new__(
        cls, name: str, parameters: Mapping[str, float | bool | str] | None = None
    ) -> Self: ...
    def hold(self, side: int, /) -> None:
        """Tell which position there is: 1 long, -1 short, 0 none."""

    def busy(self, under_way: bool, /) -> None:
        """Tell whether an order to enter or to leave is under way; meanwhile nothing is asked."""

    def reset(self) -> None:
        """Forget all bars; the parameters stay, and what it was told of the position."""

    def take(self) -> Proposal | None:
        """Return what the last answer with `Flag.SIGNAL` proposed, once."""

    @property
    def name(self) -> str:
        """Which signal it is."""

    @property
    def parameters(self) -> dict[str, float | bool]:
        """All its parameters."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...
    def __reduce__(self) -> tuple[type[Self], tuple[str, dict[str, float | bool]], bytes]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...
