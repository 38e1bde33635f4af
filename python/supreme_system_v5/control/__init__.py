"""A running system answers: a socket to ask and to order it, and messages to its owner."""

from __future__ import annotations

__all__: list[str] = []
