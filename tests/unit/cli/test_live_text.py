"""What `supreme run` says beside its log."""

from __future__ import annotations

import json

from supreme_system_v5.app.live import LiveFinished
from supreme_system_v5.cli.live_text import begun_lines, live_json
from tests.support.monitored import well


def test_a_person_is_told_what_runs_and_where_metrics_are() -> None:
    [trading, metrics] = begun_lines(well(), "http://127.0.0.1:1/metrics")
    assert trading.startswith(f"Trading {well().symbol} on paper: {well().strategy} on ")
    assert metrics == "Metrics: http://127.0.0.1:1/metrics"
    assert begun_lines(well(), None) == [trading]


def test_the_end_is_one_json_object() -> None:
    told = json.loads(live_json(LiveFinished(reason="why", status=well(), report=None)))
    assert told["reason"] == "why"
    assert told["status"]["feed"]["name"] == well().feed.name
