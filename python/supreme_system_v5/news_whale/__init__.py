"""What the chart cannot know: news, large transfers, and what flows through exchanges."""

from __future__ import annotations

from supreme_system_v5.news_whale.addresses import AddressBook
from supreme_system_v5.news_whale.flow_reports import FlowReport
from supreme_system_v5.news_whale.money_flow import FlowWeights, MoneyFlowAggregator
from supreme_system_v5.news_whale.news_classifier import AdvancedNewsClassifier, ClassifiedNews
from supreme_system_v5.news_whale.whale_tracking import WhaleTrackingSystem

__all__ = [
    "AddressBook",
    "AdvancedNewsClassifier",
    "ClassifiedNews",
    "FlowReport",
    "FlowWeights",
    "MoneyFlowAggregator",
    "WhaleTrackingSystem",
]
