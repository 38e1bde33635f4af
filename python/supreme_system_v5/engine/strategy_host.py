"""Asks a user's strategy, and outlives whatever it does."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from supreme_system_v5.strategies import MarketView, Strategy, needs_of

__all__ = ["StrategyHost"]


class StrategyHost:
    """One strategy, made anew after a restart; not asked again after it raised.

    Args:
        new_strategy: Makes it.
        view: What it sees.

    Attributes:
        wakes: What wakes it, as a number; 0 after it raised.
        warmup_bars: Closed 1-minute bars before its entries count.
        errors: What it raised.

    Raises:
        InvalidInputError: It asks to be woken by something that does not wake.
    """

    __slots__ = ("_new_strategy", "_strategy", "_view", "errors", "wakes", "warmup_bars")

    def __init__(self, new_strategy: Callable[[], Strategy], view: MarketView) -> None:
        self._new_strategy = new_strategy
        self._view = view
        self._strategy: Strategy | None = new_strategy()
        wakes, self.warmup_bars = needs_of(self._strategy)
        self.wakes = int(wakes)
        self.errors: list[str] = []

    def restart(self) -> None:
        """Make it anew, unless it raised before."""
        if self.errors:
            return
        try:
            self._strategy = self._new_strategy()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - it is the user's; the run goes on without
            self._stop(error)

    def ask(self, flags: int) -> object:
        """Return what it answers to a wake-up; None when it has nothing to say, or raised."""
        if self._strategy is None:
            return None
        self._view.flags = flags
        try:
            return self._strategy.decide(self._view)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - SystemExit too: the report is still due
            self._stop(error)
        return None

    def _stop(self, error: BaseException) -> None:
        self._strategy, self.wakes = None, 0
        self.errors.append(f"{_told(error)} ({_where(error)})")


def _told(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001 - it is the user's
        text = "without words"
    return f"{type(error).__name__}: {text}"


def _where(error: BaseException) -> str:
    """Return the last line of the strategy's own file that led to an error."""
    frames = traceback.extract_tb(error.__traceback__)
    own = frames[min(1, len(frames) - 1)].filename  # the first frame is ours
    frame = next(frame for frame in reversed(frames) if frame.filename == own)
    return f"{frame.filename}, line {frame.lineno}"
