"""Makes one stream of trades of what connections tell: each once, in order, or an honest gap.

Pure: it is told what came and when, and answers what to pass on and what to ask for.

Where the exchange numbers its trades without a gap, numbers decide: what was told is a duplicate,
what is ahead waits. A hole that does not close within the reordering window is asked for over REST;
trades after it wait until it is filled, or until it is certain that it cannot be: it is larger than
can be read, it was asked for three times, too long ago, or too much waits. Then it is told as a
`FeedGap`.

Where there are no such numbers, identities that were seen lately are duplicates, and a hole is what
may be missing between the last connection and the next.
"""

from __future__ import annotations

from bisect import insort
from collections import OrderedDict, deque
from collections.abc import Sequence

from supreme_system_v5.domain.live import FeedGap, FeedTrade
from supreme_system_v5.exchanges._belief import Belief
from supreme_system_v5.exchanges._stream_values import (
    AskTrades,
    Doubt,
    Held,
    Hole,
    StreamLimits,
    StreamOutput,
)

__all__ = ["AskTrades", "Doubt", "StreamLimits", "StreamOutput", "TradeStream"]

_S = 1_000_000_000
_MINUTE = 60 * _S
_NEVER = 2**63 - 1


class TradeStream:
    """Puts trades in order.

    Times named `now_ns` are of a clock that never goes back, those named `time_ns` nanoseconds UTC.

    Args:
        limits: What it puts up with.

    Attributes:
        belief: Whether a trade can be one.
        trades: Passed on.
        duplicates: Told before.
        dropped: Not passed on, by reason: ``"absurd"``, ``"price"``, ``"future"``, ``"late"``,
            ``"overlap"``, ``"number"``.
        gaps: Holes that did not close by themselves.
        missing: Trades in them, where they are numbered.
        recovered: Of them, passed on in their place after all.
    """

    def __init__(self, limits: StreamLimits | None = None) -> None:
        self.belief = Belief(limits or StreamLimits())
        self.trades = self.duplicates = self.gaps = self.missing = self.recovered = 0
        self.dropped: dict[str, int] = {}
        self._limits = limits or StreamLimits()
        self._begun = False
        self._broken = False
        self._last: FeedTrade | None = None
        self._expected = 0
        self._held: list[Held] = []
        self._hole: Hole | None = None
        self._questions = 0
        self._futile = 0
        self._futile_until_ns = 0
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lost: deque[range] = deque(maxlen=64)
        self._renumbered: list[Held] = []
        self._out: list[StreamOutput] = []

    @property
    def held(self) -> int:
        """Return how many trades wait."""
        return len(self._held)

    @property
    def last_minute_ns(self) -> int | None:
        """Return the begin of the minute of the last trade passed on; None before the first."""
        return None if self._last is None else self._last.time_ns - self._last.time_ns % _MINUTE

    def broken(self) -> None:
        """Take that trades may have been missed; where they are numbered, numbers know better."""
        self._broken = True

    def take(self, trades: Sequence[FeedTrade], now_ns: int, time_ns: int) -> list[StreamOutput]:
        """Take trades as they were told."""
        for trade in trades:
            self._arrive(Held(trade, now_ns, time_ns))
        return self._advance(now_ns, time_ns)

    def unread(self) -> list[StreamOutput]:
        """Take that something could not be read, or no trade could be made of it."""
        last = self._last
        if last is None or last.first is not None:  # numbers show by themselves what is missing
            return []
        return [Doubt(start_ns=last.time_ns, end_ns=last.time_ns)]

    def answer(
        self, number: int, rows: Sequence[FeedTrade], now_ns: int, time_ns: int
    ) -> list[StreamOutput]:
        """Take what was read over REST, oldest first; too late an answer changes nothing."""
        hole = self._hole
        if hole is None or hole.waiting != number:
            return []
        hole.waiting = None
        hole.ask_ns = now_ns + self._limits.retry_ns
        if hole.after is None and not self._begun:
            self._begin(rows, now_ns, time_ns)
        elif hole.first is None:
            self._fill(hole, [row for row in rows if self._is_new(row)], time_ns)
        else:
            for row in rows:
                if row.last is not None and self._expected <= row.last < (hole.end or 0):
                    self._arrive(Held(row, now_ns, time_ns))
            self._advance(now_ns, time_ns, flush=False)
            if self._hole is hole and hole.asked >= self._limits.tries:
                self._give_up(hole, time_ns)
        return self._advance(now_ns, time_ns)

    def no_answer(self, number: int, now_ns: int) -> None:
        """Take that a question could not be answered; it is asked again while there is time."""
        if self._hole is not None and self._hole.waiting == number:
            self._hole.waiting = None
            self._hole.ask_ns = now_ns + self._limits.retry_ns
            self._hole.asked -= 1

    def passed(self, now_ns: int, time_ns: int) -> list[StreamOutput]:
        """Take that time has passed; to be called at `next_ns`, or a little later."""
        return self._advance(now_ns, time_ns)

    def next_ns(self) -> int:
        """Return when there is something to do without a trade."""
        hole = self._hole
        if hole is None:
            return _NEVER
        deadline = hole.opened_ns + self._limits.answer_ns
        asking = hole.waiting is None and not self._is_huge(hole)
        return min(hole.ask_ns, deadline) if asking else deadline

    def _drop(self, why: str) -> None:
        self.dropped[why] = self.dropped.get(why, 0) + 1

    def _is_new(self, trade: FeedTrade) -> bool:
        """Remember the identity of a trade, and return whether it was not known."""
        if trade.trade_id in self._seen:
            self._seen.move_to_end(trade.trade_id)
            return False
        self._seen[trade.trade_id] = None
        if len(self._seen) > self._limits.remembered:
            self._seen.popitem(last=False)
        return True

    def _arrive(self, item: Held) -> None:
        """Put a trade where it belongs: passed on, among those that wait, or nowhere."""
        first, last = item.trade.first, item.trade.last
        item.expected = self._expected
        if first is None or last is None:
            if not self._is_new(item.trade):
                self.duplicates += 1
                return
            item.broke, self._broken = self._broken and self._last is not None, False
            if self._begun and not self._held and not item.broke:
                self._release(item.trade, item.time_ns)
            else:
                self._held.append(item)
        elif self._begun and last < self._expected:
            self._old(item)
        elif self._begun and first == self._expected and not self._held:
            self._pass_on(item)
        else:
            insort(self._held, item)

    def _old(self, item: Held) -> None:
        """Take a trade whose number is in the past: told before, too late, or counted anew."""
        number, last = item.trade.last, self._last
        if any(number in lost for lost in self._lost):
            self._drop("late")
            return
        if last is None or item.trade.time_ns <= last.time_ns:
            self.duplicates += 1
            return
        self._renumbered.append(item)
        if len(self._renumbered) < self._limits.agreeing:
            return
        again, self._renumbered = sorted(self._renumbered), []
        self._hole = None
        while self._held:
            self._skip_to(self._held[0], item.time_ns)
        self._doubt(last.time_ns, item.trade.time_ns)
        self._tell_gap(None, 0, last.time_ns, again[0].trade.time_ns, item.time_ns)
        self._lost = deque(maxlen=64)
        self._expected = again[0].trade.first or 0
        self._held = again

    def _skip_to(self, item: Held, time_ns: int) -> None:
        """Pass on the first that waits, whatever is missing before it."""
        self._held.pop(0)
        first, last = item.trade.first or 0, item.trade.last or 0
        if last < self._expected:
            self.duplicates += 1
        elif first < self._expected:  # some of it was passed on; how much it held is not known
            self._drop("overlap")
            self._doubt_here(item.trade)
            self._expected = last + 1
        else:
            if first > self._expected:
                self._lose(first, item.trade)
            self._pass_on(item, time_ns)

    def _lose(self, end: int, before: FeedTrade) -> None:
        """Give up the numbers up to one."""
        self._lost.append(range(self._expected, end))
        if self._hole is not None:
            self._hole.lost += end - self._expected
        self._expected = end
        if self._last is not None:
            self._doubt(self._last.time_ns, before.time_ns)

    def _pass_on(self, item: Held, time_ns: int | None = None) -> None:
        self._expected = (item.trade.last or 0) + 1
        self._renumbered.clear()
        self._release(item.trade, item.time_ns if time_ns is None else time_ns)

    def _advance(self, now_ns: int, time_ns: int, *, flush: bool = True) -> list[StreamOutput]:
        """Pass on what need not wait, and see to the hole that the rest waits for."""
        while self._held:
            hole, front = self._hole, self._held[0]
            if hole is not None and self._closed(hole):
                self._settle(hole, time_ns)
            elif self._begun and not self._missing_before(front):
                self._next(front)
            elif hole is None or self._comes_first(front, hole):
                self._open(front)
            elif self._is_hopeless(hole, now_ns):
                self._give_up(hole, time_ns)
            else:
                if hole.waiting is None and now_ns >= hole.ask_ns and not self._is_huge(hole):
                    self._ask(hole, now_ns)
                break
        hole = self._hole
        if hole is not None and not self._held and self._closed(hole):
            self._settle(hole, time_ns)
        if not flush:
            return []
        out, self._out = self._out, []
        return out

    def _missing_before(self, front: Held) -> bool:
        return front.broke if front.trade.first is None else front.trade.first > self._expected

    def _comes_first(self, front: Held, hole: Hole) -> bool:
        """Return whether there is a hole before the one that nobody has asked for yet."""
        first = front.trade.first
        return not hole.counted and hole.end is not None and first is not None and first < hole.end

    def _next(self, front: Held) -> None:
        if front.trade.first is None:
            self._held.pop(0)
            self._release(front.trade, front.time_ns)
        else:
            self._skip_to(front, front.time_ns)

    def _open(self, front: Held) -> None:
        numbered = self._begun and front.trade.first is not None
        self._hole = Hole(
            opened_ns=front.now_ns,
            ask_ns=front.now_ns + self._limits.reorder_ns,
            after=self._last if self._begun else None,
            before=front.trade,
            first=self._expected if numbered else None,
            end=front.trade.first if numbered else None,
        )

    def _is_hopeless(self, hole: Hole, now_ns: int) -> bool:
        many = len(self._held) >= self._limits.agreeing
        futile = not hole.asked and hole.ask_ns <= now_ns < self._futile_until_ns
        return (
            len(self._held) > self._limits.most_held
            or (many and self._is_huge(hole))
            or futile
            or now_ns >= hole.opened_ns + self._limits.answer_ns
        )

    def _is_huge(self, hole: Hole) -> bool:
        return (hole.end or 0) - (hole.first or 0) > self._limits.most_missing

    def _ask(self, hole: Hole, now_ns: int) -> None:
        if hole.end is None:  # what waits may have come in another order
            hole.before = self._held[0].trade
        elif not hole.counted:
            self._widen(hole, now_ns)
        self._questions += 1
        hole.asked += 1
        hole.tried = True
        hole.waiting = self._questions
        self._out.append(AskTrades(number=hole.waiting, after=self._last, before=hole.before))

    def _widen(self, hole: Hole, now_ns: int) -> None:
        """Let one question be for the holes behind it as well: they may be many."""
        position = self._expected
        for item in self._held:
            first, last = item.trade.first or 0, item.trade.last or 0
            grown = item.now_ns + self._limits.reorder_ns <= now_ns
            if first > position and grown and first - position <= self._limits.most_missing:
                hole.end, hole.before = first, item.trade
            position = max(position, last + 1)
        self._count(hole)

    def _count(self, hole: Hole) -> None:
        """Count what is missing in a hole now."""
        position, end = self._expected, hole.end or 0
        hole.counted = True
        for item in self._held:
            first, last = item.trade.first or 0, item.trade.last or 0
            hole.missing += max(min(first, end) - position, 0)
            position = max(position, last + 1)
        hole.missing += max(end - position, 0)

    def _closed(self, hole: Hole) -> bool:
        return hole.end is not None and self._expected >= hole.end

    def _settle(self, hole: Hole, time_ns: int) -> None:
        """Take that a numbered hole is behind us, filled."""
        self._hole = None
        if hole.counted:
            start = hole.before.time_ns if hole.after is None else hole.after.time_ns
            recovered = hole.missing - hole.lost
            self._futile = 0 if recovered else self._futile + hole.tried
            if self._futile >= self._limits.futile:
                self._futile, self._futile_until_ns = 0, hole.ask_ns + self._limits.futile_ns
            self._tell_gap(hole.missing, recovered, start, hole.before.time_ns, time_ns)

    def _give_up(self, hole: Hole, time_ns: int) -> None:
        if hole.after is None:
            self._begin((), hole.opened_ns, time_ns)
        elif hole.first is None or hole.end is None:
            self._fill(hole, [], time_ns)
        elif self._is_huge(hole) and self._held[0].expected < self._expected:
            # What follows goes on from before the hole: it was the number that was wrong.
            while self._held and (self._held[0].trade.first or 0) >= hole.end:
                self._doubt_here(self._held.pop().trade)
                self._drop("number")
            self._hole = None
        else:
            if not hole.counted:
                self._count(hole)
            while self._held and (self._held[0].trade.first or 0) < hole.end:
                self._skip_to(self._held[0], time_ns)
            if self._expected < hole.end:
                self._lose(hole.end, hole.before)
            self._settle(hole, time_ns)

    def _begin(self, rows: Sequence[FeedTrade], now_ns: int, time_ns: int) -> None:
        """Start with what was traded since the minute began; if that is all, a candle shows."""
        self._hole = None
        front = self._held[0].trade
        minute = front.time_ns - front.time_ns % _MINUTE
        self._doubt(minute, front.time_ns)
        if front.first is None:
            waiting, self._held = self._held, []
            self._begun = True
            for row in rows:
                if self._is_new(row):
                    self._release(row, time_ns)
            self._held = waiting
            return
        for row in rows:
            if row.first is not None and row.last is not None and row.last < front.first:
                insort(self._held, Held(row, now_ns, time_ns))
        self._begun = True
        self._expected = self._held[0].trade.first or 0

    def _fill(self, hole: Hole, rows: Sequence[FeedTrade], time_ns: int) -> None:
        """Pass on what was read for a hole without numbers; nobody knows whether that is all."""
        self._hole = None
        start = hole.before.time_ns if hole.after is None else hole.after.time_ns
        self._held[0].broke = False
        end = self._held[0].trade.time_ns
        self._doubt(start, end)
        for row in rows:
            self._release(row, time_ns)
        self._tell_gap(None, len(rows), start, end, time_ns)

    def _tell_gap(
        self, missing: int | None, recovered: int, start_ns: int, end_ns: int, time_ns: int
    ) -> None:
        self.gaps += 1
        self.missing += missing or 0
        self.recovered += recovered
        self._out.append(
            FeedGap(
                missing=missing,
                recovered=recovered,
                start_ns=start_ns,
                end_ns=end_ns,
                receive_ns=time_ns,
            )
        )

    def _doubt(self, start_ns: int, end_ns: int) -> None:
        self._out.append(Doubt(start_ns=min(start_ns, end_ns), end_ns=max(start_ns, end_ns)))

    def _doubt_here(self, trade: FeedTrade) -> None:
        """Doubt the minute of a trade that is not passed on, as far as its time is believed."""
        if self._last is not None:
            last = self._last.time_ns
            self._doubt(last, max(last, min(trade.time_ns, last + _MINUTE)))

    def _release(self, trade: FeedTrade, time_ns: int) -> None:
        """Pass on a trade whose turn it is, if it can be believed."""
        why = self.belief.why_not(trade, self._last, time_ns)
        if why:
            self._drop(why)
            self._doubt_here(trade)
            return
        self._last = trade
        self.trades += 1
        self._out.append(trade)
