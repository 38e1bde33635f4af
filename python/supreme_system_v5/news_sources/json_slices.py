"""JSON of any allowed size, decoded in slices so that nobody waits long for it.

A decoder in C is quick, but holds everything else up until it is done. A large document is
therefore cut, at the commas of its own lists, into parts that take well under a millisecond each.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal

import msgspec

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.values import malformed

__all__ = ["DEEPEST", "SLICE_BYTES", "Pause", "load_json"]

Pause = Callable[[], Awaitable[None]]
"""Lets others run."""

SLICE_BYTES = 65_536
"""Decoded at once."""
DEEPEST = 64
"""Lists and objects in one another, at most."""
_UNCUTTABLE = 262_144
_TOKENS = 4_000
_MARK = re.compile(rb'["\[\]{},]')
_QUOTE = re.compile(rb'["\\]')
_MARKER = b'"\\u0001list %d"'
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


async def load_json(body: bytes, pause: Pause) -> object:
    """Decode a document; numbers with a point or an exponent become exact `Decimal`.

    Args:
        body: UTF-8, with or without a byte order mark.
        pause: Awaited between two slices.

    Returns:
        Objects as dict, lists as list, whole numbers as int.

    Raises:
        SourceError: MALFORMED: it is no JSON. TOO_LARGE: it is deeper than `DEEPEST`, or has a
            part of more than 256 KiB that cannot be cut.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
    if not body.strip():
        raise malformed("it is empty")
    if body.lstrip()[:1] == b"<":
        raise malformed("it is a page, no JSON")
    return await _load(body, pause, _UNCUTTABLE)


async def _load(body: bytes, pause: Pause, most: int) -> object:
    if len(body) <= SLICE_BYTES:
        return _decode(body)
    rest, lists = bytearray(), list[list[bytes]]()
    done = 0
    for begin, end, cuts in await _lists(body, pause):
        rest += body[done:begin] + _MARKER % len(lists)
        lists.append([body[a:b] for a, b in _ranges(begin, end, cuts)])
        done = end
    rest += body[done:]
    if len(rest) > most:
        raise SourceError(
            f"the answer has a part of {len(rest)} bytes that cannot be cut: allowed are {most}",
            FaultKind.TOO_LARGE,
        )
    envelope = _decode(bytes(rest))
    for number, parts in enumerate(lists):
        rows: list[object] = []
        for part in parts:
            if len(part) > SLICE_BYTES:  # then it is a single one
                rows.append(await _load(part.strip(), pause, most))
            else:
                rows.extend(_rows(part))
            await pause()
        envelope = _put(envelope, number, rows)
    return envelope


def _rows(part: bytes) -> list[object]:
    found = _decode(b"[" + part + b"]")
    return found if isinstance(found, list) else []


def _put(envelope: object, number: int, rows: list[object]) -> object:
    """Put a list back where its number stands."""
    marker = [msgspec.json.decode(_MARKER % number)]
    if envelope == marker:
        return rows
    if isinstance(envelope, dict):
        for key, value in envelope.items():
            if value == marker:
                envelope[key] = rows
                return envelope
    raise malformed("a name stands twice in an object")


def _ranges(begin: int, end: int, cuts: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a list between the commas chosen."""
    for cut in cuts:
        yield begin, cut
        begin = cut + 1
    if begin < end:
        yield begin, end


class _Cutter:
    """Is shown the marks of a document one by one, and finds its large lists.

    Only a list that is the document, or stands right in the object that it is, counts. `found` has
    begin and end of what is between the brackets, and the commas to cut at.
    """

    def __init__(self, level: int) -> None:
        self.found: list[tuple[int, int, list[int]]] = []
        self._level = level
        self._depth = 0
        self._begin = -1
        self._last = 0
        self._comma = -1
        self._cuts: list[int] = []

    def comma(self, place: int) -> None:
        """Cut here, or at the comma before, once a part is large enough."""
        if self._begin < 0 or self._depth != self._level:
            return
        if place - self._last > SLICE_BYTES and self._comma > self._last:
            self._cut(self._comma)
        self._comma = place
        if place - self._last > SLICE_BYTES:
            self._cut(place)

    def _cut(self, place: int) -> None:
        self._cuts.append(place)
        self._last = place + 1

    def bracket(self, sign: bytes, place: int) -> None:
        """Go in or out."""
        self._depth += 1 if sign in b"[{" else -1
        if self._depth > DEEPEST:
            raise SourceError(
                f"the answer is deeper than {DEEPEST} lists and objects", FaultKind.TOO_LARGE
            )
        if sign == b"[" and self._depth == self._level and self._begin < 0:
            self._begin = self._last = place + 1
            self._comma, self._cuts = -1, []
        elif self._begin >= 0 and self._depth < self._level:
            if place - self._last > SLICE_BYTES and self._comma > self._last:
                self._cut(self._comma)
            if place - self._begin > SLICE_BYTES:
                self.found.append((self._begin, place, self._cuts))
            self._begin = -1


async def _lists(body: bytes, pause: Pause) -> list[tuple[int, int, list[int]]]:
    """Find the large lists of a document: see `_Cutter`."""
    cutter = _Cutter(1 if body.lstrip()[:1] == b"[" else 2)
    at, tokens = 0, 0
    in_text = False
    while mark := (_QUOTE if in_text else _MARK).search(body, at):
        tokens += 1
        if tokens % _TOKENS == 0:
            await pause()
        sign, at = mark[0], mark.end()
        if sign == b"\\":
            at += 1
        elif sign == b'"':
            in_text = not in_text
        elif sign == b",":
            cutter.comma(mark.start())
        else:
            cutter.bracket(sign, mark.start())
    if in_text:
        raise malformed("text does not end")
    return cutter.found


def _decode(body: bytes) -> object:
    try:
        return _DECODER.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError, ArithmeticError):
        # A decoder's message may repeat what it read; ours says what it was.
        raise malformed("it is no JSON") from None
