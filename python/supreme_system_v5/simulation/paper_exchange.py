"""An exchange on paper."""

from __future__ import annotations

from supreme_system_v5._native import PaperExchange

__all__ = ["PaperExchange"]
