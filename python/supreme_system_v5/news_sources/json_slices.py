"""JSON of any allowed size, decoded in slices so that nobody waits long for it.

A decoder in C is quick, but holds everything else up until it is done, and so does letting go of a
hundred thousand objects at once. A large document is therefore cut, at the commas of its own lists,
into parts that take well under a millisecond each; there is never more than one of them at a time.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal

import msgspec

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError

__all__ = [
    "DEEPEST",
    "LARGEST_ELEMENT",
    "SLICE_BYTES",
    "Pause",
    "Rows",
    "TooLarge",
    "load_json",
    "malformed",
]

Pause = Callable[[], Awaitable[None]]
"""Lets others run."""

SLICE_BYTES = 32_768
"""Decoded at once."""
LARGEST_ELEMENT = 393_216
"""One row, at most; a larger one is told as `TooLarge` in its place."""
DEEPEST = 64
"""Lists and objects in one another, at most."""
_UNCUTTABLE = 262_144
_TOKENS = 1_000
_MARK = re.compile(rb'["\[\]{},]')
_MARKER = b'"\\u0001list %d"'
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def malformed(what: str) -> SourceError:
    """Make the error for an answer that is not in the format."""
    return SourceError(f"the answer is not in the format: {what}", FaultKind.MALFORMED)


class TooLarge:
    """Stands where an element of more than `LARGEST_ELEMENT` was."""


class Rows:
    """A large list, decoded slice by slice while it is walked through, and forgotten behind.

    Args:
        parts: What is between its brackets, cut at some of its commas.

    Raises, while it is walked through:
        SourceError: MALFORMED: a part is no JSON.
    """

    __slots__ = ("_parts", "count")

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts
        self.count = 0
        """Rows walked through."""

    def __iter__(self) -> Iterator[object]:
        self.count = 0
        for part in self._parts:
            for row in self._slice(part):
                self.count += 1
                yield row

    @staticmethod
    def _slice(part: bytes) -> list[object]:
        if len(part) > LARGEST_ELEMENT:  # a part of more than a slice is a single element
            return [TooLarge()]
        found = _decode(b"[" + part + b"]")
        if not isinstance(found, list) or not found:
            raise malformed("a list has an empty place")
        return found


async def load_json(body: bytes, pause: Pause) -> object:
    """Decode a document; numbers with a point or an exponent become exact `Decimal`.

    Args:
        body: UTF-8, with or without a byte order mark.
        pause: Awaited between two slices.

    Returns:
        Objects as dict, lists as list, whole numbers as int. In a document of more than
        `SLICE_BYTES` a list of more than a sixteenth of that is `Rows`, if it is in no other list.

    Raises:
        SourceError: MALFORMED: it is no JSON. TOO_LARGE: it is deeper than `DEEPEST`, or has a
            part of more than 256 KiB that cannot be cut.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
    if body.isspace() or not body:
        raise malformed("it is empty")
    if body.lstrip()[:1] == b"<":
        raise malformed("it is a page, no JSON")
    if len(body) <= SLICE_BYTES:
        return _decode(body)
    rest, lists = bytearray(), list[Rows]()
    done = 0
    for begin, end, cuts in await _lists(body, pause):
        if not cuts and body[begin:end].isspace():
            continue
        rest += body[done:begin] + _MARKER % len(lists)
        lists.append(Rows([body[a:b] for a, b in _ranges(begin, end, cuts)]))
        done = end
        await pause()
    rest += body[done:]
    if len(rest) > _UNCUTTABLE:
        raise SourceError(
            f"the answer has a part of {len(rest)} bytes that cannot be cut: "
            f"allowed are {_UNCUTTABLE}",
            FaultKind.TOO_LARGE,
        )
    envelope = _decode(bytes(rest))
    await pause()
    return await _with_lists(envelope, lists, pause)


async def _with_lists(envelope: object, lists: list[Rows], pause: Pause) -> object:
    """Put the lists back where their numbers stand, in objects within objects."""
    numbered = {msgspec.json.decode(_MARKER % place): rows for place, rows in enumerate(lists)}
    root = {"": envelope}
    left: list[dict[str, object]] = [root]
    looked = 0
    while left and numbered:
        holder = left.pop()
        for key, value in holder.items():
            looked += 1
            if looked % _TOKENS == 0:
                await pause()
            if type(value) is dict:
                left.append(value)
            elif type(value) is list and len(value) == 1 and isinstance(value[0], str):
                holder[key] = numbered.pop(value[0], value)
    if numbered:
        raise malformed("a name stands twice in an object")
    return root[""]


def _ranges(begin: int, end: int, cuts: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a list between the commas chosen."""
    for cut in cuts:
        yield begin, cut
        begin = cut + 1
    yield begin, end


class _Cutter:
    """Is shown the marks of a document one by one, and finds its large lists.

    Only a list that is in no other list counts, in however many objects. `found` has begin and end
    of what is between the brackets, and the commas to cut at.
    """

    def __init__(self) -> None:
        self.found: list[tuple[int, int, list[int]]] = []
        self._level = 0
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
        if sign == b"[" and self._begin < 0:
            self._begin = self._last = place + 1
            self._level, self._comma, self._cuts = self._depth, -1, []
        elif self._begin >= 0 and self._depth < self._level:
            if place - self._last > SLICE_BYTES and self._comma > self._last:
                self._cut(self._comma)
            if place - self._begin > SLICE_BYTES // 16:
                self.found.append((self._begin, place, self._cuts))
            self._begin = -1


async def _lists(body: bytes, pause: Pause) -> list[tuple[int, int, list[int]]]:
    """Find the large lists of a document: see `_Cutter`."""
    cutter = _Cutter()
    at = tokens = 0
    while at < len(body):
        tokens += 1
        if tokens % _TOKENS == 0:
            await pause()
        mark = _MARK.search(body, at, at + SLICE_BYTES)
        if mark is None:
            at += SLICE_BYTES
            await pause()
            continue
        sign, at = mark[0], mark.end()
        if sign == b",":
            cutter.comma(mark.start())
        elif sign == b'"':
            at = await _after_text(body, at, pause)
        else:
            cutter.bracket(sign, mark.start())
    return cutter.found


async def _after_text(body: bytes, at: int, pause: Pause) -> int:
    """Return where a text ends that has begun before `at`."""
    quote, tokens = at - 1, 0
    while True:
        if quote < at:
            quote = body.find(b'"', at)
            if quote < 0:
                raise malformed("text does not end")
        escape = body.find(b"\\", at, quote)
        if escape < 0:
            return quote + 1
        at = escape + 2
        tokens += 1
        if tokens % _TOKENS == 0:
            await pause()


def _decode(body: bytes) -> object:
    try:
        return _DECODER.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError, ArithmeticError):
        # A decoder's message may repeat what it read; ours says what it was.
        raise malformed("it is no JSON") from None
