"""Whether two headlines are about one event: each name is a bit, so that thousands are compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from supreme_system_v5.news_whale.subjects import Subjects

__all__ = ["About", "Names"]

_AUTHORITIES = frozenset(
    {"sec", "cftc", "doj", "fed", "ecb", "boj", "treasury", "white house", "congress", "senate"}
    | {"imf", "us"}
)
_SAME = {
    "fomc": "fed",
    "powell": "fed",
    "secgov": "sec",
    "gensler": "sec",
    "strategy": "microstrategy",
}


class About(NamedTuple):
    """What a headline is about, each name a bit.

    Attributes:
        topics: Kinds of event.
        who: Coins and actors.
        assets: Coins.
        parties: Coins, and actors that are no authority.
    """

    topics: int
    who: int
    assets: int
    parties: int

    def touches(self, other: About) -> bool:
        """Tell whether both may be about one event, as far as each says.

        A kind of event and somebody in common, and no other parties, where both name some.
        """
        return bool(
            self.topics & other.topics
            and self.who & other.who
            and (self.parties & other.parties or not (self.parties and other.parties))
        )

    def confirms(self, other: About) -> bool:
        """Tell whether both are about one event: the same parties, and no other authority."""
        mine, theirs = self.who & ~self.parties, other.who & ~other.parties
        return bool(
            self.parties == other.parties
            and self.topics & other.topics
            and self.who & other.who
            and (mine & theirs or not (mine and theirs))
        )


class Names:
    """Gives each name a bit; there are as many as `subjects` knows names."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}

    def about(self, subjects: Subjects) -> About:
        """Return what a headline is about."""
        actors = set(subjects.actors)
        if len(subjects.who) > 1:
            actors.discard("us")  # of "US SEC" and "US inflation" it is no party
        acting, assets = self.actors(actors), self._mask(subjects.assets)
        return About(
            self._mask(subjects.topics), acting.who | assets, assets, acting.parties | assets
        )

    def actors(self, names: Iterable[str]) -> About:
        """Return actors by themselves, in small letters."""
        who = {_SAME.get(name, name) for name in names}
        return About(0, self._mask(who), 0, self._mask(who - _AUTHORITIES))

    def _mask(self, names: Iterable[str]) -> int:
        bits, found = self._bits, 0
        for name in names:
            found |= 1 << bits.setdefault(name, len(bits))
        return found
