"""The composition root: settings become objects; the only reader of settings."""

from __future__ import annotations

import importlib
import typing

if typing.TYPE_CHECKING:
    from supreme_system_v5.app.backtest import (
        DEFAULT_SEED,
        BacktestOptions,
        Finished,
        run_backtest,
    )
    from supreme_system_v5.app.bars import BarsOptions, BarsSummary, run_bars
    from supreme_system_v5.app.costs import CostsOptions, run_costs
    from supreme_system_v5.app.evidence import EvidenceOptions, run_evidence
    from supreme_system_v5.app.explain import explained, explained_json
    from supreme_system_v5.app.lookahead import DEFAULT_CUTS, LookaheadOptions, run_lookahead
    from supreme_system_v5.app.news import (
        JudgedHeadline,
        judged_headlines,
        judged_json,
        news_classifier,
        titles_of_csv,
        titles_of_items,
    )
    from supreme_system_v5.app.parts import CostOptions
    from supreme_system_v5.app.pattern_evidence import (
        DEFAULT_HORIZON,
        PatternOptions,
        run_pattern_evidence,
    )
    from supreme_system_v5.app.strategy_loading import read_parameters
    from supreme_system_v5.app.warmup import (
        DEFAULT_STARTS,
        DEFAULT_WITHIN,
        WarmupOptions,
        run_warmup,
    )
    from supreme_system_v5.app.whales import WhaleOptions, WhalesFound, run_whales
    from supreme_system_v5.app.world import Progress, World

__all__ = [
    "DEFAULT_CUTS",
    "DEFAULT_HORIZON",
    "DEFAULT_SEED",
    "DEFAULT_STARTS",
    "DEFAULT_WITHIN",
    "BacktestOptions",
    "BarsOptions",
    "BarsSummary",
    "CostOptions",
    "CostsOptions",
    "EvidenceOptions",
    "Finished",
    "JudgedHeadline",
    "LookaheadOptions",
    "PatternOptions",
    "Progress",
    "WarmupOptions",
    "WhaleOptions",
    "WhalesFound",
    "World",
    "explained",
    "explained_json",
    "judged_headlines",
    "judged_json",
    "news_classifier",
    "read_parameters",
    "run_backtest",
    "run_bars",
    "run_costs",
    "run_evidence",
    "run_lookahead",
    "run_pattern_evidence",
    "run_warmup",
    "run_whales",
    "titles_of_csv",
    "titles_of_items",
]

_PLACES = {
    name: module
    for module, names in {
        "backtest": (
            "DEFAULT_SEED",
            "BacktestOptions",
            "Finished",
            "run_backtest",
        ),
        "bars": (
            "BarsOptions",
            "BarsSummary",
            "run_bars",
        ),
        "costs": (
            "CostsOptions",
            "run_costs",
        ),
        "evidence": (
            "EvidenceOptions",
            "run_evidence",
        ),
        "explain": (
            "explained",
            "explained_json",
        ),
        "lookahead": (
            "DEFAULT_CUTS",
            "LookaheadOptions",
            "run_lookahead",
        ),
        "news": (
            "JudgedHeadline",
            "judged_headlines",
            "judged_json",
            "news_classifier",
            "titles_of_csv",
            "titles_of_items",
        ),
        "parts": ("CostOptions",),
        "pattern_evidence": (
            "DEFAULT_HORIZON",
            "PatternOptions",
            "run_pattern_evidence",
        ),
        "strategy_loading": ("read_parameters",),
        "warmup": (
            "DEFAULT_STARTS",
            "DEFAULT_WITHIN",
            "WarmupOptions",
            "run_warmup",
        ),
        "whales": (
            "WhaleOptions",
            "WhalesFound",
            "run_whales",
        ),
        "world": (
            "Progress",
            "World",
        ),
    }.items()
    for name in names
}
"""Which module has what; a command imports only the ones that it needs."""


def __getattr__(name: str) -> object:
    """Import what is asked for: a command that answers at once must not wait for all others."""
    module = _PLACES.get(name)
    if module is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)
