from __future__ import annotations

import json

import pytest

from supreme_system_v5.domain.live import Channel, FeedTrade
from supreme_system_v5.exchanges.binance_spot import BinanceSpot
from supreme_system_v5.exchanges.binance_wire import LIFETIME_NS, BinanceStreams
from supreme_system_v5.exchanges.protocol import (
    Acked,
    Ignored,
    Message,
    Notice,
    QuoteTold,
    Refused,
    TradesTold,
)

VENUE = BinanceSpot(symbol="BTC-USDT")
[ENDPOINT] = VENUE.endpoints


def told(data: object, stream: str = "") -> Message:
    whole = {"stream": stream, "data": data} if stream else data
    [message] = VENUE.decode(ENDPOINT, json.dumps(whole))
    return message


TRADE = {"e": "trade", "s": "BTCUSDT", "t": 9, "p": "5", "q": "2", "T": 1_000, "m": True}


def test_a_single_trade_has_a_number_of_its_own() -> None:
    expected = FeedTrade(price=5, size=2, time_ns=10**9, side=-1, trade_id="9", first=9, last=9)
    assert told(TRADE) == told(TRADE, "btcusdt@trade") == TradesTold(trades=(expected,))


def test_a_price_above_zero_that_nobody_traded_at_is_left_out() -> None:
    assert told({**TRADE, "X": "INSURANCE_FUND"}) == TradesTold(trades=(), dropped={"block": 1})
    assert told({**TRADE, "X": "NA", "p": "0"}) == TradesTold(trades=(), dropped={"zero": 1})


def test_raw_quotes_do_not_say_what_they_are() -> None:
    quote = {"u": 1, "s": "BTCUSDT", "b": "5", "B": "1", "a": "6", "A": "2"}
    assert told(quote) == QuoteTold(bid=5, bid_size=1, ask=6, ask_size=2)
    assert told({**quote, "e": "bookTicker", "E": 5}) == told(quote)


def test_minutes_only() -> None:
    kline = {
        "t": 60_000,
        "i": "5m",
        "o": "1",
        "h": "1",
        "l": "1",
        "c": "1",
        "v": "0",
        "x": False,
    }
    assert told({"e": "kline", "s": "BTCUSDT", "k": kline}) == Ignored(why="other channel")


@pytest.mark.parametrize("stream", ["", "!serverShutdown"])
def test_a_shutdown_is_a_notice(stream: str) -> None:
    message = told({"e": "serverShutdown", "E": 1_770_123_456_789}, stream)
    assert message == Notice(text="the server is about to shut down", closes_in_ns=0)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"result": None, "id": 1}, Acked(channel=Channel.TRADES)),
        ({"result": None, "id": 2}, Acked(channel=Channel.CANDLES)),
        ({"result": None, "id": 3}, Acked(channel=Channel.QUOTES)),
        ({"result": None, "id": 312}, Ignored(why="unknown")),
        ({"result": None, "id": 11}, Ignored(why="unsubscribed")),
        ({"code": 2, "msg": "no", "id": 12}, Ignored(why="unsubscribe refused")),
        ({"result": ["btcusdt@aggTrade"], "id": 3}, Ignored(why="unknown")),
        (
            {"error": {"code": 3, "msg": "Invalid JSON"}, "id": 2},
            Refused(channel=Channel.CANDLES, code="3", text="Invalid JSON", hopeless=True),
        ),
        (
            {"code": -1003, "msg": "too often"},
            Refused(channel=None, code="-1003", text="too often", hopeless=False),
        ),
        ({"id": "5f", "status": 200, "result": {}}, Ignored(why="private")),
    ],
)
def test_answers(answer: object, expected: Message) -> None:
    assert told(answer) == expected


def test_what_both_venues_say() -> None:
    assert VENUE.market == "BTCUSDT"
    assert VENUE.ping() is None  # type: ignore[func-returns-value]
    assert VENUE.connect_limit.connects == 300
    assert VENUE.heartbeat.ping_after_ns < 60 * 10**9
    assert LIFETIME_NS == 86_400 * 10**9
    with pytest.raises(NotImplementedError):
        _ = BinanceStreams(symbol="A-B", ws="").name
