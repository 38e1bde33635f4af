"""The argument FILES of every command: files of market data."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["FILE", "checked"]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
"""The type of one of them."""


def checked(
    ctx: click.Context, param: click.Parameter, files: tuple[Path, ...]
) -> tuple[Path, ...]:
    """Refuse what cannot be read twice (its beginning is looked at first), and a file given twice.

    Raises:
        click.BadParameter: One of them; it names the file.
    """
    seen: set[Path] = set()
    for path in files:
        if not path.is_file():
            raise click.BadParameter(
                f"{path} needs to be a regular file; save its content to one first.", ctx, param
            )
        if path.resolve() in seen:
            raise click.BadParameter(f"{path} is given twice.", ctx, param)
        seen.add(path.resolve())
    return files
