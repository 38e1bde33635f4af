"""What `supreme run` says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from supreme_system_v5.app.live import LiveFinished
from supreme_system_v5.cli.live_text import LiveConsole, live_json
from supreme_system_v5.domain.status import LiveStatus
from tests.support.monitored import well

if TYPE_CHECKING:
    import pytest


class Running:
    def status(self) -> LiveStatus:
        return well()


def test_a_person_sees_what_happens_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console = LiveConsole()
    console.log("warmed_up", minutes=3, fault="")
    console.log("quiet")
    console.begun(Running(), "http://127.0.0.1:1/metrics")  # type: ignore[arg-type]
    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.splitlines()
    assert lines[:2] == ["warmed_up: minutes 3", "quiet"]
    assert lines[2].startswith(f"trading: symbol {well().symbol}, on ")
    assert lines[3] == "metrics: at http://127.0.0.1:1/metrics"


def test_the_end_is_one_json_object() -> None:
    told = json.loads(live_json(LiveFinished(reason="why", status=well(), report=None)))
    assert told["reason"] == "why"
    assert told["status"]["feed"]["name"] == well().feed.name
