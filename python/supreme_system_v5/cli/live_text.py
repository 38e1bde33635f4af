"""What `supreme run` says beside its log: a line or two when it trades, and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from supreme_system_v5.app.live import LiveFinished
    from supreme_system_v5.domain.status import LiveStatus

__all__ = ["begun_lines", "live_json"]


def begun_lines(status: LiveStatus, metrics_url: str | None) -> list[str]:
    """Return what to tell a person once it trades."""
    what = f"{status.symbol} on paper: {status.strategy} on {status.data_source}"
    lines = [f"Trading {what}. `supreme status` tells more; Ctrl-C ends it."]
    if metrics_url is not None:
        lines.append(f"Metrics: {metrics_url}")
    return lines


def live_json(finished: LiveFinished) -> str:
    """Return the end of a run as one JSON object: reason, status and report."""
    body = {"reason": finished.reason, "status": finished.status, "report": finished.report}
    return msgspec.json.encode(body).decode()
