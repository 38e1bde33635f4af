"""Large transfers as they happen, by the WebSocket of Whale Alert; needs a key.

Format: developer.whale-alert.io/documentation, "WebSocket API". A personal plan tells at most 100
alerts an hour and then falls silent; from there on what is missing may be its silence.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from urllib.parse import quote

from supreme_system_v5.domain.feeds import ChainTransfer, Item, Quota, TransferStatus
from supreme_system_v5.news_sources.json_slices import Rows
from supreme_system_v5.news_sources.values import (
    BadItemError,
    clean_text,
    decimal_text,
    envelope,
    error_answer,
    mapping,
    not_after,
    optional_text,
    rows,
    ticker,
    tx_hash,
    unix_ns,
)
from supreme_system_v5.ports import ApiKey

__all__ = ["WhaleAlertWs"]

_URL = "wss://leviathan.whale-alert.io/ws"
_HOUR_NS = 3_600 * 10**9
_MOST_LOOKED_AT = 16
_UNKNOWN = {"unknown", "unknown wallet", "unknown wallets"}


class WhaleAlertWs:
    """Alerts about transfers of at least so many dollars.

    Args:
        key: Of its API.
        chains: Of which chains, in small letters.
        symbols: Of which assets, in small letters; empty for all.
        least_usd: Dollars, at least 100 000.
        alerts_per_hour: What the plan tells at most.
        url: Another address, for tests.
    """

    name = "whale-alert-ws"

    def __init__(
        self,
        key: ApiKey,
        *,
        chains: Sequence[str] = ("bitcoin", "ethereum", "tron"),
        symbols: Sequence[str] = ("btc", "eth", "usdt", "usdc"),
        least_usd: int = 1_000_000,
        alerts_per_hour: int = 100,
        url: str = _URL,
    ) -> None:
        self._key = key
        self._url = url
        self._subscription = {
            "type": "subscribe_alerts",
            "id": "supreme",
            "blockchains": list(chains),
            "symbols": list(symbols),
            "tx_types": ["transfer", "mint", "burn"],
            "min_value_usd": least_usd,
            "channel_id": "supreme",
        }
        self._most = alerts_per_hour
        self._alerts: deque[int] = deque(maxlen=alerts_per_hour)
        self._now_ns = 0

    @property
    def quota(self) -> Quota:
        """What is left of the alerts of this hour."""
        told = sum(time > self._now_ns - _HOUR_NS for time in self._alerts)
        return Quota(limit=self._most, remaining=self._most - told, reached=told >= self._most)

    def address(self) -> str:
        """Return where to connect to; it contains the key."""
        return f"{self._url}?api_key={quote(self._key.reveal(), safe='')}"

    def greetings(self) -> tuple[str, ...]:
        """Return the subscription."""
        return (json.dumps(self._subscription),)

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield the transfers of an alert, one for each asset in it."""
        message = envelope(document, "message")
        self._now_ns = received_ns
        kind = message.get("type")
        if kind == "error" or "error" in message:
            error = message.get("error") or message.get("message")
            raise error_answer(error.get("message") if isinstance(error, dict) else error)
        if "amounts" not in message:
            return  # it says that we are subscribed, or something that is no transfer
        self._alerts.append(received_ns)
        try:
            yield from self._transfers(message, received_ns)
        except BadItemError as error:
            yield error

    def _transfers(
        self, message: Mapping[str, object], received_ns: int
    ) -> Iterator[ChainTransfer | BadItemError]:
        transaction = mapping(message.get("transaction"), "transaction")
        happened, flags = not_after(unix_ns(message.get("timestamp"), "timestamp"), received_ns)
        sender, receiver = _owner(message.get("from")), _owner(message.get("to"))
        types = _types(transaction.get("sub_transactions"))
        told: Counter[str] = Counter()
        for entry in rows(message["amounts"], "amounts"):
            try:
                amount = mapping(entry, "amounts")
                asset = ticker(amount.get("symbol"), "symbol")
                usd = amount.get("value_usd")
                yield ChainTransfer(
                    source=self.name,
                    chain=clean_text(message.get("blockchain"), 40, "blockchain").lower(),
                    transaction=tx_hash(transaction.get("hash")),
                    index=told[asset],
                    kind=clean_text(message.get("transaction_type"), 20, "transaction_type"),
                    asset=asset,
                    amount=decimal_text(amount.get("amount"), "amount"),
                    usd="" if usd is None else decimal_text(usd, "value_usd"),
                    sender_owner=sender,
                    receiver_owner=receiver,
                    sender_type=types.get(sender.casefold(), ""),
                    receiver_type=types.get(receiver.casefold(), ""),
                    status=TransferStatus.CONFIRMED,
                    block=_height(transaction.get("height")),
                    happened_ns=happened,
                    received_ns=received_ns,
                    flags=flags,
                )
                told[asset] += 1
            except BadItemError as error:
                yield error


def _owner(value: object) -> str:
    """Read who it is; nobody knows is nobody."""
    name = optional_text(value, 80)
    return "" if name.lower() in _UNKNOWN else name


def _types(parts: object) -> dict[str, str]:
    """Return what kind of owner each is who is named among the parts of a transaction.

    The alert itself tells names alone. Only the first parts are looked at.
    """
    found: dict[str, str] = {}
    for part in _first(parts):
        for side in ("inputs", "outputs"):
            for leg in _first(part.get(side)):
                name = optional_text(leg.get("owner"), 80).casefold()
                kind = optional_text(leg.get("owner_type"), 40)
                if name and kind:
                    found.setdefault(name, kind)
    return found


def _first(value: object) -> list[Mapping[str, object]]:
    """Return the first objects of a list; none of what is no list."""
    if not isinstance(value, list | Rows):
        return []
    return [one for one in islice(value, _MOST_LOOKED_AT) if isinstance(one, dict)]


def _height(value: object) -> str:
    plain = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return str(value) if plain else ""
