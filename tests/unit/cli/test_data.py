from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.app import data as app_data
from supreme_system_v5.cli import data as cli_data
from supreme_system_v5.cli.main import supreme
from supreme_system_v5.market_data.files import DataKind
from supreme_system_v5.market_data.verifying import FileCheck
from tests.support.fault_server import FaultServer
from tests.support.rest_exchange import RestExchange, served_beside
from tests.unit.app.test_data import past, world


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli_data, "this_process", lambda _: world())


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with served_beside(past()) as made:
        yield made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(supreme, ["data", *arguments])


def test_download_and_verify(server: FaultServer) -> None:
    result = run("download", "--feed-url", server.url, "-o", "here", "--days", "1")
    assert result.exit_code == 0, result.output
    first, second = "here/okx_BTC-USDT_bars_20260526.csv", "here/okx_BTC-USDT_bars_20260527.csv"
    assert result.stdout.splitlines() == [
        f"{first}: 60 bars, nothing wrong, 60 of them new",
        f"{second}: 3 bars, nothing wrong, 3 of them new",
    ]
    result = run("verify", second, first)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{first}: 60 bars, nothing wrong",
        f"{second}: 3 bars, nothing wrong",
    ]
    backtest = CliRunner().invoke(supreme, ["backtest", first, second])
    assert backtest.exit_code == 0, backtest.output


def test_what_is_wrong_is_told_and_fails() -> None:
    path = Path("bad.csv")
    path.write_text(
        "timestamp_ms,price,size,side,trade_id\n1,5,2,buy,1\n1,5,2,buy,5\n1,5,2,\x1b[2J,7\n"
    )
    result = run("verify", str(path))
    assert result.exit_code == 1
    assert result.stdout == "bad.csv: 3 trades, missing 3, bad 1\n"
    assert result.stderr.splitlines() == [
        "  line 3: 3 trades after 1",
        "  line 4: no trade: 1,5,2,?[2J,7",
    ]


def test_files_without_numbers_say_so() -> None:
    path = Path("plain.csv")
    path.write_text("timestamp_ms,price,size,side\n1,5,2,buy\n")
    result = run("verify", str(path))
    assert result.stdout == (
        "plain.csv: 1 trades, without numbers: missing trades do not show, nothing wrong\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--venue", "kraken"), 2, "'kraken' is not one of"),
        (("--venue", "bybit", "--kind", "trades"), 2, "allowed is bars"),
        (("--feed-url", "nowhere"), 2, "Invalid value for --feed-url"),
        (("--days", "-1"), 2, "--days"),
        (("--symbol", "btc"), 78, "SINGLE_SYMBOL"),
    ],
)
def test_wrong_usage(
    server: FaultServer, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = run("download", "--feed-url", server.url, *arguments)
    assert result.exit_code == code
    assert words in result.stderr


def test_a_venue_that_has_nothing(server: FaultServer) -> None:
    server.reply = RestExchange(trades=[], candles=past().candles[:1])
    result = run("download", "--feed-url", server.url, "--days", "0")
    assert result.exit_code == 1
    assert "okx has no bars of that time" in result.stderr


def test_interrupted(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app_data, "run_download", interrupted)
    result = run("download", "--feed-url", server.url)
    assert result.exit_code == 130
    assert "run it again to go on" in result.stderr


def test_places_are_told_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    cli_data._tell_places(FileCheck(Path("a"), DataKind.BARS, places=["line 2: a\tb"]))
    assert capsys.readouterr().err == "  line 2: a?b\n"
