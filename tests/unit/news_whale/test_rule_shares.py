from __future__ import annotations

from supreme_system_v5.news_whale.rule_shares import SHARES
from supreme_system_v5.news_whale.rules import RULES
from supreme_system_v5.news_whale.surprises import SURPRISE


def test_every_rule_has_its_shares() -> None:
    assert set(SHARES) == {SURPRISE, *(rule.name for rule in RULES)}
    assert all(0.0 < share < 1.0 for both in SHARES.values() for share in both)


def test_each_is_believed_less_about_other_markets() -> None:
    assert [name for name, (ours, elsewhere) in SHARES.items() if ours < elsewhere] == []
