"""Four timeframes, a vote for each closed bar, and the consensus of the latest ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from supreme_system_v5.domain import (
    NS_PER_SECOND,
    Flag,
    Timeframe,
    TimeframeWeights,
    View,
    ViewStatus,
)
from supreme_system_v5.mtf.vote import Reading, Vote, cast_vote, side
from supreme_system_v5.ports import TickAnalyzer

__all__ = ["KEPT", "NO_VOTE", "Consensus", "MultiTimeframeEngine"]

KEPT = 100
"""Votes kept of each timeframe."""

NO_VOTE = "NOT_MATURE"
"""The reason of a timeframe that has no vote."""

_ALL_BARS = int(Flag.BAR_1M | Flag.BAR_5M | Flag.BAR_15M | Flag.BAR_1H)
_BITS = {timeframe: int(timeframe.flag) for timeframe in Timeframe}
_LENGTHS_NS = {timeframe: timeframe.seconds * NS_PER_SECOND for timeframe in Timeframe}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consensus:
    """What the timeframes come to together.

    Attributes:
        direction: -1 to 1: the weighted sum of the votes' direction times confidence.
        strength: 0 to 1: how far that is from 0.
        agreement: 0 to 1: share of the voting weight whose direction is the sign of `direction`;
            0 without votes.
        votes: The latest vote of each timeframe, None where it has none; also of those without
            weight, which count for nothing.
        reasons: Those of the votes; ``("NOT_MATURE",)`` where there is none.
        as_of_ns: The latest end of a bar among the votes that count, nanoseconds UTC; None without.
        status: OK; PARTIAL when a timeframe with weight has no vote; NO_DATA when none has.
    """

    direction: float
    strength: float
    agreement: float
    votes: Mapping[Timeframe, Vote | None]
    reasons: Mapping[Timeframe, tuple[str, ...]]
    as_of_ns: int | None
    status: ViewStatus


class MultiTimeframeEngine:
    """Listens to 1m, 5m, 15m and 1h bars, and says whether they agree.

    The indicators are the analyzer's, computed once when a bar closes; a vote is read from them
    once: when it is told of the bar, or at the latest when somebody asks for the consensus, which
    is the same either way. A timeframe that is not mature has no vote, and its weight goes to
    nobody. What the analyzer knows already is read at the start, so it may be warmed up before or
    after.

    Args:
        market: Where the numbers come from, native or plain.
        weights: How much each timeframe counts; None for 0.20, 0.30, 0.25 and 0.25.

    Memory for 100 votes of each timeframe. A closed bar costs ten reads, `consensus` a look at
    four votes. First vote: with the default periods after 61 whole bars of a timeframe.
    Source: ``docs/definitions.md``, "Timeframes that agree".

    Example:
        >>> from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer
        >>> market = OptimizedTechnicalAnalyzer()
        >>> timeframes = MultiTimeframeEngine(market)
        >>> for minute in range(61):
        ...     price, start = [100.0 + minute], [minute * 60_000_000_000]
        ...     _, flags = market.advance_bars(price, price, price, price, [1.0], start)
        ...     timeframes.on_closed(flags)
        >>> consensus = timeframes.consensus()
        >>> consensus.direction, consensus.agreement, str(consensus.status)
        (0.15000000000000002, 1.0, 'partial')
        >>> consensus.reasons[Timeframe.M1]
        ('EMA_UP', 'MACD_FLAT', 'RSI_UP', 'BAND_UP')
    """

    __slots__ = ("_closed", "_market", "_share", "_votes", "_weights", "_weighty")

    def __init__(self, market: TickAnalyzer, weights: TimeframeWeights | None = None) -> None:
        self._market = market
        self._weights = TimeframeWeights() if weights is None else weights
        self._share = {timeframe: self._weights[timeframe] for timeframe in Timeframe}
        self._weighty = [timeframe for timeframe in Timeframe if self._share[timeframe] > 0.0]
        self._votes: dict[Timeframe, deque[Vote]] = {
            timeframe: deque(maxlen=KEPT) for timeframe in Timeframe
        }
        self._closed = dict.fromkeys(Timeframe, 0.0)
        self.on_closed(_ALL_BARS)

    @property
    def weights(self) -> TimeframeWeights:
        """How much each timeframe counts."""
        return self._weights

    def on_closed(self, flags: int) -> None:
        """Let the timeframes vote whose bars have closed; telling it twice changes nothing.

        Args:
            flags: An answer of the analyzer; what else it holds than bars does not matter.

        For a vote of every bar, let the analyzer wake on all bars, and tell every answer of
        `advance`, `advance_bars` or `elapse`: each is one instant. Where several bars of a
        timeframe have closed since it was told, only the last one votes.
        """
        for timeframe, bit in _BITS.items():
            if not flags & bit:
                continue
            closed = self._market.read("closed", timeframe) or 0.0
            if closed == self._closed[timeframe]:
                continue
            self._closed[timeframe] = closed
            vote = self._ask(timeframe)
            if vote is None:  # also when the analyzer has forgotten everything
                self._votes[timeframe].clear()
            else:
                self._votes[timeframe].append(vote)

    def votes(self, timeframe: Timeframe) -> tuple[Vote, ...]:
        """Return the last votes of a timeframe, at most 100, oldest first."""
        return tuple(self._votes[timeframe])

    def latest(self, timeframe: Timeframe) -> Vote | None:
        """Return the latest vote of a timeframe; None where it has none."""
        votes = self._votes[timeframe]
        return votes[-1] if votes else None

    def consensus(self) -> Consensus:
        """Return what the latest votes come to."""
        self.on_closed(_ALL_BARS)
        latest = {timeframe: self.latest(timeframe) for timeframe in Timeframe}
        cast = [vote for timeframe in self._weighty if (vote := latest[timeframe])]
        direction = self._direction(cast)
        sign = side(direction, 1.0)
        voting = self._weigh(cast)
        agreeing = self._weigh([vote for vote in cast if vote.direction == sign])
        if not cast:
            status = ViewStatus.NO_DATA
        else:
            status = ViewStatus.OK if len(cast) == len(self._weighty) else ViewStatus.PARTIAL
        return Consensus(
            direction=direction,
            strength=abs(direction),
            agreement=agreeing / voting if cast else 0.0,
            votes=latest,
            reasons={name: vote.reasons if vote else (NO_VOTE,) for name, vote in latest.items()},
            as_of_ns=max((vote.closed_ns for vote in cast), default=None),
            status=status,
        )

    def view(self) -> View:
        """Return the consensus in the form that all judgements share.

        Its direction is -1, 0 or 1, its confidence the strength of the consensus. It holds for
        twice the length of the shortest timeframe with weight; its reasons name the timeframe:
        ``"1m EMA_UP"``.
        """
        consensus = self.consensus()
        return View(
            direction=float(side(consensus.direction, 1.0)),
            confidence=consensus.strength,
            as_of_ns=consensus.as_of_ns,
            ttl_ns=2 * _LENGTHS_NS[self._weighty[0]],
            status=consensus.status,
            reasons=tuple(
                [f"{name} {why}" for name in self._weighty for why in consensus.reasons[name]]
            ),
        )

    def reset(self) -> None:
        """Forget all votes; for when the analyzer is reset."""
        for timeframe, votes in self._votes.items():
            votes.clear()
            self._closed[timeframe] = 0.0

    def _ask(self, timeframe: Timeframe) -> Vote | None:
        read = self._market.read
        if not read("mature", timeframe):
            return None
        opened = read("open_ns", timeframe)
        numbers = [read(name, timeframe) for name in Reading._fields]
        known = [number for number in numbers if number is not None]
        if opened is None or len(known) < len(numbers):
            return None
        # A double holds the start of any bar exactly: it is a multiple of 2048 ns.
        return cast_vote(timeframe, int(opened) + _LENGTHS_NS[timeframe], Reading(*known))

    def _direction(self, cast: list[Vote]) -> float:
        total = 0.0
        for vote in cast:
            total += self._share[vote.timeframe] * (vote.direction * vote.confidence)
        # Votes that cancel leave rounding behind, and weights may add up to a little more than 1.
        return min(max(total, -1.0), 1.0) if side(total, 1.0) else 0.0

    def _weigh(self, votes: list[Vote]) -> float:
        total = 0.0
        for vote in votes:
            total += self._share[vote.timeframe]
        return total
