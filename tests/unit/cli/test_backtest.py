from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme
from supreme_system_v5.domain import VENUES
from tests.support.runs import bars_file, strategy_file

TRADES = """\
timestamp_ms,price,size,side,trade_id
1735689600000,60000.00,0.5,buy,1
1735689601000,60001.00,0.5,sell,2
1735689601000,60001.00,0.5,sell,2
1735689661000,60002.00,0.5,buy,3
1735689600500,60000.50,0.5,buy,4
"""


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "trades.csv"
    path.write_text(TRADES, encoding="utf-8")
    return path


def run(*arguments: str, by: str = "python") -> Result:
    return CliRunner().invoke(
        supreme, ["backtest", *arguments], env={"IMPLEMENTATION": by, "GATING": "on"}
    )


def told(*arguments: str, by: str = "rust", code: int = 0) -> dict[str, Any]:
    result = run(*arguments, "--json", by=by)
    assert (result.exit_code, result.stderr) == (code, "")
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def test_leverage_is_judged_by_the_venue_of_the_command_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RISK_LEVERAGE", "2")
    assert run("trades.csv", "--costs", "okx-perp").exit_code == 0
    result = run("trades.csv")
    assert (result.exit_code, result.stdout) == (78, "")
    assert result.stderr.startswith("Error: RISK_LEVERAGE=2 with the venue okx-spot, allowed is")
    assert result.stderr.count("\n") == 1


class TestReport:
    def test_it_is_text_for_people(self) -> None:
        result = run("trades.csv")
        assert result.exit_code == 0
        assert result.stderr == ""
        assert result.stdout.startswith("Recorded trades: trades.csv\nPAPER ONLY: ")
        for line in ("late rows", "backward rows", "duplicate rows"):
            assert f"  {line:<23} 1\n" in result.stdout

    def test_or_json_for_programs(self) -> None:
        report = told("trades.csv")
        assert (report["source"], report["ticks"]) == ("trades.csv", 4)
        assert (report["late"], report["backward"], report["duplicates"]) == (1, 1, 1)

    def test_and_files_when_asked_for(self, tmp_path: Path) -> None:
        result = run("trades.csv", "--trades-out", "closed.csv", "--report", "page.html")
        assert result.exit_code == 0
        assert (tmp_path / "closed.csv").read_text(encoding="utf-8").startswith("number,side,")
        assert "trades.csv" in (tmp_path / "page.html").read_text(encoding="utf-8")

    @pytest.mark.parametrize("option", ["--trades-out", "--report"])
    def test_a_folder_that_is_not_there_is_told_before_the_run(self, option: str) -> None:
        result = run("trades.csv", option, "no/such/file")
        assert result.exit_code == 2
        assert "make the folder no/such first" in result.stderr

    def test_without_files_it_says_that_the_market_is_invented(self) -> None:
        """As a user does it: in a process of its own, with nothing set."""
        done = subprocess.run(
            [sys.executable, "-m", "supreme_system_v5", "backtest", "--seed", "3"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        first, second, *_ = done.stdout.splitlines()
        assert first == "SYNTHETIC MARKET, seed 3: invented prices, no evidence about any strategy"
        assert second == "PAPER ONLY: no order was sent to any exchange"
        assert done.stderr == ""


class TestFiles:
    def test_a_bad_row_stops_it_with_file_and_line(self, path: Path) -> None:
        path.write_text(TRADES + "1735689600500,nan,0.5,buy,5\n", encoding="utf-8")
        result = run("trades.csv")
        assert result.exit_code == 1
        assert result.stdout == ""
        assert result.stderr == (
            "Error: trades.csv, line 7: price is 'nan', allowed is a number from 1e-08 to "
            "9.0072e+07 (--skip-bad-rows counts such rows and goes on)\n"
        )

    def test_or_is_counted_and_told(self, path: Path) -> None:
        path.write_text(TRADES + "1735689600500,nan,0.5,buy,5\n", encoding="utf-8")
        result = run("trades.csv", "--skip-bad-rows")
        assert result.exit_code == 0
        assert f"  {'bad rows':<23} 1\n" in result.stdout
        assert "- Bad row: trades.csv, line 7: price is 'nan'" in result.stdout

    def test_a_seed_goes_with_the_synthetic_market_only(self) -> None:
        result = run("trades.csv", "--seed", "1")
        assert result.exit_code == 2
        assert "--seed belongs to the synthetic market" in result.stderr


class TestWindow:
    def test_dates_and_times_are_utc_and_the_end_is_outside(self) -> None:
        window = ("--from", "2025-01-01T00:00:01", "--to", "2025-01-01T01:01:01+01:00")
        report = told("trades.csv", *window)
        assert (report["start"], report["ticks"]) == ("2025-01-01T00:00:01.000Z", 1)
        assert told("trades.csv", "--from", "2025-01-01", "--to", "2025-01-02")["ticks"] == 4

    @pytest.mark.parametrize("text", ["yesterday", "2025-13-01", "1735689600"])
    def test_what_is_no_date_is_told_with_an_example(self, text: str) -> None:
        result = run("trades.csv", "--from", text)
        assert result.exit_code == 2
        assert "write 2024-08-05 or 2024-08-05T14:30 (UTC)" in result.stderr

    def test_an_empty_window_is_one_message(self) -> None:
        result = run("trades.csv", "--from", "2025-01-02", "--to", "2025-01-01")
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: the end, 2025-01-01T00:00:00Z, must be after")
        result = run("trades.csv", "--from", "2026-01-01")
        assert result.exit_code == 1
        assert "not one row to run over" in result.stderr


class TestCosts:
    @pytest.mark.parametrize("name", VENUES)
    def test_every_venue_can_be_chosen(self, name: str) -> None:
        charged = told("trades.csv", "--costs", name)["charged"]
        assert charged["name"] == name
        assert charged["taker_bps"] == float(VENUES[name].taker_bps)

    def test_each_cost_can_be_changed(self) -> None:
        changes = {"fee": "0", "slippage": "2.5", "funding": "-0.25"}
        options = [part for name, bps in changes.items() for part in (f"--{name}-bps", bps)]
        report = told("trades.csv", "--costs", "okx-perp", *options, "--latency-ms", "20")
        charged = report["charged"]
        assert (charged["taker_bps"], charged["maker_bps"]) == (0.0, 0.0)
        assert (charged["slippage_bps"], charged["funding_bps"]) == (2.5, -0.25)
        assert charged["latency_ms"] == 20.0

    @pytest.mark.parametrize("text", ["much", "nan", "inf", "1/2"])
    def test_what_is_no_number_is_wrong_usage(self, text: str) -> None:
        result = run("trades.csv", "--fee-bps", text)
        assert result.exit_code == 2
        assert f"{text!r} is no number from 0 to 1000" in result.stderr

    @pytest.mark.parametrize(
        ("option", "value", "bounds"),
        [
            ("--fee-bps", "-1", "0 to 1000"),
            ("--spread-bps", "-1", "0 to 1000"),
            ("--slippage-bps", "1000.5", "0 to 1000"),
            ("--latency-ms", "60001", "0 to 60000"),
            ("--funding-bps", "1000.1", "-1000 to 1000"),
        ],
    )
    def test_a_number_out_of_range_is_wrong_usage(
        self, option: str, value: str, bounds: str
    ) -> None:
        result = run("trades.csv", option, value)
        assert (result.exit_code, result.stdout) == (2, "")
        assert (
            f"Invalid value for '{option}': '{value}' is no number from {bounds}" in result.stderr
        )

    @pytest.mark.parametrize(
        ("option", "value", "told"),
        [("--funding-bps", "1", "funding_bps is 1"), ("--fee-bps", "1.00001", "taker_bps is")],
    )
    def test_what_the_venue_refuses_is_one_message(
        self, option: str, value: str, told: str
    ) -> None:
        result = run("trades.csv", option, value)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"Error: {told}")
        assert result.stderr.count("\n") == 1

    def test_nothing_that_is_read_is_written_over(self) -> None:
        before = Path("trades.csv").read_bytes()
        for options in (
            ("--trades-out", "trades.csv"),
            ("--report", "trades.csv"),
            ("--trades-out", "out.csv", "--report", "./out.csv"),
        ):
            result = run("trades.csv", *options)
            assert result.exit_code == 2
            assert "choose another name" in result.stderr
        assert Path("trades.csv").read_bytes() == before
        assert not Path("out.csv").exists()


@pytest.fixture
def bars(tmp_path: Path) -> str:
    return bars_file(tmp_path / "bars.csv", [60_000.0 + minute % 7 for minute in range(120)]).name


each = pytest.mark.parametrize("by", ["python", "rust"])


class TestStrategy:
    def test_a_built_in_one_with_parameters(self, bars: str) -> None:
        report = told(bars, "--strategy", "ema-cross", "--param", "fast=3", "--param", "slow=5")
        assert report["strategy"] == "ema-cross (fast=3, slow=5)"
        assert report["funnel"]["signals"] > 0

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--strategy", "nix.py"), "no such file"),
            (("--strategy", "no such"), "neither built in"),
            (("--param", "fast"), "write name=value"),
            (("--param", "length=3"), "length"),
            (("--strategy", "trend", "--param", "breakout=ten"), "breakout"),
            (("--strategy", "trend", "--param", "breakout=1.5"), "breakout"),
            (("--strategy", "trend", "--param", "breakout=50"), "breakout"),
        ],
    )
    @each
    def test_what_cannot_be_had_is_one_message(
        self, by: str, arguments: tuple[str, ...], message: str, bars: str
    ) -> None:
        result = run(bars, *arguments, by=by)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("Error: ")
        assert message in result.stderr
        assert "Traceback" not in result.stderr

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ("wakes = Flag(0)", "wakes"),
            ("wakes = Flag.LEVEL", "wakes"),
            ("wakes = Flag.ORDER", "wakes"),
            ("wakes = 4096", "wakes"),
            ("wakes = 'each minute'", "wakes"),
            ("wakes = None", "wakes"),
            ("warmup_bars = 'many'", "warmup_bars"),
            ("warmup_bars = -1", "warmup_bars"),
            ("warmup_bars = math.nan", "warmup_bars"),
        ],
    )
    @each
    def test_one_that_asks_for_the_impossible_is_one_message(
        self, by: str, more: str, message: str, bars: str, tmp_path: Path
    ) -> None:
        strategy_file(tmp_path / "mine.py", "return None", more)
        result = run(bars, "--strategy", "mine.py", by=by)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"Error: {message} ")

    @pytest.mark.parametrize(
        ("decide", "error"),
        [
            ("raise RuntimeError('out of ideas')", "RuntimeError: out of ideas"),
            ("return view.m1.rsi / 0", "TypeError"),
            ("return view.m1.recent('close', 51)", "from 1 to 50"),
            ("return view.m1.recent('close', 0)", "from 1 to 50"),
            ("return view.m5.recent('rsi', -1)", "from 1 to 50"),
            ("return view.h1.recent('tomorrow', 1)", "name"),
            ("return view.tomorrow", "AttributeError"),
            ("view.now_ns = 0", "AttributeError"),
            ("return self.decide(view)", "RecursionError"),
        ],
    )
    @each
    def test_one_that_raises_is_told_with_the_report(
        self, by: str, decide: str, error: str, bars: str, tmp_path: Path
    ) -> None:
        strategy_file(tmp_path / "mine.py", decide)
        result = run(bars, "--strategy", "mine.py", by=by)
        assert (result.exit_code, result.stderr) == (1, "")
        assert result.stdout.startswith("Recorded 1-minute bars: bars.csv\n")
        assert error in result.stdout.partition("\nStrategy errors\n")[2]
        assert "mine.py, line 9)" in result.stdout
        report = told(bars, "--strategy", "mine.py", by=by, code=1)
        assert len(report["strategy_errors"]) == 1
        assert (report["bars_1m"], report["funnel"]["approved"]) == (120, 0)
        assert report["no_trades_because"] == "the strategy failed; its errors are listed"

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            ("'buy'", "NOT_A_SIGNAL"),
            ("Signal", "NOT_A_SIGNAL"),
            ("True", "NOT_A_SIGNAL"),
            ("0", "NOT_A_SIGNAL"),
            ("Signal(action='ENTER')", "NOT_AN_ACTION"),
            ("Signal.enter(5)", "NOT_A_REASON"),
            (r"Signal.enter('\ud800')", "NOT_A_REASON"),
            ("Signal.enter(side=2)", "NOT_A_SIDE"),
            ("Signal.enter(side='long')", "NOT_A_SIDE"),
            ("Signal.enter(stop=math.nan)", "NOT_A_PRICE"),
            ("Signal.enter(target=-1.0)", "NOT_A_PRICE"),
            ("Signal.enter(target=math.inf)", "NOT_A_PRICE"),
            ("Signal.enter(target=10**400)", "NOT_A_PRICE"),
            ("Signal.enter(target=1e14)", "NOT_A_PRICE"),
            ("Signal.enter(trail=1e14)", "NOT_A_PRICE"),
            ("Signal.enter(stop='59000')", "NOT_A_PRICE"),
            ("Signal.enter(stop=view.price + 1)", "WRONG_SIDE"),
            ("Signal.enter(stop=view.price)", "WRONG_SIDE"),
            ("Signal.enter(target=view.price - 1)", "WRONG_SIDE"),
            ("Signal.enter(side=-1, stop=view.price - 1)", "WRONG_SIDE"),
            ("Signal.enter(side=-1)", "NO_SHORTS"),
            ("Signal.exit()", "NO_POSITION"),
        ],
    )
    @each
    def test_nonsense_is_refused_by_its_reason_and_never_an_order(
        self, by: str, answer: str, reason: str, bars: str, tmp_path: Path
    ) -> None:
        strategy_file(tmp_path / "mine.py", f"return {answer}")
        report = told(bars, "--strategy", "mine.py", by=by)
        funnel = report["funnel"]
        assert funnel["refusals"] == {reason: 120}
        assert (funnel["signals"], funnel["approved"], report["turnover"]) == (120, 0, 0)
        assert report["strategy_errors"] == []
        assert f"most often: {reason} (120)" in report["no_trades_because"]

    def test_a_tick_too_coarse_for_the_market_is_a_reason_too(self, tmp_path: Path) -> None:
        cheap = bars_file(tmp_path / "cheap.csv", [0.0015] * 30).name
        strategy_file(tmp_path / "mine.py", "return Signal.enter(stop=view.price * 0.9)")
        funnel = told(cheap, "--strategy", "mine.py")["funnel"]
        assert funnel["refusals"] == {"TICK_TOO_COARSE": 30}

    @each
    def test_before_it_is_warm_nothing_counts(self, by: str, bars: str, tmp_path: Path) -> None:
        strategy_file(tmp_path / "mine.py", "return Signal.enter('now')", "warmup_bars = 100")
        funnel = told(bars, "--strategy", "mine.py", "--risk", "fixed", by=by)["funnel"]
        assert funnel["refusals"]["WARM_UP"] == 99
        assert funnel["filled"] == 1


class TestItems:
    """Recorded headlines and transfers; that none is seen too early: tests/parity/test_items.py."""

    def test_they_are_read_and_may_hold_back(self, path: Path) -> None:
        closes = [60_000.0 + 40 * minute for minute in range(200)]
        bars_file(path.parent / "bars.csv", closes, reach=5.0)
        decide = "return None if view.position else Signal.enter('in', stop=view.price * 0.99, "
        strategy_file(path.parent / "mine.py", decide + "target=view.price * 1.03)")
        rows = [
            {"received_ms": 1735689600000 + turn, "amount": 1e8, "asset": "USDT", "sender": "X",
             "sender_kind": "exchange", "txid": str(turn)}
            for turn in range(20)
        ]  # fmt: skip
        whales = path.parent / "whales.jsonl"
        whales.write_text("".join(json.dumps(row) + "\n" for row in rows))
        arguments = ("bars.csv", "--strategy", "mine.py", "--costs", "okx-perp")
        without = told(*arguments)
        fed = told(*arguments, "--whales", "whales.jsonl")
        assert fed["source"] == "bars.csv, whales whales.jsonl"
        assert fed["decisions"] == without["decisions"]  # they may not hold back unless asked to
        names = {"CONFIDENCE_VETOES": "whales"}
        result = CliRunner().invoke(
            supreme, ["backtest", *arguments, "--whales", "whales.jsonl", "--json"], env=names
        )
        assert json.loads(result.stdout)["decisions"] != without["decisions"]

    def test_what_is_none_is_told_with_its_line(self, path: Path) -> None:
        (path.parent / "news.csv").write_text("title\nx\n")
        result = run("trades.csv", "--news", "news.csv")
        assert result.exit_code == 1
        assert "news.csv, line 2: has no time" in result.stderr
        assert run("trades.csv", "--whales", "none.jsonl").exit_code == 2
        taken = run("trades.csv", "--news", "news.csv", "--trades-out", "news.csv")
        assert "news.csv is read" in taken.stderr
