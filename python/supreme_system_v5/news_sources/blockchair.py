"""Large Bitcoin transactions by Blockchair, one call for the newest hundred; a key is optional.

Format: github.com/Blockchair/Blockchair.Support, "Infinitable endpoints". It tells no addresses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from supreme_system_v5.domain.feeds import ChainTransfer, Item, TransferStatus
from supreme_system_v5.news_sources.adapter import JsonAdapter
from supreme_system_v5.news_sources.http_client import HttpRequest
from supreme_system_v5.news_sources.values import (
    BadItemError,
    bitcoin_hash,
    decimal_text,
    each_item,
    envelope,
    error_answer,
    iso_ns,
    not_after,
    rows,
    units_text,
    whole,
)
from supreme_system_v5.ports import ApiKey

__all__ = ["Blockchair"]

_URL = "https://api.blockchair.com/bitcoin/transactions"
_DECIMALS = 8
_ALL_COINS = 21 * 10**14
_OK = 200


class Blockchair(JsonAdapter):
    """The newest transactions that put out at least so much.

    Args:
        least_btc: Whole coins, above 0.
        key: Optional.
        url: Another address, for tests.

    `amount` is all that a transaction puts out, change included: the service tells no addresses
    in this call.
    """

    name = "blockchair"
    min_interval_ns = 60 * 10**9

    def __init__(self, least_btc: int = 100, key: ApiKey | None = None, url: str = _URL) -> None:
        query = f"output_total({least_btc * 10**_DECIMALS}..)"
        self._first = HttpRequest(
            url=url,
            params=(("q", query), ("s", "time(desc)"), ("limit", "100")),
            key=key,
            key_param="key",
        )

    def first(self, now_ns: int) -> HttpRequest:  # noqa: ARG002 - the Protocol's
        """Ask for the newest."""
        return self._first

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield its transactions, the newest first."""
        answer = envelope(document, "answer")
        context = answer.get("context")
        if isinstance(context, dict) and context.get("code", _OK) != _OK:
            raise error_answer(context.get("error") or f"code {context.get('code')}")

        def transaction(row: Mapping[str, object]) -> Iterator[ChainTransfer]:
            happened, flags = not_after(iso_ns(row.get("time"), "time"), received_ns)
            total = whole(row.get("output_total"), "output_total", 0, _ALL_COINS)
            block = whole(row.get("block_id"), "block_id", -1)
            usd = row.get("output_total_usd")
            yield ChainTransfer(
                source=self.name,
                chain="bitcoin",
                transaction=bitcoin_hash(row.get("hash")),
                asset="BTC",
                amount=units_text(total, _DECIMALS),
                usd="" if usd is None else decimal_text(usd, "output_total_usd"),
                status=TransferStatus.UNCONFIRMED if block < 0 else TransferStatus.CONFIRMED,
                block="" if block < 0 else str(block),
                happened_ns=happened,
                received_ns=received_ns,
                flags=flags,
            )

        yield from each_item(rows(answer.get("data"), "data"), transaction)
