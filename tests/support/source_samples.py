"""A good answer of each source in the form that its papers show, and how it tells of errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from supreme_system_v5.news_sources.adapter import Adapter, PushAdapter
from supreme_system_v5.news_sources.blockchair import Blockchair
from supreme_system_v5.news_sources.coin_metrics import CoinMetrics
from supreme_system_v5.news_sources.cryptopanic import CryptoPanic
from supreme_system_v5.news_sources.fear_greed import FearGreed
from supreme_system_v5.news_sources.forex_factory import ForexFactory
from supreme_system_v5.news_sources.mempool_rest import MempoolRest
from supreme_system_v5.news_sources.mempool_ws import MempoolWs
from supreme_system_v5.news_sources.rss import RssFeed
from supreme_system_v5.news_sources.whale_alert_rest import WhaleAlertRest
from supreme_system_v5.news_sources.whale_alert_ws import WhaleAlertWs
from supreme_system_v5.settings import Secret

__all__ = ["KEY", "POLLED", "PUSHED", "Polled", "Pushed", "transaction"]

KEY = Secret("k3y-of-nobody+/=&%")
"""Needs quoting in an address, so that a message may contain it in several forms."""

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>A site</title><link>https://news.example.org</link><item>
<title><![CDATA[Bitcoin <b>rises</b> above a round number]]></title>
<link>https://news.example.org/a?utm_source=rss&amp;id=1#top</link>
<guid isPermaLink="false">one</guid><pubDate>Thu, 28 May 2026 10:00:00 EST</pubDate>
<media:title>an image</media:title><description>&lt;p&gt;Text &amp;amp; more&lt;/p&gt;</description>
<category>Markets</category></item><item>
<title>An exchange stops withdrawals</title><link>/b</link><guid>two</guid>
<pubDate>Thu, 28 May 2026 15:30:00 +0200</pubDate></item></channel></rss>"""

ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>A site</title><entry>
<title type="html">Rates stay where they are</title><id>tag:example.org,2026:1</id>
<link rel="self" href="https://example.org/self"/><link href="https://example.org/1"/>
<updated>2026-05-28T12:00:00Z</updated><published>2026-05-28T11:00:00+01:00</published>
<summary>Text</summary></entry></feed>"""

FEAR_GREED: dict[str, Any] = {
    "name": "Fear and Greed Index",
    "data": [
        {
            "value": "39",
            "value_classification": "Fear",
            "timestamp": "1779926400",
            "time_until_update": "12345",
        },
        {"value": "44", "value_classification": "Fear", "timestamp": "1779840000"},
    ],
    "metadata": {"error": None},
}

FOREX: list[dict[str, Any]] = [
    {
        "title": "Core CPI m/m",
        "country": "USD",
        "date": "2026-05-29T08:30:00-04:00",
        "impact": "High",
        "forecast": "0.3%",
        "previous": "0.2%",
    },
    {
        "title": "Bank Holiday",
        "country": "GBP",
        "date": "2026-05-25T03:00:00-04:00",
        "impact": "Holiday",
        "forecast": "",
        "previous": "",
    },
]

CRYPTOPANIC: dict[str, Any] = {
    "next": None,
    "previous": None,
    "results": [
        {
            "id": 31,
            "slug": "a-fund-buys",
            "title": "A fund buys more bitcoin",
            "description": "Text",
            "published_at": "2026-05-28T09:00:00Z",
            "created_at": "2026-05-28T09:00:00Z",
            "kind": "news",
            "source": {"title": "A site", "region": "en", "domain": "example.org", "type": "feed"},
            "original_url": "https://example.org/fund?utm_campaign=x",
            "url": "https://cryptopanic.com/news/31/a-fund-buys",
            "image": None,
            "instruments": [{"code": "BTC", "title": "Bitcoin", "slug": "bitcoin", "url": ""}],
            "votes": None,
            "panic_score": 12,
            "author": {"name": "somebody"},
            "content": {"original": None, "clean": None},
        },
        {
            "id": 30,
            "title": "An older form",
            "published_at": "2026-05-28T08:00:00Z",
            "url": "https://cryptopanic.com/news/30/an-older-form",
            "currencies": [{"code": "ETH"}, {"code": "BTC"}],
            "votes": {"negative": 0, "positive": 1},
            "author": "somebody",
        },
    ],
}

BLOCKCHAIR: dict[str, Any] = {
    "data": [
        {
            "block_id": 951_000,
            "id": 1,
            "hash": "AB" * 32,
            "time": "2026-05-28 18:00:01",
            "input_total": 25_000_010_000,
            "output_total": 25_000_000_000,
            "output_total_usd": 25_000_000.5,
            "fee": 10_000,
        },
        {
            "block_id": -1,
            "hash": "cd" * 32,
            "time": "2026-05-28 18:10:00",
            "output_total": 10_000_000_001,
            "fee": 1,
        },
    ],
    "context": {"code": 200, "source": "D", "limit": "0,100", "rows": 2, "total_rows": 2},
}

WHALE_ALERT: dict[str, Any] = {
    "result": "success",
    "cursor": "2bc7e46-2bc7e46-5c66c0a7",
    "count": 2,
    "transactions": [
        {
            "blockchain": "bitcoin",
            "symbol": "btc",
            "id": "662472177",
            "transaction_type": "transfer",
            "hash": "ef" * 32,
            "from": {"address": "1P5ZEDWTKTFGxQjZphgWPQUpe554WKDfHQ", "owner_type": "unknown"},
            "to": {
                "address": "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo",
                "owner": "binance",
                "owner_type": "exchange",
            },
            "timestamp": 1_779_990_000,
            "amount": 1_000.5,
            "amount_usd": 100_050_000.25,
            "transaction_count": 1,
        },
        {
            "blockchain": "ethereum",
            "symbol": "USDT",
            "id": "662472178",
            "transaction_type": "mint",
            "hash": "0x" + "9a" * 32,
            "from": {"address": "multiple addresses", "owner": "", "owner_type": "unknown"},
            "to": {"address": "0x5754284f345afc66a98fbb0a0afe71e0f007b949", "owner": "tether"},
            "timestamp": 1_779_990_060,
            "amount": 1_000_000_000,
            "amount_usd": 1_000_000_000,
            "transaction_count": 3,
        },
    ],
}

COIN_METRICS: dict[str, Any] = {
    "data": [
        {
            "asset": "btc",
            "time": "2026-05-26T00:00:00.000000000Z",
            "FlowInExNtv": "12345.678901",
            "FlowOutExNtv": "13000.5",
            "FlowInExUSD": "1234567890.12",
            "FlowOutExUSD": "1300050000.00",
            "SplyExNtv": None,
        },
        {"asset": "eth", "time": "2026-05-26T00:00:00.000000000Z", "FlowInExNtv": "100.25"},
    ]
}


def transaction(
    number: int = 1, *, confirmed: bool = True, block: str = "0" * 63 + "1", value: int = 15 * 10**9
) -> dict[str, Any]:
    """Return a transaction as Esplora writes it: 150 BTC to another, 1 BTC of change."""
    status: dict[str, Any] = {"confirmed": confirmed}
    if confirmed:
        status |= {"block_height": 951_000, "block_hash": block, "block_time": 1_779_990_000}
    own = "bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f"
    return {
        "txid": f"{number:064x}",
        "version": 2,
        "locktime": 0,
        "vin": [
            {
                "txid": "aa" * 32,
                "vout": 1,
                "prevout": {"scriptpubkey_address": own, "value": value + 10**8 + 500},
            }
        ],
        "vout": [
            {"scriptpubkey_address": "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo", "value": value},
            {"scriptpubkey_address": own, "value": 10**8},
        ],
        "fee": 500,
        "status": status,
    }


@dataclass(frozen=True)
class Polled:
    """A source that is asked, over a server's address.

    Attributes:
        make: Makes the adapter, given the address of a server.
        body: A good answer.
        count: Items in it.
        error_answers: What it may answer with status 200 when something is wrong.
    """

    make: Callable[[str], Adapter]
    body: bytes
    count: int
    error_answers: tuple[bytes, ...] = ()

    @property
    def is_json(self) -> bool:
        return not self.body.startswith(b"<")


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


POLLED: dict[str, Polled] = {
    "rss": Polled(lambda url: RssFeed(f"{url}/feed.xml"), RSS, 2),
    "atom": Polled(lambda url: RssFeed(f"{url}/atom.xml"), ATOM, 1),
    "fear-greed": Polled(
        lambda url: FearGreed(f"{url}/fng/"),
        _json(FEAR_GREED),
        2,
        (_json({"name": "x", "data": [], "metadata": {"error": "down"}}),),
    ),
    "forex-factory": Polled(
        lambda url: ForexFactory(f"{url}/week.json"), _json(FOREX), 2, (b'{"error": "slow down"}',)
    ),
    "cryptopanic": Polled(
        lambda url: CryptoPanic(KEY, url=f"{url}/posts/"),
        _json(CRYPTOPANIC),
        2,
        (
            _json({"status": "api_error", "info": f"no such token: {KEY.reveal()}"}),
            b'{"info": "API monthly quota exceeded"}',
        ),
    ),
    "blockchair": Polled(
        lambda url: Blockchair(key=KEY, url=f"{url}/bitcoin/transactions"),
        _json(BLOCKCHAIR),
        2,
        (
            _json({"data": None, "context": {"code": 402, "error": f"limit of {KEY.reveal()}"}}),
            _json({"data": None, "context": {"code": 430}}),
        ),
    ),
    "mempool-rest": Polled(
        lambda url: MempoolRest(["bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f"], url),
        _json([transaction(2, confirmed=False), transaction(1)]),
        2,
    ),
    "whale-alert": Polled(
        lambda url: WhaleAlertRest(KEY, url=f"{url}/v1/transactions"),
        _json(WHALE_ALERT),
        2,
        (
            _json({"result": "error", "message": f"invalid api_key {KEY.reveal()}"}),
            b'{"result": "error"}',
        ),
    ),
    "coin-metrics": Polled(
        lambda url: CoinMetrics(url=f"{url}/v4/timeseries/asset-metrics"),
        _json(COIN_METRICS),
        5,
        (b'{"error": {"type": "bad_parameter", "message": "Bad parameter"}}',),
    ),
}


@dataclass(frozen=True)
class Pushed:
    """A source that tells by itself.

    Attributes:
        make: Makes the adapter, given the address of a server.
        acknowledgement: What it says first.
        message: A good message.
        count: Items in it.
        error_messages: What it may say when something is wrong.
    """

    make: Callable[[str], PushAdapter]
    acknowledgement: str
    message: str
    count: int
    error_messages: tuple[str, ...]


_MULTI = {
    "multi-address-transactions": {
        "bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f": {
            "mempool": [transaction(3, confirmed=False)],
            "confirmed": [transaction(1)],
            "removed": [transaction(9, confirmed=False)],
        }
    }
}

_ALERT = {
    "type": "alert",
    "channel_id": "supreme",
    "timestamp": 1_779_990_000,
    "blockchain": "bitcoin",
    "transaction_type": "transfer",
    "from": "unknown wallet",
    "to": "Binance",
    "amounts": [{"symbol": "BTC", "amount": 1_500.25, "value_usd": 150_025_000.5}],
    "text": "1,500 #BTC transferred from unknown wallet to #Binance",
    "transaction": {
        "height": 951_000,
        "index_in_block": 12,
        "timestamp": 1_779_990_000,
        "hash": "12" * 32,
        "fee": "0.0001",
        "sub_transactions": [],
    },
}

PUSHED: dict[str, Pushed] = {
    "mempool-ws": Pushed(
        lambda url: MempoolWs(["bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f"], f"{url}/ws"),
        json.dumps({"blocks": [], "loadingIndicators": {}}),
        json.dumps(_MULTI),
        3,
        (json.dumps({"track-addresses-error": "too many"}),),
    ),
    "whale-alert-ws": Pushed(
        lambda url: WhaleAlertWs(KEY, url=f"{url}/ws"),
        json.dumps({"type": "subscribed_alerts", "id": "supreme", "channel_id": "supreme"}),
        json.dumps(_ALERT),
        1,
        (json.dumps({"type": "error", "error": f"bad key {KEY.reveal()}"}),),
    ),
}
