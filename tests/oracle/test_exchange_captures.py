"""What was captured on the wire is what was recorded, and rebuilds the exchange's own bars."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from supreme_system_v5.domain import Instrument
from supreme_system_v5.domain.live import FeedTrade
from supreme_system_v5.exchanges.binance_spot import BinanceSpot
from supreme_system_v5.exchanges.binance_usdm import BinanceUsdm
from supreme_system_v5.exchanges.protocol import TradesTold, VenueProtocol
from supreme_system_v5.optimized import BarBuilder
from tests.oracle.test_exchange_bars import published, shown
from tests.support.exchange_messages import captured
from tests.support.recordings import MS

CAPTURES = [
    (BinanceSpot(symbol="BTC-USDT"), "binance_spot", "20240808", "20240808"),
    (BinanceUsdm(symbol="BTC-USDT"), "binance_usdm", "20240808", "20240808"),
    (BinanceUsdm(symbol="BTC-USDT"), "binance_usdm", "20230405", "20230404-05"),
]
SIDES = {"buy": 1, "sell": -1}


def on_the_wire(venue: VenueProtocol, path: Path) -> list[FeedTrade]:
    return [
        trade
        for line in captured(path)
        for message in venue.decode(venue.endpoints[0], line)
        if isinstance(message, TradesTold)
        for trade in message.trades
    ]


@pytest.mark.parametrize(
    ("venue", "name", "day", "file"), CAPTURES, ids=lambda value: str(value)[:20]
)
def test_the_trades_of_a_capture_are_those_of_the_file(
    data_dir: Path, venue: VenueProtocol, name: str, day: str, file: str
) -> None:
    told = on_the_wire(venue, data_dir / "ws" / f"{name}_btcusdt_raw_{day}.txt.gz")
    path = data_dir / "trades" / f"{name}_BTCUSDT_{file}.csv.gz"
    with gzip.open(path, "rt", newline="") as rows:
        recorded = [
            FeedTrade(
                price=float(row["price"]),
                size=float(row["size"]),
                time_ns=int(row["timestamp_ms"]) * MS,
                side=SIDES[row["side"]],
                trade_id=row["trade_id"],
                first=int(row["trade_id"]),
                last=int(row["trade_id"]),
            )
            for row in csv.DictReader(rows)
            if row.get("order_type") != "INSURANCE_FUND"
        ]
    # The file of 2023 begins in the capture of the day before.
    first = next(place for place, trade in enumerate(recorded) if trade == told[0])
    assert told == recorded[first:]
    assert len(told) > 9_000


def test_the_bars_of_a_capture_are_those_of_the_exchange(data_dir: Path) -> None:
    capture = data_dir / "ws" / "binance_spot_btcusdt_raw_20240808.txt.gz"
    builder = BarBuilder(Instrument(symbol="BTCUSDT", price_decimals=2, size_decimals=5))
    bars = [
        bar
        for trade in on_the_wire(BinanceSpot(symbol="BTC-USDT"), capture)
        for bar in builder.update(trade.price, trade.size, trade.time_ns, trade.side)
    ]
    assert shown(bars) == published(data_dir, "BTCUSDT")
