"""Every key, its default and what it allows."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from supreme_system_v5.domain.venue import VENUES
from supreme_system_v5.settings._rules import (
    addresses,
    amount,
    chat,
    confidence,
    flag,
    host,
    line,
    number,
    port,
    pulls,
    rising,
    secret,
    secret_web,
    symbol,
    vetoes,
    web,
    web_host,
    weights,
    whole,
    word,
)
from supreme_system_v5.settings._secret import Secret

__all__ = ["Settings"]


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

    single_symbol: Annotated[str, symbol()] = "BTC-USDT"
    price_decimals: Annotated[int | None, whole(0, 12)] = None
    size_decimals: Annotated[int | None, whole(0, 12)] = None
    process_interval_seconds: Annotated[int, whole(1, 3_600)] = 30
    pattern_interval_min: Annotated[int, whole(1, 1_440)] = 1
    mtf_interval_min: Annotated[int, whole(1, 1_440)] = 2
    mtf_weights: Annotated[tuple[float, float, float, float], weights()] = (0.20, 0.30, 0.25, 0.25)
    news_interval_min: Annotated[int, whole(1, 1_440)] = 10
    whale_interval_min: Annotated[int, whole(1, 1_440)] = 10
    max_ram_gb: Annotated[float, number(0.1, 1_024)] = 3.86
    max_cpu_percent: Annotated[float, number(1, 100)] = 88.0
    memory_warn_mb: Annotated[int, whole(10, 1_000_000)] = 150
    memory_trim_mb: Annotated[int, whole(10, 1_000_000)] = 300
    memory_stop_mb: Annotated[int, whole(10, 1_000_000)] = 400
    memory_available_min_mb: Annotated[int, whole(0, 1_000_000)] = 300
    metrics_host: Annotated[str, host()] = "127.0.0.1"
    metrics_port: Annotated[int | None, port()] = 9_464
    optimized_mode: Annotated[bool, flag()] = True
    implementation_override: Annotated[Literal["rust", "python"] | None, word("rust", "python")] = (
        msgspec.field(default=None, name="IMPLEMENTATION")
    )
    gating_override: Annotated[Literal["on", "off"] | None, word("on", "off")] = msgspec.field(
        default=None, name="GATING"
    )
    gate_min_price_change: Annotated[float, number(0, 1)] = 0.001
    gate_volume_multiple: Annotated[float, number(0, 1_000_000)] = 2.0
    gate_volume_window: Annotated[int, whole(1, 100_000)] = 20
    gate_max_idle_seconds: Annotated[float, number(0, 86_400)] = 60.0
    gate_target_skip_ratio: Annotated[Decimal, amount("0", "0.99")] = Decimal(0)
    initial_cash: Annotated[Decimal, amount("0", "1000000000", above=True)] = Decimal(10_000)
    trade_fraction: Annotated[Decimal, amount("0", "1", above=True)] = Decimal("0.10")
    risk_policy: Annotated[Literal["dynamic", "fixed"], word("dynamic", "fixed")] = "dynamic"
    risk_per_trade: Annotated[Decimal, amount("0", "0.1", above=True)] = Decimal("0.005")
    max_stake: Annotated[Decimal, amount("0", "1", above=True)] = Decimal("0.33")
    risk_leverage: Annotated[Decimal, amount("0", "10", above=True)] = Decimal(1)
    target_volatility: Annotated[Decimal, amount("0", "10", above=True)] = Decimal("0.5")
    cost_multiple: Annotated[Decimal, amount("0", "100", places=4)] = Decimal(3)
    confidence_weights: Annotated[tuple[float, float, float], confidence()] = (0.5, 0.5, 0.0)
    confidence_vetoes: Annotated[tuple[str, ...] | None, vetoes()] = None
    confidence_evidence: Annotated[str | None, line()] = None
    pattern_evidence: Annotated[str | None, line()] = None
    max_daily_loss: Annotated[Decimal, amount("0", "1", above=True)] = Decimal("0.01")
    max_daily_loss_r: Annotated[Decimal, amount("0", "1000", above=True)] = Decimal(4)
    max_drawdown: Annotated[Decimal, amount("0", "1", above=True)] = Decimal("0.10")
    max_fee_bleed: Annotated[Decimal, amount("0", "1", above=True)] = Decimal("0.003")
    max_loss_streak: Annotated[int, whole(1, 1_000)] = 3
    cool_down_minutes: Annotated[int, whole(0, 10_080)] = 15
    max_entries_per_day: Annotated[int, whole(1, 10_000)] = 50
    exchange_addresses: Annotated[str | None, line()] = None
    whale_tiers_btc: Annotated[tuple[float, float, float], rising()] = (100.0, 500.0, 1000.0)
    whale_tiers_eth: Annotated[tuple[float, float, float], rising()] = (1500.0, 7500.0, 15000.0)
    whale_tiers_stable: Annotated[tuple[float, float, float], rising()] = (
        10_000_000.0,
        50_000_000.0,
        100_000_000.0,
    )
    flow_weights: Annotated[tuple[float, float, float], pulls()] = (-0.01, -0.1, 0.1)
    feed: Annotated[str, word("okx", "binance", "binance-usdm", "bybit", "sim")] = "okx"
    warmup_minutes: Annotated[int, whole(0, 100_000)] = 12_000
    strategy: Annotated[str, line()] = "scalping"
    venue: Annotated[str, word(*VENUES)] = "okx-spot"
    fee_bps: Annotated[Decimal | None, amount("0", "1000", places=4)] = None
    slippage_bps: Annotated[Decimal | None, amount("0", "1000", places=4)] = None
    latency_ms: Annotated[Decimal | None, amount("0", "60000", places=6)] = None
    state_dir: Annotated[str | None, line()] = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], word("debug", "info", "warning", "error")
    ] = "info"
    log_file: Annotated[str | None, line()] = None
    telegram_chat_id: Annotated[str | None, chat()] = None
    news_feeds: Annotated[tuple[str, ...], web(20)] = (
        "https://www.coindesk.com/arc/outboundfeeds/rss/",
        "https://cointelegraph.com/rss",
        "https://decrypt.co/feed",
        "https://bitcoinmagazine.com/feed",
        "https://blog.kraken.com/feed",
        "https://www.federalreserve.gov/feeds/press_all.xml",
    )
    mempool_url: Annotated[str, web_host()] = "https://mempool.space"
    mempool_addresses: Annotated[tuple[str, ...] | None, addresses(10)] = None
    cryptopanic_api_key: Annotated[Secret | None, secret()] = None
    whale_alert_api_key: Annotated[Secret | None, secret()] = None
    notify_webhook_url: Annotated[Secret | None, secret_web()] = None
    notify_ntfy_url: Annotated[Secret | None, secret_web(topic=True)] = None
    notify_ntfy_token: Annotated[Secret | None, secret()] = None
    telegram_bot_token: Annotated[Secret | None, secret()] = None
    dead_man_url: Annotated[Secret | None, secret_web()] = None
    okx_api_key: Annotated[Secret | None, secret()] = None
    okx_api_secret: Annotated[Secret | None, secret()] = None
    okx_passphrase: Annotated[Secret | None, secret()] = None

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
