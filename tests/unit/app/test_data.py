from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from supreme_system_v5.app.data import (
    Downloaded,
    DownloadKind,
    DownloadOptions,
    run_download,
    run_verify,
)
from supreme_system_v5.app.world import World
from supreme_system_v5.domain.live import Candle, FeedTrade
from supreme_system_v5.errors import DataError, InvalidInputError, SettingsError, SourceError
from supreme_system_v5.exchanges.protocol import VENUES
from supreme_system_v5.market_data.bars import read_bars
from supreme_system_v5.market_data.trades import read_trades
from tests.support.fault_server import FaultServer, Reply
from tests.support.rest_exchange import MINUTE_NS, RestExchange, served_beside

DAY_NS = 86_400 * 10**9
MIDNIGHT = 20_600 * DAY_NS  # 2026-05-27
NOW = MIDNIGHT + 3 * MINUTE_NS + 5 * 10**9


class Still:
    """A clock that stands."""

    def time_ns(self) -> int:
        return NOW

    def monotonic_ns(self) -> int:
        return NOW


async def at_once(duration_ns: int, /) -> None:
    assert duration_ns >= 0


def past() -> RestExchange:
    """Two hours around midnight: a candle a minute, and 900 trades, 8 s apart."""
    candles = [
        Candle(
            open_ns=MIDNIGHT + place * MINUTE_NS,
            open=5.5,
            high=7,
            low=4.25,
            close=6,
            volume=place + 100.00001,
            closed=place < 3,
        )
        for place in range(-60, 4)
    ]
    trades = [
        FeedTrade(
            price=60_000.1 + place,
            size=0.00001 * (place + 1),
            time_ns=MIDNIGHT - 7_200 * 10**9 + place * 8 * 10**9 + 500 * 10**6,
            side=1 if place % 2 else -1,
            trade_id=str(700 + place),
            first=700 + place,
            last=700 + place,
        )
        for place in range(922)
    ]
    return RestExchange(trades=trades, candles=candles)


@pytest.fixture
def exchange() -> RestExchange:
    return past()


@pytest.fixture
def server(exchange: RestExchange) -> Iterator[FaultServer]:
    with served_beside(exchange) as made:
        yield made


def world(told: list[float] | None = None) -> World:
    return World(
        environment={},
        dotenv_path=None,
        clock=Still(),
        progress=None if told is None else told.append,
    )


def downloaded(
    server: FaultServer,
    folder: Path,
    kind: DownloadKind,
    *,
    venue: str = "okx",
    days: int = 1,
    told: list[float] | None = None,
) -> tuple[Downloaded, ...]:
    options = DownloadOptions(
        venue=venue, symbol="", days=days, kind=kind, folder=folder, feed_url=server.url
    )
    return run_download(options, world(told), at_once)


def rows(folder: Path) -> list[list[str]]:
    found = []
    for path in sorted(folder.iterdir()):
        with path.open(newline="") as file:
            found += list(csv.reader(file))[1:]
    return found


@pytest.mark.parametrize("venue", VENUES)
def test_minutes_are_what_the_backtest_reads(
    server: FaultServer, exchange: RestExchange, tmp_path: Path, venue: str
) -> None:
    told: list[float] = []
    files = downloaded(server, tmp_path, DownloadKind.BARS, venue=venue, told=told)
    names = [f"{venue}_BTC-USDT_bars_20260526.csv", f"{venue}_BTC-USDT_bars_20260527.csv"]
    assert [file.check.path.name for file in files] == names
    assert [file.added for file in files] == [60, 3]
    assert [file.check.faults for file in files] == [{}, {}]
    chunks = list(read_bars([file.check.path for file in files]))
    closed = [candle for candle in exchange.candles if candle.closed]
    assert [time for c in chunks for time in c.timestamps_ns] == [c.open_ns for c in closed]
    assert [volume for c in chunks for volume in c.volumes] == [c.volume for c in closed]
    assert told == sorted(told)
    assert told[-1] == 1


@pytest.mark.parametrize("venue", [venue for venue in VENUES if venue != "bybit"])
def test_trades_are_what_the_backtest_reads(
    server: FaultServer, exchange: RestExchange, tmp_path: Path, venue: str
) -> None:
    files = downloaded(server, tmp_path, DownloadKind.TRADES, venue=venue)
    end = NOW - NOW % MINUTE_NS
    expected = [trade for trade in exchange.trades if trade.time_ns < end]
    assert sum(file.added for file in files) == len(expected)
    assert [file.check.faults for file in files] == [{}, {}]
    chunks = list(read_trades([file.check.path for file in files]))
    assert [size for chunk in chunks for size in chunk.sizes] == [t.size for t in expected]
    assert [side for chunk in chunks for side in chunk.sides] == [t.side for t in expected]
    assert [row[4] for row in rows(tmp_path)] == [trade.trade_id for trade in expected]


@pytest.mark.parametrize("kind", list(DownloadKind))
@pytest.mark.parametrize("cut", [1, 30, 300, 2_000])
def test_it_goes_on_where_it_was_interrupted(
    server: FaultServer, tmp_path: Path, kind: DownloadKind, cut: int
) -> None:
    downloaded(server, tmp_path / "whole", kind)
    whole = rows(tmp_path / "whole")
    again = downloaded(server, tmp_path / "whole", kind)
    assert sum(file.added for file in again) == 0
    assert rows(tmp_path / "whole") == whole
    first = min((tmp_path / "whole").iterdir())
    part = tmp_path / "part"
    part.mkdir()
    (part / first.name).write_bytes(first.read_bytes()[:cut])
    downloaded(server, part, kind)
    assert rows(part) == whole


def test_what_was_downloaded_stays_when_the_venue_fails(
    server: FaultServer, exchange: RestExchange, tmp_path: Path
) -> None:
    asked = 0

    def failing(request: str) -> Reply:
        nonlocal asked
        asked += 1
        return exchange(request) if asked < 15 else Reply(status=404)

    server.reply = failing
    with pytest.raises(SourceError, match="answered with status 404"):
        downloaded(server, tmp_path, DownloadKind.TRADES)
    had = len(rows(tmp_path))
    assert had > 0
    server.reply = exchange
    files = downloaded(server, tmp_path, DownloadKind.TRADES)
    assert sum(file.check.rows for file in files) == had + sum(file.added for file in files)
    assert [file.check.faults for file in files] == [{}, {}]


def test_a_gap_of_the_venue_is_told(
    server: FaultServer, exchange: RestExchange, tmp_path: Path
) -> None:
    del exchange.candles[30:33]
    del exchange.trades[800:805]
    [before, _] = downloaded(server, tmp_path, DownloadKind.BARS)
    assert before.check.faults == {"missing": 3}
    files = downloaded(server, tmp_path / "t", DownloadKind.TRADES, venue="binance")
    assert [file.check.faults for file in files] == [{"missing": 5}, {}]


def test_nothing_there_is_no_file(
    server: FaultServer, exchange: RestExchange, tmp_path: Path
) -> None:
    exchange.trades = []
    assert downloaded(server, tmp_path, DownloadKind.TRADES) == ()
    assert list(tmp_path.iterdir()) == []


def test_bybit_keeps_no_trades(server: FaultServer, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="allowed is bars"):
        downloaded(server, tmp_path, DownloadKind.TRADES, venue="bybit")


def test_a_trade_without_a_side_is_refused(
    server: FaultServer, exchange: RestExchange, tmp_path: Path
) -> None:
    def nameless(request: str) -> Reply:
        reply = exchange(request)
        body = b"".join(piece for piece in reply.body() if isinstance(piece, bytes))
        body = body.replace(b'"side": "buy"', b'"side": "both"')
        return Reply(body=lambda: iter([body]), length=len(body))

    server.reply = nameless
    with pytest.raises(SourceError, match="was told without a side"):
        downloaded(server, tmp_path, DownloadKind.TRADES)


def test_a_symbol_is_checked(server: FaultServer, tmp_path: Path) -> None:
    options = DownloadOptions(
        venue="okx",
        symbol="btc",
        days=1,
        kind=DownloadKind.BARS,
        folder=tmp_path,
        feed_url=server.url,
    )
    with pytest.raises(SettingsError, match="SINGLE_SYMBOL"):
        run_download(options, world(), at_once)


def test_files_are_verified(server: FaultServer, tmp_path: Path) -> None:
    files = downloaded(server, tmp_path, DownloadKind.BARS)
    told: list[float] = []
    checks = run_verify([file.check.path for file in files], world(told))
    assert list(checks) == [file.check for file in files]
    assert told[-1] == 1
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n")
    with pytest.raises(DataError, match="neither trades nor bars"):
        run_verify([odd], world())


def test_a_changed_row_of_the_venue_shows(
    server: FaultServer, exchange: RestExchange, tmp_path: Path
) -> None:
    # Minutes that are what the trades come to, but for one.
    exchange.candles = []
    for begin in range(MIDNIGHT - 120 * MINUTE_NS, NOW - NOW % MINUTE_NS, MINUTE_NS):
        within = [t for t in exchange.trades if begin <= t.time_ns < begin + MINUTE_NS]
        exchange.candles.append(
            Candle(
                open_ns=begin,
                open=within[0].price,
                high=max(t.price for t in within),
                low=min(t.price for t in within),
                close=within[-1].price,
                volume=round(sum(t.size for t in within), 5),
                closed=True,
            )
        )
    exchange.candles[60] = msgspec.structs.replace(exchange.candles[60], volume=9.0)
    for trade in range(len(exchange.trades)):
        size = round(exchange.trades[trade].size, 5)
        exchange.trades[trade] = msgspec.structs.replace(exchange.trades[trade], size=size)
    files = [
        file.check.path for kind in DownloadKind for file in downloaded(server, tmp_path, kind)
    ]
    checks = run_verify(files, world())
    assert [check.faults for check in checks] == [{}, {}, {"differing": 1}, {}]
