"""What `supreme run` says beside its log."""

from __future__ import annotations

import json

import msgspec

from supreme_system_v5.app.live import LiveFinished
from supreme_system_v5.cli.live_text import begun_lines, ended_lines, live_json
from tests.support.monitored import well


def test_a_person_is_told_what_runs_and_where_metrics_are() -> None:
    [trading, metrics] = begun_lines(well(), "http://127.0.0.1:1/metrics")
    assert trading.startswith(f"Trading {well().symbol} on paper: {well().strategy} on ")
    assert metrics == "Metrics: http://127.0.0.1:1/metrics"
    assert begun_lines(well(), None) == [trading]
    [_, paused] = begun_lines(msgspec.structs.replace(well(), paused=True), None)
    assert "`supreme resume`" in paused


def test_a_person_is_told_how_it_went() -> None:
    ended, *rows = ended_lines(LiveFinished(reason="why", status=well(), report=None))
    assert ended == "Ended: why."
    told = {row[:24].strip(): row[24:] for row in rows}
    feed = well().feed
    assert told["trades missed"] == f"{feed.missing}, {feed.recovered} of them read later"
    assert told["memory"] == "75 MB at the peak"
    assert set(told) == {"feed", "trades missed", "minutes", "tasks", "memory"}


def test_the_end_is_one_json_object() -> None:
    told = json.loads(live_json(LiveFinished(reason="why", status=well(), report=None)))
    assert told["reason"] == "why"
    assert told["status"]["feed"]["name"] == well().feed.name
