"""Is a user's signal one that can be acted on? And prices to whole ticks, the safe way."""

from __future__ import annotations

from supreme_system_v5.domain import SignalAction
from supreme_system_v5.strategies import Signal

__all__ = ["fault_in_units", "fault_of", "in_ticks"]

_LARGEST = 1e15
_LARGEST_UNITS = 2**53
_LONGEST_SECONDS = 604_800
_SHOWN = 80
"""Longest value that a refusal repeats."""


def fault_of(  # noqa: PLR0911 - one for each fault
    signal: Signal, price: float
) -> tuple[str, str, str] | None:
    """Return (reason, what is allowed, what it was) of the first fault of a signal; None if sound.

    Args:
        signal: What a strategy answered.
        price: The last price.
    """
    if not isinstance(signal.action, SignalAction):
        return "NOT_AN_ACTION", "SignalAction.ENTER or EXIT", _shown(signal.action)
    reason: object = signal.reason
    if not (type(reason) is str and reason.isprintable()):
        return "NOT_A_REASON", "a str of printable characters", _shown(reason)
    if signal.action is SignalAction.EXIT:
        return None
    if type(signal.side) is not int or signal.side not in (1, -1):
        return "NOT_A_SIDE", "1 or -1", _shown(signal.side)
    for name in ("stop", "target", "trail", "limit"):
        value = getattr(signal, name)
        if value is not None and not _is_price(value):
            return "NOT_A_PRICE", f"{name} is a finite number above 0, or None", _shown(value)
    if not (_is_price(signal.good_for_seconds) and signal.good_for_seconds <= _LONGEST_SECONDS):
        allowed = f"good_for_seconds above 0, at most {_LONGEST_SECONDS}"
        return "NOT_A_TIME", allowed, _shown(signal.good_for_seconds)
    price = price if signal.limit is None else signal.limit
    for name, value, below in (
        ("stop", signal.stop, signal.side > 0),
        ("target", signal.target, signal.side < 0),
    ):
        if value is not None and not (value < price if below else value > price):
            where = "below" if below else "above"
            return "WRONG_SIDE", f"{name} {where} the price, {price!r}", _shown(value)
    return None


def _is_price(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _LARGEST


def _shown(value: object) -> str:
    """Return the beginning of a value's repr, which is the strategy's own and may fail."""
    try:
        text = str(repr(value))
    except BaseException:  # noqa: BLE001 - whatever it raises
        text = f"a {type(value).__name__}"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def fault_in_units(
    side: int, price: int, *, stop: int, target: int, trail: int
) -> tuple[str, str, str] | None:
    """Return the first fault of protections in units, as `fault_of` does.

    Sound prices may become unsound on a venue's ticks: a tick that is large beside the price moves
    a stop to the price or beyond, where it would sell at once.

    Args:
        side: 1 long, -1 short.
        price: The last price, units.
        stop: Units, as the following; 0 for none.
        target: Its target.
        trail: Its trailing distance.
    """
    for name, value, away in (("stop", stop, -side), ("target", target, side), ("trail", trail, 0)):
        if value > _LARGEST_UNITS:
            return "NOT_A_PRICE", f"{name} up to {_LARGEST_UNITS} price units", str(value)
        if value and away and (value - price) * away <= 0:
            return "TICK_TOO_COARSE", f"{name} a tick away from the price, {price}", str(value)
    return None


def in_ticks(price: float | None, scale: float, tick: int, *, up: bool) -> int:
    """Return a price in units, on whole ticks, rounded away from the position; 0 for None.

    >>> in_ticks(61_000.07, 100.0, 10, up=False)
    6100000
    >>> in_ticks(61_000.07, 100.0, 10, up=True)
    6100010
    """
    if price is None:
        return 0
    units = round(price * scale, 6)  # a price on a tick stays there, whatever its last bit
    ticks = -int(-units // tick) if up else int(units // tick)
    return max(ticks, 1) * tick
