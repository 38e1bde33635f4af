"""How the process and the system are: what it uses, and what it tells a Prometheus."""

from __future__ import annotations

__all__: list[str] = []
