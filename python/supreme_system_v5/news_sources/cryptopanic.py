"""Headlines gathered by CryptoPanic, API v2; needs a key.

Format: cryptopanic.com/developers/api. The older v1 names (`currencies`) are read as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from supreme_system_v5.domain.feeds import Item, NewsItem
from supreme_system_v5.news_sources.adapter import JsonAdapter
from supreme_system_v5.news_sources.http_client import HttpRequest
from supreme_system_v5.news_sources.values import (
    LONGEST_BODY,
    LONGEST_TITLE,
    BadItemError,
    canonical_url,
    clean_text,
    each_item,
    envelope,
    error_answer,
    iso_ns,
    not_after,
    optional_text,
    rows,
    ticker,
    whole,
)
from supreme_system_v5.ports import ApiKey

__all__ = ["CryptoPanic"]

_URL = "https://cryptopanic.com/api/developer/v2/posts/"
_MOST_ASSETS = 20


class CryptoPanic(JsonAdapter):
    """Its newest posts about some assets.

    Args:
        key: Of its API.
        assets: Tickers.
        url: Another address, for tests.
        pages: Pages asked for in a poll, 1 to 10.

    The answer's `next` is an address with the key in it. It is never followed and never shown: the
    next page is asked for by its number.
    """

    name = "cryptopanic"
    newest_first = True

    def __init__(
        self,
        key: ApiKey,
        assets: tuple[str, ...] = ("BTC", "ETH"),
        url: str = _URL,
        pages: int = 10,
    ) -> None:
        self._first = HttpRequest(
            url=url,
            params=(
                ("public", "true"),
                ("kind", "news"),
                ("regions", "en"),
                ("currencies", ",".join(assets)),
            ),
            key=key,
            key_param="auth_token",
        )
        self._pages = pages

    def first(self, now_ns: int) -> HttpRequest:  # noqa: ARG002 - the Protocol's
        """Ask for the newest posts."""
        return self._first

    def following(self, document: object, asked: HttpRequest) -> HttpRequest | None:
        """Ask for the next page, if there is one."""
        page = int(dict(asked.params).get("page", "1"))
        more = isinstance(document, dict) and isinstance(document.get("next"), str)
        if not more or page >= self._pages:
            return None
        return replace(self._first, params=(*self._first.params, ("page", str(page + 1))))

    def items(self, document: object, received_ns: int) -> Iterator[Item | BadItemError]:
        """Yield its posts, the newest first."""
        answer = envelope(document, "answer")
        if "results" not in answer and ("info" in answer or "status" in answer):
            raise error_answer(answer.get("info") or answer.get("status"))

        def post(row: Mapping[str, object]) -> Iterator[NewsItem]:
            title = clean_text(row.get("title"), LONGEST_TITLE, "title")
            if not title:
                raise BadItemError("title is missing")
            published, flags = not_after(
                iso_ns(row.get("published_at"), "published_at"), received_ns
            )
            number = whole(row.get("id"), "id")
            url = canonical_url(row.get("original_url")) or canonical_url(row.get("url"))
            yield NewsItem(
                source=self.name,
                key=url or f"cryptopanic {number}",
                published_ns=published,
                received_ns=received_ns,
                title=title,
                body=optional_text(row.get("description"), LONGEST_BODY),
                url=url,
                assets=_assets(row),
                flags=flags,
            )

        yield from each_item(rows(answer.get("results"), "results"), post)


def _assets(row: Mapping[str, object]) -> tuple[str, ...]:
    """Read the tickers it names; what is no ticker is none."""
    named = row.get("instruments") or row.get("currencies")
    found = []
    for entry in named[:_MOST_ASSETS] if isinstance(named, list) else ():
        try:
            found.append(ticker(entry.get("code") if isinstance(entry, dict) else entry))
        except BadItemError:
            continue
    return tuple(dict.fromkeys(found))
