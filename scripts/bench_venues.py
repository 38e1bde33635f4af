"""Time what it costs to read what exchanges tell.

    make bench
    python scripts/bench_venues.py [--json] [--frames N]

Ends with 1 when the median of a trade, a candle or a quote is above 20 µs at any venue.
docs/benchmarks.md says more.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from statistics import median
from time import process_time_ns

from benchlib import machine, table
from supreme_system_v5.exchanges.protocol import VenueProtocol
from supreme_system_v5.exchanges.venues import venue_of

FRAMES = 20_000
ROUNDS = 7
LIMIT_US = 20.0
_OKX = '{"arg":{"channel":"%s","instId":"BTC-USDT"},"data":[%s]}'
_BINANCE = '{"stream":"btcusdt@%s","data":{"s":"BTCUSDT",%s}}'
_BYBIT = '{"topic":"%s.BTCUSDT","ts":1723161312345,"type":"snapshot","data":%s}'
_AGGREGATE = (
    '"e":"aggTrade","E":1723161312345,"a":77,"p":"61800.30","q":"0.25","f":1,"l":9,'
    '"T":1723161312345,"m":false'
)
_KLINE = (
    '"e":"kline","E":1723161312345,"k":{"t":1723161300000,"T":1723161359999,"s":"BTCUSDT",'
    '"i":"1m","f":1,"L":9,"o":"61700","c":"61800.3","h":"61900","l":"61600","v":"1.5","n":9,'
    '"x":true,"q":"9","V":"9","Q":"9","B":"0"}'
)
_TICKER = '"u":9,"b":"61800.2","B":"2","a":"61800.4","A":"3"'
FRAME_KINDS: dict[str, dict[str, str]] = {
    "okx": {
        "trade": _OKX
        % (
            "trades",
            (
                '{"instId":"BTC-USDT","tradeId":"77","px":"61800.3","sz":"0.25","side":"buy",'
                '"ts":"1723161312345","count":"3","source":"0","seqId":5}'
            ),
        ),
        "candle": _OKX
        % (
            "candle1m",
            '["1723161300000","61700","61900","61600","61800.3","1.5","9","9","1"]',
        ),
        "quote": _OKX
        % (
            "bbo-tbt",
            (
                '{"asks":[["61800.4","3","0","2"]],"bids":[["61800.2","2","0","2"]],'
                '"ts":"1723161312345","seqId":5}'
            ),
        ),
    },
    "binance": {
        "trade": _BINANCE % ("aggTrade", _AGGREGATE),
        "candle": _BINANCE % ("kline_1m", _KLINE),
        "quote": _BINANCE % ("bookTicker", _TICKER),
    },
    "bybit": {
        "trade": _BYBIT
        % (
            "publicTrade",
            (
                '[{"T":1723161312345,"s":"BTCUSDT","S":"Buy","v":"0.25","p":"61800.30",'
                '"L":"PlusTick","i":"2100000000007764263","BT":false,"RPI":false,"seq":8}]'
            ),
        ),
        "candle": _BYBIT
        % (
            "kline.1",
            (
                '[{"start":1723161300000,"end":1723161359999,"interval":"1","open":"61700",'
                '"close":"61800.3","high":"61900","low":"61600","volume":"1.5","turnover":"9",'
                '"confirm":true,"timestamp":1723161312345}]'
            ),
        ),
        "quote": _BYBIT
        % (
            "orderbook.1",
            '{"s":"BTCUSDT","b":[["61800.2","2"]],"a":[["61800.4","3"]],"u":1,"seq":2}',
        ),
    },
}
"""One frame of each kind, as the venues send them; USD-M sends what spot does."""


def decode_us(venue: VenueProtocol, frame: str, frames: int) -> float:
    """Return microseconds of processor time to read a frame, median of some rounds."""
    endpoint, data = venue.endpoints[0], frame.encode()
    rounds = []
    for _ in range(ROUNDS):
        begin = process_time_ns()
        for _ in range(frames):
            venue.decode(endpoint, data)
        rounds.append((process_time_ns() - begin) / frames / 1_000)
    return median(rounds)


def measure(frames: int) -> dict[str, dict[str, float]]:
    """Return microseconds by venue and kind of frame."""
    return {
        name: {
            kind: decode_us(venue_of(name, "BTC-USDT")[0], frame, frames)
            for kind, frame in kinds.items()
        }
        for name, kinds in FRAME_KINDS.items()
    }


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--frames", type=int, default=FRAMES)
    options = parser.parse_args(arguments)
    found = measure(options.frames)
    slowest = max(cost for kinds in found.values() for cost in kinds.values())
    passed = slowest <= LIMIT_US
    if options.json:
        print(json.dumps({"us": found, "limit_us": LIMIT_US, "passed": passed}))
        return 0 if passed else 1
    rows = [[name, *(f"{cost:.2f}" for cost in kinds.values())] for name, kinds in found.items()]
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print(table(["µs a frame", "trade", "candle", "quote"], rows))
    print(f"{'passed' if passed else 'FAILED'}: at most {slowest:.2f} of {LIMIT_US:.0f} µs")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
