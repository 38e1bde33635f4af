from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain

from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.monitoring.backpressure import Backpressure, PressureLimits
from supreme_system_v5.monitoring.metric_table import METRIC_ROWS
from supreme_system_v5.monitoring.metrics import LatencyHistogram, Metrics, StatusCollector
from tests.support.monitored import machine_use, well

if TYPE_CHECKING:
    from prometheus_client.core import Metric


def samples(families: Iterable[Metric]) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return every value under its name and labels, as the library's own reader sees them."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    found = samples(plain(metrics.render()[0].decode()))
    return found.get((name, frozenset(labels.items())))


class TestPage:
    def test_both_formats_say_the_same(self) -> None:
        metrics = Metrics(well)
        metrics.observe_indicator_ns(700)
        metrics.observe_decision_ns(1_000_000)
        text, kind = metrics.render()
        other, other_kind = metrics.render("application/openmetrics-text;version=1.0.0;q=0.5")
        assert kind.startswith("text/plain; version=0.0.4")
        assert other_kind.startswith("application/openmetrics-text; version=1.0.0")
        assert other.endswith(b"# EOF\n")
        found = samples(plain(text.decode()))
        assert found == samples(open_metrics(other.decode()))  # type: ignore[no-untyped-call]
        assert 100 < len(found) < 400

    def test_every_metric_says_what_it_is(self) -> None:
        families = list(plain(Metrics(well).render()[0].decode()))
        assert len(families) == len(METRIC_ROWS) + 3
        assert all(family.documentation and family.type != "unknown" for family in families)

    def test_the_names_that_were_promised(self) -> None:
        metrics = Metrics(well)
        metrics.observe_indicator_ns(1)
        assert value(metrics, "optimized_indicator_latency_seconds_count") == 1.0
        assert value(metrics, "event_skip_ratio") == 0.75
        assert value(metrics, "memory_in_use_bytes") == 70e6
        assert value(metrics, "cpu_percent_gauge") == 1.5
        assert value(metrics, "supreme_interval_multiplier") == 1.0
        assert value(metrics, "supreme_build_info", version="0.1.0") == 1.0
        assert value(metrics, "supreme_risk_state", state="ACTIVE") == 1.0

    def test_words_of_others_cannot_break_out_of_a_label(self) -> None:
        evil = 'a"} 1\nfake_total{x="\\'
        metrics = Metrics(lambda: well(data_source=evil, refusals={evil: 3}))
        found = samples(plain(metrics.render()[0].decode()))
        assert found["supreme_refusals_total", frozenset({("reason", evil)})] == 3.0
        assert not any(name.startswith("fake") for name, _ in found)

    @pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
    def test_promtool_minds_nothing_but_a_name_that_was_promised(self) -> None:
        metrics = Metrics(well)
        metrics.observe_indicator_ns(700)
        done = subprocess.run(
            ["promtool", "check", "metrics"],
            input=metrics.render()[0],
            capture_output=True,
            check=False,
        )
        remarks = (done.stdout + done.stderr).decode().splitlines()
        assert remarks == ["cpu_percent_gauge metric name should not include type 'gauge'"]


def test_steps_of_pressure_are_counted() -> None:
    metrics, pressure = Metrics(well), Backpressure(PressureLimits())
    for index, used in enumerate((500, 500, 100)):
        use = machine_use(memory_bytes=used * 1_000_000)
        for step in pressure.judge(index * 10**9, use).steps:
            metrics.count_step(step)
    assert value(metrics, "supreme_pressure_steps_total", resource="memory") == 2.0
    assert value(metrics, "supreme_pressure_steps_total", resource="cpu") == 0.0


@given(st.lists(st.integers(0, 200)))
def test_one_trade_of_64_is_measured_the_first_among_them(batches: list[int]) -> None:
    metrics = Metrics(well)
    seen = 0
    expected: list[int] = []
    for trades in batches:
        metrics.worked(trades * 1_000, trades)
        if trades and (seen + trades + 63) // 64 > (seen + 63) // 64:
            expected.append(1_000)
        seen += trades
    assert value(metrics, "optimized_indicator_latency_seconds_count") == len(expected)
    assert value(metrics, "optimized_indicator_latency_seconds_sum") == sum(expected) / 1e9


class TestReading:
    def test_a_status_is_asked_for_once_a_scrape_and_never_in_between(self) -> None:
        asked: list[LiveStatus] = []

        def status() -> LiveStatus:
            asked.append(well())
            return asked[-1]

        metrics = Metrics(status)
        metrics.observe_indicator_ns(5)
        assert asked == []
        metrics.render()
        metrics.render()
        assert len(asked) == 2

    def test_two_systems_in_one_process_do_not_meet(self) -> None:
        first, second = Metrics(well), Metrics(well)
        first.observe_indicator_ns(5)
        assert value(second, "optimized_indicator_latency_seconds_count") == 0.0

    @given(st.lists(st.dictionaries(st.integers(0, 200), st.integers(1, 5)), max_size=5))
    def test_labels_are_bounded_nothing_is_lost_and_no_counter_runs_back(
        self, news: list[dict[int, int]]
    ) -> None:
        refusals = {f"reason {number}": 1 for number in range(60)}
        collector = StatusCollector(lambda: well(refusals=dict(refusals)))
        before: dict[str, float] = {}
        for more in [{}, *news]:
            for number, count in more.items():
                name = f"reason {number}"
                refusals[name] = refusals.get(name, 0) + count
            (family,) = [f for f in collector.collect() if f.name == "supreme_refusals"]
            now = {sample.labels["reason"]: sample.value for sample in family.samples}
            assert len(now) <= 65
            assert sum(now.values()) == sum(refusals.values())
            assert all(now[name] >= count for name, count in before.items())
            before = now


class TestHistogram:
    BOUNDS = (10, 20, 50)

    @given(st.lists(st.integers(-5, 100)))
    def test_each_bound_counts_what_is_at_most_it(self, durations: list[int]) -> None:
        histogram = LatencyHistogram("x_seconds", "X.", self.BOUNDS)
        for duration in durations:
            histogram.observe_ns(duration)
        (family,) = histogram.collect()
        found = {(s.name, s.labels.get("le")): s.value for s in family.samples}
        for bound in self.BOUNDS:
            expected = sum(duration <= bound for duration in durations)
            assert found["x_seconds_bucket", str(bound / 1e9)] == expected
        assert found["x_seconds_bucket", "+Inf"] == len(durations)
        assert found["x_seconds_count", None] == len(durations)
        total = sum(max(duration, 0) for duration in durations)
        assert found["x_seconds_sum", None] == total / 1e9
