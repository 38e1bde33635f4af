from __future__ import annotations

import re

import pytest

from supreme_system_v5.domain.live import FeedHealth
from supreme_system_v5.domain.status import LiveStatus, PositionStatus, WakeCounts
from supreme_system_v5.monitoring.metric_table import METRIC_ROWS, MetricRow
from tests.support.monitored import START_NS, well

ROWS = {row.name: row for row in METRIC_ROWS}
each = pytest.mark.parametrize("row", METRIC_ROWS, ids=lambda row: row.name)
WANTED = {"event_skip_ratio", "memory_in_use_bytes", "cpu_percent_gauge"}


def read(name: str, **changes: object) -> dict[str, float | None]:
    return dict(ROWS[name].read(well(**changes)))


@each
def test_names_follow_what_prometheus_advises(row: MetricRow) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", row.name)
    assert row.name.startswith("supreme_") or row.name in WANTED
    assert row.name.endswith("_total") == (row.kind == "counter")
    assert row.name.endswith("_info") == (row.kind == "info")
    assert not re.search(r"_(ms|ns|minutes|mb|percent|kb)$", row.name)
    assert row.help.endswith(".")
    assert re.fullmatch(r"[a-z]*", row.label)
    assert "__" not in row.name


def test_every_name_is_there_once() -> None:
    assert len(ROWS) == len(METRIC_ROWS)
    assert set(ROWS) >= WANTED


@each
def test_every_one_has_a_value_when_all_is_known(row: MetricRow) -> None:
    status = well()
    if row.kind == "info":
        assert all(row.texts(status).values())
        return
    values = row.read(status)
    assert values
    assert all(value is not None for value in values.values())
    assert all(bool(value) == bool(row.label) for value in values)


def test_values_are_those_of_the_status_in_base_units() -> None:
    assert read("supreme_price_age_seconds") == {"": 0.25}
    assert read("supreme_feed_fresh") == {"sim": 1.0}
    assert read("supreme_feed_data_age_seconds") == {"": 0.1}
    assert read("supreme_clock_ahead_seconds") == {"": -0.012}
    assert read("supreme_domain_interval_seconds")["news"] == 600.0
    assert read("supreme_start_time_seconds") == {"": START_NS / 1e9}
    assert read("supreme_machine_load_ratio") == {"": 0.12}
    assert read("supreme_equity_quote") == {"": 10_012.34}
    assert read("supreme_queue_dropped_total") == {"feed": 0, "notices": 2}
    assert read("supreme_refusals_last_hour") == {"COST": 5, "CONFIDENCE": 2}


def test_seen_trades_are_those_processed_and_those_skipped() -> None:
    wakes = WakeCounts(seen=100, processed=30, by_reason={"PRICE": 10, "IDLE": 20}, late=4, bad=5)
    processed = read("supreme_ticks_processed_total", wakes=wakes)
    skipped = read("supreme_ticks_skipped_total", wakes=wakes)
    assert processed == {"PRICE": 10, "IDLE": 20}
    assert skipped == {"insignificant": 70, "late": 4, "bad": 5}
    assert read("supreme_ticks_total", wakes=wakes) == {"": 100}
    assert read("event_skip_ratio", wakes=wakes) == {"": 0.7}


def test_decisions_are_approvals_and_refusals() -> None:
    assert read("supreme_decisions_total") == {"approved": 7, "refused": 33}


@pytest.mark.parametrize("state", ["ACTIVE", "REDUCE_ONLY", "HALTED", "TRADING"])
def test_one_state_holds_even_one_that_nobody_foresaw(state: str) -> None:
    values = read("supreme_risk_state", risk_state=state)
    assert set(values) >= {"ACTIVE", "REDUCE_ONLY", "HALTED"}
    assert [name for name, value in values.items() if value] == [state]


@pytest.mark.parametrize(
    ("size", "stop", "unprotected"),
    [("0.00000000", None, 0.0), ("0.01", 59_000.0, 0.0), ("0.01", None, 1.0), ("-2", None, 1.0)],
)
def test_a_position_without_a_stop_is_told(
    size: str, stop: float | None, unprotected: float
) -> None:
    position = PositionStatus(size=size, entry=None, stop=stop, target=None, open_orders=0)
    assert read("supreme_position_unprotected", position=position) == {"": unprotected}


def test_what_is_not_known_is_not_invented() -> None:
    before = well(
        price=None,
        price_age_ns=None,
        clock_ahead_ns=None,
        feed=FeedHealth(name="okx", fresh=False, reason="not connected"),
        position=PositionStatus(size="0", entry=None, stop=None, target=None, open_orders=0),
    )
    for name in (
        "supreme_price_quote",
        "supreme_price_age_seconds",
        "supreme_feed_data_age_seconds",
        "supreme_feed_trade_age_seconds",
        "supreme_clock_ahead_seconds",
        "supreme_stop_price_quote",
    ):
        assert ROWS[name].read(before) == {"": None}


def test_a_clock_that_ran_back_makes_no_age_below_zero() -> None:
    status: LiveStatus = well()
    early = well(now_ns=status.now_ns - 10**12)
    assert ROWS["supreme_feed_data_age_seconds"].read(early) == {"": 0.0}
