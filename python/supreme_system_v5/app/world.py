"""What the process has, handed in so that a run depends on nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from supreme_system_v5.ports import Clock

__all__ = ["Progress", "World", "portion"]

Progress = Callable[[float], None]
"""Told how much of the work is done, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The process around a run.

    Attributes:
        environment: Environment variables.
        dotenv_path: The ``.env`` file; None for none.
        clock: Measures how long a run takes; nothing else depends on it.
        progress: Told how far a run has come; None for nobody.
    """

    environment: Mapping[str, str]
    dotenv_path: Path | None
    clock: Clock
    progress: Progress | None = None


def portion(progress: Progress | None, total: int) -> Callable[[int], None] | None:
    """Turn "so much more of `total`" into "so much of 1"."""
    if progress is None:
        return None
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress(min(done / max(total, 1), 1.0))

    return told
