"""Transactions of chosen Bitcoin addresses, asked of mempool.space or of a node of one's own.

Format: mempool.space/docs/api/rest, "GET Address Transactions": first the unconfirmed ones (at
most 50) and the 25 newest confirmed, then 25 confirmed a page. A whole block is about 120 pages,
which the public host does not allow; so addresses are watched.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from supreme_system_v5.domain.feeds import ChainTransfer, Item, TransferStatus
from supreme_system_v5.news_sources.adapter import JsonAdapter
from supreme_system_v5.news_sources.bitcoin import bitcoin_transfer
from supreme_system_v5.news_sources.http_client import HttpRequest
from supreme_system_v5.news_sources.values import BadItemError, each_item, rows

__all__ = ["MempoolRest"]

_URL = "https://mempool.space"
_MOST_UNCONFIRMED = 50
_MOST_OPEN = 2_000


class MempoolRest(JsonAdapter):
    """What happened at some addresses, one request for each in a poll.

    Args:
        addresses: Bitcoin addresses, at most 10 (a poll has at most 10 pages).
        url: Of the host, ``https://mempool.space`` or a node of one's own.

    A transaction that was unconfirmed and is not listed any more was replaced or dropped; it is
    told once more, as removed. One whose block was reorganised is told again with its new state.
    """

    name = "mempool-rest"

    def __init__(self, addresses: Sequence[str], url: str = _URL) -> None:
        self._urls = [f"{url}/api/address/{quote(a, safe='')}/txs" for a in addresses]
        self._asked = 0
        self._open = {url: OrderedDict[str, ChainTransfer]() for url in self._urls}
        self._next_open = dict(self._open)

    def first(self, now_ns: int) -> HttpRequest:  # noqa: ARG002 - the Protocol's
        """Ask for the first address."""
        self._asked = 0
        self._next_open = dict(self._open)
        return HttpRequest(url=self._urls[0])

    def following(self, document: object, asked: HttpRequest) -> HttpRequest | None:  # noqa: ARG002 - same
        """Ask for the next address."""
        self._asked = self._urls.index(asked.url) + 1
        return HttpRequest(url=self._urls[self._asked]) if self._asked < len(self._urls) else None

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield the transactions of an address, the newest first, and those that are gone."""

        def transaction(row: Mapping[str, object]) -> Iterator[ChainTransfer]:
            yield bitcoin_transfer(row, self.name, received_ns)

        url = self._urls[min(self._asked, len(self._urls) - 1)]
        still = self._next_open[url] = self._open[url].copy()
        listed: set[str] = set()
        whole_list, waiting = True, 0
        for item in each_item(rows(document, "transactions"), transaction):
            if isinstance(item, ChainTransfer):
                listed.add(item.transaction)
                waiting += item.status is TransferStatus.UNCONFIRMED
                self._remember(still, item)
            else:
                whole_list = False  # the one that cannot be read may be the one that is missed
            yield item
        if whole_list and waiting < _MOST_UNCONFIRMED:
            for gone in [known for known in still if known not in listed]:
                removed = msgspec.structs.replace(
                    still.pop(gone),
                    status=TransferStatus.REMOVED,
                    received_ns=received_ns,
                )
                yield removed

    def finished(self) -> None:
        """Keep what was found; a poll that ends in the middle is begun anew."""
        self._open = self._next_open

    @staticmethod
    def _remember(still: OrderedDict[str, ChainTransfer], item: ChainTransfer) -> None:
        """Keep what may yet vanish: unconfirmed, told without its legs to be small."""
        if item.status is TransferStatus.UNCONFIRMED:
            still[item.transaction] = item
            while len(still) > _MOST_OPEN:
                still.popitem(last=False)
        else:
            still.pop(item.transaction, None)
