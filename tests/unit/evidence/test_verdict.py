from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from supreme_system_v5.evidence.bootstrap import DaySums, Estimate
from supreme_system_v5.evidence.trades import DAY_NS
from supreme_system_v5.evidence.verdict import Judged, Verdict, in_sample, judge, more_trades

GOOD = Judged(
    net=Estimate(mean=3.0, low=1.0, high=5.0, standard_error=1.0),
    trades=200,
    out_of_sample=True,
    period_means=(4.0, -1.0, 2.0),
    p=0.049,
    counted=True,
    sound=True,
)


def test_everything_together_is_an_edge() -> None:
    found = judge(GOOD)
    assert found.verdict is Verdict.EDGE
    assert found.more_trades == 0
    assert "1.00 bps a trade, is above 0 out of sample" in found.reasons[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"net": Estimate(mean=3.0, low=0.0, high=6.0, standard_error=1.5)},
            "the lower end of the net mean, 0.00 bps a trade, is not above 0",
        ),
        ({"trades": 199}, "199 trades, and it takes 200"),
        ({"out_of_sample": False}, "the trades are in sample"),
        ({"period_means": (1.0, 2.0)}, "2 periods out of sample, and it takes 3"),
        ({"period_means": (1.0, -2.0, None)}, "only 1 of 3 periods have the sign of the whole"),
        ({"period_means": (1.0, 1.0, 0.0, 0.0)}, "only 2 of 4 periods"),
        ({"p": 0.05}, "p of the deflated Sharpe ratio is 0.050, not below 0.05"),
        ({"p": None}, "the days give no Sharpe ratio"),
        ({"counted": False}, "nobody knows how many were tried"),
        ({"sound": False}, "the strategy raised an error"),
    ],
)
def test_each_condition_counts(change: dict[str, object], told: str) -> None:
    found = judge(replace(GOOD, **change))  # type: ignore[arg-type] # fields by name
    assert found.verdict is Verdict.UNPROVEN
    assert any(told in reason for reason in found.reasons)


def test_all_of_the_interval_at_0_or_below_is_none() -> None:
    found = judge(replace(GOOD, net=Estimate(mean=-3.0, low=-6.0, high=0.0, standard_error=1.5)))
    assert found.verdict is Verdict.NONE
    assert found.more_trades is None
    assert found.reasons == (
        "even the upper end of the net mean, 0.00 bps a trade, is not above 0",
    )


def test_no_trades() -> None:
    found = judge(replace(GOOD, net=None, trades=0))
    assert found.verdict is Verdict.UNPROVEN
    assert found.reasons == ("there are no trades",)


def test_too_few_days() -> None:
    net = Estimate(mean=9.0, low=None, high=None, standard_error=None)
    found = judge(replace(GOOD, net=net))
    assert found.verdict is Verdict.UNPROVEN
    assert found.reasons == ("there are trades on fewer than 5 days: no interval",)
    assert found.more_trades is None


class TestMoreTrades:
    def test_the_error_falls_with_the_root(self) -> None:
        """2.8016 standard errors of 1 are twice a mean of 1.4008: four times the trades."""
        net = Estimate(mean=1.4008, low=-1.0, high=4.0, standard_error=1.0)
        assert more_trades(net, 100) == pytest.approx(300, abs=1)

    def test_it_is_told(self) -> None:
        net = Estimate(mean=1.0, low=-1.0, high=3.0, standard_error=1.0)
        found = judge(replace(GOOD, net=net))
        assert found.more_trades is not None
        assert found.reasons[-1] == (
            f"its mean would be detectable with {found.more_trades:,} more trades like these"
        )

    def test_enough_is_enough(self) -> None:
        assert more_trades(GOOD.net, 200) == 0

    @pytest.mark.parametrize("mean", [0.0, -1.0])
    def test_no_number_helps_a_loss(self, mean: float) -> None:
        net = Estimate(mean=mean, low=-3.0, high=1.0, standard_error=1.0)
        found = judge(replace(GOOD, net=net))
        assert found.verdict is Verdict.UNPROVEN
        assert found.more_trades is None
        assert "no number of trades like these is an edge" in found.reasons[-1]

    def test_without_a_mean(self) -> None:
        assert more_trades(None, 0) is None


class TestInSample:
    @staticmethod
    def days(mean: float, count: int) -> DaySums:
        rng, sums = Random(1), DaySums()
        for day in range(count):
            for _ in range(10):
                sums.add(day * DAY_NS, rng.gauss(mean, 5.0))
        return sums

    def test_a_loss_is_none(self) -> None:
        assert in_sample(self.days(-5.0, 30)).verdict is Verdict.NONE

    def test_a_gain_is_unproven(self) -> None:
        found = in_sample(self.days(50.0, 60))
        assert found.verdict is Verdict.UNPROVEN
        assert any("in sample" in reason for reason in found.reasons)

    @pytest.mark.parametrize("count", [0, 1, 4])
    def test_too_little_is_unproven(self, count: int) -> None:
        assert in_sample(self.days(-5.0, count)).verdict is Verdict.UNPROVEN

    def test_the_same_again(self) -> None:
        assert in_sample(self.days(-0.5, 30)) == in_sample(self.days(-0.5, 30))
