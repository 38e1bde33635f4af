"""Supreme System V5: trades one symbol on paper, with a Rust core per tick and Python around it.

Indicators are objects that take one price at a time, or a whole array at once:

>>> from supreme_system_v5.optimized import UltraOptimizedEMA
>>> ema = UltraOptimizedEMA(3)
>>> [ema.update(price) for price in (10.0, 11.0, 12.0)]
[10.0, 10.5, 11.25]

Where things are:

- ``supreme_system_v5.optimized``: indicators, event gate and analyzer in Rust.
- ``supreme_system_v5.reference``: the same in plain Python, written to be read; the same bits.
- ``supreme_system_v5.strategies``: closed bars in, signals out.
- ``supreme_system_v5.settings``: what the environment and ``.env`` may say.
- ``supreme_system_v5.domain``, ``errors``, ``ports``: the types that all rooms share.

On the command line: ``supreme --help``. What every number means: ``docs/definitions.md``.
Importing this package does no work; each room is imported when it is asked for.
"""

from __future__ import annotations

__all__ = ["__version__"]

__version__: str


def __getattr__(name: str) -> str:
    """Read the version when it is asked for: looking it up opens files."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - an import of its own 20 ms

        return version("supreme-system-v5")
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
