"""The options of every command that runs a strategy: which one, whose costs, which risk."""

from __future__ import annotations

import click

__all__ = ["VENUE_NAMES", "costs_option", "parameters_option", "risk_option", "strategy_option"]

VENUE_NAMES = ("okx-spot", "okx-perp", "binance-spot", "binance-perp", "bybit-spot", "bybit-perp")
"""What `--costs` takes; named here so that help needs no import of the domain."""

strategy_option = click.option(
    "--strategy", help="scalping, ema-cross, trend, module:Class or FILE.py."
)
parameters_option = click.option(
    "--param", "parameters", multiple=True, metavar="NAME=VALUE", help="Of the strategy."
)
costs_option = click.option(
    "--costs", type=click.Choice(VENUE_NAMES), help="Whose costs and rules."
)
risk_option = click.option(
    "--risk",
    type=click.Choice(("fixed", "dynamic")),
    default="fixed",
    show_default=True,
    help="Bet on every signal, or as the risk manager would.",
)
"""Of commands that study a strategy; `supreme backtest` takes the setting unless told."""
