"""What each key allows, in words and as a function that reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import msgspec

from supreme_system_v5.domain.view import TimeframeWeights
from supreme_system_v5.settings._secret import MASK, Secret

__all__ = [
    "Rule",
    "addresses",
    "amount",
    "chat",
    "confidence",
    "flag",
    "host",
    "line",
    "number",
    "port",
    "pulls",
    "rising",
    "secret",
    "secret_web",
    "symbol",
    "vetoes",
    "web",
    "web_host",
    "weights",
    "whole",
    "word",
]

_LONGEST = 4_096
_LONGEST_SECRET_WEB = 500
_MOST_COINS = 1e12


@dataclass(frozen=True, slots=True)
class Rule:
    """What a key allows, in words and as a function that raises ValueError for anything else."""

    allowed: str
    parse: Callable[[str], object]
    secret: bool = False


def whole(low: int, high: int) -> Rule:
    """Allow the whole numbers from `low` to `high`."""
    kind = Annotated[int, msgspec.Meta(ge=low, le=high)]
    return Rule(
        f"a whole number from {low} to {high}",
        lambda text: msgspec.convert(text, kind, strict=False),
    )


def number(low: float, high: float) -> Rule:
    """Allow the numbers from `low` to `high`; a `low` of 0 is itself not allowed."""
    bound = msgspec.Meta(ge=low, le=high) if low else msgspec.Meta(gt=0, le=high)
    kind = Annotated[float, bound]
    return Rule(
        f"a number from {low} to {high}" if low else f"a number above 0, at most {high}",
        lambda text: msgspec.convert(text, kind, strict=False),
    )


def amount(low: str, high: str, *, above: bool = False, places: int = 8) -> Rule:
    """Allow the decimal numbers from `low` (or `above` it) to `high`, at most `places` decimals."""

    def parse(text: str) -> Decimal:
        if not re.fullmatch(rf"\d{{1,20}}(\.\d{{1,{places}}})?", text, re.ASCII):
            raise ValueError(text)
        value = Decimal(text)
        if not Decimal(low) <= value <= Decimal(high) or (above and value == Decimal(low)):
            raise ValueError(text)
        return value

    span = f"above {low}, at most {high}" if above else f"from {low} to {high}"
    return Rule(f"a decimal number {span}, with at most {places} decimals", parse)


def weights() -> Rule:
    """Allow the weights of the four timeframes."""

    def parse(text: str) -> tuple[float, ...]:
        shares = (share.strip() for share in text.split(","))
        m1, m5, m15, h1 = (msgspec.convert(share, float, strict=False) for share in shares)
        TimeframeWeights(m1=m1, m5=m5, m15=m15, h1=h1)  # refuses what is none
        return m1, m5, m15, h1

    return Rule("four numbers from 0 to 1 that add up to 1, with commas between", parse)


def confidence() -> Rule:
    """Allow the weights of the three judgements."""

    def parse(text: str) -> tuple[float, ...]:
        weights = [msgspec.convert(part.strip(), float, strict=False) for part in text.split(",")]
        technical, mtf, patterns = weights
        if not (all(0.0 <= weight <= 1.0 for weight in weights) and any(weights)):
            raise ValueError(text)
        return technical, mtf, patterns

    return Rule("three numbers from 0 to 1, not all of them 0, with commas between", parse)


def vetoes() -> Rule:
    """Allow the domains that may hold a trade back."""

    def parse(text: str) -> tuple[str, ...]:
        names = tuple(part.strip().lower() for part in text.split(","))
        if len(set(names)) != len(names) or not set(names) <= {"news", "whales"}:
            raise ValueError(text)
        return names

    return Rule("news, whales or both, with a comma between", parse)


def rising() -> Rule:
    """Allow three amounts that rise."""

    def parse(text: str) -> tuple[float, ...]:
        amounts = [msgspec.convert(part.strip(), float, strict=False) for part in text.split(",")]
        large, whale, mega = amounts
        if not 0 < large < whale < mega <= _MOST_COINS:
            raise ValueError(text)
        return large, whale, mega

    return Rule("three numbers above 0, at most 1e12, that rise, with commas between", parse)


def pulls() -> Rule:
    """Allow the weights of the three kinds of flow."""

    def parse(text: str) -> tuple[float, ...]:
        weights = [msgspec.convert(part.strip(), float, strict=False) for part in text.split(",")]
        btc, eth, stable = weights
        if not all(-1.0 <= weight <= 1.0 for weight in weights):
            raise ValueError(text)
        return btc, eth, stable

    return Rule("three numbers from -1 to 1, with commas between", parse)


def flag() -> Rule:
    """Allow true and false."""
    return Rule("true or false", lambda text: msgspec.convert(text, bool, strict=False))


def word(*words: str) -> Rule:
    """Allow one of `words`."""

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(text)
        return text.lower()

    return Rule(" or ".join(words), parse)


def port() -> Rule:
    """Allow a port, or none."""
    any_port = whole(0, 65_535)

    def parse(text: str) -> object:
        return None if text.lower() == "off" else any_port.parse(text)

    return Rule(f"{any_port.allowed}, or off", parse)


def host() -> Rule:
    """Allow an address or a name."""

    def parse(text: str) -> str:
        if not re.fullmatch(r"[0-9A-Za-z.:-]{1,253}", text, re.ASCII):
            raise ValueError(text)
        return text

    return Rule("an address or a name of this machine", parse)


def line() -> Rule:
    """Allow text in one line."""

    def parse(text: str) -> str:
        if not (text.isprintable() and len(text) <= _LONGEST):
            raise ValueError(text)
        return text

    return Rule(f"up to {_LONGEST} printable characters", parse)


def symbol() -> Rule:
    """Allow a pair of assets."""

    def parse(text: str) -> str:
        if not re.fullmatch(r"[A-Z0-9]{1,20}-[A-Z0-9]{1,20}", text):
            raise ValueError(text)
        return text

    return Rule("base and quote in capitals with a hyphen between, such as BTC-USDT", parse)


def secret() -> Rule:
    """Allow a key as providers hand them out."""

    def parse(text: str) -> Secret:
        if not re.fullmatch(r"[!-~]{1,256}", text):
            raise ValueError(MASK)
        return Secret(text)

    return Rule("up to 256 printable characters without spaces", parse, secret=True)


def secret_web(*, topic: bool = False) -> Rule:
    """Allow an address that nobody else should know."""
    path = r"/[A-Za-z0-9_-]{1,64}" if topic else r"(/[!-~]*)?"

    def parse(text: str) -> Secret:
        if not re.fullmatch(rf"https?://[A-Za-z0-9.:\[\]-]{{1,253}}{path}", text, re.ASCII):
            raise ValueError(MASK)
        if len(text) > _LONGEST_SECRET_WEB:
            raise ValueError(MASK)
        return Secret(text)

    what = "https://HOST/TOPIC (or http://)" if topic else "an address that begins with https://"
    more = "" if topic else f" or http://, at most {_LONGEST_SECRET_WEB} characters"
    return Rule(f"{what}{more}", parse, secret=True)


def chat() -> Rule:
    """Allow whom a Telegram bot writes to."""

    def parse(text: str) -> str:
        if not re.fullmatch(r"-?\d{1,20}|@[A-Za-z0-9_]{1,64}", text, re.ASCII):
            raise ValueError(text)
        return text

    return Rule("a whole number, or @ and a name", parse)


def web(most: int) -> Rule:
    """Allow up to `most` addresses of the web."""

    def parse(text: str) -> tuple[str, ...]:
        found = tuple(address.strip() for address in text.split(","))
        plain = all(re.fullmatch(r"https://[!-+\--;=?-~]{3,500}", address) for address in found)
        if not plain or len(found) > most or len(set(found)) < len(found):
            raise ValueError(text)
        return found

    return Rule(f"1 to {most} different addresses that begin with https://, commas between", parse)


def web_host() -> Rule:
    """Allow the address of a host."""

    def parse(text: str) -> str:
        if not re.fullmatch(r"https://[A-Za-z0-9.:-]{3,250}", text, re.ASCII):
            raise ValueError(text)
        return text

    return Rule("https:// and a host, without a path", parse)


def addresses(most: int) -> Rule:
    """Allow up to `most` addresses on a chain."""

    def parse(text: str) -> tuple[str, ...]:
        found = tuple(address.strip() for address in text.split(","))
        plain = all(re.fullmatch(r"[A-Za-z0-9]{20,100}", one, re.ASCII) for one in found)
        if not plain or len(found) > most or len(set(found)) < len(found):
            raise ValueError(text)
        return found

    return Rule(f"1 to {most} different Bitcoin addresses, commas between", parse)
