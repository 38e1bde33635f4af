"""Which venues there are, and how each is reached."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.exchanges.binance_rest import (
    SPOT_PLACE,
    USDM_PLACE,
    BinanceRest,
)
from supreme_system_v5.exchanges.binance_spot import BinanceSpot
from supreme_system_v5.exchanges.binance_usdm import BinanceUsdm
from supreme_system_v5.exchanges.bybit import BybitSpot
from supreme_system_v5.exchanges.bybit_rest import BYBIT_BUDGET, BybitRest
from supreme_system_v5.exchanges.okx import OkxSpot
from supreme_system_v5.exchanges.okx_account import OKX_HOST
from supreme_system_v5.exchanges.okx_rest import OKX_BUDGET, OkxRest
from supreme_system_v5.exchanges.protocol import VENUES, VenueProtocol, VenueRest
from supreme_system_v5.exchanges.rest_client import RestBudget, RestClient

if TYPE_CHECKING:
    import aiohttp

    from supreme_system_v5.ports import Clock, Sleep

__all__ = ["RestMaker", "venue_of"]


class RestMaker(Protocol):
    """Makes the REST side of a market."""

    def __call__(
        self, session: aiohttp.ClientSession, *, clock: Clock, sleep: Sleep, chance: random.Random
    ) -> VenueRest:
        """Return it; the session stays the caller's (`exchanges.session.open_session`)."""
        ...


@dataclass(frozen=True, slots=True)
class _Venue:
    protocol: Callable[..., VenueProtocol]
    host: str
    budget: RestBudget
    rest: Callable[[RestClient, str], VenueRest]


_VENUES = {
    "okx": _Venue(OkxSpot, OKX_HOST, OKX_BUDGET, OkxRest),
    "binance": _Venue(
        BinanceSpot,
        "https://api.binance.com",
        SPOT_PLACE.budget,
        partial(BinanceRest, place=SPOT_PLACE),
    ),
    "binance-usdm": _Venue(
        BinanceUsdm,
        "https://fapi.binance.com",
        USDM_PLACE.budget,
        partial(BinanceRest, place=USDM_PLACE),
    ),
    "bybit": _Venue(BybitSpot, "https://api.bybit.com", BYBIT_BUDGET, BybitRest),
}


def venue_of(
    name: str, symbol: str, base_url: str | None = None
) -> tuple[VenueProtocol, RestMaker]:
    """Return both sides of a market.

    Args:
        name: One of `protocol.VENUES`.
        symbol: ``BASE-QUOTE``.
        base_url: ``http://HOST:PORT`` or ``https://…``, takes the place of the venue's hosts; the
            paths stay. None: the venue itself.

    Raises:
        InvalidInputError: There is no such venue, or the address is none.
    """
    venue = _VENUES.get(name)
    if venue is None:
        bound = ", ".join(VENUES)
        raise InvalidInputError(
            f"venue is {name!r}, allowed is one of {bound}", "venue", name, bound
        )
    moved = {} if base_url is None else {"ws": _socket_host(base_url)}

    def maker(
        session: aiohttp.ClientSession, *, clock: Clock, sleep: Sleep, chance: random.Random
    ) -> VenueRest:
        client = RestClient(
            session,
            base_url or venue.host,
            venue=name,
            budget=venue.budget,
            clock=clock,
            sleep=sleep,
            chance=chance,
        )
        return venue.rest(client, symbol)

    return venue.protocol(symbol=symbol, **moved), maker


def _socket_host(base_url: str) -> str:
    scheme, _, rest = base_url.partition("://")
    if scheme not in {"http", "https"} or not rest.strip("/"):
        bound = "http://HOST:PORT or https://HOST"
        raise InvalidInputError(
            f"feed-url is {base_url!r}, allowed is {bound}", "feed-url", base_url, bound
        )
    return f"ws{scheme.removeprefix('http')}://{rest}"
