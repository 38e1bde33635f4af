"""Large transfers on many chains by Whale Alert, REST v1; needs a key.

Format: docs.whale-alert.io, "Transactions". The free plan looks back one hour and allows ten
requests a minute.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import replace

import msgspec

from supreme_system_v5.domain.feeds import ChainTransfer, Item, TransferStatus
from supreme_system_v5.news_sources.adapter import JsonAdapter
from supreme_system_v5.news_sources.http_client import HttpRequest
from supreme_system_v5.news_sources.values import (
    BadItemError,
    address_text,
    clean_text,
    decimal_text,
    each_item,
    envelope,
    error_answer,
    mapping,
    not_after,
    optional_text,
    rows,
    ticker,
    tx_hash,
    unix_ns,
    whole,
)
from supreme_system_v5.ports import ApiKey

__all__ = ["WhaleAlertRest"]

_URL = "https://api.whale-alert.io/v1/transactions"
_BACK_S = 3_590
_PAGE = 100
_LONGEST_CURSOR = 200
_MOST_NUMBERED = 2_000
_Mark = tuple[str, ...]


class WhaleAlertRest(JsonAdapter):
    """Transfers of at least so many dollars in the last hour.

    Args:
        key: Of its API.
        least_usd: Dollars, at least 500 000 on the free plan.
        url: Another address, for tests.

    The cursor of the last page is kept, so that a poll goes on where the one before ended.
    A transaction may hold several transfers of an asset: they are numbered in the order in which
    they are told, and have the same number when they are told again. The last 2 000 transactions
    are kept in mind for that.
    """

    name = "whale-alert"

    def __init__(self, key: ApiKey, least_usd: int = 1_000_000, url: str = _URL) -> None:
        self._request = HttpRequest(url=url, key=key, key_header="X-WA-API-KEY")
        self._least_usd = least_usd
        self._cursor = ""
        self._next_cursor = ""
        self._numbered: OrderedDict[tuple[str, ...], list[_Mark]] = OrderedDict()

    def first(self, now_ns: int) -> HttpRequest:
        """Ask for the last hour, from the cursor on."""
        self._next_cursor = self._cursor
        params = (
            ("start", str(now_ns // 10**9 - _BACK_S)),
            ("min_value", str(self._least_usd)),
            ("limit", str(_PAGE)),
        )
        return replace(self._request, params=_with_cursor(params, self._cursor))

    def following(self, document: object, asked: HttpRequest) -> HttpRequest | None:
        """Ask for the next page, while pages are full."""
        answer = document if isinstance(document, dict) else {}
        cursor = answer.get("cursor")
        if not isinstance(cursor, str) or not 0 < len(cursor) <= _LONGEST_CURSOR:
            return None
        self._next_cursor = cursor
        found = answer.get("transactions")
        count = len(found) if isinstance(found, list) else getattr(found, "count", 0)
        if count < _PAGE:
            return None
        return replace(asked, params=_with_cursor(asked.params, cursor), etag="", last_modified="")

    def finished(self) -> None:
        """Go on from here the next time."""
        self._cursor = self._next_cursor

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield its transfers, the oldest first."""
        answer = envelope(document, "answer")
        if answer.get("result") != "success":
            self._cursor = ""  # it may be what was wrong: cursors expire
            raise error_answer(answer.get("message"))
        if answer.get("count") == 0 and answer.get("transactions") is None:
            return

        def transfer(row: Mapping[str, object]) -> Iterator[ChainTransfer]:
            sender, receiver = mapping(row.get("from"), "from"), mapping(row.get("to"), "to")
            happened, flags = not_after(unix_ns(row.get("timestamp"), "timestamp"), received_ns)
            usd = row.get("amount_usd")
            grouped = whole(row.get("transaction_count", 1), "transaction_count") > 1
            told = ChainTransfer(
                source=self.name,
                chain=clean_text(row.get("blockchain"), 40, "blockchain").lower(),
                transaction=tx_hash(row.get("hash")),
                kind=clean_text(row.get("transaction_type"), 20, "transaction_type"),
                asset=ticker(row.get("symbol"), "symbol"),
                amount=decimal_text(row.get("amount"), "amount"),
                usd="" if usd is None else decimal_text(usd, "amount_usd"),
                sender=address_text(sender.get("address")),
                receiver=address_text(receiver.get("address")),
                sender_owner=optional_text(sender.get("owner"), 80),
                receiver_owner=optional_text(receiver.get("owner"), 80),
                sender_type=optional_text(sender.get("owner_type"), 40),
                receiver_type=optional_text(receiver.get("owner_type"), 40),
                status=TransferStatus.CONFIRMED,
                happened_ns=happened,
                received_ns=received_ns,
                flags=(*flags, "grouped") if grouped else flags,
            )
            yield msgspec.structs.replace(told, index=self._number(told, row.get("id")))

        yield from each_item(rows(answer.get("transactions"), "transactions"), transfer)

    def _number(self, told: ChainTransfer, own_id: object) -> int:
        """Return which transfer of its asset in its transaction this is, from 0."""
        key = (told.chain, told.transaction, told.asset)
        marks = self._numbered.setdefault(key, [])
        self._numbered.move_to_end(key)
        if len(self._numbered) > _MOST_NUMBERED:
            self._numbered.popitem(last=False)
        sides = (told.sender, told.sender_owner, told.receiver, told.receiver_owner)
        mark = (str(own_id)[:_LONGEST_CURSOR], told.kind, *sides, told.amount)
        if mark not in marks:
            marks.append(mark)
        return marks.index(mark)


def _with_cursor(params: tuple[tuple[str, str], ...], cursor: str) -> tuple[tuple[str, str], ...]:
    rest = tuple(pair for pair in params if pair[0] != "cursor")
    return (*rest, ("cursor", cursor)) if cursor else rest
