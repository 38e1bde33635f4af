"""Strategies that know more than they are told, each in another way; to be written to files."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

__all__ = ["CHEATS", "HONEST_READER", "KEEPER", "RESTLESS", "written"]

_READS = """
    import csv, gzip
    from supreme_system_v5.strategies import Signal

    def rows_of(path):
        text = gzip.open if path.endswith(".gz") else open
        with text(path, "rt") as file:
            return [(int(row["timestamp_ms"]), float(row["close"])) for row in csv.DictReader(file)]
"""

_READER = (
    _READS
    + """
    class Reader:
        rows = []

        def __init__(self, path):
            if not Reader.rows:
                Reader.rows.extend(rows_of(path))
            self.at = {time: number for number, (time, _) in enumerate(self.rows)}

        def decide(self, view):
            number = self.at.get(view.now_ns // 1_000_000 - 60_000)
            if number is None or number + AHEAD >= len(self.rows):
                return None
            rises = self.rows[number + AHEAD][1] > self.rows[number][1]
            if view.position is None:
                return Signal.enter("it will rise") if rises else None
            return None if rises else Signal.exit("it will fall")
"""
)

_PEEPER = """
    import bisect, sys
    from supreme_system_v5.strategies import Signal

    class Peeper:
        def decide(self, view):
            frame = sys._getframe()
            while frame is not None and "columns" not in frame.f_locals:
                frame = frame.f_back
            columns = frame.f_locals["columns"]
            closes, times = columns[-3], columns[-1]
            number = bisect.bisect_left(times, view.now_ns)
            if number == len(times):
                return None
            rises = closes[number] > view.price
            if view.position is None:
                return Signal.enter("it will rise") if rises else None
            return None if rises else Signal.exit("it will fall")
"""

CHEATS = {
    "reads the next row": _READER.replace("AHEAD", "1"),
    "reads an hour ahead": _READER.replace("AHEAD", "60"),
    "looks into its callers": _PEEPER,
}
"""Those that look ahead; a `Reader` takes the file as its parameter `path`."""

HONEST_READER = _READER.replace("AHEAD", "(0 if number < 9 else -9)")
"""Reads the file, but only what is past."""

KEEPER = """
    from supreme_system_v5.strategies import Signal

    asked = []

    class Keeper:
        known = {}

        def decide(self, view):
            asked.append(view.now_ns)
            Keeper.known[view.now_ns] = view.price
            later = Keeper.known.get(view.now_ns + 60_000_000_000)
            if view.position is not None:
                return Signal.exit("turn")
            return Signal.enter("turn") if len(asked) % 7 == 0 or later else None
"""
"""Would know the future from an earlier run, if its module or class outlived it."""

RESTLESS = """
    import random
    from supreme_system_v5.strategies import Signal

    class Restless:
        def decide(self, view):
            if random.random() < 0.5:
                return None
            return Signal.enter("why not") if view.position is None else Signal.exit("why not")
"""
"""Decides by chance."""


def written(path: Path, text: str) -> str:
    """Write one of them to a file, and return what names it."""
    path.write_text(dedent(text), encoding="utf-8")
    return str(path)
