"""What holds of everything that any parser of a source lets through."""

from __future__ import annotations

from decimal import Decimal

from supreme_system_v5.domain.feeds import (
    CalendarEntry,
    ChainTransfer,
    Item,
    NewsItem,
    SeriesPoint,
)
from supreme_system_v5.news_sources.values import (
    LONGEST_BODY,
    LONGEST_TITLE,
    BadItemError,
    canonical_url,
)

__all__ = ["check_item"]

_FIRST_NS, _LAST_NS = 1_230_940_800 * 10**9, 4_102_444_800 * 10**9
_AHEAD_NS = 300 * 10**9


def check_item(item: Item | BadItemError, now_ns: int) -> bool:
    """Check an item received at a time; return whether it is one, and no bad one."""
    if isinstance(item, BadItemError):
        assert str(item).isprintable(), item
        assert len(str(item)) < 300, item
        return False
    assert item.received_ns == now_ns
    match item:
        case NewsItem():
            _text(item.title, LONGEST_TITLE)
            _text(item.body, LONGEST_BODY)
            assert item.title
            assert item.key
            assert item.url == canonical_url(item.url)
            _past(item.published_ns, now_ns)
            assert ("no_date" in item.flags) == (item.published_ns is None)
        case ChainTransfer():
            for amount in (item.amount, item.usd, *(leg.amount for leg in item.inputs)):
                _amount(amount or "0")
            assert item.transaction
            assert item.asset.isupper() or not item.asset.isalpha()
            assert len(item.inputs) <= 64
            assert len(item.outputs) <= 64
            _past(item.happened_ns, now_ns)
        case SeriesPoint():
            _amount(item.value, negative=True)
            assert _FIRST_NS <= item.as_of_ns <= now_ns + _AHEAD_NS
        case CalendarEntry():
            _text(item.title, 200)
            assert item.title
            assert _FIRST_NS <= item.due_ns <= _LAST_NS
            assert item.impact in {"High", "Medium", "Low", "Holiday"}
    return True


def _text(text: str, longest: int) -> None:
    assert len(text) <= longest
    text.encode("utf-8")
    assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in text)


def _amount(text: str, *, negative: bool = False) -> None:
    number = Decimal(text)
    assert number.is_finite()
    assert "e" not in text.lower()
    assert negative or number >= 0
    assert abs(number) <= 10**18


def _past(time_ns: int | None, now_ns: int) -> None:
    if time_ns is not None:
        assert type(time_ns) is int
        assert _FIRST_NS <= time_ns <= now_ns
