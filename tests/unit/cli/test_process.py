from __future__ import annotations

import os
from pathlib import Path

from supreme_system_v5.cli.process import this_process
from supreme_system_v5.clock import SystemClock


def test_it_is_this_process() -> None:
    told: list[float] = []
    world = this_process(told.append)
    assert world.environment is os.environ
    assert world.dotenv_path == Path(".env")
    assert isinstance(world.clock, SystemClock)
    assert world.progress == told.append
    assert this_process().progress is None
