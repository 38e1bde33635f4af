"""Candlestick patterns at closed bars, and the view that measured evidence allows of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Self

from supreme_system_v5.domain import NS_PER_SECOND, Timeframe, View, ViewStatus
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.optimized import CandlestickPatterns

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["PatternRecognizer"]

_LATEST_NS = 4_102_444_800_000_000_000
"""The year 2100."""
_NEGLIGIBLE = 1e-9
"""Confidences that cancel leave rounding behind, which is no direction."""


class PatternRecognizer:
    """Recognises TA-Lib's 61 candlestick patterns, and says what they are worth.

    A pattern is worth what was measured of it, and nothing where nothing was measured: without
    evidence the view has direction 0 and confidence 0, whatever the bars show.

    Args:
        evidence: Confidence of patterns, 0 to 1, by TA-Lib's name; of the others it is 0.
        timeframe: Length of the bars: the view holds for two of them.

    Raises:
        InvalidInputError: A name is none of the patterns, a confidence is not from 0 to 1; a price
            or a time is out of range.
        InvalidTypeError: An argument has the wrong type.

    A bar costs well below a microsecond, the same whatever its number. All patterns are looked for
    from bar 15 on. Source: TA-Lib 0.8 with its defaults; ``docs/definitions.md``, "Candlestick
    patterns".

    Example:
        >>> recognizer = PatternRecognizer(evidence={"CDLENGULFING": 0.55})
        >>> recognizer.update(10.0, 11.0, 9.0, 9.5), recognizer.update(9.5, 10.0, 9.0, 9.25)
        ({}, {})
        >>> recognizer.update(9.0, 12.0, 8.5, 11.5, closed_ns=180_000_000_000)
        {'CDLENGULFING': 100}
        >>> view = recognizer.view()
        >>> view.direction, view.confidence, str(view.status), view.reasons
        (1.0, 0.55, 'partial', ('CDLENGULFING +100',))
    """

    __slots__ = ("_closed_ns", "_evidence", "_found", "_patterns", "_timeframe")

    def __init__(
        self,
        *,
        evidence: Mapping[str, float] | None = None,
        timeframe: Timeframe = Timeframe.M1,
    ) -> None:
        if not isinstance(timeframe, Timeframe):
            raise InvalidTypeError(f"timeframe is {timeframe!r}, allowed is a Timeframe")
        self._patterns = CandlestickPatterns()
        self._evidence = _checked(evidence, self._patterns.names)
        self._timeframe = timeframe
        self._found: Mapping[str, int] = {}
        self._closed_ns: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """TA-Lib's names of all patterns."""
        return self._patterns.names

    @property
    def evidence(self) -> dict[str, float]:
        """The measured confidences, a copy."""
        return dict(self._evidence)

    @property
    def timeframe(self) -> Timeframe:
        """Length of the bars."""
        return self._timeframe

    @property
    def warmup(self) -> int:
        """Number of bars until all patterns are looked for."""
        return self._patterns.warmup

    @property
    def mature(self) -> bool:
        """True once all patterns are looked for."""
        return self._patterns.mature

    def update(
        self,
        open: float,  # noqa: A002 - the name of the price
        high: float,
        low: float,
        close: float,
        /,
        *,
        closed_ns: int | None = None,
    ) -> dict[str, int]:
        """Take one closed bar; return the patterns that it completes.

        Args:
            open: Its first price, from 1e-15 to 1e15 like the others.
            high: Its highest price.
            low: Its lowest price.
            close: Its last price.
            closed_ns: First nanosecond after the bar, UTC, later than that of the bar before;
                `view` has no data without it.

        Returns:
            TA-Lib's value of each pattern that is there, by its name: ±100, ±80 (engulfing and
            harami with an end in common) or ±200 (a hikkake confirmed).
        """
        if closed_ns is not None:
            self._check_time(closed_ns)
        found = self._patterns.update(open, high, low, close)
        self._found = found and found.copy()  # the answer is the caller's
        self._closed_ns = closed_ns
        return found

    def batch(
        self,
        open: Buffer | Sequence[float],  # noqa: A002 - the name of the column
        high: Buffer | Sequence[float],
        low: Buffer | Sequence[float],
        close: Buffer | Sequence[float],
        /,
    ) -> dict[str, memoryview[int]]:
        """Look for the patterns in whole columns, afresh; nothing here changes.

        Args:
            open: Any one-dimensional float64 buffer, read without a copy, or a list.
            high: As long as `open`.
            low: As long as `open`.
            close: As long as `open`.

        Returns:
            For every pattern a read-only memoryview of int32, as long as `open`, which numpy takes
            without a copy; 0 where it is not there.
        """
        return self._patterns.batch(open, high, low, close)

    def view(self) -> View:
        """Return what the patterns of the last bar come to.

        The direction is the sign of the sum of sign times confidence, 0 where that is within 1e-9
        of 0; the confidence is the largest among the patterns that have this sign. Each pattern is
        a reason, with evidence or without.
        """
        signs = {name: (value > 0) - (value < 0) for name, value in self._found.items()}
        worth = [(sign, self._evidence.get(name, 0.0)) for name, sign in signs.items()]
        total = math.fsum(sign * confidence for sign, confidence in worth)
        direction = (total > _NEGLIGIBLE) - (total < -_NEGLIGIBLE)
        if self._closed_ns is None:
            status, direction = ViewStatus.NO_DATA, 0
        else:
            status = ViewStatus.OK if self.mature else ViewStatus.PARTIAL
        agreeing = (confidence for sign, confidence in worth if direction and sign == direction)
        return View(
            direction=float(direction),
            confidence=max(agreeing, default=0.0),
            as_of_ns=self._closed_ns,
            ttl_ns=2 * self._timeframe.seconds * NS_PER_SECOND,
            status=status,
            reasons=tuple(f"{name} {value:+d}" for name, value in self._found.items()),
        )

    def reset(self) -> None:
        """Forget all bars; the evidence stays."""
        self._patterns.reset()
        self._found = {}
        self._closed_ns = None

    def __copy__(self) -> Self:
        return deepcopy(self)  # two that share their bars would be one

    def _check_time(self, closed_ns: int) -> None:
        if isinstance(closed_ns, bool) or not isinstance(closed_ns, int):
            raise InvalidTypeError(f"closed_ns is {closed_ns!r}, allowed is an int")
        least = 0 if self._closed_ns is None else self._closed_ns + 1
        if not least <= closed_ns <= _LATEST_NS:
            bound = f"from {least} to {_LATEST_NS}"
            raise InvalidInputError(
                f"closed_ns is {closed_ns}, allowed is {bound}", "closed_ns", closed_ns, bound
            )


def _checked(evidence: Mapping[str, float] | None, names: tuple[str, ...]) -> dict[str, float]:
    """Return a copy of the evidence once all of it is allowed."""
    if evidence is None:
        return {}
    if not isinstance(evidence, Mapping):
        raise InvalidTypeError(f"evidence is {evidence!r}, allowed is a mapping or None")
    checked = {}
    for name, confidence in evidence.items():
        if name not in names:
            bound = "one of TA-Lib's patterns, such as 'CDLDOJI'"
            raise InvalidInputError(
                f"evidence is for {name!r}, allowed is {bound}", "evidence", name, bound
            )
        about = f"evidence for {name}"
        if isinstance(confidence, bool) or not isinstance(confidence, int | float):
            raise InvalidTypeError(f"{about} is {confidence!r}, allowed is a number")
        if not 0.0 <= confidence <= 1.0:
            raise InvalidInputError(
                f"{about} is {confidence!r}, allowed is from 0 to 1",
                about,
                confidence,
                "from 0 to 1",
            )
        checked[name] = float(confidence)
    return checked
