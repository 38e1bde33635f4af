from __future__ import annotations

import json
from pathlib import Path

import pytest

from supreme_system_v5.domain.live import Channel, FeedTrade
from supreme_system_v5.exchanges.bybit import BybitSpot
from supreme_system_v5.exchanges.protocol import (
    Ignored,
    Message,
    Pong,
    QuoteTold,
    Refused,
    TradesTold,
)
from tests.support.exchange_messages import message_files, messages
from tests.support.venue_samples import VENUES

VENUE = BybitSpot(symbol="BTC-USDT")
[ENDPOINT] = VENUE.endpoints
OURS = {
    "ws_publicTrade": TradesTold,
    "naut_ws_orderbook_snapshot": QuoteTold,
    "naut_ws_subscription_failure": Refused,
    "ws_pong_public_spot": Pong,
    "ws_pong_public_linear": Pong,
    "ws_pong_private": Pong,
    "wstrade_pong": Pong,
}


def decoded(frame: str | bytes) -> Message:
    [message] = VENUE.decode(ENDPOINT, frame)
    return message


def test_every_documented_message_is_read(data_dir: Path) -> None:
    kinds = {
        file.stem: {type(decoded(frame)) for frame in messages(file)}
        for file in message_files(data_dir, "bybit")
    }
    assert len(kinds) == 43
    assert kinds == {name: {OURS.get(name, Ignored)} for name in kinds}


def test_a_trade(data_dir: Path) -> None:
    [frame] = messages(data_dir / "exchange_messages" / "bybit" / "ws_publicTrade.json")
    expected = FeedTrade(
        price=16578.5,
        size=0.001,
        time_ns=1672304486865 * 10**6,
        side=1,
        trade_id="20f43950-d8dd-5b31-9112-a178eb6023af",
    )
    assert decoded(frame) == TradesTold(trades=(expected,))


@pytest.mark.parametrize(
    ("change", "reason"), [({"BT": True}, "block"), ({"i": ""}, "bad"), ({"v": "0"}, "zero")]
)
def test_what_is_no_trade_is_counted(change: dict[str, object], reason: str) -> None:
    whole = json.loads(VENUES["bybit"].trade)
    [row] = whole["data"]
    whole["data"] = [row, {**row, **change}, {**row, "S": "Sell", "i": "78"}]
    message = decoded(json.dumps(whole))
    assert isinstance(message, TradesTold)
    assert [(trade.trade_id, trade.side) for trade in message.trades] == [("77", 1), ("78", -1)]
    assert message.dropped == {reason: 1}


def test_a_refusal_that_names_a_topic_only() -> None:
    told = {"success": False, "ret_msg": "error:publicTrade.BTCUSDT busy", "op": "subscribe"}
    assert decoded(json.dumps(told)) == Refused(
        channel=Channel.TRADES, code="", text="error:publicTrade.BTCUSDT busy", hopeless=False
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [({"type": "delta"}, "part of a book"), ({"data": {"b": [], "a": []}}, "one-sided book")],
)
def test_books_that_are_none(change: dict[str, object], why: str) -> None:
    whole = json.loads(VENUES["bybit"].quote)
    assert decoded(json.dumps({**whole, **change})) == Ignored(why=why)


def test_keys_come_in_any_order() -> None:
    for frame in VENUES["bybit"].frames:
        turned = json.dumps(dict(reversed(json.loads(frame).items())))
        assert decoded(turned) == decoded(frame)


def test_where_it_is() -> None:
    assert VENUE.name == "bybit"
    assert ENDPOINT.url == "wss://stream.bybit.com/v5/public/spot"
    assert json.loads(VENUE.ping()) == {"op": "ping"}
    assert VENUE.heartbeat.ping_after_ns == 20 * 10**9
    assert VENUE.connect_limit.connects == 500
