"""What the REST side of every venue does, whatever the other side does."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TypeVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.domain.live import Candle, FeedTrade
from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.protocol import VENUES
from tests.support.fault_server import FAULTS, Reply, good
from tests.support.rest_exchange import (
    MINUTE_NS,
    START_NS,
    RestBench,
    RestExchange,
    invented,
    rest_bench,
)
from tests.support.virtual_loop import LoopClock, run_virtual

each = pytest.mark.parametrize("name", VENUES)
numbered = pytest.mark.parametrize("name", [name for name in VENUES if name != "bybit"])
Answer = TypeVar("Answer")


def asked(
    name: str, reply: Reply | Callable[[str], Reply], what: Callable[[RestBench], Awaitable[Answer]]
) -> Answer:
    async def main() -> Answer:
        async with rest_bench(name, reply, LoopClock(asyncio.get_running_loop())) as bench:
            return await what(bench)

    return run_virtual(main())


def unnumbered(name: str, trades: tuple[FeedTrade, ...]) -> tuple[FeedTrade, ...]:
    """Return trades as a venue tells them: Bybit numbers none."""
    if name != "bybit":
        return trades
    return tuple(msgspec.structs.replace(trade, first=None, last=None) for trade in trades)


@each
@pytest.mark.parametrize("messy", [False, True])
def test_minutes_are_told_in_order_each_once(name: str, messy: bool) -> None:
    exchange = invented(1, minutes=1_400)
    exchange.messy = random.Random(2) if messy else None
    start, end = exchange.candles[50].open_ns, exchange.candles[-1].open_ns + MINUTE_NS
    found = asked(name, exchange, lambda bench: bench.rest.candles(start, end))
    assert found == tuple(exchange.candles[50:-1])  # the open one is left out


@settings(max_examples=15)
@given(st.sampled_from(VENUES), st.integers(0, 100), st.integers(-30, 130), st.integers(0, 70))
def test_any_stretch_of_minutes(name: str, seed: int, start: int, length: int) -> None:
    exchange = invented(seed, minutes=100)
    gone = exchange.candles.pop(50)  # the venue has lost one
    begin_ns = exchange.candles[0].open_ns + start * MINUTE_NS + seed
    end_ns = begin_ns + length * MINUTE_NS
    found = asked(name, exchange, lambda bench: bench.rest.candles(begin_ns, end_ns))
    expected = [c for c in exchange.candles if c.closed and begin_ns <= c.open_ns < end_ns]
    assert found == tuple(expected)
    assert gone not in found


@settings(max_examples=25)
@given(
    st.sampled_from([name for name in VENUES if name != "bybit"]),
    st.integers(0, 100),
    st.integers(0, 499),
    st.integers(1, 320),
    st.booleans(),
)
def test_any_trades_between_two(name: str, seed: int, place: int, length: int, messy: bool) -> None:
    exchange = invented(seed)
    exchange.messy = random.Random(seed) if messy else None
    after, before = exchange.trades[place], exchange.trades[min(place + length, 499)]
    found = asked(name, exchange, lambda bench: bench.rest.trades_between(after, before))
    assert found == tuple(exchange.trades[place + 1 : min(place + length, 499)])


@each
def test_trades_since_the_minute_began(name: str) -> None:
    # Trades of three minutes; at Bybit the last 60 are all there is.
    exchange = invented(3, trades=55)
    spread = [
        msgspec.structs.replace(trade, time_ns=START_NS + place * 3 * 10**9)
        for place, trade in enumerate(exchange.trades)
    ]
    exchange.trades = spread
    before = unnumbered(name, tuple(spread))[47]
    found = asked(name, exchange, lambda bench: bench.rest.trades_between(None, before))
    assert found == unnumbered(name, tuple(spread[40:47]))


@numbered
def test_trades_since_the_begin_of_the_past(name: str) -> None:
    exchange = invented(4, trades=350)
    before = exchange.trades[320]
    exchange.trades = [
        msgspec.structs.replace(trade, time_ns=START_NS + 10**9) for trade in exchange.trades
    ]
    before = exchange.trades[320]
    found = asked(name, exchange, lambda bench: bench.rest.trades_between(None, before))
    assert found == tuple(exchange.trades[:320])


def test_bybit_has_the_last_sixty() -> None:
    exchange = invented(5)
    told = unnumbered("bybit", tuple(exchange.trades))
    after, before = told[100], told[499]
    found = asked("bybit", exchange, lambda bench: bench.rest.trades_between(after, before))
    assert found == told[440:499]
    after, before = told[450], told[460]
    found = asked("bybit", exchange, lambda bench: bench.rest.trades_between(after, before))
    assert found == told[451:460]


@numbered
def test_too_many_missing_trades_are_not_asked_for(name: str) -> None:
    exchange = invented(6, trades=2)
    far = msgspec.structs.replace(exchange.trades[1], first=90_000, last=90_000)

    async def what(bench: RestBench) -> list[str]:
        with pytest.raises(SourceError, match="take the minutes instead") as caught:
            await bench.rest.trades_between(exchange.trades[0], far)
        assert caught.value.kind == FaultKind.TOO_LARGE
        return bench.server.requests

    assert asked(name, exchange, what) == []


@numbered
def test_trades_of_nothing_are_left_out_and_counted(name: str) -> None:
    exchange = invented(7, trades=20)
    exchange.trades[5] = msgspec.structs.replace(exchange.trades[5], size=0.0)

    async def what(bench: RestBench) -> tuple[FeedTrade, ...]:
        found = await bench.rest.trades_between(exchange.trades[0], exchange.trades[10])
        assert bench.rest._client.dropped == {"zero": 1}  # type: ignore[attr-defined]
        return found

    assert asked(name, exchange, what) == (*exchange.trades[1:5], *exchange.trades[6:10])


@each
def test_contradictions_are_refused(name: str) -> None:
    exchange = invented(8)

    async def candles(bench: RestBench) -> tuple[Candle, ...]:
        return await bench.rest.candles(exchange.candles[0].open_ns, START_NS)

    twice = RestExchange(
        trades=exchange.trades,
        candles=[msgspec.structs.replace(exchange.candles[9], volume=7), *exchange.candles],
    )
    impossible = RestExchange(
        trades=exchange.trades,
        candles=[msgspec.structs.replace(exchange.candles[9], high=1), *exchange.candles[10:]],
    )
    for wrong in (twice, impossible):
        with pytest.raises(SourceError) as caught:
            asked(name, wrong, candles)
        assert caught.value.kind == FaultKind.BAD_ITEM


@each
def test_its_clock_and_rules(name: str) -> None:
    exchange = invented(9)

    async def what(bench: RestBench) -> None:
        reading = await bench.rest.clock()
        assert reading.server_ns == exchange.now_ms * 10**6
        assert reading.sent_ns <= reading.received_ns
        rules = await bench.rest.rules()
        assert rules.symbol == "BTC-USDT"
        assert rules.exchange_symbol == ("BTC-USDT" if name == "okx" else "BTCUSDT")
        steps = (rules.tick, rules.lot, rules.min_quantity, rules.min_notional)
        expected = {
            "okx": ("0.1", "0.00000001", "0.00001", "0"),
            "bybit": ("0.1", "0.000001", "0.000011", "5"),
        }.get(name, ("0.01", "0.00001", "0.00001", "5"))
        assert steps == tuple(map(Decimal, expected))
        told = {"okx": ("live", True), "bybit": ("Trading", True)}.get(name, ("HALT", False))
        assert (rules.state, rules.trading) == told

    asked(name, exchange, what)


@each
@pytest.mark.parametrize("day", [day for day, fault in FAULTS.items() if "json" in fault.of])
def test_bad_days_end_in_an_error_that_says_which(name: str, day: str) -> None:
    fault, exchange = FAULTS[day], invented(10, trades=5, minutes=5)

    def reply(request: str) -> Reply:
        return fault.reply(b"".join(p for p in exchange(request).body() if isinstance(p, bytes)))

    async def what(bench: RestBench) -> SourceError | None:
        try:
            async with asyncio.timeout(400):
                await bench.rest.candles(exchange.candles[0].open_ns, START_NS)
        except SourceError as error:
            return error
        return None

    error = asked(name, reply, what)
    if day == "byte order mark":  # no venue sends one: it is not their format
        assert error is not None
    elif day != "nul":  # it takes the place of a letter, and rows of numbers have none
        assert (error is None) == (not fault.kinds)
    if error is not None:
        assert error.kind in set(FaultKind) - {FaultKind.UNEXPECTED}
        assert not any(name in str(error) for name in ("limit=", "after=", "start"))


@each
def test_errors_told_with_status_200(name: str) -> None:
    body = {
        "okx": b'{"code":"51001","msg":"Instrument ID does not exist","data":[]}',
        "bybit": b'{"retCode":10001,"retMsg":"Not supported symbols","result":{}}',
    }.get(name, b'{"code":-1121,"msg":"Invalid symbol."}')

    async def what(bench: RestBench) -> SourceError:
        with pytest.raises(SourceError) as caught:
            await bench.rest.candles(START_NS, START_NS + MINUTE_NS)
        assert len(bench.server.requests) == 1
        return caught.value

    error = asked(name, good(body), what)
    # Binance tells errors with status 400 only: with 200 it is not the format.
    told = FaultKind.MALFORMED if name.startswith("binance") else FaultKind.ERROR_ANSWER
    assert error.kind == told


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("okx", b'{"code":"50011","msg":"Rate limit reached","data":[]}'),
        ("bybit", b'{"retCode":10006,"retMsg":"Too many visits!","result":{}}'),
    ],
)
def test_too_often_told_with_status_200_is_asked_again(name: str, body: bytes) -> None:
    exchange = invented(11)

    async def what(bench: RestBench) -> int:
        bench.server.replies = [good(body), good(body)]
        reading = await bench.rest.clock()
        assert reading.server_ns == exchange.now_ms * 10**6
        return len(bench.server.requests)

    assert asked(name, exchange, what) == 3


VALUES: tuple[object, ...] = (None, True, -1, 0, 1e308, "", "NaN", "-Infinity", "9" * 30, [], {})


def replaced(node: object, chance: random.Random, value: object) -> object:
    """Return JSON with one part of it, anywhere, replaced."""
    if isinstance(node, dict) and node:
        key = chance.choice(sorted(node))
        return {**node, key: replaced(node[key], chance, value)}
    if isinstance(node, list) and node and chance.random() < 0.9:
        place = chance.randrange(len(node))
        return [*node[:place], replaced(node[place], chance, value), *node[place + 1 :]]
    return value


@each
def test_changed_answers_are_read_or_refused(name: str) -> None:
    exchange, chance, came = invented(12, trades=30, minutes=30), random.Random(5), set[str]()

    def changed(request: str) -> Reply:
        body = b"".join(p for p in exchange(request).body() if isinstance(p, bytes))
        told = replaced(msgspec.json.decode(body), chance, chance.choice(VALUES))
        return good(msgspec.json.encode(told))

    async def what(bench: RestBench) -> None:
        rest, first = bench.rest, exchange.candles[0].open_ns
        after, before = unnumbered(name, (exchange.trades[3], exchange.trades[20]))
        for _ in range(60):
            try:
                candles = await rest.candles(first, START_NS)
                assert all(0 < c.low <= c.high and c.closed for c in candles)
                trades = await rest.trades_between(after, before)
                assert all(0 < t.price < 1e15 and 0 < t.size < 1e15 for t in trades)
                assert 0 < (await rest.clock()).server_ns < 2**62
                rules = await rest.rules()
                assert min(rules.tick, rules.lot, rules.min_quantity) > 0
                came.add("read")
            except SourceError as error:
                came.add(error.kind)

    asked(name, changed, what)
    assert {FaultKind.MALFORMED, FaultKind.BAD_ITEM} <= came
