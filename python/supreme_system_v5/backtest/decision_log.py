"""What was decided and what came of it, as one number, alike for runs that agree to the bit."""

from __future__ import annotations

from hashlib import blake2b
from typing import Protocol

import msgspec

from supreme_system_v5.domain import Action, Record, Report
from supreme_system_v5.ports import Ledger

__all__ = ["DecisionLog", "EntryLog"]


_HASHED_AT_ONCE = 1 << 16


class EntryLog(Protocol):
    """Who is told of every action and report of a run, in order."""

    def add(self, entry: Action | Report) -> None:
        """Take the next one."""
        ...


class DecisionLog:
    """Hashes actions and reports in order, in constant memory.

    Attributes:
        entries: How many there were.
    """

    __slots__ = ("_buffer", "_encode_into", "_hash", "entries")

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=16)
        self._encode_into = msgspec.msgpack.Encoder().encode_into
        self._buffer = bytearray()
        self.entries = 0

    def add(self, entry: Action | Report | Record) -> None:
        """Take the next one."""
        self._encode_into(entry, self._buffer, -1)
        if len(self._buffer) > _HASHED_AT_ONCE:
            self._hash.update(self._buffer)
            self._buffer.clear()
        self.entries += 1

    def digest(self, ledger: Ledger) -> str:
        """Return the hash of all of them and of the account at the end, in hexadecimal."""
        end = self._so_far()
        money = (
            ledger.cash,
            ledger.position,
            ledger.cost,
            ledger.gross,
            ledger.fees,
            ledger.spread,
            ledger.slippage,
            ledger.funding,
            ledger.turnover,
        )
        end.update(repr(money).encode())
        return end.hexdigest()

    def so_far(self) -> str:
        """Return the hash of those until now, in hexadecimal."""
        return self._so_far().hexdigest()

    def _so_far(self) -> blake2b:
        so_far = self._hash.copy()
        so_far.update(self._buffer)
        return so_far
