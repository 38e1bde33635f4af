"""Transactions of chosen Bitcoin addresses as they happen, by mempool.space or a node of one's own.

Format: mempool.space/docs/api/websocket, "Track Addresses". What was replaced, or lost its block,
comes under ``removed``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from supreme_system_v5.domain.feeds import ChainTransfer, Item
from supreme_system_v5.news_sources.bitcoin import bitcoin_transfer
from supreme_system_v5.news_sources.json_slices import malformed
from supreme_system_v5.news_sources.values import (
    BadItemError,
    each_item,
    envelope,
    error_answer,
    rows,
)

__all__ = ["MempoolWs"]

_URL = "wss://mempool.space/api/v1/ws"
_MULTI = "multi-address-transactions"
_PLAIN = ("address-transactions", "block-transactions")
_REMOVED = "address-removed-transactions"


class MempoolWs:
    """What happens at some addresses.

    Args:
        addresses: Bitcoin addresses; the host limits how many.
        url: Of the WebSocket.
    """

    name = "mempool-ws"

    def __init__(self, addresses: Sequence[str], url: str = _URL) -> None:
        self._addresses = list(addresses)
        self._url = url

    def address(self) -> str:
        """Return where to connect to."""
        return self._url

    def greetings(self) -> tuple[str, ...]:
        """Return the request to watch the addresses."""
        return (json.dumps({"track-addresses": self._addresses}),)

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield the transactions in a message, what is gone first."""
        message = envelope(document, "message")
        if "track-addresses-error" in message:
            raise error_answer(message["track-addresses-error"])
        groups: list[tuple[object, bool]] = []
        if _MULTI in message:
            addresses = envelope(message[_MULTI], _MULTI)
            if len(addresses) > len(self._addresses):
                raise malformed(f"it is about {len(addresses)} addresses, more than were asked for")
            for of_address in addresses.values():
                lists = envelope(of_address, _MULTI)
                groups.extend(
                    (lists.get(name, []), name == "removed")
                    for name in ("removed", "mempool", "confirmed")
                )
        groups.extend(
            (message[name], name == _REMOVED) for name in (_REMOVED, *_PLAIN) if name in message
        )
        groups.sort(key=lambda group: not group[1])
        for found, removed in groups:
            yield from each_item(
                rows(found, "transactions"),
                partial(self._transfer, received_ns=received_ns, removed=removed),
            )

    def _transfer(
        self, row: Mapping[str, object], *, received_ns: int, removed: bool
    ) -> Iterator[ChainTransfer]:
        yield bitcoin_transfer(row, self.name, received_ns, removed=removed)
