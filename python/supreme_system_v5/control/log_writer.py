"""Lines to a stream or to files that are rotated, written by a thread of its own.

Who logs puts a line into a bounded queue and goes on: a slow disk, or a terminal that is stopped,
costs lines and no time. What was lost is counted, and said in the log as soon as it can be.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from supreme_system_v5.domain.status import QueueStatus

if TYPE_CHECKING:
    from typing import BinaryIO, Self

__all__ = ["LineSink", "LogWriter", "RotatingFile", "StreamSink"]

_LIMIT = 4_096
_CLOSING_S = 2.0
_FILE_BYTES = 10_000_000
_FILES = 3


class LineSink(Protocol):
    """Where lines go; used by one thread alone."""

    def write(self, line: str) -> None:
        """Write a line, which ends with a line break; raise OSError or ValueError if it cannot."""
        ...

    def close(self) -> None:
        """Write what is left, and let go."""
        ...


class StreamSink:
    """A stream that somebody else owns, such as ``sys.stderr``."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        """Write a line at once."""
        self._stream.write(line)
        self._stream.flush()

    def close(self) -> None:
        """Leave it open: it is not ours."""


class RotatingFile:
    """A file, and the ones before it: ``NAME``, ``NAME.1`` and so on, readable by the user alone.

    Args:
        path: Of the newest.
        most_bytes: Of each file, unless a single line is longer.
        files: How many there are at most, at least 1.
    """

    def __init__(self, path: Path, *, most_bytes: int = _FILE_BYTES, files: int = _FILES) -> None:
        self._path = path
        self._most = most_bytes
        self._files = files
        self._file: BinaryIO | None = None
        self._size = 0

    def open(self) -> BinaryIO:
        """Open it and return it; done at the start, a path that cannot be written is noticed.

        Raises:
            OSError: It cannot be opened.
        """
        descriptor = os.open(
            self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        self._file = file = os.fdopen(descriptor, "ab", buffering=0)
        self._size = os.fstat(descriptor).st_size
        return file

    def write(self, line: str) -> None:
        """Append a line, in a new file where this one is full."""
        body = line.encode("utf-8", "backslashreplace")
        file = self._file or self.open()
        if self._size and self._size + len(body) > self._most:
            self.close()
            self._turn()
            file = self.open()
        self._size += file.write(body) or 0

    def close(self) -> None:
        """Close it."""
        if self._file is not None:
            file, self._file = self._file, None
            file.close()

    def _turn(self) -> None:
        names = [self._path, *(Path(f"{self._path}.{age}") for age in range(1, self._files))]
        for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
            with suppress(FileNotFoundError):
                newer.replace(older)
        if self._files == 1:
            self._path.unlink(missing_ok=True)


class LogWriter:
    """Takes lines within ``with``, and has written all of them at its end, or 2 s later.

    Args:
        sink: Where they go.
        lost: Makes the line that says how many were lost.
        limit: How many may wait.
    """

    def __init__(self, sink: LineSink, lost: Callable[[int], str], *, limit: int = _LIMIT) -> None:
        self._sink = sink
        self._lost = lost
        self._limit = limit
        self._lines: queue.Queue[str | None] = queue.Queue(limit)
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._full = 0
        """Lines for which there was no room; counted by who logs."""
        self._failed = 0
        """Lines that could not be written; counted by who writes."""
        self._told = 0

    @property
    def dropped(self) -> int:
        """Lines that were lost since the start."""
        return self._full + self._failed

    def status(self) -> QueueStatus:
        """Return how full the queue is, and how many lines were lost."""
        return QueueStatus(depth=self._lines.qsize(), limit=self._limit, dropped=self.dropped)

    def put(self, line: str) -> None:
        """Take a line without its end; it never waits."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._full += 1

    def __enter__(self) -> Self:
        """Begin to write."""
        # A daemon: a disk that hangs for ever must not keep the process from ending.
        self._thread = threading.Thread(target=self._write_all, name="log", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """Wait until all is written; give up on a disk that does not take it."""
        self._closing.set()
        with suppress(queue.Full):
            self._lines.put_nowait(None)
        if self._thread is not None:
            self._thread.join(_CLOSING_S)
            self._thread = None

    def _write_all(self) -> None:
        while True:
            line = self._next()
            if line is None:
                break
            self._write(line)
            if self.dropped > self._told:
                told = self.dropped
                if self._write(self._lost(told - self._told)):
                    self._told = told
        with suppress(OSError, ValueError):
            self._sink.close()

    def _next(self) -> str | None:
        """Return the next line; None when there is none and there will be none."""
        if self._closing.is_set():
            with suppress(queue.Empty):
                return self._lines.get_nowait()
            return None
        return self._lines.get()

    def _write(self, line: str) -> bool:
        try:
            self._sink.write(line + "\n")
        except (OSError, ValueError):
            self._failed += 1
            return False
        return True
