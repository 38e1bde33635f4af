"""Compressed bodies opened in small steps, and never beyond a bound."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError

__all__ = ["STEP_BYTES", "Inflater"]

STEP_BYTES = 65_536
"""What one step makes at most: some tenths of a millisecond."""
_MOST_MEMBERS = 16
_GZIP, _ZLIB, _RAW = 31, 15, -15
_ZLIB_FIRST = 0x08
"""Low and highest bits of the first byte: deflate, with a window of up to 32 KiB."""


class Inflater:
    """Opens what a server sent, ``identity``, ``gzip`` or ``deflate``, step by step.

    Args:
        encoding: The header ``Content-Encoding``; empty for none.
        most_bytes: What comes out at most.

    Raises:
        SourceError: ENCODING: another compression, or several, one in the other.

    Example:
        >>> inflater = Inflater("", 100)
        >>> list(inflater.feed(b"abc"))
        [b'abc']
        >>> inflater.finish()
    """

    def __init__(self, encoding: str, most_bytes: int) -> None:
        name = encoding.strip().lower()
        if name not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise SourceError(
                f"the body is compressed as {name[:40]!r}: allowed are gzip, deflate and none",
                FaultKind.ENCODING,
            )
        self._plain = name in {"", "identity"}
        self._deflate = name == "deflate"
        self._left = most_bytes
        self._most = most_bytes
        self._members = 0
        self._open: zlib._Decompress | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take what came over the wire, and yield what is in it, `STEP_BYTES` at most at a time.

        Raises:
            SourceError: TOO_LARGE: more than allowed comes out. ENCODING: it is broken.
        """
        while data:
            if self._plain:
                piece, data = data[:STEP_BYTES], data[STEP_BYTES:]
            else:
                piece, data = self._step(data)
            self._left -= len(piece)
            if self._left < 0:
                raise SourceError(
                    f"the body is larger than {self._most} bytes once opened", FaultKind.TOO_LARGE
                )
            yield piece

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        if self._open is None:
            self._members += 1
            if self._members > _MOST_MEMBERS:
                raise SourceError(
                    f"the body has more than {_MOST_MEMBERS} compressed parts", FaultKind.ENCODING
                )
            raw = self._deflate and data[0] & 0x8F != _ZLIB_FIRST
            self._open = zlib.decompressobj(_RAW if raw else _ZLIB if self._deflate else _GZIP)
        try:
            piece = self._open.decompress(data, STEP_BYTES)
        except zlib.error:
            raise SourceError("the compressed body is broken", FaultKind.ENCODING) from None
        if not self._open.eof:
            return piece, self._open.unconsumed_tail
        rest = self._open.unused_data
        self._open = None
        return piece, rest

    def finish(self) -> None:
        """Check that nothing is missing.

        Raises:
            SourceError: ENCODING: it ends in the middle.
        """
        if self._open is not None:
            raise SourceError("the compressed body ends too early", FaultKind.ENCODING)
