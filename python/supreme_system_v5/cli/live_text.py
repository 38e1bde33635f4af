"""What `supreme run` says beside its log: a line or two when it trades, and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from supreme_system_v5.app.live import LiveFinished
    from supreme_system_v5.domain.status import LiveStatus

__all__ = ["begun_lines", "ended_lines", "live_json"]


def begun_lines(status: LiveStatus, metrics_url: str | None) -> list[str]:
    """Return what to tell a person once it trades."""
    what = f"{status.symbol} on paper: {status.strategy} on {status.data_source}"
    lines = [f"Trading {what}. `supreme status` tells more; Ctrl-C ends it."]
    if status.paused:
        lines.append("It starts paused: nothing is entered until `supreme resume`.")
    if metrics_url is not None:
        lines.append(f"Metrics: {metrics_url}")
    return lines


def ended_lines(finished: LiveFinished) -> list[str]:
    """Return why it ended, and how feed, tasks and machine were."""
    status = finished.status
    feed, use = status.feed, status.machine
    tasks = tuple(status.domains.values())
    runs, late = sum(task.runs for task in tasks), sum(task.late for task in tasks)
    failed = sum(task.failures for task in tasks)
    checked, differing = status.bars_checked, status.bars_differing
    rows = [
        ("feed", f"{feed.connects} connections, {feed.reconnects} of them again; {feed.gaps} gaps"),
        ("trades missed", f"{feed.missing}, {feed.recovered} of them read later"),
        ("minutes", f"{checked} compared with the exchange's, {differing} differ"),
        ("tasks", f"{runs} runs, {late} late, {failed} failed"),
        ("memory", f"{use.memory_peak_bytes / 1e6:.0f} MB at the peak"),
    ]
    return [f"Ended: {finished.reason}.", *(f"  {name:<22}{told}" for name, told in rows)]


def live_json(finished: LiveFinished) -> str:
    """Return the end of a run as one JSON object: reason, status and report."""
    body = {"reason": finished.reason, "status": finished.status, "report": finished.report}
    return msgspec.json.encode(body).decode()
