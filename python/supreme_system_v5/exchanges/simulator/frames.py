"""WebSocket frames as a server sends them, whole or in pieces."""

from __future__ import annotations

import struct

__all__ = ["BINARY", "PING", "TEXT", "fragments", "frame"]

TEXT, BINARY, PING = 0x1, 0x2, 0x9
"""Kinds of frames."""

_MAX_7_BITS, _MAX_16_BITS = 125, 65_535


def frame(payload: bytes, opcode: int = TEXT, *, final: bool = True) -> bytes:
    """Return a WebSocket frame as a server sends it."""
    first = (0x80 if final else 0) | opcode
    if len(payload) <= _MAX_7_BITS:
        return struct.pack("!BB", first, len(payload)) + payload
    if len(payload) <= _MAX_16_BITS:
        return struct.pack("!BBH", first, 126, len(payload)) + payload
    return struct.pack("!BBQ", first, 127, len(payload)) + payload


def fragments(payload: bytes, count: int) -> tuple[bytes, ...]:
    """Return the frames of a text in `count` pieces, with a ping after the first."""
    size = max(-(-len(payload) // count), 1)
    pieces = [payload[start : start + size] for start in range(0, len(payload), size)]
    frames = []
    for place, piece in enumerate(pieces):
        frames.append(frame(piece, TEXT if not place else 0, final=place == len(pieces) - 1))
        if place == 0:
            frames.append(frame(b"between", PING))
    return tuple(frames)
