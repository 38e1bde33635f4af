"""What a stream of trades puts up with, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from supreme_system_v5.domain.live import FeedGap, FeedTrade

__all__ = ["AskTrades", "Doubt", "Held", "Hole", "StreamLimits", "StreamOutput"]

_S = 1_000_000_000


class StreamLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a stream puts up with.

    Attributes:
        reorder_ns: A hole may close by itself for so long before it is asked for.
        answer_ns: After so long it is given up.
        retry_ns: Between two questions for it.
        tries: How often it is asked for, when the answers do not fill it.
        futile: After so many holes in a row of which nothing could be read, none is asked for,
            nor waited for beyond `reorder_ns`: REST is down or behind, or the numbers have holes
            by nature.
        futile_ns: For so long.
        most_missing: A hole of more trades is not asked for: reading them would take longer than
            `answer_ns` at 100 rows a question, and minutes are repaired by candles anyway.
        most_held: Trades that wait; with more, the hole is given up.
        remembered: Identities, where trades have no numbers.
        largest: A price or a size above is no market's, however many agree.
        jump: A price further from the last, as a fraction of it, is not believed at once.
        future_ns: A time further ahead of the exchange's clock is not believed.
        agreeing: So many in a row that agree with each other are believed after all: an exchange
            may have begun to count anew, and a market may have jumped, if they are also
        agreeing_ns: so far apart; at once when quotes or candles say the same.
    """

    reorder_ns: int = _S // 4
    answer_ns: int = 10 * _S
    retry_ns: int = _S
    tries: int = 3
    futile: int = 3
    futile_ns: int = 60 * _S
    most_missing: int = 5_000
    most_held: int = 20_000
    remembered: int = 20_000
    largest: float = 9e7
    jump: float = 0.2
    future_ns: int = 5 * _S
    agreeing: int = 3
    agreeing_ns: int = 5 * _S


class AskTrades(msgspec.Struct, frozen=True, kw_only=True):
    """Read trades over REST; the answer is `answer` or `no_answer` with the same number.

    Attributes:
        number: Of the question.
        after: The last trade that is there; None: from the begin of the minute of `before`.
        before: The first one that is there.
    """

    number: int
    after: FeedTrade | None
    before: FeedTrade


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Between these times trades may be missing; it comes before the next trade."""

    start_ns: int
    end_ns: int


StreamOutput = FeedTrade | FeedGap | Doubt | AskTrades
"""What a stream answers, in order."""


@dataclass(slots=True)
class Held:
    """A trade that waits, and when it came.

    Attributes:
        broke: Whether others may be missing before it, where there are no numbers.
        expected: The number that was awaited when it came.
    """

    trade: FeedTrade
    now_ns: int
    time_ns: int
    broke: bool = False
    expected: int = 0

    def __lt__(self, other: Held) -> bool:
        return (self.trade.first or 0) < (other.trade.first or 0)


@dataclass(slots=True)
class Hole:
    """What is missing: numbers from `first` up to `end`, where there are any.

    Attributes:
        asked: How often it was asked for, and answered.
        tried: Whether it was asked for at all.
        waiting: The question under way.
        counted: Whether it was, and so will be told even if it closes.
        missing: Trades that were not there when it was counted.
        lost: Of them, those that were given up.
    """

    opened_ns: int
    ask_ns: int
    after: FeedTrade | None
    before: FeedTrade
    first: int | None
    end: int | None
    asked: int = 0
    tried: bool = False
    waiting: int | None = None
    counted: bool = False
    missing: int = 0
    lost: int = 0
