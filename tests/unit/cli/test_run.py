"""`supreme run`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner

from supreme_system_v5.app import live as app_live
from supreme_system_v5.app.live import LiveFinished, LiveOptions, NotBegun
from supreme_system_v5.cli.main import supreme
from supreme_system_v5.errors import SourceError
from tests.support.monitored import well


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[LiveOptions]:
    """What it was asked for, in place of a run."""
    found: list[LiveOptions] = []

    def run_live(options: LiveOptions, *_: object) -> LiveFinished:
        found.append(options)
        return LiveFinished(reason="its time is over", status=well(), report=None)

    monkeypatch.setattr(app_live, "run_live", run_live)
    return found


def test_every_option_reaches_the_run(asked: list[LiveOptions]) -> None:
    words = (
        "run --feed bybit --feed-url http://127.0.0.1:1 --duration 60 --metrics-port 0 "
        "--mode paper --scenario crash --seed 3 --strategy trend --param exit=5 "
        "--costs okx-perp --risk fixed"
    )
    result = CliRunner().invoke(supreme, words.split())
    assert result.exit_code == 0, result.output
    assert asked == [
        LiveOptions(
            feed="bybit", feed_url="http://127.0.0.1:1", duration_s=60.0, metrics_port=0,
            scenario="crash", seed=3, strategy="trend", parameters={"exit": 5}, costs="okx-perp",
            risk="fixed",
        )
    ]  # fmt: skip
    assert "Not one trade came, so there is nothing to report on." in result.stdout
    assert "Ended: its time is over." in result.stdout


def test_the_end_as_json_is_one_object(asked: list[LiveOptions]) -> None:
    result = CliRunner().invoke(supreme, ["run", "--json"])
    told = json.loads(result.stdout)
    assert told["reason"] == "its time is over"
    assert told["status"]["symbol"] == well().symbol
    assert told["report"] is None
    assert asked[0].feed is None


def test_a_feed_that_cannot_be_reached_is_one_line_and_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> LiveFinished:
        raise SourceError("feed 'okx' cannot be reached: practise with --feed sim")

    monkeypatch.setattr(app_live, "run_live", fails)
    result = CliRunner().invoke(supreme, ["run"])
    assert result.exit_code == 1
    assert result.stderr == "Error: feed 'okx' cannot be reached: practise with --feed sim\n"


def test_a_defect_is_one_line_and_1_after_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> LiveFinished:
        why = "RuntimeError: this cannot be"
        reason = f"a defect: pump: {why}"
        return LiveFinished(reason=reason, status=well(), report=None, defect=why)

    monkeypatch.setattr(app_live, "run_live", fails)
    result = CliRunner().invoke(supreme, ["run"])
    assert result.exit_code == 1
    assert "Ended: a defect: pump: RuntimeError: this cannot be." in result.stdout
    [told] = result.stderr.splitlines()
    assert told.startswith("Error: a defect of this program ended the run (RuntimeError: this ")


def test_stopped_before_it_began_it_says_so_and_that_is_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(*_: object) -> LiveFinished:
        raise NotBegun("SIGTERM came before the market was known: nothing was begun")

    monkeypatch.setattr(app_live, "run_live", stopped)
    result = CliRunner().invoke(supreme, ["run"])
    assert result.exit_code == 0
    assert result.stderr == "SIGTERM came before the market was known: nothing was begun.\n"


def test_it_trades_on_the_simulator() -> None:
    """A second of real time, as a user would; a socket wants a short path."""
    words = ["run", "--feed", "sim", "--duration", "1", "--metrics-port", "0", "--json"]
    with TemporaryDirectory(prefix="run") as folder:
        env = {"STATE_DIR": folder, "WARMUP_MINUTES": "100"}
        result = CliRunner().invoke(supreme, words, env=env)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["status"]["wakes"]["seen"] > 10
    assert told["report"]["data_kind"] == "live"
    lines = result.stderr.splitlines()
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"event": "warmed_up", "minutes": 100}.items() <= logged[0].items()
    assert any(line.startswith("Trading BTC-USDT on paper: scalping on sim") for line in lines)


def test_it_imports_nothing_heavy() -> None:
    """A whole run with metrics, a strategy, the exchange inside, and its report."""
    heavy = {"numpy", "pandas", "ccxt", "sklearn", "plotly", "matplotlib", "scipy", "hypothesis"}
    code = (
        "import sys\n"
        "from supreme_system_v5.cli.main import supreme\n"
        "words = 'run --feed sim --duration 0.2 --metrics-port 0 --json'\n"
        "supreme(words.split(), standalone_mode=False)\n"
        f"print(sorted({heavy!r} & set(sys.modules)), 'aiohttp' in sys.modules)"
    )
    with TemporaryDirectory(prefix="run") as folder:
        environment = os.environ | {"STATE_DIR": folder, "WARMUP_MINUTES": "100"}
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[] True"
