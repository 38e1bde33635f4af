"""The evidence about a strategy: its variants run over the files, counted, and weighed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from supreme_system_v5.app import parts
from supreme_system_v5.app.backtest import BacktestOptions, make_runner, strategy_label
from supreme_system_v5.app.parts import CostOptions
from supreme_system_v5.app.run_register import (
    RegisteredData,
    RegisteredRun,
    counted,
    register_path,
    variant_key,
)
from supreme_system_v5.app.strategy_loading import forget_modules
from supreme_system_v5.app.stretches import Stretch, read_stretches
from supreme_system_v5.app.world import World, portion
from supreme_system_v5.backtest.metrics import COST_STEPS_BPS
from supreme_system_v5.backtest.report import printable
from supreme_system_v5.backtest.trade_records import TradeRecords
from supreme_system_v5.domain import Instrument, VenueUnits
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.evidence.deflated_sharpe import day_statistics
from supreme_system_v5.evidence.random_entries import DRAWS
from supreme_system_v5.evidence.report import EvidenceReport, Labels
from supreme_system_v5.evidence.trades import TradeRecord
from supreme_system_v5.evidence.walk_forward import split
from supreme_system_v5.evidence.weighing import Material, Variant, daily_sums, weigh
from supreme_system_v5.market_data import Fingerprint, MarketFiles
from supreme_system_v5.settings import Settings, load_settings
from supreme_system_v5.strategies import BUILT_IN, NEIGHBOURS

__all__ = ["EvidenceOptions", "run_evidence"]

_Parameters = Mapping[str, float | bool | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOptions:
    """What is to be proven, and how.

    Attributes:
        files: Trades or 1-minute bars of one market.
        strategy: Built-in name, ``module:Class`` or file; None takes the setting.
        parameters: Of the strategy.
        variants: Parameters to choose from besides, each on top of `parameters`; empty takes the
            declared neighbours of a built-in strategy, and none of others.
        fixed: Choose nothing: only the given parameters are run.
        costs: What is charged.
        risk: ``fixed`` bets on every signal, and so judges the signals; ``dynamic`` judges what the
            risk manager makes of them, and knows a confidence.
        draws: Of random entries, 2 or more.
        seed: Of all that is drawn.
    """

    files: tuple[Path, ...]
    strategy: str | None = None
    parameters: _Parameters = field(default_factory=dict)
    variants: tuple[_Parameters, ...] = ()
    fixed: bool = False
    costs: CostOptions = CostOptions()  # noqa: RUF009 - a frozen value
    risk: str = "fixed"
    draws: int = DRAWS
    seed: int = 42


def run_evidence(options: EvidenceOptions, world: World) -> EvidenceReport:
    """Run a strategy and its neighbours over files, walk forward, and judge.

    Files that lie more than a week apart are run each by itself, with a fresh account, and their
    trades are put together: no position lives through the gap.

    Raises:
        SettingsError: If settings are refused.
        StrategyError: If the strategy cannot be loaded.
        InvalidInputError: If a parameter, a cost or the number of draws is out of its range, or if
            variants are given and nothing is to be chosen.
        DataError: If the files cannot be read, hold no rows, overlap in time, or are of markets
            with different prices.
    """
    if options.fixed and options.variants:
        bound = "no variants, or fixed=False"
        raise InvalidInputError(
            f"fixed is set and {len(options.variants)} variants are given, allowed is {bound}",
            "fixed",
            options.fixed,
            bound,
        )
    settings = load_settings(world.environment, world.dotenv_path)
    grid = parts.instrument(settings)
    venue = parts.venue(settings, options.costs)
    given = BacktestOptions(
        files=options.files,
        strategy=options.strategy,
        parameters=options.parameters,
        costs=options.costs,
        risk=options.risk,
    )
    name = options.strategy or settings.strategy
    choices = _choices(options, name)
    files = MarketFiles.find(options.files)
    progress = portion(world.progress, len(files.paths) + len(choices) + 1) or (lambda _: None)
    print_ = Fingerprint()
    stretches = read_stretches(files, settings, grid, print_, progress)
    data = RegisteredData.of(print_, settings.single_symbol, files.kind)
    days = sorted(print_.days)
    runs = _Runs(given, settings, grid, venue.in_units(grid), stretches)
    variants, registered = [], []
    for parameters in choices:
        trades = runs.trades(parameters)
        observed = day_statistics(daily_sums(trades, days))
        told = ", ".join(f"{key}={value}" for key, value in parameters.items())
        variants.append(Variant(name=printable(told), trades=trades, observed=observed))
        key = variant_key(settings, venue, name, parameters, options.risk)
        registered.append(RegisteredRun(variant=key, trades=len(trades), observed=observed))
        progress(1)
    material = Material(
        labels=Labels(
            strategy=printable(strategy_label(given, settings)),
            source=printable(", ".join(str(path) for path in files.paths)),
            symbol=settings.single_symbol,
            costs=venue.name,
            risk=options.risk,
            seed=options.seed,
        ),
        variants=variants,
        stretches=[stretch.bars for stretch in stretches],
        periods=[p for stretch in stretches for p in split(stretch.first_ns, stretch.end_ns)],
        days=days,
        tries=counted(register_path(settings, world), data, registered),
        costs_bps=[float(bps) for bps in COST_STEPS_BPS],
        strategy_errors=tuple(map(printable, runs.errors)),
        notes=_notes(stretches),
    )
    report = weigh(material, Random(options.seed), options.draws)  # noqa: S311 - no secret
    progress(1)
    return report


def _choices(options: EvidenceOptions, name: str) -> list[_Parameters]:
    """Return the parameters to run, the given ones first, each once."""
    more: Sequence[_Parameters] = options.variants
    if not more and name in BUILT_IN and not options.fixed:
        # What was given by name is not varied.
        more = [each for each in NEIGHBOURS[name] if not set(each) & set(options.parameters)]
    choices: list[_Parameters] = [dict(options.parameters)]
    for each in more:
        whole = {**options.parameters, **each}
        if whole not in choices:
            choices.append(whole)
    return choices


def _notes(stretches: Sequence[Stretch]) -> list[str]:
    if len(stretches) == 1:
        return []
    lie = f"{len(stretches)} stretches of data lie more than a week apart"
    return [f"{lie}; each was run by itself, with a fresh account."]


class _Runs:
    """Runs a strategy over all stretches, each time as if for the first time."""

    def __init__(
        self,
        options: BacktestOptions,
        settings: Settings,
        grid: Instrument | None,
        units: VenueUnits,
        stretches: Iterable[Stretch],
    ) -> None:
        self._options, self._settings = options, settings
        self._grid, self._units, self._stretches = grid, units, stretches
        self._modules = frozenset(sys.modules)
        self.errors: list[str] = []

    def trades(self, parameters: _Parameters) -> list[TradeRecord]:
        """Return the trades with these parameters; what the strategy raises goes to `errors`."""
        options = replace(self._options, parameters=parameters)
        trades: list[TradeRecord] = []
        for stretch in self._stretches:
            forget_modules(self._modules)
            records = TradeRecords(self._units)
            run = make_runner(
                options,
                self._settings,
                self._grid,
                self._units,
                records,
                records.closed,
                label=strategy_label(self._options, self._settings),
            )
            for chunk in stretch.chunks():
                run.feed(chunk)
            run.finish()
            self.errors += run.engine.strategy_errors
            trades += records.trades
        return trades
