"""The bytes of the headline model that the package brings along."""

from __future__ import annotations

import importlib.resources

__all__ = ["read_model"]


def read_model() -> bytes:
    """Return the bytes for `HeadlineModel`; some 460 KB, read from the package at every call.

    Raises:
        OSError: The package was installed without them.
    """
    return importlib.resources.files(__name__).joinpath("headlines.bin").read_bytes()
