from __future__ import annotations

import math
import pickle
import tracemalloc
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import ExchangeFlow, ViewStatus
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_whale.flow_reports import FlowReport
from supreme_system_v5.news_whale.money_flow import FlowWeights, MoneyFlowAggregator, group_of
from tests.support.chain import COIN, HOUR_NS, NOW_NS, address, book, transfer
from tests.support.engine_runs import ORIGIN

DAY_NS = 24 * HOUR_NS
MILLION = 10**6 * COIN


def flows(**options: Any) -> MoneyFlowAggregator:  # noqa: ANN401 - passed on
    return MoneyFlowAggregator(book(), **options)


def report(day: int, net: int, received_ns: int | None = None, **more: Any) -> FlowReport:  # noqa: ANN401 - same
    end_ns = NOW_NS + day * DAY_NS
    about: dict[str, Any] = {"source": "chain", "asset": "USDT"} | more
    return FlowReport(
        start_ns=end_ns - DAY_NS,
        end_ns=end_ns,
        received_ns=end_ns if received_ns is None else received_ns,
        net=net,
        **about,
    )


facts = st.lists(
    st.tuples(st.integers(-9, -1), st.integers(-(10**9), 10**9), st.integers(0, 9)),
    min_size=1,
    max_size=20,
)


@given(facts, st.integers(0, 9))
def test_what_was_known_then_does_not_change_by_what_came_later(
    told: list[tuple[int, int, int]], then: int
) -> None:
    """The oracle: of every interval the last report until then, by going through the list."""
    flow = flows()
    ordered = sorted(told, key=lambda fact: fact[2])
    for day, net, hour in ordered:
        flow.report(report(day, net, NOW_NS + hour * HOUR_NS))
    early = flows()
    expected: dict[int, int] = {}
    for day, net, hour in ordered:
        if hour <= then:
            early.report(report(day, net, NOW_NS + hour * HOUR_NS))
            expected[day] = net
    at_ns = NOW_NS + then * HOUR_NS
    assert flow.at(at_ns) == early.at(at_ns)
    assert [fact.flow for fact in flow.at(at_ns)] == [expected[day] for day in sorted(expected)]
    assert flow.view(at_ns) == early.view(at_ns)


def of_stablecoins(last: int, days: int = 20) -> MoneyFlowAggregator:
    flow = flows()
    for day in range(-days, 0):
        flow.report(report(day, (100 + day % 3) * MILLION))
    flow.report(report(0, last))
    return flow


def test_stablecoins_that_come_in_count_up_and_ether_counts_down() -> None:
    assert of_stablecoins(900 * MILLION).view(NOW_NS).direction == pytest.approx(math.tanh(0.5))
    assert of_stablecoins(-900 * MILLION).view(NOW_NS).direction == pytest.approx(math.tanh(-0.5))
    for asset, z_weight in (("ETH", -0.1), ("BTC", -0.01)):
        flow = flows()
        for day in range(-20, 0):
            flow.report(report(day, 100 * MILLION, asset=asset))
        flow.report(report(0, 900 * MILLION, asset=asset))
        assert flow.view(NOW_NS).direction == pytest.approx(math.tanh(5 * z_weight))


def test_what_is_missing_makes_it_partial_and_less_sure() -> None:
    view = of_stablecoins(900 * MILLION).view(NOW_NS)
    assert view.status is ViewStatus.PARTIAL
    assert view.reasons[1:] == ("BTC: no data", "ETH: no data")
    assert view.confidence == pytest.approx(20 / 30 * 0.1 / 0.21)


def test_no_data_is_said() -> None:
    view = flows().view(NOW_NS)
    assert (view.status, view.confidence, view.as_of_ns) == (ViewStatus.NO_DATA, 0.0, None)
    unweighted = flows(weights=FlowWeights(btc=0.0, eth=0.0, stable=0.1))
    unweighted.take(transfer("1", coins=700.0, receiver="A"))
    assert unweighted.view(NOW_NS).status is ViewStatus.NO_DATA  # bitcoin alone says nothing
    nothing = flows(weights=FlowWeights(0.0, 0.0, 0.0))
    assert nothing.view(NOW_NS).reasons == ("no asset has weight",)


def test_old_series_are_stale() -> None:
    flow = of_stablecoins(COIN)
    assert flow.view(NOW_NS + 3 * DAY_NS).status is ViewStatus.PARTIAL
    assert flow.view(NOW_NS + 3 * DAY_NS + 1).status is ViewStatus.STALE


def test_transfers_and_series_are_weighed_by_how_sure_they_are() -> None:
    flow = of_stablecoins(900 * MILLION)
    for turn in range(10):
        flow.take(transfer(str(turn), coins=1e6, receiver="A", asset="usdc"))
    alone = flow.trackers["STABLE"].figures(NOW_NS)
    assert alone.total[24].net == 10**7 * COIN
    assert alone.confidence == 0.3  # no week to compare with
    # z is 0 without a past, 5 by the series: the mean by 0.3 and 20/30.
    z = 5 * (20 / 30) / (0.3 + 20 / 30)
    assert flow.view(NOW_NS).direction == pytest.approx(math.tanh(0.1 * z), abs=1e-6)


def test_exchanges_of_a_provider_add_up_unless_it_tells_the_sum() -> None:
    flow = flows()
    for day in range(-4, 1):
        flow.report(report(day, 10 * COIN, exchange="A"))
        flow.report(report(day, 5 * COIN, exchange="B", received_ns=NOW_NS + day * DAY_NS))
    assert "net +15 " in flow.view(NOW_NS).reasons[0]
    flow.report(report(0, 99 * COIN, received_ns=NOW_NS + 1))
    assert "net +99 " in flow.view(NOW_NS + 1).reasons[0]


def test_an_exchange_that_has_not_been_told_yet_is_no_change() -> None:
    flow = flows()
    for day in range(-4, 1):
        flow.report(report(day, 10 * COIN, exchange="A"))
        if day:
            flow.report(report(day, 500 * COIN, exchange="B", received_ns=NOW_NS + day * DAY_NS))
    assert "net +10 (z +0.00)" in flow.view(NOW_NS).reasons[0]


def test_transfers_go_to_their_asset() -> None:
    flow = flows()
    for asset, name in (("BTC", "BTC"), ("ETH", "ETH"), ("USDT", "STABLE"), ("DOGE", "")):
        flow.take(transfer(asset, coins=20_000.0, receiver="A", asset=asset))
        if name:
            assert flow.trackers[name].health.counted == 1
    assert (
        flow.trackers["ETH"].take(transfer("x", coins=7_500.0, asset="ETH"))[0].tier.name == "WHALE"
    )
    assert flow.accumulation(NOW_NS) == 0.0


def test_reports_are_bounded() -> None:
    flow = flows(reports=2)
    for day in (-3, -2, -1):
        flow.report(report(day, day))
    assert [fact.flow for fact in flow.at(NOW_NS)] == [-2, -1]
    assert flow.reports.forgotten == 1
    with pytest.raises(InvalidInputError, match="reports is 0"):
        flows(reports=0)


@given(facts, st.randoms(use_true_random=False))
def test_the_order_of_telling_does_not_matter(
    told: list[tuple[int, int, int]], rng: Random
) -> None:
    one, other = flows(), flows()
    said = [report(day, net, NOW_NS + hour * HOUR_NS) for day, net, hour in told]
    said = list({(fact.interval, fact.received_ns): fact for fact in said}.values())
    for fact in said:
        one.report(fact)
    for fact in rng.sample(said, len(said)):
        other.report(fact)
        other.view(NOW_NS + 4 * HOUR_NS)
    for hour in range(10):
        at_ns = NOW_NS + hour * HOUR_NS
        assert one.view(at_ns) == other.view(at_ns)


def test_another_provider_brings_no_jump() -> None:
    """One counts ten times as much as the other, and takes its place within a week."""
    flow, seen = flows(), []
    for day in range(-40, 30):
        at_ns = NOW_NS + day * DAY_NS
        if day < 0:
            flow.report(report(day, (100 + day % 3) * MILLION, source="old"))
        if day >= -3:
            flow.report(report(day, (1_000 + day % 3) * MILLION, source="new"))
        seen.append(flow.view(at_ns))
    assert max(abs(view.direction) for view in seen[5:]) < 0.03
    assert min(view.confidence for view in seen[30:]) > 0.05
    assert "new says" in seen[-1].reasons[0]


def test_what_is_trusted_grows_with_the_days_not_with_the_number_of_reports() -> None:
    sure = [
        of_stablecoins(9 * MILLION, days).view(NOW_NS).confidence * 2.1
        for days in (2, 3, 6, 7, 15, 30)
    ]
    assert sure == pytest.approx([2 / 12, 3 / 13, 0.3, 0.3, 0.3 + 0.7 * 8 / 23, 0.75])
    hourly = flows()
    for hour in range(-47, 1):
        end_ns = NOW_NS + hour * HOUR_NS
        hourly.report(
            FlowReport(source="a", asset="usdt", start_ns=end_ns - HOUR_NS, end_ns=end_ns,
                       received_ns=end_ns, net=MILLION)
        )  # fmt: skip
    assert hourly.view(NOW_NS).confidence * 2.1 == pytest.approx(1 / 11)


def test_assets_are_written_in_any_case_and_others_are_counted() -> None:
    flow = flows()
    flow.take(transfer("1", coins=700.0, receiver="A", asset="btc"))
    flow.take(transfer("1", coins=700.0, receiver="A", asset="BTC"))
    flow.take(transfer("2", coins=700.0, receiver="A", asset="doge"))
    health = flow.trackers["BTC"].health
    assert (health.counted, health.repeated, flow.ignored) == (1, 1, 1)
    assert (group_of("usdt "), group_of("Eth")) == ("STABLE", "ETH")
    with pytest.raises(InvalidInputError, match="asset is ''"):
        flow.take(transfer("3", coins=700.0, receiver="A", asset=""))


def test_30_days_of_everything_take_less_than_2_mb() -> None:
    """Every lane is used, the memory is full, and all reports are held."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    flow = MoneyFlowAggregator(book(60))
    reported = 0
    for day in range(30):
        at_ns = NOW_NS + (day - 30) * DAY_NS
        for asset in ("BTC", "ETH", "USDT", "USDC"):
            for place in range(25):
                fact = report(day - 30, (place + day) * COIN, asset=asset, exchange=f"E{place}")
                flow.report(fact)
                reported += 1
            for turn in range(70):
                flow.take(
                    transfer(
                        f"{asset}{day}.{turn}",
                        coins=9.0 + turn,
                        asset=asset,
                        at_ns=at_ns + turn,
                        sender=address(turn % 60 * 2),
                        receiver=address(turn * 7 % 60 * 2),
                    )
                )
    flow.view(NOW_NS)
    python = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    native = sum(tracker.state_bytes for tracker in flow.trackers.values())
    assert len(flow.reports) == reported == 3_000
    assert flow.trackers["BTC"].health.forgotten == 0
    assert flow.trackers["STABLE"].health.forgotten > 0
    assert flow.state_bytes == native + flow.reports.nbytes
    assert native + python < 2_000_000


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ({"received_ns": NOW_NS - 1}, "times"),
        ({"net": None}, "net"),
        ({"inflow": -1}, "inflow"),
        ({"inflow": 5, "outflow": 1}, "net"),
        ({"net": 10**18 + 1}, "net"),
        ({"asset": " "}, "asset"),
    ],
)
def test_reports_that_are_none_are_refused(what: dict[str, Any], name: str) -> None:
    about = {"source": "a", "asset": "BTC", "start_ns": 0, "end_ns": NOW_NS}
    given_: dict[str, Any] = about | {"net": 0, "received_ns": NOW_NS} | what
    with pytest.raises(InvalidInputError, match=f"^{name} is"):
        FlowReport(**given_)
    with pytest.raises(InvalidInputError, match="weight of ETH is 2"):
        FlowWeights(eth=2.0)


def test_a_provider_s_word_comes_as_an_event_too() -> None:
    flow = flows()
    fact = report(0, 7, received_ns=NOW_NS + 5, exchange="A")
    flow.take(
        ExchangeFlow(
            origin=ORIGIN, seq=0, event_ns=fact.end_ns, receive_ns=NOW_NS + 5, source="chain",
            asset="USDT", exchange="A", start_ns=fact.start_ns, net=7,
        )
    )  # fmt: skip
    assert flow.at(NOW_NS + 5) == (fact,)


def test_it_is_saved_and_restored_whole() -> None:
    flow = of_stablecoins(900 * MILLION)
    flow.take(transfer("1", coins=700.0, receiver="A"))
    twin = pickle.loads(pickle.dumps(flow))  # noqa: S301 - our own bytes
    for one in (flow, twin):
        one.take(transfer("1", coins=700.0, receiver="A"))
        one.take(transfer("2", coins=70.0, receiver="B"))
    assert twin.view(NOW_NS) == flow.view(NOW_NS)
    names = ("BTC", "STABLE")
    assert [twin.trackers[name].figures(NOW_NS) for name in names] == [
        flow.trackers[name].figures(NOW_NS) for name in names
    ]
