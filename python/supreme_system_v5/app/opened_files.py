"""Notices when a strategy opens a file of market data by itself."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from supreme_system_v5.app import strategy_loading
from supreme_system_v5.engine import strategy_host

__all__ = ["opened_by_strategy"]

_CALLERS = frozenset((strategy_host.__name__, strategy_loading.__name__))
_watches: list[_Watch] = []
_hooked: list[bool] = []


class _Watch:
    """Some files, by what they are on disk, so that a link is the file too."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = {(at.st_dev, at.st_ino): path for path in paths for at in (path.stat(),)}
        self.opened: set[Path] = set()

    def look(self, path: str | bytes) -> None:
        try:
            at = os.stat(path)  # noqa: PTH116 - bytes as well
        except (OSError, ValueError):
            return
        found = self._paths.get((at.st_dev, at.st_ino))
        if found is not None and _asked_by_strategy():
            self.opened.add(found)


@contextmanager
def opened_by_strategy(paths: Iterable[Path]) -> Generator[set[Path], None, None]:
    """Yield a set that gathers those of some files that a strategy opens meanwhile.

    Python tells its audit hooks of every file that is opened; ours looks whether a strategy stands
    in the calls that led there. It does not see what a library opens without Python, what another
    thread or process opens, nor a copy of a file.
    """
    if not _hooked:
        sys.addaudithook(_on_event)  # for the rest of the process: there is no way to take it off
        _hooked.append(True)
    watch = _Watch(paths)
    _watches.append(watch)
    try:
        yield watch.opened
    finally:
        _watches.remove(watch)


def _on_event(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _watches and isinstance(arguments[0], str | bytes):
        for watch in _watches:
            watch.look(arguments[0])


def _asked_by_strategy() -> bool:
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_globals.get("__name__") in _CALLERS:
            return True
        frame = frame.f_back
    return False
