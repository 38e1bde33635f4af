"""What all who ask over the network need: what went wrong, how long to wait, what to hide."""

from __future__ import annotations

__all__: list[str] = []
