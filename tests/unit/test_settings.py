from __future__ import annotations

import inspect
import pickle
import re
from dataclasses import astuple, replace
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from supreme_system_v5.app import CostsOptions, run_costs, telling
from supreme_system_v5.app import live as live_module
from supreme_system_v5.app.costs_report import to_json
from supreme_system_v5.app.run_register import _NO_PART_OF_A_VARIANT
from supreme_system_v5.domain import VENUES, AnalyzerConfig, TimeframeWeights
from supreme_system_v5.errors import SettingsError
from supreme_system_v5.settings import Secret, Settings, load_settings
from supreme_system_v5.strategies import BUILT_IN
from tests.support.runs import world

OTHERS = {
    "SINGLE_SYMBOL": "ETH-USDT",
    "PROCESS_INTERVAL_SECONDS": "5",
    "PATTERN_INTERVAL_MIN": "5",
    "MTF_INTERVAL_MIN": "5",
    "NEWS_INTERVAL_MIN": "5",
    "WHALE_INTERVAL_MIN": "5",
    "MAX_RAM_GB": "2",
    "MAX_CPU_PERCENT": "50",
    "MEMORY_WARN_MB": "100",
    "MEMORY_TRIM_MB": "310",
    "MEMORY_STOP_MB": "410",
    "MEMORY_AVAILABLE_MIN_MB": "5",
    "METRICS_HOST": "localhost",
    "METRICS_PORT": "off",
    "MTF_WEIGHTS": "0.4,0.3,0.2,0.1",
    "GATING": "off",
    "GATE_MIN_PRICE_CHANGE": "0.01",
    "GATE_VOLUME_MULTIPLE": "3",
    "GATE_VOLUME_WINDOW": "5",
    "GATE_MAX_IDLE_SECONDS": "5",
    "GATE_TARGET_SKIP_RATIO": "0.7",
    "FEED": "bybit",
    "WARMUP_MINUTES": "500",
    "INITIAL_CASH": "5",
    "TRADE_FRACTION": "0.5",
    "RISK_POLICY": "fixed",
    "RISK_PER_TRADE": "0.004",
    "MAX_STAKE": "0.2",
    "RISK_LEVERAGE": "2",
    "TARGET_VOLATILITY": "1",
    "COST_MULTIPLE": "2",
    "CONFIDENCE_WEIGHTS": "0,0,1",
    "PATTERN_EVIDENCE": "nowhere.json",
    "MAX_DAILY_LOSS": "0.02",
    "MAX_DAILY_LOSS_R": "3",
    "MAX_DRAWDOWN": "0.2",
    "MAX_FEE_BLEED": "0.002",
    "MAX_LOSS_STREAK": "2",
    "COOL_DOWN_MINUTES": "5",
    "MAX_ENTRIES_PER_DAY": "4",
    "STRATEGY": "trend",
    "VENUE": "okx-perp",
    "FEE_BPS": "1",
    "SLIPPAGE_BPS": "2",
    "LATENCY_MS": "1",
    "STATE_DIR": "/nowhere",
    "CONFIDENCE_VETOES": "news",
    "EXCHANGE_ADDRESSES": "nowhere.csv",
    "WHALE_TIERS_BTC": "1,2,3",
    "WHALE_TIERS_ETH": "1,2,3",
    "WHALE_TIERS_STABLE": "1,2,3",
    "FLOW_WEIGHTS": "0,0,0.5",
    "NEWS_FEEDS": "https://example.com/feed",
    "MEMPOOL_URL": "https://example.com",
    "CRYPTOPANIC_API_KEY": "key",
    "WHALE_ALERT_API_KEY": "key",
    "LOG_LEVEL": "debug",
    "LOG_FILE": "supreme.log",
    "NOTIFY_WEBHOOK_URL": "https://hook.example/a",
    "NOTIFY_NTFY_URL": "https://ntfy.example/a",
    "DEAD_MAN_URL": "https://ping.example/a",
    "MEMPOOL_ADDRESSES": "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo",
}
"""Of each key a value that is not the default."""
UNCOUNTED = ("_API_KEY", "_EVIDENCE", "_TOKEN", "_SECRET", "_PASSPHRASE")
TOGETHER = {
    key: {
        "TELEGRAM_BOT_TOKEN": "1:a",
        "TELEGRAM_CHAT_ID": "1",
        "NOTIFY_NTFY_URL": "https://ntfy.example/a",
    }
    for key in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "NOTIFY_NTFY_TOKEN")
} | {
    key: {"OKX_API_KEY": "a", "OKX_API_SECRET": "b", "OKX_PASSPHRASE": "c"}
    for key in ("OKX_API_KEY", "OKX_API_SECRET", "OKX_PASSPHRASE")
}
"""What has to be set with a key that is not set alone."""

EXAMPLE = Path(__file__).parents[2] / ".env.example"
KEYS = [field.encode_name for field in msgspec.structs.fields(Settings)]
SECRET = [
    field.encode_name for field in msgspec.structs.fields(Settings) if "Secret" in str(field.type)
]


def faults(env: dict[str, str], path: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(env, path)
    return str(caught.value).splitlines()


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


class TestExample:
    """`.env.example` and the code say the same."""

    def entries(self) -> dict[str, tuple[str, str]]:
        """Return each key's value and the comment above it (shared by adjacent keys)."""
        found: dict[str, tuple[str, str]] = {}
        comment: list[str] = []
        in_comment = False
        for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                comment = [*comment, line] if in_comment else [line]
            elif match := re.fullmatch(r"([A-Z_]+)=(.*)", line):
                found[match[1]] = (match[2], "\n".join(comment))
            else:
                assert not line, f"not a comment, a setting or a blank line: {line!r}"
                comment = []
            in_comment = line.startswith("#")
        return found

    def test_every_key_stands_in_it_in_the_order_of_the_code(self) -> None:
        assert list(self.entries()) == KEYS

    def test_its_values_are_the_defaults(self) -> None:
        assert load_settings({}, EXAMPLE) == Settings() == load_settings({})

    def test_no_value_is_left_to_guess(self) -> None:
        defaults = {f.encode_name: f.default for f in msgspec.structs.fields(Settings)}
        for key, (value, _) in self.entries().items():
            assert bool(value) == (defaults[key] is not None), key

    def test_every_key_says_what_it_is_and_who_uses_it(self) -> None:
        for key, (_, comment) in self.entries().items():
            assert "Used by: " in comment, key

    def used_by(self) -> dict[str, str]:
        """Return who uses each key, as its comment says."""
        words = {
            key: " ".join(comment.replace("#", " ").split())
            for key, (_, comment) in self.entries().items()
        }
        return {key: told.partition("Used by: ")[2] for key, told in words.items()}

    def test_what_no_backtest_uses_is_for_the_live_run_and_makes_no_variant(self) -> None:
        for key, told in self.used_by().items():
            if re.search(r"\b(runs|backtest)\b", told) is None:
                assert "supreme run" in told or told == "doctor.", key
                assert key.lower() in _NO_PART_OF_A_VARIANT, key

    def test_what_a_live_run_reads_says_so(self) -> None:
        rooms = (live_module, telling)
        live = "".join(inspect.getsource(room) for room in rooms)
        for key, told in self.used_by().items():
            if re.search(rf"\bsettings\.{key.lower()}\b", live) is not None:
                assert re.search(r"\b(runs|supreme run)\b", told), key
            else:
                assert told != "supreme run.", key

    def test_costs_use_what_says_so(self, tmp_path: Path) -> None:
        """A key is used when another value of it changes a figure of the report."""

        def costs(**environment: str) -> str:
            report = run_costs(CostsOptions(), world(**environment))
            return to_json(report).replace(", changed", "")  # the name alone is no change

        usual = costs()
        measured = tmp_path / "evidence.json"
        measured.write_text(
            '{"labels": {"symbol": "BTC-USDT", "strategy": "trend"}, "out_of_sample": true,'
            ' "calibration": {"trades": 200, "ece": 0.0}}'
        )
        others = {**OTHERS, "CONFIDENCE_EVIDENCE": str(measured)}
        silent = {"OPTIMIZED_MODE", "IMPLEMENTATION"}  # both compute the same
        for key, told in self.used_by().items():
            if key in silent:
                continue
            if key in ("PRICE_DECIMALS", "SIZE_DECIMALS"):
                found = costs(PRICE_DECIMALS="0", SIZE_DECIMALS="2")
            else:
                found = costs(**TOGETHER.get(key, {key: others.get(key, "")}))
            assert (found != usual) == ("costs" in told), key

    def test_ranges_in_comments_are_those_in_the_code(self) -> None:
        for key, (_, comment) in self.entries().items():
            message = faults({key: "never\nallowed"})[0]
            allowed = message.partition("must be ")[2].partition(", with at most")[0]
            # text that nobody writes by length
            if key.endswith(UNCOUNTED) or key in ("STRATEGY", "STATE_DIR", "LOG_FILE"):
                continue
            for number in re.findall(r"\d+(?:\.\d+)?", allowed.partition(";")[0]):
                assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d]|\.\d)", comment), key

    def test_names_to_choose_from_are_those_in_the_code(self) -> None:
        entries = self.entries()
        for key, names in (("VENUE", VENUES), ("STRATEGY", BUILT_IN)):
            assert all(name in entries[key][1] for name in names), key


class TestSources:
    def test_environment_wins_over_file_wins_over_default(self, dotenv: Path) -> None:
        dotenv.write_text("NEWS_INTERVAL_MIN=5\nWHALE_INTERVAL_MIN=6\n")
        settings = load_settings({"NEWS_INTERVAL_MIN": "7"}, dotenv)
        assert settings.news_interval_min == 7
        assert settings.whale_interval_min == 6
        assert settings.mtf_interval_min == 2

    def test_a_missing_file_is_no_fault(self, dotenv: Path) -> None:
        assert load_settings({}, dotenv) == Settings()

    def test_an_empty_value_means_the_default_and_hides_the_file(self, dotenv: Path) -> None:
        dotenv.write_text("NEWS_INTERVAL_MIN=5\nGATING=\n")
        assert load_settings({"NEWS_INTERVAL_MIN": "  "}, dotenv) == Settings()

    def test_unknown_variables_of_the_environment_are_nobodys_business(self) -> None:
        assert load_settings({"HOME": "/", "SINGEL_SYMBOL": "x"}) == Settings()

    def test_the_file_may_be_written_in_the_usual_ways(self, dotenv: Path) -> None:
        dotenv.write_bytes(
            b"\xef\xbb\xbf# comment\r\n"
            b"export SINGLE_SYMBOL = 'ETH-USDT' # why\r\n"
            b'FEE_BPS="7.5"\r\n'
        )
        settings = load_settings({}, dotenv)
        assert settings.single_symbol == "ETH-USDT"
        assert settings.fee_bps == Decimal("7.5")

    def test_a_dollar_in_the_file_reads_no_other_variable(
        self, dotenv: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AMBIENT", "leaked")
        dotenv.write_text("WHALE_ALERT_API_KEY=${AMBIENT}\n")
        key = load_settings({}, dotenv).whale_alert_api_key
        assert key == Secret("${AMBIENT}")

    def test_a_file_that_cannot_be_read_is_one_fault(self, dotenv: Path) -> None:
        dotenv.write_bytes(b"FEE_BPS=\xff\n")
        (line,) = faults({}, dotenv)
        assert str(dotenv) in line
        (line,) = faults({}, dotenv.parent)
        assert str(dotenv.parent) in line


class TestValues:
    @pytest.mark.parametrize(
        ("key", "text", "value"),
        [
            ("SINGLE_SYMBOL", "ETH-USDC", "ETH-USDC"),
            ("SINGLE_SYMBOL", "1000PEPE-USDT", "1000PEPE-USDT"),
            ("PROCESS_INTERVAL_SECONDS", " 1 ", 1),
            ("PROCESS_INTERVAL_SECONDS", "3600", 3_600),
            ("MTF_WEIGHTS", "0.2, 0.3, 0.25, 0.25", (0.2, 0.3, 0.25, 0.25)),
            ("MTF_WEIGHTS", "0,0,1,0", (0.0, 0.0, 1.0, 0.0)),
            ("MAX_RAM_GB", "0.1", 0.1),
            ("MAX_CPU_PERCENT", "100", 100.0),
            ("OPTIMIZED_MODE", "False", False),
            ("OPTIMIZED_MODE", "1", True),
            ("GATE_MIN_PRICE_CHANGE", "1e-9", 1e-9),
            ("GATE_VOLUME_WINDOW", "100000", 100_000),
            ("INITIAL_CASH", "0.00000001", Decimal("0.00000001")),
            ("TRADE_FRACTION", "1", Decimal(1)),
            ("FEE_BPS", "0", Decimal(0)),
            ("FEE_BPS", "0.0001", Decimal("0.0001")),
            ("SLIPPAGE_BPS", "1000", Decimal(1000)),
            ("LATENCY_MS", "0", Decimal(0)),
            ("LATENCY_MS", "0.000001", Decimal("0.000001")),
            ("LATENCY_MS", "60000", Decimal(60_000)),
            ("VENUE", "bybit-perp", "bybit-perp"),
            ("VENUE", "OKX-Spot", "okx-spot"),
            ("STRATEGY", "ema-cross", "ema-cross"),
            ("STRATEGY", "my folder/mine.py:Dip", "my folder/mine.py:Dip"),
            ("CRYPTOPANIC_API_KEY", "abc", Secret("abc")),
            ("MEMORY_AVAILABLE_MIN_MB", "0", 0),
            ("METRICS_HOST", "::1", "::1"),
            ("LOG_LEVEL", "Debug", "debug"),
            ("TELEGRAM_CHAT_ID", "-100123", "-100123"),
            ("TELEGRAM_CHAT_ID", "@somebody", "@somebody"),
            ("TELEGRAM_BOT_TOKEN", "1:a-b_c", Secret("1:a-b_c")),
            ("NOTIFY_WEBHOOK_URL", "https://h.example/a?b=c", Secret("https://h.example/a?b=c")),
            ("NOTIFY_WEBHOOK_URL", "http://127.0.0.1:80", Secret("http://127.0.0.1:80")),
            ("NOTIFY_NTFY_URL", "https://ntfy.example/a-b", Secret("https://ntfy.example/a-b")),
            ("DEAD_MAN_URL", "http://[::1]:9/ping", Secret("http://[::1]:9/ping")),
            ("OKX_PASSPHRASE", "!Pass~word", Secret("!Pass~word")),
            ("METRICS_PORT", "0", 0),
            ("METRICS_PORT", "Off", None),
            ("CONFIDENCE_VETOES", "Whales , news", ("whales", "news")),
            ("WHALE_TIERS_BTC", "1, 2.5, 1e12", (1.0, 2.5, 1e12)),
            ("FLOW_WEIGHTS", "-1,0,1", (-1.0, 0.0, 1.0)),
        ],
    )
    def test_allowed(self, key: str, text: str, value: object) -> None:
        read = getattr(load_settings({**TOGETHER.get(key, {}), key: text}), key.lower())
        assert read == value
        assert type(read) is type(value)

    @pytest.mark.parametrize(
        ("key", "text"),
        [
            ("SINGLE_SYMBOL", "BTCUSDT"),
            ("SINGLE_SYMBOL", "btc-usdt"),
            ("SINGLE_SYMBOL", "BTC-USDT\n"[:-1] + "-PERP"),
            ("PRICE_DECIMALS", "-1"),
            ("PRICE_DECIMALS", "13"),
            ("SIZE_DECIMALS", "2.5"),
            ("PROCESS_INTERVAL_SECONDS", "0"),
            ("PROCESS_INTERVAL_SECONDS", "3601"),
            ("PATTERN_INTERVAL_MIN", "1441"),
            ("MTF_INTERVAL_MIN", "two"),
            ("MTF_WEIGHTS", "0.2,0.3,0.25"),
            ("MTF_WEIGHTS", "0.2,0.3,0.25,0.25,0"),
            ("MTF_WEIGHTS", "0.2,0.3,0.25,0.26"),
            ("MTF_WEIGHTS", "0,0,0,0"),
            ("MTF_WEIGHTS", "-0.5,0.5,0.5,0.5"),
            ("MTF_WEIGHTS", "nan,0.5,0.25,0.25"),
            ("MTF_WEIGHTS", "0.5;0.5;0;0"),
            ("NEWS_INTERVAL_MIN", "1_0"),
            ("WHALE_INTERVAL_MIN", "\u0665"),
            ("MAX_RAM_GB", "0"),
            ("MAX_RAM_GB", "nan"),
            ("MAX_CPU_PERCENT", "inf"),
            ("MAX_CPU_PERCENT", "101"),
            ("MEMORY_WARN_MB", "9"),
            ("MEMORY_TRIM_MB", "250.5"),
            ("MEMORY_STOP_MB", "1000001"),
            ("MEMORY_AVAILABLE_MIN_MB", "-1"),
            ("METRICS_HOST", "here/there"),
            ("METRICS_PORT", "65536"),
            ("METRICS_PORT", "none"),
            ("OPTIMIZED_MODE", "yes please"),
            ("IMPLEMENTATION", "cobol"),
            ("GATING", "true"),
            ("GATE_MIN_PRICE_CHANGE", "0"),
            ("GATE_MIN_PRICE_CHANGE", "1e-400"),
            ("GATE_VOLUME_MULTIPLE", "1e7"),
            ("GATE_VOLUME_WINDOW", "0"),
            ("GATE_MAX_IDLE_SECONDS", "86401"),
            ("GATE_TARGET_SKIP_RATIO", "0.991"),
            ("FEED", "kraken"),
            ("WARMUP_MINUTES", "100001"),
            ("INITIAL_CASH", "0"),
            ("INITIAL_CASH", "NaN"),
            ("INITIAL_CASH", "1e3"),
            ("INITIAL_CASH", "0.000000001"),
            ("TRADE_FRACTION", "0"),
            ("TRADE_FRACTION", "1.01"),
            ("FEE_BPS", "-1"),
            ("FEE_BPS", "0.00001"),
            ("SLIPPAGE_BPS", "1000.1"),
            ("SLIPPAGE_BPS", "-0"),
            ("LATENCY_MS", "60000.1"),
            ("LATENCY_MS", "-1"),
            ("LATENCY_MS", "0.0000001"),
            ("VENUE", "kraken"),
            ("VENUE", "okx"),
            ("STRATEGY", "two\nlines"),
            ("STRATEGY", "bell\a"),
            ("CONFIDENCE_VETOES", "whales,whales"),
            ("CONFIDENCE_VETOES", "mtf"),
            ("WHALE_TIERS_BTC", "1,2"),
            ("WHALE_TIERS_ETH", "3,2,1"),
            ("WHALE_TIERS_STABLE", "0,1,2"),
            ("WHALE_TIERS_STABLE", "1,2,1e13"),
            ("WHALE_TIERS_BTC", "1,2,nan"),
            ("FLOW_WEIGHTS", "0,0"),
            ("FLOW_WEIGHTS", "0,0,1.1"),
            ("FLOW_WEIGHTS", "0,nan,0"),
            ("EXCHANGE_ADDRESSES", "two\nlines"),
            ("CRYPTOPANIC_API_KEY", "two words"),
            ("WHALE_ALERT_API_KEY", "x" * 257),
            ("LOG_LEVEL", "trace"),
            ("LOG_FILE", "two\nlines"),
            ("TELEGRAM_CHAT_ID", "somebody"),
            ("TELEGRAM_BOT_TOKEN", "two words"),
            ("NOTIFY_WEBHOOK_URL", "ftp://h.example/"),
            ("NOTIFY_WEBHOOK_URL", "https://user:word@h.example/"),
            ("NOTIFY_WEBHOOK_URL", "https://h.example/" + "x" * 500),
            ("NOTIFY_WEBHOOK_URL", "https://h.example/a b"),
            ("NOTIFY_NTFY_URL", "https://ntfy.example/"),
            ("NOTIFY_NTFY_URL", "https://ntfy.example/a/b"),
            ("NOTIFY_NTFY_URL", "https://ntfy.example/a?auth=b"),
            ("DEAD_MAN_URL", "https:///ping-me"),
            ("OKX_API_SECRET", "x" * 257),
        ],
    )
    def test_refused_by_name_with_what_is_allowed(self, key: str, text: str) -> None:
        line = next(line for line in faults({key: text}) if line.startswith(f"{key}="))
        assert "must be " in line
        assert "leave it empty for " in line
        assert "(environment)" in line
        if key in SECRET:
            assert text not in line
        else:
            assert repr(text) in line

    def test_a_long_value_is_cut_in_the_message(self) -> None:
        (line,) = faults({"GATING": "x" * 10_000})
        assert len(line) < 200

    def test_decimals_come_in_pairs(self) -> None:
        settings = load_settings({"PRICE_DECIMALS": "2", "SIZE_DECIMALS": "5"})
        assert (settings.price_decimals, settings.size_decimals) == (2, 5)
        for key in ("PRICE_DECIMALS", "SIZE_DECIMALS"):
            (line,) = faults({key: "2"})
            assert line.startswith(f"{key} is set alone")

    @pytest.mark.parametrize("key", TOGETHER)
    def test_what_belongs_together_is_not_set_alone(self, key: str) -> None:
        others = {**TOGETHER[key], key: ""}
        assert faults({key: "1"})
        if key != "NOTIFY_NTFY_TOKEN":
            assert any(key in line for line in faults(others))

    @pytest.mark.parametrize(
        ("env", "implementation", "gated"),
        [
            ({}, "rust", True),
            ({"OPTIMIZED_MODE": "true"}, "rust", True),
            ({"OPTIMIZED_MODE": "false"}, "python", False),
            ({"OPTIMIZED_MODE": "false", "IMPLEMENTATION": "rust"}, "rust", False),
            ({"OPTIMIZED_MODE": "false", "GATING": "on"}, "python", True),
            ({"IMPLEMENTATION": "Python", "GATING": "OFF"}, "python", False),
        ],
    )
    def test_optimized_mode_presets_what_is_not_said(
        self, env: dict[str, str], implementation: str, *, gated: bool
    ) -> None:
        settings = load_settings(env)
        assert (settings.implementation, settings.gated) == (implementation, gated)

    def test_the_gate_defaults_are_the_analyzers(self) -> None:
        settings, config = Settings(), AnalyzerConfig()
        assert settings.gate_min_price_change == config.min_price_change
        assert settings.gate_volume_multiple == config.volume_multiple
        assert settings.gate_volume_window == config.volume_window
        assert settings.gate_max_idle_seconds == config.max_idle_seconds
        assert settings.gated is config.gated

    def test_the_default_weights_are_those_of_the_domain(self) -> None:
        assert astuple(TimeframeWeights()) == Settings().mtf_weights

    def test_costs_that_are_not_set_are_the_venue_s(self) -> None:
        settings = load_settings({})
        assert (settings.fee_bps, settings.slippage_bps, settings.latency_ms) == (None, None, None)

    @pytest.mark.parametrize("name", VENUES)
    def test_whatever_cost_is_allowed_a_venue_takes(self, name: str) -> None:
        for fee, slippage, latency in (("0", "0", "0"), ("1000", "1000", "60000"),
                                       ("0.0001", "0.0001", "0.000001")):  # fmt: skip
            settings = load_settings(
                {"FEE_BPS": fee, "SLIPPAGE_BPS": slippage, "LATENCY_MS": latency}
            )
            assert settings.fee_bps is not None
            assert settings.slippage_bps is not None
            assert settings.latency_ms is not None
            replace(
                VENUES[name],
                taker_bps=settings.fee_bps,
                slippage_bps=settings.slippage_bps,
                latency_ms=settings.latency_ms,
            )

    def test_thresholds_of_memory_rise(self) -> None:
        (line,) = faults({"MEMORY_WARN_MB": "301"})
        assert "(301, 300, 400)" in line
        assert load_settings({"MEMORY_WARN_MB": "300"}).memory_warn_mb == 300

    def test_settings_do_not_change(self) -> None:
        with pytest.raises(AttributeError):
            Settings().fee_bps = Decimal(0)  # type: ignore[misc]


class TestFaults:
    def test_all_are_reported_at_once_a_line_each(self, dotenv: Path) -> None:
        dotenv.write_text(
            "# mine\n"
            "\n"
            "NEWS_INTERVAL_MIN=0\n"
            "SINGEL_SYMBOL=BTC-USDT\n"
            "FEE_BPS=1\n"
            "FEE_BPS=2\n"
            "what is this\n"
            "MAX_RAM_GB\n"
            "FAVOURITE_COLOUR=blue\n"
            "PRICE_DECIMALS=2\n"
        )
        lines = faults({"GATING": "maybe"}, dotenv)
        assert sorted(lines) == sorted(
            [
                (
                    "NEWS_INTERVAL_MIN='0' (.env line 3): must be a whole number from 1 to 1440; "
                    "leave it empty for 10"
                ),
                "SINGEL_SYMBOL (.env line 4): is not a setting; did you mean SINGLE_SYMBOL?",
                "FEE_BPS (.env line 6): was already set on line 5; keep one",
                ".env line 7 cannot be understood: write KEY=value, or # before a comment",
                (
                    "MAX_RAM_GB (.env line 8): has no value; write MAX_RAM_GB=value, "
                    "or MAX_RAM_GB= for the default"
                ),
                (
                    "FAVOURITE_COLOUR (.env line 9): is not a setting; "
                    "see .env.example for all of them"
                ),
                (
                    "PRICE_DECIMALS is set alone: set PRICE_DECIMALS and SIZE_DECIMALS both for a "
                    "market's grid, or leave both empty for none"
                ),
                "GATING='maybe' (environment): must be on or off; leave it empty for none",
            ]
        )

    def test_a_key_in_small_letters_is_unknown_and_the_mend_is_named(self, dotenv: Path) -> None:
        dotenv.write_text("single_symbol=BTC-USDT\n")
        (line,) = faults({}, dotenv)
        assert "did you mean SINGLE_SYMBOL?" in line

    def test_the_value_of_an_unknown_key_is_not_repeated(self, dotenv: Path) -> None:
        dotenv.write_text("CRYPTOPANIC_KEY=s3cr3t\nnonsense s3cr3t\n")
        assert "s3cr3t" not in "\n".join(faults({}, dotenv))


class TestSecret:
    def test_it_shows_itself_only_when_asked(self) -> None:
        settings = load_settings({"CRYPTOPANIC_API_KEY": "s3cr3t"})
        key = settings.cryptopanic_api_key
        assert key is not None
        assert key.reveal() == "s3cr3t"
        for text in (repr(key), str(key), f"{key}", f"{key!r:>20}", repr(settings), str([key])):
            assert "s3cr3t" not in text
            assert "***" in text

    def test_it_leaves_the_process_in_no_other_way(self) -> None:
        settings = load_settings({"CRYPTOPANIC_API_KEY": "s3cr3t"})
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(settings)
        with pytest.raises(TypeError):
            msgspec.json.encode(settings)

    def test_it_compares_by_value(self) -> None:
        assert Secret("a") == Secret("a")
        assert Secret("a") != Secret("b")
        assert Secret("a") != "a"
        assert len({Secret("a"), Secret("a")}) == 1
