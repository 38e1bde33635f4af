"""The command line: arguments and exit codes, nothing else."""

from __future__ import annotations

__all__: list[str] = []
