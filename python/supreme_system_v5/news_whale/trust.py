"""How far a source is believed: by the domain that was registered, never by what a feed says."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["ANYBODY", "TRUSTED", "UNKNOWN", "Teller", "registrable_domain", "teller_of", "trust_of"]

UNKNOWN = 0.3
"""Of a domain that is not in the table: a blog's."""
TRUSTED = 0.7
"""From here on a source may confirm another: a house that asks for itself, no aggregator."""
ANYBODY = 0.15
"""Up to here it is a place where anybody may write, or pay for it."""
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "go", "or", "ne"})
_TABLE = {
    1.0: "sec.gov federalreserve.gov bls.gov bea.gov treasury.gov cftc.gov justice.gov fdic.gov "
    "whitehouse.gov europa.eu bankofengland.co.uk boj.or.jp imf.org",
    0.9: "reuters.com apnews.com bloomberg.com wsj.com ft.com",
    0.85: "cnbc.com nytimes.com bbc.co.uk bbc.com economist.com",
    0.8: "coindesk.com theblock.co fortune.com forbes.com axios.com barrons.com marketwatch.com",
    0.7: "cointelegraph.com decrypt.co bitcoinmagazine.com blockworks.co dlnews.com kraken.com "
    "coinbase.com binance.com okx.com bybit.com",
    0.5: "cryptopanic.com finance.yahoo.com yahoo.com cryptoslate.com newsbtc.com u.today "
    "beincrypto.com cryptonews.com bitcoinist.com ambcrypto.com",
    ANYBODY: "x.com twitter.com t.me telegram.org reddit.com medium.com youtube.com facebook.com "
    "tiktok.com discord.com substack.com",
    0.06: "prnewswire.com businesswire.com globenewswire.com chainwire.org",
}
_TRUST = {domain: trust for trust, domains in _TABLE.items() for domain in domains.split()}
# Of a URL or a host: what stands before a path, without who logs in and without the port.
_HOST = re.compile(
    r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/?#]*@)?([^/?#:@\[\]\\\s]+)(?::\d*)?(?:[/?#]|$)",
    re.IGNORECASE,
)
# Domains of one house, which has one word.
_HOUSES = (
    "wsj.com barrons.com marketwatch.com dowjones.com mansionglobal.com nypost.com",
    "bbc.co.uk bbc.com",
    "ft.com nikkei.com",
    "reuters.com thomsonreuters.com",
    "bloomberg.com bloomberglaw.com bnef.com",
    "cnbc.com nbcnews.com nbc.com msnbc.com",
    "nytimes.com theathletic.com",
    "businessinsider.com politico.com politico.eu",
    "coindesk.com bullish.com",
    "binance.com binance.us coinmarketcap.com",
    "dlnews.com defillama.com llama.fi",
    "newsbtc.com bitcoinist.com",
    "yahoo.com aol.com",
    "x.com twitter.com",
    "t.me telegram.org",
    "facebook.com instagram.com threads.net",
)
_HOUSE = {domain: house.split()[0] for house in _HOUSES for domain in house.split()}
# Whose own site it is, as `subjects` names who acts.
_ACTOR = {
    "sec.gov": "sec",
    "cftc.gov": "cftc",
    "justice.gov": "doj",
    "federalreserve.gov": "fed",
    "treasury.gov": "treasury",
    "whitehouse.gov": "white house",
    "boj.or.jp": "boj",
    "imf.org": "imf",
    "jpmorganchase.com": "jpmorgan",
    "goldmansachs.com": "goldman sachs",
    "bitwiseinvestments.com": "bitwise",
    "ark-funds.com": "ark",
}
_ACTOR |= {
    f"{name}.com": name
    for name in (
        *("binance", "coinbase", "kraken", "okx", "bybit", "kucoin", "gemini", "bitfinex", "ftx"),
        *("celsius", "circle", "blackrock", "fidelity", "grayscale", "vaneck", "microstrategy"),
        *("strategy", "tesla", "paypal", "visa", "mastercard", "meta"),
    )
}


class Teller(NamedTuple):
    """Who tells something.

    Attributes:
        house: Registrable domain of the house that it belongs to; empty when there is none.
        trust: 0 to 1.
        actor: Whose own site it is, in small letters; empty when nobody's.
    """

    house: str
    trust: float
    actor: str


def registrable_domain(source: str) -> str:
    """Return the part of a URL or host that somebody had to register, in small letters.

    Example:
        >>> registrable_domain("https://www.bbc.co.uk/news?id=1")
        'bbc.co.uk'
        >>> registrable_domain("https://sec.gov.evil.example/sec.gov")
        'evil.example'
    """
    found = _HOST.match(source.strip())
    host = found[1] if found else ""
    labels = [label for label in host.lower().rstrip(".").split(".") if label]
    if len(labels) < 2:  # noqa: PLR2004 - a name and its top
        return ""
    short_country = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL  # noqa: PLR2004 - uk, jp
    return ".".join(labels[-3:] if short_country else labels[-2:])


def trust_of(source: str) -> float:
    """Return 0 to 1: 1 official, 0.9 a wire, 0.3 unknown, 0.15 where anybody may write.

    Example:
        >>> trust_of("https://www.sec.gov/news"), trust_of("x.com"), trust_of("")
        (1.0, 0.15, 0.3)
    """
    return _TRUST.get(registrable_domain(source), UNKNOWN)


def teller_of(source: str) -> Teller:
    """Return who stands behind a URL or host.

    Example:
        >>> teller_of("https://www.barrons.com/a").house, teller_of("www.sec.gov").actor
        ('wsj.com', 'sec')
    """
    domain = registrable_domain(source)
    return Teller(_HOUSE.get(domain, domain), _TRUST.get(domain, UNKNOWN), _ACTOR.get(domain, ""))
