"""What a headline is about: coins, who acts, which kind of event, and the numbers in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Subjects", "find_assets", "find_subjects"]

_NAMES = {
    "BTC": "bitcoin|btc|xbt",
    "ETH": "ethereum|ether|eth",
    "SOL": "solana",
    "XRP": "xrp|ripple",
    "BNB": "bnb",
    "DOGE": "dogecoin|doge",
    "ADA": "cardano|ada",
    "LTC": "litecoin|ltc",
    "DOT": "polkadot",
    "AVAX": "avalanche|avax",
    "LINK": "chainlink",
    "MATIC": "polygon|matic",
    "SHIB": "shiba inu|shib",
    "TRX": "tron|trx",
    "TON": "toncoin",
    "UNI": "uniswap",
    "NEAR": "near protocol",
    "ATOM": "cosmos",
    "XLM": "stellar",
    "XMR": "monero|xmr",
    "HBAR": "hedera|hbar",
    "PEPE": "pepe",
    "APT": "aptos",
    "ARB": "arbitrum",
    "USDT": "tether|usdt",
    "USDC": "usdc",
    "DAI": "dai",
}
_ASSET_OF = {name: asset for asset, names in _NAMES.items() for name in names.split("|")}
_PLACE = {asset: place for place, asset in enumerate(_NAMES)}
# Words of English, unless written as a ticker: in capitals, after a dollar or in brackets.
_MARKED = [
    "BTC",
    "ETH",
    "SOL",
    "XRP",
    "NEAR",
    "LINK",
    "ONE",
    "SUI",
    "GAS",
    "ACE",
    "ATOM",
    "DOT",
    "UNI",
    "SAND",
    "FLOW",
    "APT",
    "ARB",
    "OP",
    "TON",
]
_TICKER_OF = {shape.format(ticker): ticker for ticker in _MARKED for shape in ("${}", "({})")}
_TICKER_OF |= {ticker: ticker for ticker in ("SOL", "SUI", "APT", "UNI", "DOT")}
_CAPITALS = re.compile(r"\$[A-Z]{2,5}\b|\([A-Z]{2,5}\)|\b[A-Z]{3}\b")
_ACTORS = frozenset(
    [
        "sec",
        "secgov",
        "gensler",
        "cftc",
        "doj",
        "fed",
        "fomc",
        "powell",
        "ecb",
        "boj",
        "treasury",
        "white house",
        "congress",
        "senate",
        "imf",
        "binance",
        "coinbase",
        "kraken",
        "okx",
        "bybit",
        "kucoin",
        "gemini",
        "bitfinex",
        "bitstamp",
        "ftx",
        "celsius",
        "genesis",
        "blackrock",
        "fidelity",
        "grayscale",
        "vaneck",
        "ark",
        "bitwise",
        "microstrategy",
        "strategy",
        "tesla",
        "paypal",
        "visa",
        "mastercard",
        "amazon",
        "meta",
        "jpmorgan",
        "goldman sachs",
        "circle",
        "mt gox",
        "china",
        "india",
        "russia",
        "japan",
        "korea",
        "hong kong",
        "el salvador",
        "brazil",
        "germany",
        "us",
        "uk",
        "eu",
    ]
)
_TOPICS = {
    "etf": "etf|etfs|etp|etps|exchange traded",
    "hack": "hack|hacks|hacked|hacker|hackers|hacking|exploit|exploits|exploited|exploiter|exploiters"
    "|exploiting|breach|breaches|breached|breaching|stolen|steal|steals|stealing|stole|drain|drains"
    "|drained|drainer|draining",
    "listing": "list|lists|listed|listing|delist|delists|delisted|delisting|relist|relists|relisted"
    "|relisting",
    "law": "lawsuit|lawsuits|sue|sues|sued|charge|charges|charged|charging|probe|investigation|court"
    "|judge|settle|settles|settled|settlement|settlements|settling|appeal|appeals|appealed"
    "|appealing|case",
    "failure": "bankrupt|bankruptcy|bankruptcies|insolvent|insolvency|chapter 11|withdrawal"
    "|withdrawals|redemptions|halt|halts|solvency",
    "peg": "depeg|depegs|peg",
    "rates": "rate|rates|fomc|cpi|inflation|payrolls|jobs",
    "war": "war|missile|missiles|invasion|ceasefire|strikes",
    "ban": "ban|bans|banned|outlaw|outlaws|outlawed|outlawing|legal|legally|legalisation|legalization|legalise|legalised"
    "|legalises|legalising|legalize|legalized|legalizes|legalizing|tax|taxes|taxed|taxing|taxation"
    "|tariff|tariffs",
    "holding": "buy|buys|buying|bought|add|adds|accept|accepts|accepted|accepting|sell|sells|sold"
    "|reserve|treasury|holding|holdings",
}
_TOPIC_OF = {word: topic for topic, words in _TOPICS.items() for word in words.split("|")}
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SCALE = re.compile(r"\s*(trillion|billion|million|bn|mn|[kmb])\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a headline is about.

    Attributes:
        assets: Tickers, in the order of the table.
        actors: Who acts, in small letters.
        topics: Kinds of event.
        numbers: The numbers, without commas, with the first letter of their unit.
        who: Coins and actors together.
    """

    assets: tuple[str, ...]
    actors: frozenset[str]
    topics: frozenset[str]
    numbers: frozenset[str]
    who: frozenset[str]

    def meets(self, other: Subjects) -> bool:
        """Tell whether both may be about one event: a kind of event in common, and who or what."""
        return not (self.topics.isdisjoint(other.topics) or self.who.isdisjoint(other.who))


def find_assets(text: str) -> tuple[str, ...]:
    """Return the tickers of the coins that a sanitised text names.

    Example:
        >>> find_assets("Ether and $NEAR rise near $3,000"), find_assets("One link in a chain")
        (('ETH', 'NEAR'), ())
    """
    return _assets(text, _words(text))


def find_subjects(text: str) -> Subjects:
    """Return what a sanitised text is about."""
    numbers = set()
    for match in _NUMBER.finditer(text):
        scale = _SCALE.match(text, match.end())
        unit = scale[1][0].lower() if scale else ""
        numbers.add(match[0].replace(",", "").rstrip(".") + unit)
    words = _words(text)
    assets = _assets(text, words)
    actors = _ACTORS.intersection(words)
    topics = frozenset(map(_TOPIC_OF.__getitem__, words & _TOPIC_OF.keys()))
    return Subjects(assets, actors, topics, frozenset(numbers), actors.union(assets))


def _words(text: str) -> set[str]:
    """The words, and the pairs of neighbours, in small letters."""
    words = _WORD.findall(text.lower())
    return {*words, *map(" ".join, pairwise(words))}


def _assets(text: str, words: set[str]) -> tuple[str, ...]:
    named = {_ASSET_OF[word] for word in words & _ASSET_OF.keys()}
    found = dict.fromkeys(sorted(named, key=_PLACE.__getitem__))
    for written in _CAPITALS.findall(text):
        if written in _TICKER_OF:
            found[_TICKER_OF[written]] = None
    return tuple(found)
