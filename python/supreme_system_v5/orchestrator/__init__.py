"""The live driver: who does what when, and what gives way when the machine is short of time."""

from __future__ import annotations

__all__: list[str] = []
