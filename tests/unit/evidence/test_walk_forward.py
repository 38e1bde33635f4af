from __future__ import annotations

from itertools import pairwise

import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.trades import DAY_NS, TradeRecord
from supreme_system_v5.evidence.walk_forward import split, walk_forward
from tests.support.evidence import START_NS, record

FOUR = split(START_NS, START_NS + 56 * DAY_NS)


class TestSplit:
    @pytest.mark.parametrize(
        ("days", "lengths"),
        [(1, [1]), (14, [14]), (27, [27]), (28, [14, 14]), (31, [15, 16]), (91, [15] * 5 + [16])],
    )
    def test_into_even_periods(self, days: int, lengths: list[int]) -> None:
        periods = split(START_NS, START_NS + days * DAY_NS)
        assert [len(period.days) for period in periods] == lengths
        assert periods[0].start_ns == START_NS
        assert periods[-1].end_ns == START_NS + days * DAY_NS

    def test_at_midnights_and_without_gaps(self) -> None:
        periods = split(START_NS + DAY_NS // 3, START_NS + 60 * DAY_NS + 5)
        assert all(
            left.end_ns == right.start_ns and not right.start_ns % DAY_NS
            for left, right in pairwise(periods)
        )
        assert sum(len(period.days) for period in periods) == 61

    @pytest.mark.parametrize(("end_ns", "days"), [(START_NS, 14), (START_NS + 1, 0)])
    def test_what_is_refused(self, end_ns: int, days: int) -> None:
        with pytest.raises(InvalidInputError, match="allowed is a stretch with a length"):
            split(START_NS, end_ns, days)


def trades(*means: float) -> list[TradeRecord]:
    """Return a trade a day with these means in the four periods."""
    return [
        record(mean, day=14 * period + day + 0.5)
        for period, mean in enumerate(means)
        for day in range(14)
    ]


class TestWalk:
    def test_the_past_chooses(self) -> None:
        walk = walk_forward([trades(1, 1, 1, 1), trades(2, -9, 5, 9)], FOUR)
        assert [step.variant for step in walk.steps] == [None, 1, 0, 0]
        assert [step.trades[0].net_bps for step in walk.judged] == [-9, 1, 1]
        assert len(walk.trades) == 42

    def test_no_trade_out_of_sample_is_known_when_choosing(self) -> None:
        """What happens in a period and after it changes nothing about who is chosen for it."""
        chosen = [
            step.variant
            for step in walk_forward([trades(1, 2, 3, 4), trades(2, 1, 3, 4)], FOUR).steps
        ]
        other = [
            step.variant
            for step in walk_forward([trades(1, 2, 3, 4), trades(2, 1, 99, 99)], FOUR).steps
        ]
        assert chosen[:3] == other[:3] == [None, 1, 0]

    def test_a_trade_that_ends_later_does_not_choose(self) -> None:
        late = record(1_000.0, day=13.9, minutes=24 * 60)
        walk = walk_forward([trades(1, 1), [*trades(0, 0), late]], FOUR[:2])
        assert walk.steps[1].variant == 0

    def test_a_trade_belongs_to_the_period_of_its_entry(self) -> None:
        late = record(7.0, day=13.9, minutes=24 * 60)
        walk = walk_forward([[late]], FOUR)
        assert [len(step.trades) for step in walk.steps] == [1, 0, 0, 0]

    def test_one_variant_is_judged_everywhere(self) -> None:
        walk = walk_forward([trades(1, 2, 3, 4)], FOUR)
        assert [step.variant for step in walk.steps] == [0, 0, 0, 0]
        assert len(walk.trades) == 56

    def test_equals_leave_the_first(self) -> None:
        walk = walk_forward([trades(1, 1, 1, 1)] * 3, FOUR)
        assert [step.variant for step in walk.judged] == [0, 0, 0]

    def test_who_never_traded_is_not_chosen_before_who_lost(self) -> None:
        walk = walk_forward([[], trades(-1, -1, -1, -1)], FOUR)
        assert [step.variant for step in walk.judged] == [1, 1, 1]

    def test_nobody_traded(self) -> None:
        walk = walk_forward([[], []], FOUR)
        assert [step.variant for step in walk.judged] == [0, 0, 0]
        assert walk.trades == ()

    def test_one_period_leaves_nothing_to_judge(self) -> None:
        assert walk_forward([trades(1), trades(2)], FOUR[:1]).judged == ()
