"""What the wire formats of all venues have in common: reading a frame, and what is believed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from supreme_system_v5.domain.live import Candle
from supreme_system_v5.errors import DataError
from supreme_system_v5.exchanges.protocol import CandleTold, Ignored, Message, QuoteTold

__all__ = [
    "EMPTY",
    "NS_PER_MS",
    "UNKNOWN",
    "Told",
    "envelope",
    "quote_told",
    "read",
    "shortened",
    "sound",
    "told_candles",
    "trade_fault",
    "url_of",
]

NS_PER_MS = 1_000_000
UNKNOWN = Ignored(why="unknown")
"""What no page of the venue's tells of."""
EMPTY = Ignored(why="empty")
"""A channel of ours that tells nothing."""

_LONGEST_TEXT = 200
_SHOWN = 60
_MOST = 1e15  # what the core counts prices and sizes up to
_YEAR_2100_MS = 4_102_444_800_000
_MOST_NUMBER = 2**63

Told = TypeVar("Told")


def read(decoder: msgspec.json.Decoder[Told], data: str | bytes | msgspec.Raw, venue: str) -> Told:
    """Return what a decoder makes of JSON.

    Raises:
        DataError: It is none, or not what the decoder expects.
    """
    try:
        return decoder.decode(data)
    # Bytes that are no text are a ValueError, too many brackets a RecursionError.
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _unreadable(venue, data, error) from error


def envelope(decoder: msgspec.json.Decoder[Told], frame: str | bytes, venue: str) -> Told | None:
    """Return the outer part of a frame; None when it is JSON, but of a shape never told of.

    Raises:
        DataError: It is no JSON.
    """
    try:
        return decoder.decode(frame)
    except msgspec.ValidationError:
        # It was found before the end was seen: what follows has to be JSON as well.
        read(msgspec.json.Decoder(), frame, venue)
        return None
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _unreadable(venue, frame, error) from error


def _unreadable(venue: str, data: str | bytes | msgspec.Raw, error: Exception) -> DataError:
    whole = bytes(data) if isinstance(data, msgspec.Raw) else data
    shown = repr(whole[:_SHOWN]) + ("..." if len(whole) > _SHOWN else "")
    return DataError(
        f"{venue}: a message of {len(whole)} cannot be read ({shortened(str(error))}): {shown}"
    )


def shortened(text: str) -> str:
    """Return a stranger's words: printable, at most 200 characters."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text[:_LONGEST_TEXT])
    return plain.strip()


def trade_fault(price: float, size: float, time_ms: int, number: int = 0) -> str:
    """Return why numbers are no trade: ``"zero"`` or ``"bad"``; empty when they are one.

    Args:
        price: Quote currency.
        size: Base currency.
        time_ms: Milliseconds UTC.
        number: Of the trade, where it has one.
    """
    if (
        0.0 < price < _MOST
        and 0.0 < size < _MOST
        and 0 < time_ms < _YEAR_2100_MS
        and 0 <= number < _MOST_NUMBER
    ):
        return ""
    return "zero" if price <= 0.0 or size <= 0.0 else "bad"


def sound(candle: Candle) -> bool:
    """Return whether a minute does not contradict itself; without trades its volume is 0."""
    return (
        0.0 < candle.low <= candle.open <= candle.high < _MOST
        and candle.low <= candle.close <= candle.high
        and 0.0 <= candle.volume < _MOST
        and 0 < candle.open_ns < _YEAR_2100_MS * NS_PER_MS
    )


def told_candles(candles: Iterable[Candle]) -> tuple[Message, ...]:
    """Return the sound ones of some minutes as told, the others as ignored."""
    good, bad = [], 0
    for candle in candles:
        if sound(candle):
            good.append(candle)
        else:
            bad += 1
    told: tuple[Message, ...] = (CandleTold(candles=tuple(good)),) if good else ()
    return told + (Ignored(why="bad candle"),) * bad or (EMPTY,)


def quote_told(bid: float, bid_size: float, ask: float, ask_size: float) -> QuoteTold | Ignored:
    """Return best bid and ask; ignored when they are none, or bid is not below ask."""
    if not 0.0 < bid < _MOST or not 0.0 < ask < _MOST:
        return Ignored(why="bad quote")
    if not (0.0 < bid_size < _MOST and 0.0 < ask_size < _MOST):
        return Ignored(why="one-sided book")
    if bid >= ask:
        return Ignored(why="crossed book")
    return QuoteTold(bid=bid, bid_size=bid_size, ask=ask, ask_size=ask_size)


def url_of(host: str, path: str) -> str:
    """Return an address below a host, whether its name ends with a slash or not.

    >>> url_of("ws://127.0.0.1:8000/", "/ws/v5/public")
    'ws://127.0.0.1:8000/ws/v5/public'
    """
    return host.rstrip("/") + path
