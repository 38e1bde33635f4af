from __future__ import annotations

import resource
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

from supreme_system_v5 import app
from supreme_system_v5.cli.main import supreme


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where no `.env` of a developer stands."""
    monkeypatch.chdir(tmp_path)


def test_help_names_the_commands() -> None:
    result = CliRunner().invoke(supreme, ["--help"])
    assert result.exit_code == 0
    assert "  backtest   Run a strategy" in result.output
    assert "  bars       Build bars" in result.output
    assert "  costs      Print what accounts" in result.output
    assert "  explain    Print why" in result.output
    assert "  lookahead  Find out" in result.output
    assert "  new        Write a strategy" in result.output
    assert "  warmup     Find out" in result.output


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (["backtest"], "[FILES]..."),
        (["bars"], "FILES..."),
        (["costs"], "--price"),
        (["explain"], "RUN"),
        (["lookahead"], "FILES..."),
        (["new"], "strategy"),
        (["new", "strategy"], "FILE"),
        (["warmup"], "FILES..."),
    ],
)
def test_every_command_has_help(arguments: list[str], about: str) -> None:
    result = CliRunner().invoke(supreme, [*arguments, "--help"])
    assert result.exit_code == 0
    assert about in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["--fast"],
        ["bars"],
        ["costs", "--price", "0"],
        ["explain"],
        ["lookahead"],
        ["lookahead", __file__, "--cuts", "0"],
        ["backtest", "--seed", "-1"],
        ["backtest", "no.csv"],
        ["backtest", "--costs", "nowhere"],
        ["new", "house"],
        ["new", "strategy"],
        ["warmup"],
    ],
)
def test_wrong_usage_is_code_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(supreme, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error:" in result.stderr


def test_the_version_is_the_package_s() -> None:
    result = CliRunner().invoke(supreme, ["--version"])
    assert result.exit_code == 0
    assert result.stdout == f"supreme {version('supreme-system-v5')}\n"


def test_refused_settings_are_code_78_and_one_message() -> None:
    result = CliRunner().invoke(supreme, ["backtest"], env={"FEE_BPS": "lots"})
    assert result.exit_code == 78
    assert result.stdout == ""
    assert result.stderr.startswith("Error: FEE_BPS='lots'")
    assert result.stderr.count("\n") == 1


def test_the_dotenv_file_is_read() -> None:
    Path(".env").write_text("FEE_BPS=lots\n", encoding="utf-8")
    result = CliRunner().invoke(supreme, ["backtest"])
    assert result.exit_code == 78
    assert "FEE_BPS" in result.stderr


def test_an_interrupt_is_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "run_backtest", interrupted)
    result = CliRunner().invoke(supreme, ["backtest"])
    assert result.exit_code == 130
    assert result.stderr == "Interrupted; nothing was finished.\n"


def test_a_failing_disk_is_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(app, "run_backtest", full)
    result = CliRunner().invoke(supreme, ["backtest"])
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr


def test_help_is_quick_and_imports_little() -> None:
    code = (
        "import sys\n"
        "from supreme_system_v5.cli.main import supreme\n"
        "supreme(['--help'], standalone_mode=False)\n"
        "print(sorted({'numpy', 'aiohttp', 'asyncio', 'msgspec', 'supreme_system_v5._core'}"
        " & set(sys.modules)))"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout.splitlines()[-1] == "[]"
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used <= 0.2


def test_a_reader_who_leaves_early_gets_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    rows = (f"{60_000 * minute},{minute + 1},1,buy\n" for minute in range(20_000))
    path.write_text("timestamp_ms,price,size,side\n" + "".join(rows), encoding="utf-8")
    command = [sys.executable, "-m", "supreme_system_v5", "bars", str(path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("timestamp_ms")
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 1
