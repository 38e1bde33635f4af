"""The same strategy over the same bars in other libraries: how quick, and is the money the same?

EMA 12/26 cross with RSI < 70, long only, a tenth of the equity in whole lots, 5 bps of fee in
quote, nothing else charged. The others are told the signals ready-made, from TA-Lib: what is timed
is their engine, and what is compared does not rest on our own indicators.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from importlib import import_module
from time import process_time_ns
from typing import Any, NamedTuple

from backtest_market import MINUTE_NS
from backtest_runs import CASH, FEE_BPS, FRACTION, MARKET
from supreme_system_v5.market_data import BarChunk

FEE = float(FEE_BPS) / 10_000.0
LOTS_IN_ONE = 10**MARKET.size_decimals
_FEE_AND_UNIT = 1.0 + FEE + 1e-8  # `FixedFraction` rounds half a spread up by one unit of 1e-8


class PeerRun(NamedTuple):
    """What a run came to: time on the processor, round trips, and the gain in quote currency."""

    elapsed_ns: int
    trips: int
    net: float


class Bars(NamedTuple):
    """The bars of all chunks as whole columns, with the signals at each close."""

    opens: array[float]
    highs: array[float]
    lows: array[float]
    closes: array[float]
    volumes: array[float]
    times: array[int]
    enter: Sequence[bool]
    leave: Sequence[bool]


def join(chunks: Sequence[BarChunk]) -> Bars:
    """Join chunks and ask TA-Lib for the signals."""
    names = ("opens", "highs", "lows", "closes", "volumes", "timestamps_ns")
    columns: list[Any] = []
    for name in names:
        first, *others = (getattr(chunk, name) for chunk in chunks)
        columns.append(sum(others, first))
    return Bars._make([*columns, *cross_signals(columns[3])])


def cross_signals(closes: array[float]) -> tuple[list[bool], list[bool]]:
    """Return at which closes to enter when flat, and at which to leave when long."""
    talib, numpy = import_module("talib"), import_module("numpy")
    prices = numpy.array(closes)
    above = talib.EMA(prices, 12) - talib.EMA(prices, 26)  # NaN, and so neither, while warming up
    enter = (above > 0.0) & (talib.RSI(prices, 14) < 70.0)
    enter[0] = False
    enter[1:] &= above[:-1] <= 0.0
    enter[-1] = False  # no bar is left to fill in
    return enter.tolist(), (above < 0.0).tolist()


def lots(equity: float, price: float) -> int:
    """Return what `FixedFraction` buys, but in floating point as its users would compute it."""
    return int(equity * float(FRACTION) * LOTS_IN_ONE / (price * _FEE_AND_UNIT))


def run_backtesting_py(bars: Bars) -> PeerRun:
    """Run on backtesting.py.

    It knows whole units only, so a unit is one lot at the price of one. What is open at the end it
    closes at the *open* of the last bar, so it gets one more, in which nothing moves.
    """
    backtesting, pandas = import_module("backtesting"), import_module("pandas")
    enter, leave, last = [*bars.enter, False], [*bars.leave, False], bars.closes[-1]
    base: Any = backtesting.Strategy

    class Cross(base):  # type: ignore[misc] # a peer has no types
        def init(self) -> None:
            pass

        def next(self) -> None:
            now = len(self.data) - 1
            if self.position:
                if leave[now]:
                    self.position.close()
            elif enter[now]:
                self.buy(size=lots(self.equity, bars.closes[now]))

    prices = {"Open": bars.opens, "High": bars.highs, "Low": bars.lows, "Close": bars.closes}
    frame = pandas.DataFrame(
        {
            name: [price / LOTS_IN_ONE for price in [*column, last]]
            for name, column in prices.items()
        },
        index=pandas.to_datetime([*bars.times, bars.times[-1] + MINUTE_NS]),
    )
    test = backtesting.Backtest(frame, Cross, cash=CASH, commission=FEE, finalize_trades=True)
    test.run.__globals__["_tqdm"] = lambda bars, **_: bars  # a progress bar is no engine
    start = process_time_ns()
    stats = test.run()
    elapsed_ns = process_time_ns() - start
    return PeerRun(elapsed_ns, int(stats["# Trades"]), float(stats["Equity Final [$]"]) - CASH)


def run_nautilus_trader(bars: Bars) -> PeerRun:
    """Run on nautilus_trader, where an order at a close fills at that close: the next open."""
    engines = import_module("nautilus_trader.backtest.engine")
    logging = import_module("nautilus_trader.config").LoggingConfig(bypass_logging=True)
    enums = import_module("nautilus_trader.model.enums")
    objects = import_module("nautilus_trader.model.objects")
    quote = import_module("nautilus_trader.model.currencies").USDT
    instrument = _nautilus_instrument(quote)
    engine = engines.BacktestEngine(engines.BacktestEngineConfig(logging=logging))
    engine.add_venue(
        venue=instrument.venue,
        oms_type=enums.OmsType.NETTING,
        account_type=enums.AccountType.MARGIN,
        starting_balances=[objects.Money(CASH, quote)],
        base_currency=quote,
    )
    engine.add_instrument(instrument)
    data = _nautilus_bars(instrument, bars)
    engine.add_data(data)
    strategy = _nautilus_strategy(instrument, data[0].bar_type, bars)
    engine.add_strategy(strategy)
    start = process_time_ns()
    engine.run()
    elapsed_ns = process_time_ns() - start
    account = engine.cache.account_for_venue(instrument.venue)
    net = account.balance_total(quote).as_double() - CASH
    engine.dispose()
    return PeerRun(elapsed_ns, strategy.trips, net)


def _nautilus_instrument(quote: object) -> Any:  # noqa: ANN401 - of a peer, as the following
    """Make a perpetual with our grid, our fee, and no margin to hold."""
    identifiers = import_module("nautilus_trader.model.identifiers")
    objects = import_module("nautilus_trader.model.objects")
    symbol = identifiers.Symbol("BTCUSDT")
    price_places, size_places = MARKET.price_decimals, MARKET.size_decimals
    return import_module("nautilus_trader.model.instruments").CryptoPerpetual(
        instrument_id=identifiers.InstrumentId(symbol, identifiers.Venue("BENCH")),
        raw_symbol=symbol,
        base_currency=import_module("nautilus_trader.model.currencies").BTC,
        quote_currency=quote,
        settlement_currency=quote,
        is_inverse=False,
        price_precision=price_places,
        price_increment=objects.Price(10.0**-price_places, price_places),
        size_precision=size_places,
        size_increment=objects.Quantity(10.0**-size_places, size_places),
        margin_init=Decimal(0),
        margin_maint=Decimal(0),
        maker_fee=FEE_BPS / 10_000,
        taker_fee=FEE_BPS / 10_000,
        ts_event=0,
        ts_init=0,
    )


def _nautilus_bars(instrument: Any, bars: Bars) -> list[Any]:  # noqa: ANN401
    """Make bars that are told at their end."""
    data = import_module("nautilus_trader.model.data")
    kind = data.BarType.from_str(f"{instrument.id}-1-MINUTE-LAST-EXTERNAL")
    make_price, make_size = instrument.make_price, instrument.make_qty
    columns = zip(*bars[:6], strict=True)
    return [
        data.Bar(kind, *map(make_price, prices), make_size(volume), *[time + MINUTE_NS] * 2)
        for *prices, volume, time in columns
    ]


def _nautilus_strategy(instrument: Any, kind: object, bars: Bars) -> Any:  # noqa: ANN401
    base: Any = import_module("nautilus_trader.trading.strategy").Strategy
    buy = import_module("nautilus_trader.model.enums").OrderSide.BUY

    class Cross(base):  # type: ignore[misc] # a peer has no types
        def __init__(self) -> None:
            super().__init__()
            self.now = -1
            self.trips = 0
            self.long = False

        def on_start(self) -> None:
            self.subscribe_bars(kind)

        def on_bar(self, _bar: object) -> None:
            self.now += 1
            if self.long:
                if bars.leave[self.now]:
                    self.leave()
            elif bars.enter[self.now]:
                account = self.portfolio.account(instrument.venue)
                equity = account.balance_total(instrument.quote_currency).as_double()
                size = instrument.make_qty(lots(equity, bars.closes[self.now]) / LOTS_IN_ONE)
                self.submit_order(self.order_factory.market(instrument.id, buy, size))
                self.long = True

        def leave(self) -> None:
            self.close_all_positions(instrument.id)
            self.long = False
            self.trips += 1

        def on_stop(self) -> None:
            if self.long:
                self.leave()

    return Cross()


PEERS: Mapping[str, Callable[[Bars], PeerRun]] = {
    "backtesting": run_backtesting_py,
    "nautilus_trader": run_nautilus_trader,
}
"""By the name under which a package index has them."""
