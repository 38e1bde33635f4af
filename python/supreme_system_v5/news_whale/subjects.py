"""What a headline is about: coins, who acts, which kind of event, and the numbers in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
_NAMED = tuple(
    (asset, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for asset, words in _NAMES.items()
)
# Words of English, unless written as a ticker: in capitals beside other letters, or after a dollar.
_TICKER = re.compile(
    r"\$(BTC|ETH|SOL|XRP|NEAR|LINK|ONE|SUI|GAS|ACE|ATOM|DOT|UNI|SAND|FLOW|APT|ARB|OP|TON)\b"
    r"|\((SOL|NEAR|LINK|ONE|SUI|ATOM|DOT|UNI|SAND|FLOW|APT|ARB|OP|TON)\)"
    r"|\b(SOL|SUI|APT|UNI|DOT)\b"
)
_ACTORS = re.compile(
    r"\b(sec|cftc|doj|fed|fomc|powell|ecb|boj|treasury|white house|congress|senate|imf|binance|coinbase"
    r"|kraken|okx|bybit|kucoin|gemini|bitfinex|bitstamp|ftx|celsius|genesis|blackrock|fidelity|grayscale|vaneck|ark|bitwise"
    r"|microstrategy|strategy|tesla|paypal|visa|mastercard|amazon|meta|jpmorgan|goldman sachs"
    r"|circle|mt\. gox|china|india|russia|japan|korea|hong kong|el salvador|brazil|germany|us|uk|eu)\b",
    re.IGNORECASE,
)
_TOPICS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("etf", r"\betfs?\b|\betps?\b"),
        ("hack", r"\b(?:hack\w*|exploit\w*|breach\w*|stolen|steal\w*|drain\w*)\b"),
        ("listing", r"\b(?:(?:de|re)?list(?:s|ed|ing)?)\b"),
        ("law", r"\b(?:lawsuits?|sues?|sued|charg\w+|probe|investigation|court|judge|settle\w*|appeal\w*|case)\b"),
        ("failure", r"\b(?:bankrupt\w*|insolven\w*|chapter 11|withdrawals?|redemptions|halts?|solvency)\b"),
        ("peg", r"\b(?:depegs?|peg)\b"),
        ("rates", r"\b(?:rates?|fomc|cpi|inflation|payrolls|jobs)\b"),
        ("war", r"\b(?:war|missiles?|invasion|ceasefire|strikes)\b"),
        ("ban", r"\b(?:bans?|banned|outlaw\w*|legal\w*|tax\w*|tariffs?)\b"),
        ("holding", r"\b(?:buys?|buying|bought|adds?|accept\w*|sells?|sold|reserve|treasury|holdings?)\b"),
    )
)  # fmt: skip
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
    found = [asset for asset, pattern in _NAMED if pattern.search(text)]
    for match in _TICKER.finditer(text):
        ticker = match[1] or match[2] or match[3]
        if ticker not in found:
            found.append(ticker)
    return tuple(found)


def find_subjects(text: str) -> Subjects:
    """Return what a sanitised text is about."""
    numbers = set()
    for match in _NUMBER.finditer(text):
        scale = _SCALE.match(text, match.end())
        unit = scale[1][0].lower() if scale else ""
        numbers.add(match[0].replace(",", "").rstrip(".") + unit)
    assets = find_assets(text)
    actors = frozenset(actor.lower() for actor in _ACTORS.findall(text))
    return Subjects(
        assets,
        actors,
        frozenset(name for name, pattern in _TOPICS if pattern.search(text)),
        frozenset(numbers),
        actors.union(assets),
    )
