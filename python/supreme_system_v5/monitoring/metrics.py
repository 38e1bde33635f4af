"""What a Prometheus is told: a status, read when it asks, and two histograms of times.

Between two scrapes nothing is computed: a tick pays only for the histogram it is sampled into.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.monitoring.backpressure import PressureStep, Resource
from supreme_system_v5.monitoring.metric_table import METRIC_ROWS, MetricRow

__all__ = ["LatencyHistogram", "Metrics", "StatusCollector", "StepCounter"]

_NS = 1e9
_MOST_LABELS = 64
_OTHER = "other"
_SAMPLED = 64
_INDICATOR_BOUNDS_NS = (
    500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 1_000_000, 10_000_000,
)  # fmt: skip
_DECISION_BOUNDS_NS = (
    50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000,
    50_000_000, 100_000_000, 1_000_000_000,
)  # fmt: skip


class LatencyHistogram:
    """Counts durations by upper bounds; a count costs a search in a dozen integers.

    The library's own takes a lock and compares floats one by one, which is three times as dear.

    Args:
        name: As exported, in seconds.
        meaning: What is measured.
        bounds_ns: Upper bounds, which belong to their bucket, nanoseconds, rising.
    """

    __slots__ = ("_bounds_ns", "_counts", "_meaning", "_name", "_sum_ns")

    def __init__(self, name: str, meaning: str, bounds_ns: tuple[int, ...]) -> None:
        self._name = name
        self._meaning = meaning
        self._bounds_ns = bounds_ns
        self._counts = [0] * (len(bounds_ns) + 1)
        self._sum_ns = 0

    def observe_ns(self, duration_ns: int) -> None:
        """Count a duration, nanoseconds; one below 0 counts as 0."""
        spent = max(duration_ns, 0)
        self._counts[bisect_left(self._bounds_ns, spent)] += 1
        self._sum_ns += spent

    def collect(self) -> Iterator[Metric]:
        """Yield it as a family of one."""
        buckets: list[tuple[str, float]] = []
        total = 0
        bounds = [*(str(bound / _NS) for bound in self._bounds_ns), "+Inf"]
        for bound, count in zip(bounds, self._counts, strict=True):
            total += count
            buckets.append((bound, total))
        family = HistogramMetricFamily(self._name, self._meaning)
        family.add_metric([], buckets=buckets, sum_value=self._sum_ns / _NS)
        yield family


class StepCounter:
    """Counts steps of pressure by what is short, from the start on all of them at 0."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts = dict.fromkeys(Resource, 0)

    def count(self, step: PressureStep) -> None:
        """Count a step, whether something became short or enough again."""
        self._counts[step.resource] += 1

    def collect(self) -> Iterator[Metric]:
        """Yield it as a family of one."""
        family = CounterMetricFamily(
            "supreme_pressure_steps_total",
            "Steps by which something gave way, or came back.",
            labels=["resource"],
        )
        for resource, count in self._counts.items():
            family.add_metric([resource], count)
        yield family


class StatusCollector(Collector):
    """Makes metrics of a status when it is asked.

    Args:
        status: Tells how the system is now.
    """

    def __init__(self, status: Callable[[], LiveStatus]) -> None:
        self._status = status
        self._seen: dict[str, set[str]] = {row.name: set() for row in METRIC_ROWS}

    def collect(self) -> Iterator[Metric]:
        """Yield every metric of the table."""
        status = self._status()
        for row in METRIC_ROWS:
            yield self._family(row, status)

    def describe(self) -> Iterator[Metric]:
        """Yield nothing but names, so that registering asks for no status."""
        for row in METRIC_ROWS:
            yield _empty(row)

    def _family(self, row: MetricRow, status: LiveStatus) -> Metric:
        if row.kind == "info":
            family = InfoMetricFamily(row.name.removesuffix("_info"), row.help)
            family.add_metric([], row.texts(status))
            return family
        plain = _empty(row)
        for value, number in self._bounded(row, status).items():
            plain.add_metric([value] if row.label else [], number)
        return plain

    def _bounded(self, row: MetricRow, status: LiveStatus) -> dict[str, float]:
        """Return what is known, under at most 64 values of the label and ``other``.

        A value that had a series of its own keeps it, so that no counter runs backward.
        """
        seen = self._seen[row.name]
        found: dict[str, float] = {}
        for value, number in row.read(status).items():
            if number is None:
                continue
            if value not in seen and len(seen) >= _MOST_LABELS:
                found[_OTHER] = found.get(_OTHER, 0.0) + number
            else:
                seen.add(value)
                found[value] = found.get(value, 0.0) + number
        return found


def _empty(row: MetricRow) -> CounterMetricFamily | GaugeMetricFamily:
    labels = [row.label] if row.label else []
    family = CounterMetricFamily if row.kind == "counter" else GaugeMetricFamily
    return family(row.name, row.help, labels=labels)


class Metrics:
    """Everything that is exported, in a registry of its own.

    Args:
        status: Tells how the system is now; asked at each scrape, on the event loop.
    """

    __slots__ = (
        "_decision",
        "_indicator",
        "_steps",
        "_unsampled",
        "count_step",
        "observe_decision_ns",
        "observe_indicator_ns",
        "registry",
    )

    def __init__(self, status: Callable[[], LiveStatus]) -> None:
        self._indicator = LatencyHistogram(
            "optimized_indicator_latency_seconds",
            "What the analyzer took for one trade; 1 of 64 trades is measured.",
            _INDICATOR_BOUNDS_NS,
        )
        self._decision = LatencyHistogram(
            "supreme_tick_to_decision_seconds",
            "From receiving trades to having decided upon them.",
            _DECISION_BOUNDS_NS,
        )
        self.observe_indicator_ns = self._indicator.observe_ns
        """Counts what the analyzer took for one trade, nanoseconds."""
        self.observe_decision_ns = self._decision.observe_ns
        """Counts from receiving a trade to having decided, nanoseconds."""
        self._steps = StepCounter()
        self._unsampled = _SAMPLED - 1
        self.count_step = self._steps.count
        """Counts a step of pressure."""
        self.registry = CollectorRegistry()
        """Where a Prometheus' questions go; nothing else is in it."""
        self.registry.register(StatusCollector(status))
        self.registry.register(self._indicator)
        self.registry.register(self._decision)
        self.registry.register(self._steps)

    def worked(self, took_ns: int, trades: int) -> None:
        """Hear how long the analyzer took for some trades; one trade of 64 is counted.

        Args:
            took_ns: For all of them together, nanoseconds.
            trades: How many; none is no sample.
        """
        self._unsampled += trades
        if self._unsampled >= _SAMPLED and trades > 0:
            self._unsampled %= _SAMPLED
            self.observe_indicator_ns(took_ns // trades)

    def render(self, accept: str = "") -> tuple[bytes, str]:
        """Return the page, and its content type.

        Args:
            accept: What the other side reads, as in the HTTP header ``Accept``: the text format,
                or OpenMetrics where it is asked for.
        """
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type
