"""Money and position of one account."""

from __future__ import annotations

from supreme_system_v5._native import Ledger

__all__ = ["Ledger"]
