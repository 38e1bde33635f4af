"""Is a user's signal one that can be acted on? And prices to whole ticks, the safe way."""

from __future__ import annotations

from math import isfinite

from supreme_system_v5.domain import SignalAction
from supreme_system_v5.strategies import Signal

__all__ = ["fault_of", "in_ticks"]

_LARGEST = 1e15


def fault_of(  # noqa: PLR0911 - one for each fault
    signal: Signal, price: float
) -> tuple[str, str, str] | None:
    """Return (reason, what is allowed, what it was) of the first fault of a signal; None if sound.

    Args:
        signal: What a strategy answered.
        price: The last price.
    """
    if not isinstance(signal.action, SignalAction):
        return "NOT_AN_ACTION", "SignalAction.ENTER or EXIT", repr(signal.action)
    if not isinstance(signal.reason, str):
        return "NOT_A_REASON", "a str", repr(signal.reason)
    if signal.action is SignalAction.EXIT:
        return None
    if type(signal.side) is not int or signal.side not in (1, -1):
        return "NOT_A_SIDE", "1 or -1", repr(signal.side)
    for name in ("stop", "target", "trail"):
        value = getattr(signal, name)
        if value is not None and not _is_price(value):
            return "NOT_A_PRICE", f"{name} is a finite number above 0, or None", repr(value)
    for name, value, below in (
        ("stop", signal.stop, signal.side > 0),
        ("target", signal.target, signal.side < 0),
    ):
        if value is not None and not (value < price if below else value > price):
            where = "below" if below else "above"
            return "WRONG_SIDE", f"{name} {where} the price, {price!r}", repr(value)
    return None


def _is_price(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and isfinite(value)
        and 0 < value <= _LARGEST
    )


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
