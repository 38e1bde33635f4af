"""Bytes of small headline models, written without the project's own writer."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

__all__ = ["headline_model_bytes"]


def headline_model_bytes(
    weights: Mapping[int, int] | None = None, *, bits: tuple[int, int] = (4, 2)
) -> bytes:
    """Return a model without weights but those at the given places; scales 0.01, biases 0."""
    table = bytearray((3 << bits[0]) + (4 << bits[1]))
    for place, weight in (weights or {}).items():
        table[place] = weight & 0xFF
    floats = [1.0, 1.0, *[0.01] * 3, *[0.0] * 3, *[0.01] * 4, *[0.0] * 4]
    body = struct.pack("<16d", *floats) + bytes(table)
    return b"SSVN" + bytes((1, *bits, 0)) + struct.pack("<I", zlib.crc32(body)) + body
