"""What `supreme run` says: a few lines while it runs, to stderr; the end to stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from supreme_system_v5.app.live import LiveFinished
    from supreme_system_v5.ports import Controls

__all__ = ["LiveConsole", "live_json"]


class LiveConsole:
    """Tells a person at a terminal what happens."""

    def log(self, event: str, **details: object) -> None:
        """Write a line of what was noticed."""
        told = ", ".join(f"{name} {value}" for name, value in details.items() if value != "")
        click.echo(f"{event}: {told}" if told else event, err=True)

    def begun(self, controls: Controls, metrics_url: str | None) -> None:
        """Say that it trades now."""
        status = controls.status()
        self.log("trading", symbol=status.symbol, on=status.data_source, strategy=status.strategy)
        if metrics_url is not None:
            self.log("metrics", at=metrics_url)


def live_json(finished: LiveFinished) -> str:
    """Return the end of a run as one JSON object: reason, status and report."""
    body = {"reason": finished.reason, "status": finished.status, "report": finished.report}
    return msgspec.json.encode(body).decode()
