"""What every venue's protocol does, whatever it is told."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain.live import Candle, Channel, FeedTrade
from supreme_system_v5.errors import DataError
from supreme_system_v5.exchanges.protocol import (
    Acked,
    CandleTold,
    Ignored,
    Message,
    QuoteTold,
    Refused,
    TradesTold,
)
from supreme_system_v5.exchanges.wire import sound, trade_fault
from tests.support.venue_samples import TIME_MS, VENUES, Sample

each = pytest.mark.parametrize("sample", VENUES.values(), ids=VENUES.keys())
NAMES = sorted(VENUES)


def decoded(sample: Sample, frame: str | bytes) -> tuple[Message, ...]:
    venue = sample.make(symbol="BTC-USDT")
    return venue.decode(venue.endpoints[0], frame)


@each
def test_the_same_market_is_told_alike(sample: Sample) -> None:
    numbered = sample is not VENUES["bybit"]
    trade = FeedTrade(
        price=61800.3,
        size=0.25,
        time_ns=TIME_MS * 10**6,
        side=1,
        trade_id="77",
        first=77 if numbered else None,
        last=77 if numbered else None,
    )
    assert decoded(sample, sample.trade) == (TradesTold(trades=(trade,)),)
    candle = Candle(
        open_ns=1_723_161_300_000 * 10**6,
        open=61700,
        high=61900,
        low=61600,
        close=61800.3,
        volume=1.5,
        closed=True,
    )
    assert decoded(sample, sample.candle) == (CandleTold(candles=(candle,)),)
    quote = QuoteTold(bid=61800.2, bid_size=2, ask=61800.4, ask_size=3)
    assert decoded(sample, sample.quote) == (quote,)


@each
def test_bytes_and_text_are_the_same(sample: Sample) -> None:
    for frame in sample.frames:
        assert decoded(sample, frame) == decoded(sample, frame.encode())


@each
def test_other_markets_are_told_apart(sample: Sample) -> None:
    changes = (("BTC-USDT", "ETH-USDT"), ("BTCUSDT", "ETHUSDT"), ("btcusdt", "ethusdt"))
    for frame in sample.frames:
        other = frame
        for ours, theirs in changes:
            other = other.replace(ours, theirs)
        [message] = decoded(sample, other)
        if frame is sample.trade:
            assert message == TradesTold(trades=(), dropped={"other_market": 1})
        else:
            assert message == Ignored(why="other market")


@each
def test_every_channel_is_told_on_one_connection(sample: Sample) -> None:
    venue = sample.make(symbol="BTC-USDT")
    told = [channel for endpoint in venue.endpoints for channel in endpoint.channels]
    assert sorted(told) == sorted(Channel)


@each
def test_each_channel_is_asked_for_alone_and_its_answer_known(sample: Sample) -> None:
    venue = sample.make(symbol="BTC-USDT")
    for endpoint in venue.endpoints:
        asked = venue.subscribe(endpoint, endpoint.channels)
        ended = venue.unsubscribe(endpoint, endpoint.channels)
        assert len({*asked, *ended}) == 2 * len(endpoint.channels)
        for channel, request in zip(endpoint.channels, asked, strict=True):
            assert decoded(sample, sample.ack(request)) == (Acked(channel=channel),)
            [refused] = decoded(sample, sample.refusal(request))
            assert isinstance(refused, Refused)
            assert (refused.channel, refused.hopeless) == (channel, True)
        for request in ended:
            for answer in (sample.ack(request), sample.refusal(request)):
                [message] = decoded(sample, answer)
                assert isinstance(message, Ignored)


@each
def test_a_proxy_replaces_hosts_and_keeps_paths(sample: Sample) -> None:
    usual = sample.make(symbol="BTC-USDT").endpoints
    moved = sample.make(symbol="BTC-USDT", ws="ws://127.0.0.1:8000").endpoints
    for one, other in zip(usual, moved, strict=True):
        assert one.url.startswith("wss://")
        assert one.url.split("/", 3)[3] == other.url.removeprefix("ws://127.0.0.1:8000/")


@each
@pytest.mark.parametrize("number", ["0", "-5", "0.0"])
def test_nothing_costs_nothing(sample: Sample, number: str) -> None:
    for value in ("61800.3", "0.25"):
        frame = sample.trade.replace("61800.30", "61800.3").replace(f'"{value}"', f'"{number}"', 1)
        assert decoded(sample, frame) == (TradesTold(trades=(), dropped={"zero": 1}),)


@each
def test_what_cannot_be_read_is_an_error(sample: Sample) -> None:
    for frame in sample.frames:
        for broken in (
            frame[:-2],
            frame.encode() + b"\xff",
            frame.replace("61800.", "much", 1),
            frame.replace('"61800.', '"1e999', 1),
            frame.encode().replace(b"61800", b"6\xff", 1),
        ):
            with pytest.raises(DataError, match="cannot be read"):
                decoded(sample, broken)


@each
@pytest.mark.parametrize("frame", ["[]", "1", "{}", '{"event":"new","id":"x"}', '{"a":{"b":[]}}'])
def test_what_is_new_is_ignored(sample: Sample, frame: str) -> None:
    [message] = decoded(sample, frame)
    assert isinstance(message, Ignored)


VALUES: tuple[object, ...] = (
    *(None, True, -1, 1e308, "", "nan", "inf", "-0", "9" * 40),
    *([], {}, [[]], [None]),
)


def changed(frame: bytes, chance: random.Random) -> Iterator[bytes]:
    """Return some ways in which a frame can be broken, or only different."""
    place = chance.randrange(len(frame))
    yield frame[:place]
    yield frame[:place] + bytes([chance.randrange(256)]) + frame[place + 1 :]
    yield frame[:place] + frame[chance.randrange(len(frame)) :]
    whole = json.loads(frame)
    for value in VALUES:
        yield json.dumps(replaced(whole, chance, value)).encode()


def replaced(node: object, chance: random.Random, value: object) -> object:
    """Return JSON with one part of it, anywhere, replaced."""
    if isinstance(node, dict) and node:
        key = chance.choice(sorted(node))
        return {**node, key: replaced(node[key], chance, value)}
    if isinstance(node, list) and node and chance.random() < 0.9:
        place = chance.randrange(len(node))
        return [*node[:place], replaced(node[place], chance, value), *node[place + 1 :]]
    return value


def check(name: str, frame: bytes) -> str:
    """Decode a frame, and see that nothing gets through that must not."""
    try:
        told = decoded(VENUES[name], frame)
    except DataError:
        return "error"
    assert told
    for message in told:
        if isinstance(message, TradesTold):
            for trade in message.trades:
                assert not trade_fault(trade.price, trade.size, trade.time_ns // 10**6)
                assert trade.side in {-1, 0, 1}
                assert trade.trade_id
                assert trade.first is None or 0 <= trade.first <= (trade.last or 0) < 2**63
        elif isinstance(message, CandleTold):
            assert message.candles
            assert all(sound(candle) for candle in message.candles)
        elif isinstance(message, QuoteTold):
            assert 0 < message.bid < message.ask < float("inf")
            assert 0 < min(message.bid_size, message.ask_size) < float("inf")
    return type(told[0]).__name__


@pytest.mark.parametrize("name", NAMES)
def test_changed_frames_are_read_or_refused(name: str) -> None:
    chance = random.Random(7)
    came = {
        check(name, frame)
        for _ in range(100)
        for sample in VENUES[name].frames
        for frame in changed(sample.encode(), chance)
    }
    assert {"error", "Ignored", "TradesTold", "CandleTold", "QuoteTold"} <= came


@given(st.sampled_from(NAMES), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(name: str, frame: bytes) -> None:
    check(name, frame)
