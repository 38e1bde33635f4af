"""What was decided and what came of it, as one number, alike for runs that agree to the bit."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from supreme_system_v5.domain import Action, Report
from supreme_system_v5.ports import Ledger

__all__ = ["DecisionLog"]


_HASHED_AT_ONCE = 1 << 16


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

    def add(self, entry: Action | Report) -> None:
        """Take the next one."""
        self._encode_into(entry, self._buffer, -1)
        if len(self._buffer) > _HASHED_AT_ONCE:
            self._hash.update(self._buffer)
            self._buffer.clear()
        self.entries += 1

    def digest(self, ledger: Ledger) -> str:
        """Return the hash of all of them and of the account at the end, in hexadecimal."""
        end = self._hash.copy()
        end.update(self._buffer)
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
