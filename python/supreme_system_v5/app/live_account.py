"""The one paper account of a live run, made of what was asked for and what the exchange says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from supreme_system_v5.app import parts
from supreme_system_v5.app.backtest import BacktestOptions, make_runner, peak_rss_mb, strategy_label
from supreme_system_v5.app.live_feed import FEED_COSTS, FeedChoice
from supreme_system_v5.app.parts import CostOptions
from supreme_system_v5.backtest.decision_log import DecisionLog
from supreme_system_v5.backtest.outcome import outcome
from supreme_system_v5.backtest.report import BacktestReport, make_report
from supreme_system_v5.backtest.results import Labels
from supreme_system_v5.domain import Action, Origin, Report, Venue
from supreme_system_v5.domain.live import MarketRules
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data import DataKind
from supreme_system_v5.orchestrator.activity import Activity
from supreme_system_v5.settings import Settings

if TYPE_CHECKING:
    from supreme_system_v5.backtest.runner import BacktestRunner

__all__ = ["MODE", "LiveAccount", "LiveOptions"]

MODE = "paper"
"""How orders are executed: not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """What `supreme run` was asked for; None takes the setting.

    Attributes:
        feed: Which market.
        feed_url: Takes the place of the venue's hosts.
        scenario: Of the simulated market.
        seed: Of the simulated market.
        duration_s: How long; None: until somebody stops it.
        metrics_port: Where a Prometheus may ask; 0: any that is free.
        strategy: Built-in name, ``module:Class`` or file.
        parameters: Of the strategy.
        costs: Whose costs are charged; None: those of the feed's venue.
        risk: ``dynamic`` or ``fixed``.
    """

    feed: str | None = None
    feed_url: str | None = None
    scenario: str = "normal"
    seed: int = 1
    duration_s: float | None = None
    metrics_port: int | None = None
    strategy: str | None = None
    parameters: Mapping[str, float | bool | str] | None = None
    costs: str | None = None
    risk: str | None = None


class _Listener:
    """Hands what engine and exchange say to everybody who follows it."""

    __slots__ = ("_activity", "log")

    def __init__(self, activity: Activity) -> None:
        self.log = DecisionLog()
        self._activity = activity

    def add(self, entry: Action | Report) -> None:
        """Take the next one."""
        self.log.add(entry)
        self._activity.add(entry)


class LiveAccount:
    """The one account of a run, and what its report needs.

    Args:
        options: What was asked for.
        settings: What was not.
        choice: Which feed.
        rules: What the exchange says of the market.
        run_id: The run.

    Attributes:
        venue: Whose costs are charged, with the grids that the exchange tells.
        units: The same in units.
        strategy: Which, with its parameters.
        activity: Told everything that engine and exchange say to each other.
        origin: Who it is about.
        run: What trades.
    """

    def __init__(
        self,
        options: LiveOptions,
        settings: Settings,
        choice: FeedChoice,
        rules: MarketRules,
        run_id: str,
    ) -> None:
        name = options.costs or _costs_of(settings, choice.feed)
        self._costs = CostOptions(costs=name)
        self._choice = choice
        self.venue: Venue = _as_told(parts.venue(settings, self._costs), rules)
        self.units = self.venue.in_units(parts.instrument(settings))
        chosen = BacktestOptions(
            strategy=options.strategy,
            parameters=options.parameters,
            costs=self._costs,
            risk=options.risk,
        )
        self.strategy = strategy_label(chosen, settings)
        self.activity = Activity()
        self._listener = _Listener(self.activity)
        self.origin = Origin(instrument=settings.single_symbol, account=MODE, run_id=run_id)
        self.run: BacktestRunner = make_runner(
            chosen,
            settings,
            parts.instrument(settings),
            self.units,
            self._listener,
            on_record=self.activity.record,
            run_id=run_id,
            hears=frozenset(settings.confidence_vetoes or ()),
        )

    def report(self, settings: Settings, elapsed_ns: int) -> BacktestReport | None:
        """Close what is open on paper, and return what was traded; None without a trade."""
        self.run.finish()
        labels = Labels(
            source=self._choice.source,
            data_kind=DataKind.LIVE,
            implementation=settings.implementation,
            gated=settings.gated,
            symbol=settings.single_symbol,
            seed=self._choice.seed if self._choice.feed == "sim" else None,
            strategy=self.strategy,
        )
        try:
            result = outcome(self.run, labels, self.venue, self.units)
        except DataError:
            return None
        digest = self._listener.log.digest(self.run.engine.ledger)
        return make_report(
            result, elapsed_ns=elapsed_ns, peak_rss_mb=peak_rss_mb(), decisions=digest
        )


def _costs_of(settings: Settings, feed: str) -> str:
    """Return whose costs are charged: the feed's venue, unless another one was set."""
    unset = msgspec.structs.fields(Settings)
    default = next(field.default for field in unset if field.name == "venue")
    return FEED_COSTS[feed] if settings.venue == default else settings.venue


def _as_told(venue: Venue, rules: MarketRules) -> Venue:
    """Return a venue with the grids and the smallest order that the exchange itself tells."""
    return replace(
        venue,
        tick=rules.tick,
        lot=rules.lot,
        min_quantity=rules.min_quantity,
        min_notional=max(rules.min_notional, venue.min_notional),
    )
