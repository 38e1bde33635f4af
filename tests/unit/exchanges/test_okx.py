from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from supreme_system_v5.domain.live import Candle, Channel, FeedTrade
from supreme_system_v5.errors import DataError
from supreme_system_v5.exchanges.okx import OkxSpot
from supreme_system_v5.exchanges.protocol import (
    Acked,
    CandleTold,
    Ignored,
    Message,
    Notice,
    Pong,
    QuoteTold,
    Refused,
    TradesTold,
)
from tests.support.exchange_messages import captured, message_files, messages

VENUE = OkxSpot(symbol="BTC-USDT")
PUBLIC, BUSINESS = VENUE.endpoints
OURS = {
    "ws_trades": TradesTold,
    "ws_trades_ack": Acked,
    "ws_notice_64008": Notice,
    "ws_subscribe_error_60012": Refused,
    "ws_channel_conn_count_error": Refused,
}
"""What of the samples is for us; everything else is for somebody with a key, or another channel."""


def told(frame: str | bytes) -> Message:
    [message] = VENUE.decode(PUBLIC, frame)
    return message


def trades_of(*rows: dict[str, object]) -> TradesTold:
    usual = {
        "instId": "BTC-USDT",
        "tradeId": "100",
        "px": "5",
        "sz": "2",
        "side": "buy",
        "ts": "1000",
    }
    whole = {
        "arg": {"channel": "trades", "instId": "BTC-USDT"},
        "data": [{**usual, **row} for row in rows],
    }
    message = told(msgspec.json.encode(whole))
    assert isinstance(message, TradesTold)
    return message


def test_every_documented_message_is_read(data_dir: Path) -> None:
    files = message_files(data_dir, "okx")
    kinds = {
        file.stem: {
            type(message) for frame in messages(file) for message in VENUE.decode(PUBLIC, frame)
        }
        for file in files
    }
    assert len(kinds) == 77
    assert kinds == {name: {OURS.get(name, Ignored)} for name in kinds}


def test_every_line_of_a_capture_is_read(data_dir: Path) -> None:
    lines = list(captured(data_dir / "ws" / "okx_v5_public_20220513_a.txt.gz"))
    told_all = [message for line in lines for message in VENUE.decode(PUBLIC, line)]
    assert len(told_all) == len(lines) == 246
    trades = [message for message in told_all if isinstance(message, TradesTold)]
    ours = [trade for message in trades for trade in message.trades]
    # Counted by their text, which no decoder saw.
    texts = [line for line in lines if '"channel":"trades"' in line and '"data":' in line]
    assert len(ours) == sum(line.count('"instId":"BTC-USDT","tradeId"') for line in texts)
    others = sum(message.dropped.get("other_market", 0) for message in trades)
    assert len(ours) + others == sum(line.count('"tradeId"') for line in texts)
    # Its numbers have no gap, which is what the search for missing trades builds on.
    assert all(one.last == (other.first or 0) - 1 for one, other in pairwise(ours))
    # It has two requests for each of the six acknowledgements, and one market of three is ours.
    assert sum(isinstance(message, Acked) for message in told_all) == sum(
        '"event":"subscribe"' in line and '"trades","instId":"BTC-USDT"' in line for line in lines
    )


def test_a_trade(data_dir: Path) -> None:
    [frame] = messages(data_dir / "exchange_messages" / "okx" / "ws_trades.json")
    assert told(frame) == TradesTold(
        trades=(
            FeedTrade(
                price=42219.9,
                size=0.12060306,
                time_ns=1630048897897 * 10**6,
                side=1,
                trade_id="130639474",
                first=130639472,
                last=130639474,
            ),
        )
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"px": "0"}, "zero"),
        ({"sz": "0.000"}, "zero"),
        ({"px": "-1"}, "zero"),
        ({"px": "nan"}, "bad"),
        ({"sz": "inf"}, "bad"),
        ({"px": "1e16"}, "bad"),
        ({"count": "0"}, "bad"),
        ({"count": "101"}, "bad"),
        ({"ts": "9999999999999999"}, "bad"),
        ({"tradeId": "99999999999999999999"}, "bad"),
        ({"instId": "ETH-USDT"}, "other_market"),
    ],
)
def test_what_is_no_trade_is_counted(change: dict[str, object], reason: str) -> None:
    message = trades_of({}, change, {"tradeId": "101"})
    assert [trade.trade_id for trade in message.trades] == ["100", "101"]
    assert message.dropped == {reason: 1}


def test_sides() -> None:
    message = trades_of({"side": "buy"}, {"side": "sell"}, {"side": "?"})
    assert [trade.side for trade in message.trades] == [1, -1, 0]


def candle(*, channel: str = "candle1m", market: str = "BTC-USDT", confirm: str = "1") -> str:
    return (
        f'{{"arg":{{"channel":"{channel}","instId":"{market}"}},'
        f'"data":[["1629993600000","5","7","4","6","3.5","20","20","{confirm}","new"]]}}'
    )


def test_a_candle() -> None:
    whole = Candle(
        open_ns=1629993600000 * 10**6, open=5, high=7, low=4, close=6, volume=3.5, closed=True
    )
    assert told(candle()) == CandleTold(candles=(whole,))
    forming = msgspec.structs.replace(whole, closed=False)
    assert told(candle(confirm="0")) == CandleTold(candles=(forming,))
    assert told(candle(channel="candle1D")) == Ignored(why="other channel")
    assert told(candle(market="ETH-USDT")) == Ignored(why="other market")
    assert told(candle().replace('"7"', '"5.5"')) == Ignored(why="bad candle")


@pytest.mark.parametrize(
    ("book", "expected"),
    [
        (
            '"bids":[["5","1","0","2"]],"asks":[["6","2","0","2"]]',
            QuoteTold(bid=5, bid_size=1, ask=6, ask_size=2),
        ),
        ('"bids":[],"asks":[["6","2","0","2"]]', Ignored(why="one-sided book")),
        ('"bids":[["5","0"]],"asks":[["6","2"]]', Ignored(why="one-sided book")),
        ('"bids":[["7","1"]],"asks":[["6","2"]]', Ignored(why="crossed book")),
        ('"bids":[["nan","1"]],"asks":[["6","2"]]', Ignored(why="bad quote")),
    ],
)
def test_best_bid_and_ask(book: str, expected: Message) -> None:
    frame = f'{{"arg":{{"channel":"bbo-tbt","instId":"BTC-USDT"}},"data":[{{{book},"seqId":1}}]}}'
    assert told(frame) == expected


@pytest.mark.parametrize("channel", list(Channel))
def test_an_answer_to_a_request_says_which_it_was(channel: Channel) -> None:
    [text] = VENUE.subscribe(PUBLIC, [channel])
    asked = msgspec.json.decode(text)
    assert asked["op"] == "subscribe"
    [arg] = asked["args"]
    ack = {"id": asked["id"], "event": "subscribe", "arg": arg, "connId": "a4d3ae55"}
    assert told(msgspec.json.encode(ack)) == Acked(channel=channel)
    error = {"id": asked["id"], "event": "error", "code": "60018", "msg": "wrong\nchannel"}
    assert told(msgspec.json.encode(error)) == Refused(
        channel=channel, code="60018", text="wrong channel", hopeless=True
    )
    [text] = VENUE.unsubscribe(PUBLIC, [channel])
    ended = msgspec.json.decode(text)
    assert (ended["op"], ended["args"]) == ("unsubscribe", [arg])
    for event in ("unsubscribe", "error"):
        answer = {"id": ended["id"], "event": event, "arg": arg}
        assert isinstance(told(msgspec.json.encode(answer)), Ignored)


def test_an_ack_of_another_market_is_none_of_ours() -> None:
    ack = '{"event":"subscribe","arg":{"channel":"trades","instId":"ETH-USDT"}}'
    assert told(ack) == Ignored(why="other channel")


def test_errors_that_may_pass() -> None:
    error = '{"event":"error","code":"64007","msg":"internal"}'
    assert told(error) == Refused(channel=None, code="64007", text="internal", hopeless=False)


def test_the_connection_lives() -> None:
    assert VENUE.ping() == "ping"
    assert told("pong") == told(b"pong") == Pong()
    beat = VENUE.heartbeat
    assert beat.ping_after_ns + beat.pong_within_ns < 30 * 10**9


def test_where_it_is() -> None:
    assert VENUE.name == "okx"
    assert [endpoint.url for endpoint in OkxSpot(symbol="A-B", ws="ws://[::1]:5/").endpoints] == [
        "ws://[::1]:5/ws/v5/public",
        "ws://[::1]:5/ws/v5/business",
    ]
    assert {channel for end in VENUE.endpoints for channel in end.channels} == set(Channel)
    assert VENUE.connect_limit.connects == 3


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        b"\xff\xfe",
        "[1,",
        "NaN",
        '{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"px":1}]}',
        '{"arg":{"channel":"trades","instId":"BTC-USDT"}}',
        candle().replace('"5"', '"five"'),
        '{"arg":{"channel":"candle1m","instId":"BTC-USDT"},"data":[["1","1e400"]]}',
        "[" * 100_000,
        "\ud800",
    ],
)
def test_garbage_is_refused(frame: str | bytes) -> None:
    with pytest.raises(DataError, match="okx: a message of"):
        VENUE.decode(BUSINESS, frame)


@pytest.mark.parametrize("frame", ["[]", "5", '"pong"', "{}", '{"event":5}', '{"event":"new"}'])
def test_what_is_not_known_is_ignored(frame: str) -> None:
    assert told(frame) == Ignored(why="unknown")
