"""What an object holds on to, and how much of it: to see what grows."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec

__all__ = ["growing", "resident", "sizes_apart", "sizes_of"]


def resident() -> int:
    """Return the resident memory of this process, bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096


def growing(sizes: list[dict[str, int]], *, least: int = 64) -> list[str]:
    """Return what was larger each time it was measured, by at least so much in all."""
    if len(sizes) < 2:
        return []
    first, last = sizes[0], sizes[-1]
    return [
        f"{name}: {' -> '.join(str(each[name]) for each in sizes)}"
        for name in sorted(last)
        if all(name in each for each in sizes)
        and last[name] - first[name] >= least
        and all(a[name] < b[name] for a, b in pairwise(sizes))
    ]


def sizes_apart(root: object) -> dict[str, int]:
    """Return `sizes_of` as a child process finds them: what walking takes would look like a leak.

    Where other threads run, no child is made, and it takes what it takes.
    """
    if threading.active_count() > 1:
        return dict(sizes_of(root))
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            with os.fdopen(write, "wb") as telling:
                telling.write(msgspec.json.encode(dict(sizes_of(root))))
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as told:
        body = told.read()
    os.waitpid(child, 0)
    return msgspec.json.decode(body, type=dict[str, int])


def sizes_of(root: object, *, least: int = 16) -> Iterator[tuple[str, int]]:
    """Yield the sizes of larger containers that are reached from an object, by where they are."""
    seen = {id(root)}
    waiting: list[tuple[str, object]] = [(type(root).__name__, root)]
    while waiting:
        name, each = waiting.pop()
        if isinstance(each, dict | list | set | bytearray | deque):
            length = len(each)
            if length >= least and _is_free(each):
                yield f"{name} ({type(each).__name__} {id(each):x})", length
        for inner in _held(each):
            if id(inner) not in seen:
                seen.add(id(inner))
                waiting.append((f"{name}.{type(inner).__name__}"[-120:], inner))


def _is_free(each: object) -> bool:
    """Return whether nothing but its user keeps it from growing."""
    return getattr(each, "maxlen", None) is None


def _held(each: object) -> list[object]:
    """Return what an object holds on to, without modules, classes and globals."""
    if isinstance(each, type(sys) | type):
        return []
    if code := getattr(each, "__code__", None):
        closure = getattr(each, "__closure__", None) or ()
        return [cell.cell_contents for cell in closure] if code.co_freevars else []
    return gc.get_referents(each)
