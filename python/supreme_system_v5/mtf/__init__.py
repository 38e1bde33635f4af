"""Timeframes that agree or not: one vote for each, and what they come to together."""

from __future__ import annotations

from supreme_system_v5.mtf.engine import Consensus, MultiTimeframeEngine
from supreme_system_v5.mtf.vote import Reading, Vote, cast_vote

__all__ = ["Consensus", "MultiTimeframeEngine", "Reading", "Vote", "cast_vote"]
