from __future__ import annotations

import pickle
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.news_whale.flow_reports import FlowReport, FlowReports
from tests.support.chain import COIN, HOUR_NS, NOW_NS

DAY_NS = 24 * HOUR_NS


def own_name(asset: str) -> str:
    return asset


def nothing(_: str) -> int:
    return 0


def store(most: int = 1_000) -> FlowReports:
    return FlowReports(most, own_name, nothing)


def fact(
    day: int, net: int, hour: int, *, asset: str = "BTC", exchange: str = "", source: str = "a"
) -> FlowReport:
    """Return a report of a day, received so many hours from now on."""
    end_ns = NOW_NS + day * DAY_NS
    return FlowReport(
        source=source,
        asset=asset,
        exchange=exchange,
        start_ns=end_ns - DAY_NS,
        end_ns=end_ns,
        received_ns=NOW_NS + hour * HOUR_NS,
        net=net,
    )


facts = st.lists(
    st.builds(
        fact,
        st.integers(-5, 0),
        st.integers(-3, 3),
        st.integers(0, 9),
        asset=st.sampled_from(("BTC", "ETH")),
        exchange=st.sampled_from(("", "A")),
        source=st.sampled_from(("a", "b")),
    ),
    max_size=30,
    unique_by=lambda one: (one.interval, one.received_ns),
)


@given(facts, st.integers(-1, 10), st.randoms(use_true_random=False))
def test_what_was_known_then_is_the_last_word_until_then(
    told: list[FlowReport], hour: int, rng: Random
) -> None:
    """The oracle goes through a list in the order in which it was received."""
    reports = store()
    for one in sorted(told, key=lambda one: one.received_ns):
        reports.add(one)
    at_ns = NOW_NS + hour * HOUR_NS
    expected: dict[object, int] = {}
    for one in sorted(told, key=lambda one: one.received_ns):
        if one.received_ns <= at_ns:
            expected[one.interval] = one.flow
    found = reports.at(at_ns)
    assert {one.interval: one.flow for one in found} == expected
    assert [one.end_ns for one in found] == sorted(one.end_ns for one in found)
    assert len(reports) + reports.repeated == len(told)
    shuffled = store()
    for one in rng.sample(told, len(told)):
        shuffled.add(one)
    assert [one.flow for one in shuffled.at(at_ns)] == [one.flow for one in found]


@given(facts, st.lists(st.integers(-1, 10), min_size=1, max_size=3))
def test_what_was_worked_out_before_makes_no_difference(
    told: list[FlowReport], hours: list[int]
) -> None:
    asked, fresh = store(), store()
    for one in told:
        asked.add(one)
        fresh.add(one)
        for hour in hours:
            list(asked.words("BTC", NOW_NS + hour * HOUR_NS))
    for hour in hours:
        at_ns = NOW_NS + hour * HOUR_NS
        assert list(asked.words("BTC", at_ns)) == list(fresh.words("BTC", at_ns))


def test_every_amount_comes_back_as_it_was_told() -> None:
    reports = store()
    about = {"source": "a", "asset": "btc", "start_ns": 0, "end_ns": 5, "received_ns": 9}
    amounts = [(7, None, 3), (None, 2, 3), (None, None, -4), (7, 2, None), (7, 2, 5), (0, 0, 0)]
    for turn, (inflow, outflow, net) in enumerate(amounts):
        told = FlowReport(**about, exchange=str(turn), inflow=inflow, outflow=outflow, net=net)  # type: ignore[arg-type] # the times
        reports.add(told)
        assert reports.at(9)[-1] == told
        assert told.asset == "BTC"


def test_told_again_is_no_news_and_a_change_is() -> None:
    reports = store()
    for net, hour in ((5, 1), (5, 2), (6, 3), (5, 4)):
        reports.add(fact(0, net, hour))
    assert (len(reports), reports.repeated) == (3, 1)
    (known,) = reports.at(NOW_NS + 2 * HOUR_NS)
    assert known.received_ns == NOW_NS + HOUR_NS


def test_the_longest_series_gives_way() -> None:
    reports = store(40)
    for day in range(-30, 0):
        reports.add(fact(day, day, 0))
    for turn in range(500):
        reports.add(fact(-turn, turn, 0, asset="ETH"))
    held = [one.asset for one in reports.at(NOW_NS)]
    assert (held.count("BTC"), held.count("ETH")) == (20, 20)
    assert (len(reports), reports.forgotten) == (40, 490)
    assert reports.nbytes == 40 * 48


def test_the_same_hour_of_the_days_before_is_what_an_hour_is_compared_with() -> None:
    reports = store()
    for hour in range(-30 * 24, 1):
        end_ns = NOW_NS + hour * HOUR_NS
        net = 1_000 * COIN if hour % 24 == 0 else 0
        reports.add(
            FlowReport(source="a", asset="BTC", start_ns=end_ns - HOUR_NS, end_ns=end_ns,
                       received_ns=end_ns, net=net)
        )  # fmt: skip
    (word,) = reports.words("BTC", NOW_NS)
    assert (word.net, word.z, word.confidence) == (1_000 * COIN, 0.0, 0.75)
    assert word.confidence_at(NOW_NS + 36 * HOUR_NS) == pytest.approx(0.75 / 2.718281828)


def test_a_report_is_checked() -> None:
    with pytest.raises(InvalidInputError, match="times is"):
        fact(1, 0, 0)


def test_it_is_saved_whole() -> None:
    reports = store()
    reports.add(fact(0, 5, 1))
    twin = pickle.loads(pickle.dumps(reports))  # noqa: S301 - our own bytes
    assert twin.at(NOW_NS + HOUR_NS) == reports.at(NOW_NS + HOUR_NS)
