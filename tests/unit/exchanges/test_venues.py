from __future__ import annotations

import pytest

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.exchanges.protocol import VENUES
from supreme_system_v5.exchanges.venues import venue_of


@pytest.mark.parametrize("name", VENUES)
def test_every_venue_is_made_by_its_name(name: str) -> None:
    venue, _ = venue_of(name, "BTC-USDT")
    assert venue.name == name
    assert all(endpoint.url.startswith("wss://") for endpoint in venue.endpoints)
    moved, _ = venue_of(name, "BTC-USDT", "http://127.0.0.1:8000")
    assert all(end.url.startswith("ws://127.0.0.1:8000/") for end in moved.endpoints)
    moved, _ = venue_of(name, "BTC-USDT", "https://proxy.example.org/")
    assert all(end.url.startswith("wss://proxy.example.org/") for end in moved.endpoints)


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="venue is 'kraken', allowed is one of okx, "):
        venue_of("kraken", "BTC-USDT")


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ws://a", "http://", "file:///a"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError, match="feed-url is"):
        venue_of("okx", "BTC-USDT", url)
