"""Candlestick patterns, and what they are worth once somebody has measured it."""

from __future__ import annotations

from supreme_system_v5.patterns.recognizer import PatternRecognizer

__all__ = ["PatternRecognizer"]
