"""`supreme costs`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import click

from supreme_system_v5.cli.process import this_process
from supreme_system_v5.cli.strategy_options import VENUE_NAMES

__all__ = ["costs"]


class _Above(click.ParamType[Decimal]):
    """A decimal number above 0, at most (or below) another one."""

    name = "NUMBER"

    def __init__(self, high: str, *, open_end: bool = False) -> None:
        self._high, self._open = Decimal(high), open_end

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("nan")
        reached = number.is_finite() and (
            number >= self._high if self._open else number > self._high
        )
        if not (number.is_finite() and number > 0) or reached:
            bound = f"below {self._high}" if self._open else f"at most {self._high}"
            self.fail(f"{value!r} is no number above 0, {bound}", param, ctx)
        return number


_AMOUNT = _Above("1000000000")
_DISTANCE = _Above("10000", open_end=True)


@click.command()
@click.option("--price", type=_AMOUNT, default="60000", show_default=True, help="Of the market.")
@click.option(
    "--stop",
    "stops",
    type=_DISTANCE,
    multiple=True,
    metavar="BPS",
    help="Distance of the stop, once or more.  [default: 50, 100, 200, 500]",
)
@click.option("--target", type=_DISTANCE, metavar="BPS", help="Distance of the target.")
@click.option(
    "--cash",
    type=_AMOUNT,
    multiple=True,
    metavar="AMOUNT",
    help="Of an account, once or more.  [default: 200, 1000, 10000]",
)
@click.option(
    "--costs",
    "venues",
    type=click.Choice(VENUE_NAMES),
    multiple=True,
    help="Of this venue only, once or more.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def costs(
    *,
    price: Decimal,
    stops: tuple[Decimal, ...],
    target: Decimal | None,
    cash: tuple[Decimal, ...],
    venues: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print what accounts of some sizes can trade on each venue, and at which costs.

    Every figure is an answer of the dynamic risk that your settings make: what it would approve
    for a signal of which everybody is sure, or why it would refuse.
    """
    from supreme_system_v5.app import CostsOptions, run_costs
    from supreme_system_v5.app.costs import DEFAULT_CASH, DEFAULT_STOPS
    from supreme_system_v5.app.costs_report import to_json, to_text

    report = run_costs(
        CostsOptions(
            price=price,
            stops=stops or DEFAULT_STOPS,
            target=target,
            cash=cash or DEFAULT_CASH,
            venues=venues,
        ),
        this_process(),
    )
    click.echo(to_json(report) if as_json else to_text(report))
