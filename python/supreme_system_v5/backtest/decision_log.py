"""What was decided and what came of it, as one number, alike for runs that agree to the bit."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from supreme_system_v5.domain import Action, Report
from supreme_system_v5.ports import Ledger

__all__ = ["DecisionLog"]


class DecisionLog:
    """Hashes actions and reports in order, in constant memory.

    Attributes:
        entries: How many there were.
    """

    __slots__ = ("_encode", "_hash", "entries")

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=16)
        self._encode = msgspec.msgpack.Encoder().encode
        self.entries = 0

    def add(self, entry: Action | Report) -> None:
        """Take the next one."""
        self._hash.update(self._encode(entry))
        self.entries += 1

    def digest(self, ledger: Ledger) -> str:
        """Return the hash of all of them and of the account at the end, in hexadecimal."""
        end = self._hash.copy()
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
