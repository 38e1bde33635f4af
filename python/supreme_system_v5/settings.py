"""What a user can set: environment over ``.env`` over defaults, checked before anything starts.

Nothing here reads ``os.environ`` or runs at import; the composition root hands both sources in.
``.env.example`` documents every key, and a test holds it to this module.
"""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, get_args, get_type_hints

import msgspec
from dotenv.parser import parse_stream

from supreme_system_v5.domain.venue import VENUES
from supreme_system_v5.domain.view import TimeframeWeights
from supreme_system_v5.errors import SettingsError

__all__ = ["Secret", "Settings", "load_settings"]

_MASK = "***"
_LONGEST = 4_096
_LONGEST_SECRET_WEB = 500
_MOST_COINS = 1e12
_SHOWN = 60
"""Longest value that a message repeats."""


class Secret:
    """A value that never shows itself: not in ``repr``, ``str``, a format or a message.

    >>> Secret("hunter2")
    Secret('***')
    >>> Secret("hunter2").reveal()
    'hunter2'
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself, for the one call that sends it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({_MASK!r})"

    def __str__(self) -> str:
        return _MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Secret is not pickled: its value would land in the bytes")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a key allows, in words and as a function that raises ValueError for anything else."""

    allowed: str
    parse: Callable[[str], object]
    secret: bool = False


def _whole(low: int, high: int) -> _Rule:
    """Allow the whole numbers from `low` to `high`."""
    kind = Annotated[int, msgspec.Meta(ge=low, le=high)]
    return _Rule(
        f"a whole number from {low} to {high}",
        lambda text: msgspec.convert(text, kind, strict=False),
    )


def _number(low: float, high: float) -> _Rule:
    """Allow the numbers from `low` to `high`; a `low` of 0 is itself not allowed."""
    bound = msgspec.Meta(ge=low, le=high) if low else msgspec.Meta(gt=0, le=high)
    kind = Annotated[float, bound]
    return _Rule(
        f"a number from {low} to {high}" if low else f"a number above 0, at most {high}",
        lambda text: msgspec.convert(text, kind, strict=False),
    )


def _decimal(low: str, high: str, *, above: bool = False, places: int = 8) -> _Rule:
    """Allow the decimal numbers from `low` (or `above` it) to `high`, at most `places` decimals."""

    def parse(text: str) -> Decimal:
        if not re.fullmatch(rf"\d{{1,20}}(\.\d{{1,{places}}})?", text, re.ASCII):
            raise ValueError(text)
        value = Decimal(text)
        if not Decimal(low) <= value <= Decimal(high) or (above and value == Decimal(low)):
            raise ValueError(text)
        return value

    span = f"above {low}, at most {high}" if above else f"from {low} to {high}"
    return _Rule(f"a decimal number {span}, with at most {places} decimals", parse)


def _weights() -> _Rule:
    """Allow the weights of the four timeframes."""

    def parse(text: str) -> tuple[float, ...]:
        shares = (share.strip() for share in text.split(","))
        m1, m5, m15, h1 = (msgspec.convert(share, float, strict=False) for share in shares)
        TimeframeWeights(m1=m1, m5=m5, m15=m15, h1=h1)  # refuses what is none
        return m1, m5, m15, h1

    return _Rule("four numbers from 0 to 1 that add up to 1, with commas between", parse)


def _confidence() -> _Rule:
    """Allow the weights of the three judgements."""

    def parse(text: str) -> tuple[float, ...]:
        weights = [msgspec.convert(part.strip(), float, strict=False) for part in text.split(",")]
        technical, mtf, patterns = weights
        if not (all(0.0 <= weight <= 1.0 for weight in weights) and any(weights)):
            raise ValueError(text)
        return technical, mtf, patterns

    return _Rule("three numbers from 0 to 1, not all of them 0, with commas between", parse)


def _vetoes() -> _Rule:
    """Allow the domains that may hold a trade back."""

    def parse(text: str) -> tuple[str, ...]:
        names = tuple(part.strip().lower() for part in text.split(","))
        if len(set(names)) != len(names) or not set(names) <= {"news", "whales"}:
            raise ValueError(text)
        return names

    return _Rule("news, whales or both, with a comma between", parse)


def _rising() -> _Rule:
    """Allow three amounts that rise."""

    def parse(text: str) -> tuple[float, ...]:
        amounts = [msgspec.convert(part.strip(), float, strict=False) for part in text.split(",")]
        large, whale, mega = amounts
        if not 0 < large < whale < mega <= _MOST_COINS:
            raise ValueError(text)
        return large, whale, mega

    return _Rule("three numbers above 0, at most 1e12, that rise, with commas between", parse)


def _pulls() -> _Rule:
    """Allow the weights of the three kinds of flow."""

    def parse(text: str) -> tuple[float, ...]:
        weights = [msgspec.convert(part.strip(), float, strict=False) for part in text.split(",")]
        btc, eth, stable = weights
        if not all(-1.0 <= weight <= 1.0 for weight in weights):
            raise ValueError(text)
        return btc, eth, stable

    return _Rule("three numbers from -1 to 1, with commas between", parse)


def _flag() -> _Rule:
    """Allow true and false."""
    return _Rule("true or false", lambda text: msgspec.convert(text, bool, strict=False))


def _word(*words: str) -> _Rule:
    """Allow one of `words`."""

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(text)
        return text.lower()

    return _Rule(" or ".join(words), parse)


def _port() -> _Rule:
    """Allow a port, or none."""
    whole = _whole(0, 65_535)

    def parse(text: str) -> object:
        return None if text.lower() == "off" else whole.parse(text)

    return _Rule(f"{whole.allowed}, or off", parse)


def _host() -> _Rule:
    """Allow an address or a name."""

    def parse(text: str) -> str:
        if not re.fullmatch(r"[0-9A-Za-z.:-]{1,253}", text, re.ASCII):
            raise ValueError(text)
        return text

    return _Rule("an address or a name of this machine", parse)


def _line() -> _Rule:
    """Allow text in one line."""

    def parse(text: str) -> str:
        if not (text.isprintable() and len(text) <= _LONGEST):
            raise ValueError(text)
        return text

    return _Rule(f"up to {_LONGEST} printable characters", parse)


def _symbol() -> _Rule:
    """Allow a pair of assets."""

    def parse(text: str) -> str:
        if not re.fullmatch(r"[A-Z0-9]{1,20}-[A-Z0-9]{1,20}", text):
            raise ValueError(text)
        return text

    return _Rule("base and quote in capitals with a hyphen between, such as BTC-USDT", parse)


def _secret() -> _Rule:
    """Allow a key as providers hand them out."""

    def parse(text: str) -> Secret:
        if not re.fullmatch(r"[!-~]{1,256}", text):
            raise ValueError(_MASK)
        return Secret(text)

    return _Rule("up to 256 printable characters without spaces", parse, secret=True)


def _secret_web(*, topic: bool = False) -> _Rule:
    """Allow an address that nobody else should know."""
    path = r"/[A-Za-z0-9_-]{1,64}" if topic else r"(/[!-~]*)?"

    def parse(text: str) -> Secret:
        if not re.fullmatch(rf"https?://[A-Za-z0-9.:\[\]-]{{1,253}}{path}", text, re.ASCII):
            raise ValueError(_MASK)
        if len(text) > _LONGEST_SECRET_WEB:
            raise ValueError(_MASK)
        return Secret(text)

    what = "https://HOST/TOPIC (or http://)" if topic else "an address that begins with https://"
    more = "" if topic else f" or http://, at most {_LONGEST_SECRET_WEB} characters"
    return _Rule(f"{what}{more}", parse, secret=True)


def _chat() -> _Rule:
    """Allow whom a Telegram bot writes to."""

    def parse(text: str) -> str:
        if not re.fullmatch(r"-?\d{1,20}|@[A-Za-z0-9_]{1,64}", text, re.ASCII):
            raise ValueError(text)
        return text

    return _Rule("a whole number, or @ and a name", parse)


def _web(most: int) -> _Rule:
    """Allow up to `most` addresses of the web."""

    def parse(text: str) -> tuple[str, ...]:
        found = tuple(address.strip() for address in text.split(","))
        plain = all(re.fullmatch(r"https://[!-+\--;=?-~]{3,500}", address) for address in found)
        if not plain or len(found) > most or len(set(found)) < len(found):
            raise ValueError(text)
        return found

    return _Rule(f"1 to {most} different addresses that begin with https://, commas between", parse)


def _web_host() -> _Rule:
    """Allow the address of a host."""

    def parse(text: str) -> str:
        if not re.fullmatch(r"https://[A-Za-z0-9.:-]{3,250}", text, re.ASCII):
            raise ValueError(text)
        return text

    return _Rule("https:// and a host, without a path", parse)


def _addresses(most: int) -> _Rule:
    """Allow up to `most` addresses on a chain."""

    def parse(text: str) -> tuple[str, ...]:
        found = tuple(address.strip() for address in text.split(","))
        plain = all(re.fullmatch(r"[A-Za-z0-9]{20,100}", one, re.ASCII) for one in found)
        if not plain or len(found) > most or len(set(found)) < len(found):
            raise ValueError(text)
        return found

    return _Rule(f"1 to {most} different Bitcoin addresses, commas between", parse)


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="upper"):
    """Every setting, resolved and checked. `load_settings` makes it; units are in the names.

    Attributes:
        single_symbol: The market, ``BASE-QUOTE``.
        price_decimals: Decimals of the price grid; None: no grid, values round to 1e-8.
        size_decimals: Decimals of the size grid; set both or neither.
        process_interval_seconds: Period of the technical evaluation, in seconds.
        pattern_interval_min: Period of the candlestick pattern evaluation, in minutes.
        mtf_interval_min: Period of the multi-timeframe evaluation, in minutes.
        mtf_weights: How much 1m, 5m, 15m and 1h count when timeframes vote; they add up to 1.
        news_interval_min: Period of news polling, in minutes.
        whale_interval_min: Period of polling large transfers and exchange flows, in minutes.
        max_ram_gb: Outer wall of memory, in GB.
        max_cpu_percent: CPU load above which work is slowed down, in percent.
        memory_warn_mb: Own memory that is told of, in MB.
        memory_trim_mb: Own memory above which caches are given up, in MB.
        memory_stop_mb: Own memory above which nothing is entered, in MB.
        memory_available_min_mb: What the machine should have left, in MB.
        metrics_host: Address at which metrics are served.
        metrics_port: Its port; 0: any that is free; None: no metrics.
        optimized_mode: Preset of `implementation` and `gated`: true is rust and gated, false is
            python and not gated.
        implementation_override: Implementation asked for by name; None: by `optimized_mode`.
        gating_override: Gating asked for by name; None: by `optimized_mode`.
        gate_min_price_change: Relative price move that is significant (0.001 = 0.1 %).
        gate_volume_multiple: Multiple of the mean recent trade size that is significant.
        gate_volume_window: Number of recent trades in that mean.
        gate_max_idle_seconds: Seconds without a significant tick until the next one is.
        gate_target_skip_ratio: Share of ticks to skip that the price move follows the market
            towards; 0 leaves it where it is.
        initial_cash: Cash at the start, in quote currency.
        trade_fraction: Part of the equity that ``fixed`` puts into one trade (0.10 = 10 %).
        risk_policy: ``dynamic`` sizes by risk and confidence and protects the account; ``fixed``
            bets `trade_fraction` on every signal, to study it.
        risk_per_trade: Part of the equity that one trade may lose at its stop, costs included.
        max_stake: Part of the equity that one position may be worth.
        risk_leverage: Largest position over equity; more than 1 on perpetuals only.
        target_volatility: Annualised volatility at which the risk is taken whole (0.5 = 50 %).
        cost_multiple: How many round trips of costs away a target has to be.
        confidence_weights: How much technical, mtf and patterns count; not all 0.
        confidence_vetoes: Domains that may hold a trade back, ``news`` and ``whales``; None: none.
        confidence_evidence: What ``supreme evidence --json`` printed of a calibrated confidence;
            None: no bigger bets than for an unproven one.
        pattern_evidence: What ``supreme evidence --patterns --json`` printed; None: no pattern has
            earned a confidence.
        max_daily_loss: Part of the equity that may be lost in a UTC day.
        max_daily_loss_r: The same in risks of one trade; whichever is less holds.
        max_drawdown: Part of the highest equity that may be lost before trading halts.
        max_fee_bleed: Part of the equity that may be paid as fees in 24 hours.
        max_loss_streak: Losses in a row before it waits.
        cool_down_minutes: For how long it waits then.
        max_entries_per_day: Entries in a UTC day.
        exchange_addresses: CSV of whose address is whose; None: nobody's is known.
        whale_tiers_btc: From how many BTC on a transfer is large, a whale's, a mega whale's.
        whale_tiers_eth: The same in ETH.
        whale_tiers_stable: The same in US dollars, for stablecoins.
        flow_weights: How much unusual flows to exchanges pull, of BTC, ETH and stablecoins.
        feed: Which market `supreme run` watches.
        warmup_minutes: Minutes of history that `supreme run` begins with.
        strategy: Name of a built-in strategy, ``module:Class`` or a file.
        venue: Whose costs and rules the paper exchange has.
        fee_bps: Fee per fill, in basis points of its value; None: the venue's.
        slippage_bps: Slippage of a taker, in basis points of the value; None: the venue's.
        latency_ms: From sending an order to its arrival; None: the venue's.
        state_dir: Folder of what is kept between runs; None: the user's folder for that.
        log_level: The lowest level that is logged.
        log_file: File of the log, rotated at 10 MB; None: stderr.
        telegram_chat_id: Whom the Telegram bot writes to; None: channel off.
        news_feeds: Addresses of RSS and Atom feeds.
        mempool_url: Where Bitcoin addresses are looked up: mempool.space, or a node of your own.
        mempool_addresses: Bitcoin addresses to watch there; None: source off.
        cryptopanic_api_key: Key of the CryptoPanic news source; None: source off.
        whale_alert_api_key: Key of the Whale Alert source; None: source off.
        notify_webhook_url: Where messages to the owner are posted as JSON; None: channel off.
        notify_ntfy_url: Topic of an ntfy server for them; None: channel off.
        notify_ntfy_token: Token to write to it; None: none is needed.
        telegram_bot_token: Token of a Telegram bot that sends them; None: channel off.
        dead_man_url: Asked for each minute while all is well; None: nothing is asked.
        okx_api_key: Key of an account at OKX; None: no account.
        okx_api_secret: Its secret; set all three or none.
        okx_passphrase: Its passphrase.
    """

    single_symbol: Annotated[str, _symbol()] = "BTC-USDT"
    price_decimals: Annotated[int | None, _whole(0, 12)] = None
    size_decimals: Annotated[int | None, _whole(0, 12)] = None
    process_interval_seconds: Annotated[int, _whole(1, 3_600)] = 30
    pattern_interval_min: Annotated[int, _whole(1, 1_440)] = 1
    mtf_interval_min: Annotated[int, _whole(1, 1_440)] = 2
    mtf_weights: Annotated[tuple[float, float, float, float], _weights()] = (0.20, 0.30, 0.25, 0.25)
    news_interval_min: Annotated[int, _whole(1, 1_440)] = 10
    whale_interval_min: Annotated[int, _whole(1, 1_440)] = 10
    max_ram_gb: Annotated[float, _number(0.1, 1_024)] = 3.86
    max_cpu_percent: Annotated[float, _number(1, 100)] = 88.0
    memory_warn_mb: Annotated[int, _whole(10, 1_000_000)] = 150
    memory_trim_mb: Annotated[int, _whole(10, 1_000_000)] = 300
    memory_stop_mb: Annotated[int, _whole(10, 1_000_000)] = 400
    memory_available_min_mb: Annotated[int, _whole(0, 1_000_000)] = 300
    metrics_host: Annotated[str, _host()] = "127.0.0.1"
    metrics_port: Annotated[int | None, _port()] = 9_464
    optimized_mode: Annotated[bool, _flag()] = True
    implementation_override: Annotated[
        Literal["rust", "python"] | None, _word("rust", "python")
    ] = msgspec.field(default=None, name="IMPLEMENTATION")
    gating_override: Annotated[Literal["on", "off"] | None, _word("on", "off")] = msgspec.field(
        default=None, name="GATING"
    )
    gate_min_price_change: Annotated[float, _number(0, 1)] = 0.001
    gate_volume_multiple: Annotated[float, _number(0, 1_000_000)] = 2.0
    gate_volume_window: Annotated[int, _whole(1, 100_000)] = 20
    gate_max_idle_seconds: Annotated[float, _number(0, 86_400)] = 60.0
    gate_target_skip_ratio: Annotated[Decimal, _decimal("0", "0.99")] = Decimal(0)
    initial_cash: Annotated[Decimal, _decimal("0", "1000000000", above=True)] = Decimal(10_000)
    trade_fraction: Annotated[Decimal, _decimal("0", "1", above=True)] = Decimal("0.10")
    risk_policy: Annotated[Literal["dynamic", "fixed"], _word("dynamic", "fixed")] = "dynamic"
    risk_per_trade: Annotated[Decimal, _decimal("0", "0.1", above=True)] = Decimal("0.005")
    max_stake: Annotated[Decimal, _decimal("0", "1", above=True)] = Decimal("0.33")
    risk_leverage: Annotated[Decimal, _decimal("0", "10", above=True)] = Decimal(1)
    target_volatility: Annotated[Decimal, _decimal("0", "10", above=True)] = Decimal("0.5")
    cost_multiple: Annotated[Decimal, _decimal("0", "100", places=4)] = Decimal(3)
    confidence_weights: Annotated[tuple[float, float, float], _confidence()] = (0.5, 0.5, 0.0)
    confidence_vetoes: Annotated[tuple[str, ...] | None, _vetoes()] = None
    confidence_evidence: Annotated[str | None, _line()] = None
    pattern_evidence: Annotated[str | None, _line()] = None
    max_daily_loss: Annotated[Decimal, _decimal("0", "1", above=True)] = Decimal("0.01")
    max_daily_loss_r: Annotated[Decimal, _decimal("0", "1000", above=True)] = Decimal(4)
    max_drawdown: Annotated[Decimal, _decimal("0", "1", above=True)] = Decimal("0.10")
    max_fee_bleed: Annotated[Decimal, _decimal("0", "1", above=True)] = Decimal("0.003")
    max_loss_streak: Annotated[int, _whole(1, 1_000)] = 3
    cool_down_minutes: Annotated[int, _whole(0, 10_080)] = 15
    max_entries_per_day: Annotated[int, _whole(1, 10_000)] = 50
    exchange_addresses: Annotated[str | None, _line()] = None
    whale_tiers_btc: Annotated[tuple[float, float, float], _rising()] = (100.0, 500.0, 1000.0)
    whale_tiers_eth: Annotated[tuple[float, float, float], _rising()] = (1500.0, 7500.0, 15000.0)
    whale_tiers_stable: Annotated[tuple[float, float, float], _rising()] = (
        10_000_000.0,
        50_000_000.0,
        100_000_000.0,
    )
    flow_weights: Annotated[tuple[float, float, float], _pulls()] = (-0.01, -0.1, 0.1)
    feed: Annotated[str, _word("okx", "binance", "binance-usdm", "bybit", "sim")] = "okx"
    warmup_minutes: Annotated[int, _whole(0, 100_000)] = 12_000
    strategy: Annotated[str, _line()] = "scalping"
    venue: Annotated[str, _word(*VENUES)] = "okx-spot"
    fee_bps: Annotated[Decimal | None, _decimal("0", "1000", places=4)] = None
    slippage_bps: Annotated[Decimal | None, _decimal("0", "1000", places=4)] = None
    latency_ms: Annotated[Decimal | None, _decimal("0", "60000", places=6)] = None
    state_dir: Annotated[str | None, _line()] = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], _word("debug", "info", "warning", "error")
    ] = "info"
    log_file: Annotated[str | None, _line()] = None
    telegram_chat_id: Annotated[str | None, _chat()] = None
    news_feeds: Annotated[tuple[str, ...], _web(20)] = (
        "https://www.coindesk.com/arc/outboundfeeds/rss/",
        "https://cointelegraph.com/rss",
        "https://decrypt.co/feed",
        "https://bitcoinmagazine.com/feed",
        "https://blog.kraken.com/feed",
        "https://www.federalreserve.gov/feeds/press_all.xml",
    )
    mempool_url: Annotated[str, _web_host()] = "https://mempool.space"
    mempool_addresses: Annotated[tuple[str, ...] | None, _addresses(10)] = None
    cryptopanic_api_key: Annotated[Secret | None, _secret()] = None
    whale_alert_api_key: Annotated[Secret | None, _secret()] = None
    notify_webhook_url: Annotated[Secret | None, _secret_web()] = None
    notify_ntfy_url: Annotated[Secret | None, _secret_web(topic=True)] = None
    notify_ntfy_token: Annotated[Secret | None, _secret()] = None
    telegram_bot_token: Annotated[Secret | None, _secret()] = None
    dead_man_url: Annotated[Secret | None, _secret_web()] = None
    okx_api_key: Annotated[Secret | None, _secret()] = None
    okx_api_secret: Annotated[Secret | None, _secret()] = None
    okx_passphrase: Annotated[Secret | None, _secret()] = None

    @property
    def implementation(self) -> Literal["rust", "python"]:
        """Which implementation computes: by name, or else by `optimized_mode`."""
        return self.implementation_override or ("rust" if self.optimized_mode else "python")

    @property
    def gated(self) -> bool:
        """Whether the event gate decides who is woken: by name, or else by `optimized_mode`."""
        if self.gating_override is None:
            return self.optimized_mode
        return self.gating_override == "on"


class _Given(NamedTuple):
    """One value and where it came from."""

    text: str
    origin: str


def load_settings(env: Mapping[str, str], dotenv_path: Path | None = None) -> Settings:
    """Read, check and resolve every setting.

    A variable in `env` wins over the same key in the file, and that over the default. An empty
    value means the default, so an empty variable also switches off what the file says. Keys that
    are not ours are ignored in `env`, which belongs to everybody, and refused in the file, which
    is ours alone. ``$`` in the file is an ordinary character.

    Args:
        env: The process environment.
        dotenv_path: A file in the form of ``.env.example``; it may be missing.

    Returns:
        The settings.

    Raises:
        SettingsError: Something is wrong; the message has one line for each fault.

    >>> load_settings({"NEWS_INTERVAL_MIN": "5"}).news_interval_min
    5
    >>> load_settings({"MAX_CPU_PERCENT": "150"})
    Traceback (most recent call last):
    supreme_system_v5.errors.SettingsError: MAX_CPU_PERCENT='150' (environment): \
must be a number from 1 to 100; leave it empty for 88.0
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(Settings)}
    rules = _rules()
    faults: list[str] = []
    given = dict(_read_file(dotenv_path, tuple(fields), faults)) if dotenv_path else {}
    given |= {key: _Given(env[key].strip(), "environment") for key in fields if key in env}
    given = {key: entry for key, entry in given.items() if entry.text}

    values: dict[str, object] = {}
    for key, (text, origin) in given.items():
        rule = rules[key]
        try:
            values[key] = rule.parse(text)
        except ValueError:
            shown = _MASK if rule.secret else text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            faults.append(
                f"{key}={shown!r} ({origin}): must be {rule.allowed}; "
                f"leave it empty for {_plain(fields[key].default)}"
            )
    if len(half := {"PRICE_DECIMALS", "SIZE_DECIMALS"} & given.keys()) == 1:
        faults.append(
            f"{half.pop()} is set alone: set PRICE_DECIMALS and SIZE_DECIMALS both for a market's "
            f"grid, or leave both empty for none"
        )
    for together in (
        ("TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID"),
        ("OKX_API_KEY", "OKX_API_SECRET", "OKX_PASSPHRASE"),
    ):
        missing = [key for key in together if key not in given]
        if missing and len(missing) < len(together):
            faults.append(
                f"{' and '.join(missing)} is missing: set {', '.join(together)} together, or none"
            )
    if "NOTIFY_NTFY_TOKEN" in given and "NOTIFY_NTFY_URL" not in given:
        faults.append("NOTIFY_NTFY_TOKEN is set alone: set NOTIFY_NTFY_URL too, or neither")
    if faults:
        raise SettingsError("\n".join(faults))
    settings = msgspec.convert(values, Settings)
    if contradictions := tuple(_contradictions(settings)):
        raise SettingsError("\n".join(contradictions))
    return settings


def _contradictions(settings: Settings) -> Iterator[str]:
    """Yield what cannot hold together."""
    day = min(settings.max_daily_loss, settings.max_daily_loss_r * settings.risk_per_trade)
    if settings.risk_per_trade > day:
        yield (
            f"RISK_PER_TRADE={settings.risk_per_trade} is more than a day may lose ({day}): "
            "lower it, or raise MAX_DAILY_LOSS and MAX_DAILY_LOSS_R"
        )
    if day > settings.max_drawdown:
        yield (
            f"MAX_DRAWDOWN={settings.max_drawdown} is less than a day may lose ({day}): "
            "raise it, or lower MAX_DAILY_LOSS"
        )
    memory = (settings.memory_warn_mb, settings.memory_trim_mb, settings.memory_stop_mb)
    if list(memory) != sorted(memory):
        yield (
            f"MEMORY_WARN_MB, MEMORY_TRIM_MB and MEMORY_STOP_MB are {memory}: "
            "make them rise, or leave all three empty"
        )


def _rules() -> dict[str, _Rule]:
    """Collect the rule of every key from the annotations of `Settings`."""
    hints = get_type_hints(Settings, include_extras=True)
    return {
        field.encode_name: next(
            item for item in get_args(hints[field.name]) if isinstance(item, _Rule)
        )
        for field in msgspec.structs.fields(Settings)
    }


def _plain(value: object) -> str:
    """Write a default as a user would."""
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_file(
    path: Path, known: tuple[str, ...], faults: list[str]
) -> Iterator[tuple[str, _Given]]:
    """Yield the keys of a ``.env`` file; what is wrong with the file goes to `faults`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{path} cannot be read ({error}): make it a UTF-8 text file, or remove it")
        return
    lines: dict[str, int] = {}
    for binding in parse_stream(io.StringIO(text)):
        # A statement's text begins with the blank lines before it.
        body = binding.original.string
        line = binding.original.line + body[: len(body) - len(body.lstrip())].count("\n")
        origin = f"{path.name} line {line}"
        key = binding.key
        if binding.error:
            faults.append(f"{origin} cannot be understood: write KEY=value, or # before a comment")
        elif key is None:
            continue  # a comment
        elif key not in known:
            near = difflib.get_close_matches(key.upper(), known, n=1)
            mend = f"did you mean {near[0]}?" if near else "see .env.example for all of them"
            faults.append(f"{key} ({origin}): is not a setting; {mend}")
        elif key in lines:
            faults.append(f"{key} ({origin}): was already set on line {lines[key]}; keep one")
        elif binding.value is None:
            faults.append(
                f"{key} ({origin}): has no value; write {key}=value, or {key}= for the default"
            )
        else:
            lines[key] = line
            yield key, _Given(binding.value.strip(), origin)
