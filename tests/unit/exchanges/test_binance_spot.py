from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from supreme_system_v5.exchanges.binance_spot import BinanceSpot
from supreme_system_v5.exchanges.protocol import (
    Acked,
    Ignored,
    Message,
    Notice,
    QuoteTold,
    Refused,
    TradesTold,
)
from tests.support.exchange_messages import captured, message_files, messages

VENUE = BinanceSpot(symbol="BTC-USDT")
[ENDPOINT] = VENUE.endpoints
OURS = {
    "ws_aggTrade": TradesTold,  # of another market
    "ws_trade": TradesTold,
    "ws_subscribe_ack": Acked,
    "ws_server_shutdown_raw": Notice,
    "ws_server_shutdown_combined": Notice,
    "rest_error_1015_order_limit": Refused,  # the shape of an error on the stream
    "rest_error_1121": Refused,
}


def decoded(frame: str | bytes) -> Message:
    [message] = VENUE.decode(ENDPOINT, frame)
    return message


def test_every_documented_message_is_read(data_dir: Path) -> None:
    kinds = {
        file.stem: {type(decoded(frame)) for frame in messages(file)}
        for file in message_files(data_dir, "binance_spot")
    }
    assert len(kinds) == 43
    assert kinds == {name: {OURS.get(name, Ignored)} for name in kinds}


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        # One trade, one minute and 52 quotes of other markets; 106 changes of their books.
        ("binance_spot_20211012_a", {TradesTold: 1, Ignored: 159}),
        # With 3 451 changes of the book, and the book before them.
        (
            "binance_spot_btcusdt_raw_20240808",
            {TradesTold: 9_757, QuoteTold: 28_040, Ignored: 3_452},
        ),
    ],
)
def test_every_line_of_a_capture_is_read(
    data_dir: Path, name: str, kinds: dict[type[Message], int]
) -> None:
    lines = captured(data_dir / "ws" / f"{name}.txt.gz")
    assert Counter(type(decoded(line)) for line in lines) == kinds


def test_where_it_is() -> None:
    assert VENUE.name == "binance"
    assert ENDPOINT.url == "wss://stream.binance.com:9443/stream"
    assert ENDPOINT.lifetime_ns == 86_400 * 10**9
    assert VENUE.subscribe(ENDPOINT, ENDPOINT.channels) == (
        '{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}',
        '{"method":"SUBSCRIBE","params":["btcusdt@kline_1m"],"id":2}',
        '{"method":"SUBSCRIBE","params":["btcusdt@bookTicker"],"id":3}',
    )
