from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme
from supreme_system_v5.cli.strategy_options import VENUE_NAMES


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where no `.env` of a developer stands."""
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(supreme, ["costs", *arguments], env=environment)


def test_without_options_it_is_all_venues_accounts_and_stops() -> None:
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "What an account can trade: BTC-USDT at 60,000 USDT"
    tables = [line.partition(":")[0] for line in lines if ": a round trip costs" in line]
    assert tables == list(VENUE_NAMES)
    assert sum(line.split()[0] == "1,000" for line in lines if line.split()) == len(VENUE_NAMES)
    assert "200 USDT cannot trade on binance-perp at all" in result.stdout
    assert max(map(len, lines)) <= 100


def test_every_option() -> None:
    result = run(
        *("--price", "50000", "--stop", "30", "--stop", "150", "--target", "99"),
        *("--cash", "5000", "--costs", "bybit-perp", "--json"),
    )
    assert (result.exit_code, result.stderr) == (0, "")
    told = json.loads(result.stdout)
    assert (told["price"], told["target_bps"]) == (50_000, 99)
    (venue,) = told["venues"]
    assert venue["venue"] == "bybit-perp"
    (account,) = venue["accounts"]
    assert account["cash"] == 5_000
    assert [offer["stop_bps"] for offer in account["offers"]] == [30, 150]
    assert all(offer["refused"] is None for offer in account["offers"])


@pytest.mark.parametrize("option", ["--price", "--stop", "--target", "--cash"])
@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "x", "", "10000000000"])
def test_a_number_that_is_none_is_code_2(option: str, value: str) -> None:
    result = run(option, value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Invalid value for '{option}': {value!r} is no number above 0, " in result.stderr


@pytest.mark.parametrize("value", ["10000", "12000"])
def test_a_stop_at_nothing_is_code_2(value: str) -> None:
    result = run("--stop", value)
    assert result.exit_code == 2
    assert f"{value!r} is no number above 0, below 10000" in result.stderr


def test_an_unknown_venue_is_code_2() -> None:
    assert run("--costs", "nowhere").exit_code == 2


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"RISK_PER_TRADE": "0.05"}, "RISK_PER_TRADE=0.05 is more than a day may lose (0.01)"),
        ({"MAX_STAKE": "0"}, "MAX_STAKE='0' (environment): must be"),
    ],
)
def test_settings_that_are_refused_are_code_78(environment: dict[str, str], told: str) -> None:
    result = run(**environment)
    assert (result.exit_code, result.stdout) == (78, "")
    assert result.stderr.startswith(f"Error: {told}")
    assert result.stderr.count("\n") == 1


def test_leverage_is_refused_on_spot_alone() -> None:
    result = run(RISK_LEVERAGE="2")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "\nokx-spot: not with these settings: leverage is 2 on spot" in result.stdout
    assert "\nokx-perp: a round trip costs" in result.stdout


def test_an_unknown_setting_of_the_file_is_code_78() -> None:
    Path(".env").write_text("MAX_STAK=0.5\n", encoding="utf-8")
    result = run()
    assert (result.exit_code, result.stdout) == (78, "")
    assert "MAX_STAK (.env line 1): is not a setting; did you mean MAX_STAKE?" in result.stderr


def test_a_price_that_the_grid_does_not_hold_is_code_1() -> None:
    result = run("--price", "0.001", PRICE_DECIMALS="2", SIZE_DECIMALS="2")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "price is 0.001, allowed is from 0.01 to" in result.stderr


def test_the_example_of_the_page_is_what_is_printed() -> None:
    page = (Path(__file__).parents[3] / "docs" / "costs.md").read_text(encoding="utf-8")
    example = re.search(
        r"^`supreme costs (.+)`\n\n```text\n(.+?)```$", page, re.DOTALL | re.MULTILINE
    )
    assert example is not None
    arguments, printed = example.groups()
    assert run(*arguments.split()).stdout == printed
