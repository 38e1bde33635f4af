from __future__ import annotations

import math
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import ExchangeFlow, ViewStatus
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_whale.money_flow import FlowReport, FlowWeights, MoneyFlowAggregator
from tests.support.chain import COIN, HOUR_NS, NOW_NS, book, transfer
from tests.support.engine_runs import ORIGIN

DAY_NS = 24 * HOUR_NS


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
        flow.report(report(day, (100 + day % 3) * COIN))
    flow.report(report(0, last))
    return flow


def test_stablecoins_that_come_in_count_up_and_ether_counts_down() -> None:
    assert of_stablecoins(900 * COIN).view(NOW_NS).direction == pytest.approx(math.tanh(0.5))
    assert of_stablecoins(-900 * COIN).view(NOW_NS).direction == pytest.approx(math.tanh(-0.5))
    for asset, z_weight in (("ETH", -0.1), ("BTC", -0.01)):
        flow = flows()
        for day in range(-20, 0):
            flow.report(report(day, 100 * COIN, asset=asset))
        flow.report(report(0, 900 * COIN, asset=asset))
        assert flow.view(NOW_NS).direction == pytest.approx(math.tanh(5 * z_weight))


def test_what_is_missing_makes_it_partial_and_less_sure() -> None:
    view = of_stablecoins(900 * COIN).view(NOW_NS)
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
    flow = of_stablecoins(900 * COIN)
    for turn in range(10):
        flow.take(transfer(str(turn), coins=1e6, receiver="A", asset="USDC"))
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


def test_reports_arrive_in_order_and_are_bounded() -> None:
    flow = flows(reports=2)
    for day in (-3, -2, -1):
        flow.report(report(day, day))
    assert [fact.flow for fact in flow.at(NOW_NS)] == [-2, -1]
    with pytest.raises(InvalidInputError, match="tell them as they arrive"):
        flow.report(report(-2, 1))
    with pytest.raises(InvalidInputError, match="reports is 0"):
        flows(reports=0)


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ({"received_ns": NOW_NS - 1}, "times"),
        ({"net": None}, "net"),
        ({"inflow": -1}, "inflow"),
        ({"inflow": 5, "outflow": 1}, "net"),
        ({"net": 10**18 + 1}, "net"),
    ],
)
def test_reports_that_are_none_are_refused(what: dict[str, Any], name: str) -> None:
    given_: dict[str, Any] = {"net": 0, "received_ns": NOW_NS} | what
    with pytest.raises(InvalidInputError, match=f"^{name} is"):
        FlowReport(source="a", asset="BTC", start_ns=0, end_ns=NOW_NS, **given_)
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
    flow = of_stablecoins(900 * COIN)
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
