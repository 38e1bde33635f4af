"""How far a source is believed: by the domain that was registered, never by what a feed says."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["TRUSTED", "UNKNOWN", "registrable_domain", "trust_of"]

UNKNOWN = 0.3
"""Of a domain that is not in the table: a blog's."""
TRUSTED = 0.5
"""From here on a source may confirm another."""
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "go", "or", "ne"})
_TABLE = {
    1.0: "sec.gov federalreserve.gov bls.gov bea.gov treasury.gov cftc.gov justice.gov fdic.gov "
    "whitehouse.gov europa.eu bankofengland.co.uk boj.or.jp imf.org status.io",
    0.9: "reuters.com apnews.com bloomberg.com wsj.com ft.com",
    0.85: "cnbc.com nytimes.com bbc.co.uk bbc.com economist.com",
    0.8: "coindesk.com theblock.co fortune.com forbes.com axios.com barrons.com marketwatch.com",
    0.7: "cointelegraph.com decrypt.co bitcoinmagazine.com blockworks.co dlnews.com kraken.com "
    "coinbase.com binance.com okx.com bybit.com",
    0.5: "cryptopanic.com finance.yahoo.com yahoo.com cryptoslate.com newsbtc.com u.today "
    "beincrypto.com cryptonews.com bitcoinist.com ambcrypto.com",
    0.15: "x.com twitter.com t.me telegram.org reddit.com medium.com youtube.com facebook.com "
    "tiktok.com discord.com substack.com",
    0.06: "prnewswire.com businesswire.com globenewswire.com chainwire.org",
}
_TRUST = {domain: trust for trust, domains in _TABLE.items() for domain in domains.split()}


def registrable_domain(source: str) -> str:
    """Return the part of a URL or host that somebody had to register, in small letters.

    Example:
        >>> registrable_domain("https://www.bbc.co.uk/news?id=1")
        'bbc.co.uk'
        >>> registrable_domain("https://sec.gov.evil.example/sec.gov")
        'evil.example'
    """
    text = source.strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
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
