from __future__ import annotations

import msgspec
import pytest

from supreme_system_v5.domain.live import Candle
from supreme_system_v5.errors import DataError
from supreme_system_v5.exchanges.protocol import CandleTold, Ignored, QuoteTold
from supreme_system_v5.exchanges.wire import (
    EMPTY,
    envelope,
    quote_told,
    read,
    shortened,
    sound,
    told_candles,
    trade_fault,
    url_of,
)

GOOD = Candle(open_ns=60 * 10**9, open=5, high=7, low=4, close=6, volume=1, closed=True)


def test_a_message_that_cannot_be_read_is_shown_in_part() -> None:
    decoder = msgspec.json.Decoder(int)
    assert read(decoder, "5", "here") == 5
    with pytest.raises(DataError) as caught:
        read(decoder, msgspec.Raw(b"x" * 1_000), "here")
    assert len(str(caught.value)) < 300
    assert str(caught.value).startswith("here: a message of 1000 cannot be read")


def test_an_envelope_of_another_shape_is_none_but_has_to_be_json() -> None:
    decoder = msgspec.json.Decoder(dict[str, int])
    assert envelope(decoder, '{"a":1}', "here") == {"a": 1}
    assert envelope(decoder, '{"a":"b"}', "here") is None
    with pytest.raises(DataError):
        envelope(decoder, '{"a":"b"', "here")


def test_words_of_strangers_are_plain_and_short() -> None:
    assert shortened(" a\x1b[2Jb\n") == "a [2Jb"
    assert len(shortened("x" * 1_000)) == 200


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ((1.0, 1.0, 1), ""),
        ((0.0, 1.0, 1), "zero"),
        ((1.0, -1.0, 1), "zero"),
        ((float("nan"), 1.0, 1), "bad"),
        ((1.0, float("inf"), 1), "bad"),
        ((1.0, 1.0, 0), "bad"),
        ((1.0, 1.0, 10**13), "bad"),
    ],
)
def test_what_is_no_trade(numbers: tuple[float, float, int], reason: str) -> None:
    assert trade_fault(*numbers) == reason
    assert trade_fault(1.0, 1.0, 1, -1) == "bad"


@pytest.mark.parametrize(
    "change",
    [
        {"high": 5.5},
        {"low": 5.5},
        {"low": 0},
        {"volume": -1},
        {"volume": float("nan")},
        {"close": float("nan")},
        {"open_ns": 0},
        {"high": float("inf")},
    ],
)
def test_a_minute_that_contradicts_itself(change: dict[str, float]) -> None:
    assert sound(GOOD)
    assert sound(msgspec.structs.replace(GOOD, volume=0))
    bad = msgspec.structs.replace(GOOD, **change)
    assert not sound(bad)
    assert told_candles([bad, GOOD]) == (CandleTold(candles=(GOOD,)), Ignored(why="bad candle"))


def test_nothing_told() -> None:
    assert told_candles([]) == (EMPTY,)


def test_quotes() -> None:
    assert quote_told(1, 2, 3, 4) == QuoteTold(bid=1, bid_size=2, ask=3, ask_size=4)
    assert quote_told(3, 2, 3, 4) == Ignored(why="crossed book")
    assert quote_told(1, 0, 3, 4) == Ignored(why="one-sided book")
    assert quote_told(0, 1, 3, 4) == Ignored(why="bad quote")


def test_addresses() -> None:
    assert url_of("wss://a:1", "/b") == url_of("wss://a:1/", "/b") == "wss://a:1/b"
