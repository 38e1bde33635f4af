"""Hours of a whole live run, of which `make soak` runs days."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from soak import endless, growth, missed, off_schedule, shown, slope
from supreme_system_v5.domain import Headline, Transfer
from tests.support.held import growing
from tests.support.soak_market import Soak
from tests.support.soaked import ORIGIN, Soaked, World, soak

WINDOWS = ("AdvancedNewsClassifier", "MoneyFlow", "DecisionLog")
"""These hold a day, or what waits to be hashed: hours do not fill them."""
MB = 10**6


def invented_world() -> World:
    """Return a day of headlines and transfers between strangers."""
    times: dict[str, Any] = {"seq": 0, "event_ns": 0, "receive_ns": 0}
    titles = ("Bitcoin ETF sees record inflows", "Exchange hacked, withdrawals halted")
    news = [
        Headline(origin=ORIGIN, source="example", title=f"{titles[n % 2]} {n}", **times)
        for n in range(300)
    ]
    whales = [
        Transfer(origin=ORIGIN, asset="BTC", amount=100.0 + n, transaction=str(n), **times)
        for n in range(300)
    ]
    return World(news=news, whales=whales)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Soaked:
    """Six hours of a lively market."""
    journal = tmp_path_factory.mktemp("soak") / "journal"
    return soak(Soak(hours=6, rate=3.0, batch_ns=2 * 10**9), invented_world(), journal)


def test_every_domain_runs_exactly_when_it_is_due(seen: Soaked) -> None:
    assert off_schedule(seen) == []
    domains = seen.status.domains
    assert domains["upkeep"].runs in (43_200, 43_201)
    assert {"technical", "patterns", "mtf", "news", "whales", "clock"} <= set(domains)


def test_it_decides_as_a_backtest_over_the_same_trades(seen: Soaked) -> None:
    """Timers tell judges the time, and change no decision."""
    assert seen.digest == seen.again
    assert seen.status.signals >= 10
    assert seen.status.trades_closed >= 5


def test_every_minute_is_the_markets_own_and_no_trade_is_lost(seen: Soaked) -> None:
    status = seen.status
    assert (status.bars_checked, status.bars_differing) == (360, 0)
    assert (status.wakes.late, status.wakes.bad) == (0, 0)
    assert status.wakes.seen > 50_000
    assert set(seen.notes) == {"warmed_up", "alert", "approved", "fill"}  # and no failure


def test_nothing_grows_but_what_holds_a_day(seen: Soaked) -> None:
    assert [name for name in seen.growing if not any(part in name for part in WINDOWS)] == []
    _, blocks = growth(seen.memory)
    assert blocks < 100_000


def test_what_grew_each_time_is_named() -> None:
    sizes = [{"a": 1, "b": 100, "c": 1}, {"a": 50, "b": 100, "c": 90}, {"a": 99, "b": 100, "c": 80}]
    assert growing(sizes) == ["a: 1 -> 50 -> 99"]
    assert growing(sizes[:1]) == []


def test_growth_is_a_line_through_what_came_after_the_first_day() -> None:
    assert slope([5.0]) == 0.0
    assert slope([1.0, 2.0, 9.0, 10.0]) == pytest.approx(3.4)
    samples = [(50 * MB + hour * 9 * MB, 100) for hour in range(24)]
    samples += [(300 * MB + hour * MB // 48, 500 + hour) for hour in range(48)]
    mb, blocks = growth(samples)
    assert mb == pytest.approx(0.5, abs=1e-5)
    assert blocks == pytest.approx(24.0)


def test_every_fault_is_said(seen: Soaked) -> None:
    status = seen.status
    task = msgspec.structs.replace(status.domains["mtf"], runs=7, late=1, next_ns=seen.began_ns + 1)
    wakes = msgspec.structs.replace(status.wakes, bad=1)
    worse = msgspec.structs.replace(
        status, domains={"mtf": task}, wakes=wakes, bars_differing=2, trades_closed=0
    )
    values = {name: getattr(seen, name) for name in Soaked.__dataclass_fields__}
    bad = Soaked(**values | {"status": worse, "digest": "0", "growing": ["x", "OrderDesk.dict"]})
    told = missed(bad) + endless(bad)
    assert [line.split(",", maxsplit=1)[0] for line in told] == [
        "mtf ran 7 times",
        "runs of mtf: 1 late",
        "mtf is 1 ns off its grid",
        "minutes that differ from the market's own: 2 of 360",
        "0 trades were late",
        "nothing was traded",
        "decisions differ from a backtest's: 0",
        "grows: x",
    ]
    assert "0.25" in shown(seen, 1.0, 0.5, 10.0)
