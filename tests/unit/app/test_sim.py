"""The simulated exchange on its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.app.sim import SimOptions, run_sim
from supreme_system_v5.app.world import World
from supreme_system_v5.clock import SystemClock, sleep_ns
from supreme_system_v5.errors import InvalidInputError


def run(options: SimOptions) -> list[str]:
    told: list[str] = []
    world = World(environment={}, dotenv_path=None, clock=SystemClock())
    run_sim(options, world, sleep_ns, told.append)
    return told


def test_it_tells_its_address_first_and_then_what_it_serves(tmp_path: Path) -> None:
    script = tmp_path / "bad-day.json"
    script.write_text('{"market": "calm", "faults": [{"kind": "quiet", "after_s": 5}]}')
    url, served = run(SimOptions(scenario=str(script), duration_s=0.01))
    assert url.startswith("http://127.0.0.1:")
    assert "the calm market, seed 1, 1 faults scripted" in served


def test_a_recording_is_served(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    path.write_text("timestamp_ms,price,size,side\n1000,100.1,0.5,buy\n")
    _, served = run(SimOptions(replay=path, duration_s=0.01))
    assert "trades.csv" in served


def test_a_scenario_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="allowed is one of calm"):
        run(SimOptions(scenario="stormy"))
