"""Which market is watched: a venue's own, one at another address, or a simulated one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.ports import Clock, Sleep

if TYPE_CHECKING:
    from supreme_system_v5.ports import MarketFeed

__all__ = ["FEEDS", "FEED_COSTS", "FeedChoice", "open_feed"]

FEEDS = ("okx", "binance", "binance-usdm", "bybit", "sim")
"""What `--feed` takes."""
FEED_COSTS = {
    "okx": "okx-spot",
    "binance": "binance-spot",
    "binance-usdm": "binance-perp",
    "bybit": "bybit-spot",
    "sim": "okx-spot",
}
"""Whose costs are charged on which feed, unless somebody says otherwise."""
_SIM_VENUE = "okx"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChoice:
    """Where trades come from.

    Attributes:
        feed: One of `FEEDS`.
        url: Takes the place of the venue's hosts; None: the venue's own.
        symbol: ``BASE-QUOTE``.
        scenario: Of the simulated market: ``calm``, ``normal``, ``volatile`` or ``crash``.
        seed: Of the simulated market.
    """

    feed: str
    url: str | None
    symbol: str
    scenario: str
    seed: int

    @property
    def source(self) -> str:
        """What reports, metrics and the journal call it."""
        if self.feed == "sim":
            return f"sim ({self.scenario}, seed {self.seed})"
        return self.feed if self.url is None else f"{self.feed} at {self.url}"


@asynccontextmanager
async def open_feed(
    choice: FeedChoice,
    *,
    clock: Clock,
    sleep: Sleep,
    chance: Random,
    complain: Callable[[str, str], None],
) -> AsyncIterator[MarketFeed]:
    """Yield the feed, not entered yet; what it needs is closed after it.

    Args:
        choice: Which.
        clock: Tells the time.
        sleep: Waits.
        chance: Spreads waits, so that many machines do not connect at once.
        complain: Told what a person should see: its kind, and a text.

    Raises:
        InvalidInputError: There is no such feed or scenario, or the address is none.
    """
    from supreme_system_v5.exchanges.live_feed import LiveFeed
    from supreme_system_v5.exchanges.session import open_session
    from supreme_system_v5.exchanges.venues import venue_of

    if choice.feed not in FEEDS:
        bound = ", ".join(FEEDS)
        raise InvalidInputError(
            f"feed is {choice.feed!r}, allowed is one of {bound}", "feed", choice.feed, bound
        )
    if choice.feed == "sim":
        if choice.url is not None:
            raise InvalidInputError(
                f"feed-url is {choice.url!r} with the feed sim, allowed is a venue's: name the "
                "venue that it speaks, for example --feed okx"
            )
        from supreme_system_v5.exchanges.simulator import SimulatedExchange

        exchange = SimulatedExchange(
            choice.scenario, clock=clock, sleep=sleep, seed=choice.seed, symbol=choice.symbol
        )
        async with exchange:
            inner = FeedChoice(
                feed=_SIM_VENUE,
                url=exchange.url,
                symbol=choice.symbol,
                scenario=choice.scenario,
                seed=choice.seed,
            )
            async with open_feed(
                inner, clock=clock, sleep=sleep, chance=chance, complain=complain
            ) as feed:
                yield feed
        return
    protocol, make_rest = venue_of(choice.feed, choice.symbol, choice.url)
    async with open_session() as session:
        rest = make_rest(session, clock=clock, sleep=sleep, chance=chance)
        yield LiveFeed(protocol, rest, clock=clock, sleep=sleep, chance=chance, complain=complain)
