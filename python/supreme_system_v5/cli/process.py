"""What a command hands to the composition root: this process, and how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supreme_system_v5.app import World

__all__ = ["this_process"]


def this_process(progress: Callable[[float], None] | None = None) -> World:
    """Return the environment, the ``.env`` of the folder it runs in, the clock, and a progress bar.

    Args:
        progress: Told how much is done, 0 to 1; None for nobody.
    """
    from supreme_system_v5.app import World
    from supreme_system_v5.clock import SystemClock

    return World(
        environment=os.environ,
        dotenv_path=Path(".env"),
        clock=SystemClock(),
        progress=progress,
    )
