"""News, and what they mean for the market."""

from __future__ import annotations

from supreme_system_v5.news_whale.news_classifier import AdvancedNewsClassifier, ClassifiedNews

__all__ = ["AdvancedNewsClassifier", "ClassifiedNews"]
