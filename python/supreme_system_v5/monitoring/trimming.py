"""Gives memory back that is not needed: what `Backpressure` asks for at the level ``trim``."""

from __future__ import annotations

import gc

__all__ = ["release_memory"]


def release_memory() -> int:
    """Collect garbage, and give free pages of the C library back to the machine.

    It holds the event loop for some 50 ms after a burst of 300 MB, which is why it is done at a
    step of pressure, and never at an interval.

    Returns:
        How many objects were collected.
    """
    import ctypes  # noqa: PLC0415 - half a megabyte that most runs never need

    collected = gc.collect()
    # Without it the pages of a burst stay with the process until it ends. Other C libraries than
    # GNU's have no such call, and no such habit.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    return collected
