"""Settings to parts: the analyzer, the ledger, the exchange, the signals, native or plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from supreme_system_v5.app.measured import is_calibrated, pattern_confidences
from supreme_system_v5.app.news import news_classifier
from supreme_system_v5.app.world import World, portion
from supreme_system_v5.domain import (
    NS_PER_SECOND,
    VENUES,
    AnalyzerConfig,
    Flag,
    Instrument,
    TimeframeWeights,
    Venue,
    VenueUnits,
)
from supreme_system_v5.errors import SettingsError
from supreme_system_v5.market_data import BarChunk, Grid, MarketFiles, TradeChunk
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.news_whale import AddressBook, FlowWeights, MoneyFlowAggregator
from supreme_system_v5.news_whale.transfers import TierLimits
from supreme_system_v5.patterns import PatternRecognizer
from supreme_system_v5.ports import (
    BarSource,
    Ledger,
    NewsView,
    PaperExchange,
    SignalSource,
    TickAnalyzer,
    WhaleView,
)
from supreme_system_v5.risk import (
    ConfidenceWeights,
    DynamicRiskManager,
    FixedFraction,
    ProtectionLimits,
    RiskPolicy,
    RiskRules,
    SizingRules,
)
from supreme_system_v5.settings import Settings

__all__ = [
    "CostOptions",
    "address_book",
    "analyzer",
    "bar_source",
    "instrument",
    "ledger",
    "news_view",
    "paper_exchange",
    "patterns",
    "read_files",
    "risk",
    "risk_rules",
    "signal_source",
    "timeframes",
    "venue",
    "whale_tiers",
    "whale_view",
]

_MONEY = 10**8


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOptions:
    """What is to be charged; None takes the setting, and that by default the venue's.

    Attributes:
        costs: Name of a venue in `VENUES`.
        fee_bps: Fee of takers and makers.
        spread_bps: The spread, of which a taker pays half.
        slippage_bps: Slippage of takers.
        latency_ms: From sending an order to its arrival.
        funding_bps: Of perpetuals, per 8 hours.
    """

    costs: str | None = None
    fee_bps: Decimal | None = None
    spread_bps: Decimal | None = None
    slippage_bps: Decimal | None = None
    latency_ms: Decimal | None = None
    funding_bps: Decimal | None = None


def instrument(settings: Settings) -> Instrument | None:
    """Return the market's grid, if it is set."""
    if settings.price_decimals is None or settings.size_decimals is None:
        return None
    return Instrument(
        symbol=settings.single_symbol,
        price_decimals=settings.price_decimals,
        size_decimals=settings.size_decimals,
    )


def venue(settings: Settings, options: CostOptions) -> Venue:
    """Return the venue whose costs are charged.

    Raises:
        InvalidInputError: A cost out of its range, or funding on spot.
    """
    preset = VENUES[_venue_name(settings, options)]
    fee = options.fee_bps if options.fee_bps is not None else settings.fee_bps
    slippage = options.slippage_bps if options.slippage_bps is not None else settings.slippage_bps
    latency = options.latency_ms if options.latency_ms is not None else settings.latency_ms
    spread, funding = options.spread_bps, options.funding_bps
    if all(given is None for given in (fee, spread, slippage, latency, funding)):
        return preset
    return replace(
        preset,
        name=f"{preset.name}, changed",
        taker_bps=preset.taker_bps if fee is None else fee,
        maker_bps=preset.maker_bps if fee is None else fee,
        spread_bps=preset.spread_bps if spread is None else spread,
        slippage_bps=preset.slippage_bps if slippage is None else slippage,
        latency_ms=preset.latency_ms if latency is None else latency,
        funding_bps=preset.funding_bps if funding is None else funding,
    )


def _venue_name(settings: Settings, options: CostOptions) -> str:
    return options.costs or settings.venue


def analyzer(settings: Settings, market: Instrument | None, wake_on: Flag) -> TickAnalyzer:
    """Return a fresh analyzer that wakes on `wake_on`."""
    config = AnalyzerConfig(
        instrument=market,
        min_price_change=settings.gate_min_price_change,
        volume_multiple=settings.gate_volume_multiple,
        volume_window=settings.gate_volume_window,
        max_idle_seconds=settings.gate_max_idle_seconds,
        target_skip_ratio=float(settings.gate_target_skip_ratio),
        gated=settings.gated,
        wake_on=wake_on,
    )
    if settings.implementation == "rust":
        from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer as Native

        return Native(config)
    from supreme_system_v5.reference import OptimizedTechnicalAnalyzer as Reference

    return Reference(config)


def timeframes(settings: Settings, market: TickAnalyzer) -> MultiTimeframeEngine:
    """Return the engine that lets the timeframes of an analyzer vote."""
    m1, m5, m15, h1 = settings.mtf_weights
    return MultiTimeframeEngine(market, TimeframeWeights(m1=m1, m5=m5, m15=m15, h1=h1))


def patterns(settings: Settings) -> PatternRecognizer | None:
    """Return a recognizer that knows what patterns have earned; None while they have no weight.

    Raises:
        SettingsError: The evidence for them cannot be read.
    """
    if not settings.confidence_weights[2]:
        return None
    return PatternRecognizer(evidence=pattern_confidences(settings.pattern_evidence))


def bar_source(settings: Settings, market: Instrument | None, max_gap_seconds: int) -> BarSource:
    """Return a fresh bar builder."""
    if settings.implementation == "rust":
        from supreme_system_v5.optimized import BarBuilder as Native

        return Native(market, max_gap_seconds)
    from supreme_system_v5.reference import BarBuilder as Reference

    return Reference(market, max_gap_seconds)


def ledger(settings: Settings, units: VenueUnits) -> Ledger:
    """Return a ledger that holds the initial cash."""
    cash = int(settings.initial_cash * _MONEY)
    if settings.implementation == "rust":
        from supreme_system_v5.simulation import Ledger as Native

        return Native(units, cash)
    from supreme_system_v5.reference import Ledger as Reference

    return Reference(units, cash)


def paper_exchange(settings: Settings, units: VenueUnits) -> PaperExchange:
    """Return an exchange on paper whose account holds the initial cash."""
    cash = int(settings.initial_cash * _MONEY)
    if settings.implementation == "rust":
        from supreme_system_v5.simulation import PaperExchange as Native

        return Native(units, cash)
    from supreme_system_v5.reference import PaperExchange as Reference

    return Reference(units, cash)


def risk(
    settings: Settings, units: VenueUnits, options: CostOptions, strategy: str, policy: str | None
) -> RiskPolicy:
    """Return who decides about entries.

    Args:
        settings: Those of the user.
        units: Of the venue that `options` name.
        options: Whose costs are charged.
        strategy: The one that runs, as reports name it.
        policy: ``dynamic`` or ``fixed``; None takes the setting.

    Raises:
        SettingsError: The venue lends nothing and RISK_LEVERAGE is above 1, or the evidence for the
            confidence is none for `strategy`.
        InvalidInputError: The venue has no tick or lot.
    """
    if (policy or settings.risk_policy) == "fixed":
        return FixedFraction(settings.trade_fraction, units, _weights(settings))
    if units.spot and settings.risk_leverage > 1:
        name = _venue_name(settings, options)
        raise SettingsError(
            f"RISK_LEVERAGE={settings.risk_leverage} with the venue {name}, "
            "allowed is at most 1, for nothing is lent on spot: lower it, or take a perpetual "
            "(VENUE or --costs)"
        )
    rules = risk_rules(settings, strategy)
    return DynamicRiskManager(rules, units, int(settings.initial_cash * _MONEY))


def risk_rules(settings: Settings, strategy: str | None) -> RiskRules:
    """Return what dynamic risk goes by.

    Args:
        settings: Those of the user.
        strategy: The one that runs, as reports name it; None where none runs.

    Raises:
        SettingsError: The evidence for the confidence cannot be read, is about another market or
            strategy, or shows the contrary.
    """
    per_trade = float(settings.risk_per_trade)
    return RiskRules(
        weights=_weights(settings),
        sizing=SizingRules(
            risk=per_trade,
            stake=float(settings.max_stake),
            leverage=float(settings.risk_leverage),
            target_volatility=float(settings.target_volatility),
            calibrated=is_calibrated(
                settings.confidence_evidence, settings.single_symbol, strategy
            ),
        ),
        limits=ProtectionLimits(
            daily_loss=float(settings.max_daily_loss),
            daily_loss_r=float(settings.max_daily_loss_r),
            risk=per_trade,
            drawdown=float(settings.max_drawdown),
            fee_bleed=float(settings.max_fee_bleed),
            loss_streak=settings.max_loss_streak,
            cool_down_ns=settings.cool_down_minutes * 60 * NS_PER_SECOND,
            entries_per_day=settings.max_entries_per_day,
        ),
        cost_multiple=float(settings.cost_multiple),
    )


def _weights(settings: Settings) -> ConfidenceWeights:
    technical, mtf, patterns = settings.confidence_weights
    return ConfidenceWeights(
        technical=technical, mtf=mtf, patterns=patterns, vetoes=settings.confidence_vetoes or ()
    )


def address_book(settings: Settings, path: Path | None = None) -> AddressBook:
    """Return whose address is whose, by a file or else by the one that is set; empty for neither.

    Raises:
        DataError: It is no table of addresses.
        OSError: It cannot be read.
    """
    book = AddressBook()
    if path is None and settings.exchange_addresses is not None:
        path = Path(settings.exchange_addresses)
    if path is not None:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            book.read(lines, name=str(path))
    return book


def whale_tiers(settings: Settings) -> dict[str, TierLimits]:
    """Return what is large, by asset."""
    return {
        "BTC": TierLimits(*settings.whale_tiers_btc),
        "ETH": TierLimits(*settings.whale_tiers_eth),
        "STABLE": TierLimits(*settings.whale_tiers_stable),
    }


def whale_view(settings: Settings) -> WhaleView:
    """Return a fresh judge by transfers.

    Raises:
        DataError: The table of addresses is none.
        OSError: It cannot be read.
    """
    btc, eth, stable = settings.flow_weights
    return MoneyFlowAggregator(
        address_book(settings),
        weights=FlowWeights(btc, eth, stable),
        tiers=whale_tiers(settings),
    )


def news_view(settings: Settings) -> NewsView:
    """Return a fresh judge by headlines, about the asset that is traded."""
    return news_classifier(settings.single_symbol.partition("-")[0])


def signal_source(
    settings: Settings, name: str, parameters: Mapping[str, float | bool | str]
) -> SignalSource:
    """Return a built-in signal.

    Raises:
        InvalidInputError: There is no such parameter, or one is out of range.
    """
    if settings.implementation == "rust":
        from supreme_system_v5.optimized import Signals as Native

        return Native(name, parameters)
    from supreme_system_v5.reference import Signals as Reference

    return Reference(name, parameters)


def read_files(
    files: MarketFiles, market: Instrument | None, world: World, *, skip_bad_rows: bool
) -> Iterator[TradeChunk | BarChunk]:
    """Yield what the files hold, checked against the market's grid."""
    return files.chunks(
        price_grid=Grid(market.price_decimals) if market else None,
        size_grid=Grid(market.size_decimals) if market else None,
        skip_bad_rows=skip_bad_rows,
        on_bytes=portion(world.progress, files.total_bytes),
    )
