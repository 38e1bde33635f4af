"""A text file that is written as a run goes on, and is there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import IO, Self

__all__ = ["WholeFile"]


class WholeFile:
    """A context that writes to a temporary name and puts it in place when all went well.

    Args:
        path: The file; an older one is replaced.

    Raises:
        OSError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_name(f"{path.name}.unfinished")
        self._out: IO[str] | None = None

    def __enter__(self) -> Self:
        self._out = self._unfinished.open("w", encoding="utf-8", newline="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._out is not None:
                self._out.close()  # writes what is left, which may fail as well
            if kind is None:
                self._unfinished.replace(self._path)
        finally:
            self._unfinished.unlink(missing_ok=True)

    @property
    def out(self) -> IO[str]:
        """Where to write.

        Raises:
            ValueError: It is not open.
        """
        if self._out is None:
            raise ValueError("the file is not open; use it in a with statement")
        return self._out
