"""`supreme new`: files to begin with."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

__all__ = ["new", "strategy"]

_STRATEGY = '''"""A strategy to begin with. Run it: supreme backtest FILES --strategy {name}"""

from supreme_system_v5.domain import Flag
from supreme_system_v5.strategies import MarketView, Signal


class {kind}:
    """Buys a dip in an uptrend of the hour; leaves by stop, target, or when the trend is over."""

    wakes = Flag.BAR_5M
    warmup_bars = 60

    def __init__(self, oversold: float = 30.0, stop_atr: float = 2.0) -> None:
        self.oversold = oversold  # supreme backtest ... --param oversold=25
        self.stop_atr = stop_atr

    def decide(self, view: MarketView) -> Signal | None:
        price, rsi, atr = view.price, view.m5.rsi, view.m5.atr
        fast, slow = view.m15.ema_fast, view.m15.ema
        if price is None or rsi is None or atr is None or fast is None or slow is None:
            return None  # not warmed up yet
        if view.position is not None:
            return Signal.exit("the trend is over") if fast < slow else None
        if fast > slow and rsi < self.oversold:
            risk = self.stop_atr * atr
            return Signal.enter("dip in an uptrend", stop=price - risk, target=price + 2 * risk)
        return None
'''


@click.group()
def new() -> None:
    """Write a file to begin with."""


@new.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def strategy(file: Path) -> None:
    """Write a working strategy to FILE, which must not exist yet.

    It is an example of the form, not of a good idea.
    """
    if file.suffix != ".py":
        raise click.UsageError(f"{file} must end in .py, such as {file.stem or 'mine'}.py.")
    if not file.parent.is_dir():
        raise click.UsageError(f"{file} cannot be written: make the folder {file.parent} first.")
    kind = "".join(part.capitalize() for part in file.stem.split("_") if part.isidentifier())
    content = _STRATEGY.format(name=file, kind=kind if kind.isidentifier() else "MyStrategy")
    made = False
    with contextlib.suppress(FileExistsError), file.open("x", encoding="utf-8") as out:
        out.write(content)
        made = True
    if not made:
        raise click.UsageError(f"{file} exists already; choose another name.")
    click.echo(f"Wrote {file}. Run it: supreme backtest --strategy {file}")
