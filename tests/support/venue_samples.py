"""A frame of each kind of each venue, of BTC-USDT: the same market told in four ways."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from supreme_system_v5.exchanges.binance_spot import BinanceSpot
from supreme_system_v5.exchanges.binance_usdm import BinanceUsdm
from supreme_system_v5.exchanges.bybit import BybitSpot
from supreme_system_v5.exchanges.okx import OkxSpot
from supreme_system_v5.exchanges.protocol import VenueProtocol

__all__ = ["TIME_MS", "VENUES", "Sample"]

TIME_MS = 1_723_161_312_345
_MINUTE_MS = 1_723_161_300_000


@dataclass(frozen=True)
class Sample:
    """How one venue talks.

    Attributes:
        make: Its protocol for a symbol.
        trade: A trade of 0.25 BTC at 61 800.3, bought, number or id 77.
        candle: The minute it is in, closed: 61 700, 61 900, 61 600, 61 800.3, volume 1.5.
        quote: 2 BTC at 61 800.2 and 3 BTC at 61 800.4.
        ack: The answer to a request that was granted, given the request.
        refusal: The answer to one that was not.
    """

    make: Callable[..., VenueProtocol]
    trade: str
    candle: str
    quote: str
    ack: Callable[[str], str]
    refusal: Callable[[str], str]

    @property
    def frames(self) -> tuple[str, ...]:
        return (self.trade, self.candle, self.quote)


def _okx_ack(request: str) -> str:
    asked = json.loads(request)
    return json.dumps({"id": asked["id"], "event": asked["op"], "arg": asked["args"][0]})


def _okx_refusal(request: str) -> str:
    number = json.loads(request)["id"]
    return json.dumps({"id": number, "event": "error", "code": "60012", "msg": "Invalid request"})


def _binance_ack(request: str) -> str:
    return json.dumps({"result": None, "id": json.loads(request)["id"]})


def _binance_refusal(request: str) -> str:
    return json.dumps({"code": 2, "msg": "Invalid request", "id": json.loads(request)["id"]})


def _bybit_ack(request: str) -> str:
    asked = json.loads(request)
    told = {"success": True, "ret_msg": "", "req_id": asked["req_id"], "op": asked["op"]}
    return json.dumps(told)


def _bybit_refusal(request: str) -> str:
    asked = json.loads(request)
    text = f"Invalid symbol :[{asked['args'][0]}]"
    told = {"success": False, "ret_msg": text, "req_id": asked["req_id"], "op": asked["op"]}
    return json.dumps(told)


def _okx(channel: str, row: object) -> str:
    return json.dumps({"arg": {"channel": channel, "instId": "BTC-USDT"}, "data": [row]})


def _binance(stream: str, data: dict[str, object]) -> str:
    return json.dumps({"stream": f"btcusdt@{stream}", "data": data})


_TRADE = {
    "e": "aggTrade",
    "E": TIME_MS,
    "s": "BTCUSDT",
    "a": 77,
    "p": "61800.30",
    "q": "0.25",
    "f": 170,
    "l": 175,
    "T": TIME_MS,
    "m": False,
    "nq": "0.25",
}
_KLINE = {
    "t": _MINUTE_MS,
    "T": _MINUTE_MS + 59_999,
    "s": "BTCUSDT",
    "i": "1m",
    "f": 100,
    "L": 200,
    "o": "61700",
    "h": "61900",
    "l": "61600",
    "c": "61800.3",
    "v": "1.5",
    "x": True,
}
_QUOTE = {"u": 9, "s": "BTCUSDT", "b": "61800.2", "B": "2", "a": "61800.4", "A": "3"}


def _binance_sample(make: Callable[..., VenueProtocol]) -> Sample:
    return Sample(
        make=make,
        trade=_binance("aggTrade", _TRADE),
        candle=_binance("kline_1m", {"e": "kline", "E": TIME_MS, "s": "BTCUSDT", "k": _KLINE}),
        quote=_binance("bookTicker", _QUOTE),
        ack=_binance_ack,
        refusal=_binance_refusal,
    )


def _bybit(topic: str, data: object) -> str:
    return json.dumps({"topic": topic, "ts": TIME_MS, "type": "snapshot", "data": data})


VENUES = {
    "okx": Sample(
        make=OkxSpot,
        trade=_okx(
            "trades",
            {
                "instId": "BTC-USDT",
                "tradeId": "77",
                "px": "61800.3",
                "sz": "0.25",
                "side": "buy",
                "ts": str(TIME_MS),
                "count": "1",
                "source": "0",
                "seqId": 5,
            },
        ),
        candle=_okx(
            "candle1m",
            [str(_MINUTE_MS), "61700", "61900", "61600", "61800.3", "1.5", "9", "9", "1"],
        ),
        quote=_okx(
            "bbo-tbt",
            {
                "asks": [["61800.4", "3", "0", "2"]],
                "bids": [["61800.2", "2", "0", "2"]],
                "ts": str(TIME_MS),
                "seqId": 5,
            },
        ),
        ack=_okx_ack,
        refusal=_okx_refusal,
    ),
    "binance": _binance_sample(BinanceSpot),
    "binance-usdm": _binance_sample(BinanceUsdm),
    "bybit": Sample(
        make=BybitSpot,
        trade=_bybit(
            "publicTrade.BTCUSDT",
            [
                {
                    "T": TIME_MS,
                    "s": "BTCUSDT",
                    "S": "Buy",
                    "v": "0.25",
                    "p": "61800.30",
                    "L": "PlusTick",
                    "i": "77",
                    "BT": False,
                    "RPI": False,
                    "seq": 8,
                }
            ],
        ),
        candle=_bybit(
            "kline.1.BTCUSDT",
            [
                {
                    "start": _MINUTE_MS,
                    "end": _MINUTE_MS + 59_999,
                    "interval": "1",
                    "open": "61700",
                    "close": "61800.3",
                    "high": "61900",
                    "low": "61600",
                    "volume": "1.5",
                    "turnover": "9",
                    "confirm": True,
                    "timestamp": TIME_MS,
                }
            ],
        ),
        quote=_bybit(
            "orderbook.1.BTCUSDT",
            {"s": "BTCUSDT", "b": [["61800.2", "2"]], "a": [["61800.4", "3"]], "u": 1, "seq": 2},
        ),
        ack=_bybit_ack,
        refusal=_bybit_refusal,
    ),
}
