"""The composition root: settings become objects; the only reader of settings."""

from __future__ import annotations

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
