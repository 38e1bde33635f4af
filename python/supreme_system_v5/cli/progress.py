"""A progress bar for people, and none for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

__all__ = ["progress_bar"]

_STEPS = 1000


@contextmanager
def progress_bar(*, wanted: bool) -> Iterator[Callable[[float], None] | None]:
    """Show a bar on stderr while both streams are a terminal; yield None where they are not.

    Args:
        wanted: False shows none anyway.
    """
    if not (wanted and sys.stdout.isatty() and sys.stderr.isatty()):
        yield None
        return
    with click.progressbar(length=_STEPS, label="Running", file=sys.stderr) as bar:

        def show(part: float) -> None:
            bar.update(int(part * _STEPS) - bar.pos)

        yield show
