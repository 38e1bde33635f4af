"""What it takes to talk to OKX with a key."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from supreme_system_v5.exchanges.simulator.okx_account import sign
from supreme_system_v5.exchanges.simulator.okx_rest import INST_ID_CODE
from tests.support.simulated import Client, Told, Visit

__all__ = ["by_code", "call", "limit_order", "log_in", "market_order", "place", "price_at"]

BTC = "BTC-USDT"


def _now(there: Visit) -> datetime:
    return datetime.fromtimestamp(there.exchange.core.clock.time_ns() / 1e9, UTC)


async def call(
    there: Visit, path: str, body: object = None, *, key: tuple[str, str, str] | None = None
) -> Any:  # noqa: ANN401 - whatever it answers
    """Ask with a signature: GET without a body, POST with one."""
    name, secret, passphrase = key or there.exchange.api_key
    text = "" if body is None else json.dumps(body)
    method = "GET" if body is None else "POST"
    timestamp = _now(there).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    headers = {
        "OK-ACCESS-KEY": name,
        "OK-ACCESS-SIGN": sign(secret, f"{timestamp}{method}{path}{text}"),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": passphrase,
        "Content-Type": "application/json",
    }
    async with there.session.request(
        method, there.exchange.url + path, data=text or None, headers=headers
    ) as response:
        return await response.json(content_type=None)


async def place(there: Visit, order: Told) -> Told:
    """Place an order over REST; return its row."""
    told = await call(there, "/api/v5/trade/order", order)
    row: Told = told["data"][0]
    return row


def price_at(there: Visit, fraction: float) -> str:
    """Return a price on the grid, so far from the bid."""
    tenths = round(there.exchange.market.bid * fraction) // 10
    return f"{tenths / 10:.1f}"


def limit_order(there: Visit, fraction: float = 0.9, **changed: object) -> Told:
    """Return an order that rests."""
    order: Told = {"instId": BTC, "tdMode": "cash", "side": "buy", "ordType": "limit"}
    return order | {"px": price_at(there, fraction), "sz": "0.01"} | changed


def market_order(**changed: object) -> Told:
    """Return a purchase at the market, in base currency."""
    order: Told = {"instId": BTC, "tdMode": "cash", "side": "buy", "ordType": "market"}
    return order | {"sz": "0.01", "tgtCcy": "base_ccy"} | changed


async def log_in(there: Visit, client: Client, *channels: Told) -> list[Told]:
    """Log in and subscribe; return what was told."""
    name, secret, passphrase = there.exchange.api_key
    timestamp = str(int(_now(there).timestamp()))
    asked = {"apiKey": name, "passphrase": passphrase, "timestamp": timestamp}
    asked["sign"] = sign(secret, f"{timestamp}GET/users/self/verify")
    await client.send({"op": "login", "args": [asked]})
    if channels:
        await client.send({"id": "1512", "op": "subscribe", "args": channels})
    return await client.listen(0.2)


def by_code(order: Told) -> Told:
    """Return an order as it is sent over WebSocket."""
    changed = {name: value for name, value in order.items() if name != "instId"}
    return changed | {"instIdCode": INST_ID_CODE}
