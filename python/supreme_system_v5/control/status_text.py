"""A status for people: some lines to read, or one line to glance at. Pure text, no terminal."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from supreme_system_v5.domain.status import DomainStatus, LiveStatus

__all__ = ["status_line", "status_lines", "why_not"]

_NS = 1_000_000_000
_MB = 1_000_000
_MOST_REASONS = 3
_TOLD_ELSEWHERE = ("owner", "trades", "resources")
_CONDITIONS = {
    "clock": "our clock and the exchange's disagree",
    "account": "the account differs from the exchange's word",
}
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400


def status_lines(status: LiveStatus, meanings: Mapping[str, str]) -> tuple[str, ...]:
    """Return everything that its owner wants to know, most urgent first.

    Args:
        status: How it is.
        meanings: What reasons of refusals mean.
    """
    quote = status.symbol.rpartition("-")[2]
    return (
        _headline(status),
        *_rows("price", (_price(status),)),
        *_rows("feed", (_feed(status),)),
        *_rows("position", (_position(status),)),
        *_rows("stop", (_protection(status),)),
        *_rows("equity", (_equity(status, quote),)),
        *_rows("fees paid", (f"{_money(status.money.fees)} {quote}",)),
        *_rows("risk", (_risk(status),)),
        *_rows("not trading", why_not(status, meanings)),
        *_rows("domains", _domains(status)),
        *_rows("memory", (_memory(status),)),
        *_rows("cpu", (_cpu(status),)),
    )


def why_not(status: LiveStatus, meanings: Mapping[str, str]) -> tuple[str, ...]:
    """Return why nothing is entered, or was not in the last hour: what holds now comes first."""
    told: list[str] = []
    if status.strategy_error:
        told.append(f"its strategy raised {status.strategy_error}: mend it, and start again")
    if status.paused:
        told.append("paused by its owner: `supreme resume` lets it enter again")
    if not status.feed.fresh:
        told.append(f"the feed is stale: {status.feed.reason or 'it says nothing'}")
    elif not status.ready:
        told.append("not warm yet: too few bars have closed")
    if status.risk_reason:
        told.append(f"{status.risk_state}: {_meant(status.risk_reason, meanings)}")
    if status.machine.level == "stop":
        told.append("memory runs short")
    told += [
        f"{_CONDITIONS.get(name, name)}: {why or 'not in order'}"
        for name, why in status.not_in_order.items()
        if name not in _TOLD_ELSEWHERE
    ]
    told += [
        f"{count} times in the last hour {_meant(reason, meanings)}"
        for reason, count in status.refusals_hour[:_MOST_REASONS]
    ]
    if not told:
        told.append(
            "nothing holds it back"
            if status.signals
            else "nothing holds it back: its strategy has given no signal yet"
        )
    return tuple(told)


def status_line(status: LiveStatus) -> str:
    """Return the same in one line, for a terminal."""
    parts = [f"{status.symbol} {_number(status.price)} ({_age(status.price_age_ns)})"]
    if not status.feed.fresh:
        parts.append("FEED STALE")
    position = status.position
    if Decimal(position.size):
        parts.append(f"{position.size} @ {_number(position.entry)} stop {_number(position.stop)}")
    else:
        parts.append("flat")
    money = status.money
    parts.append(f"equity {_money(money.equity)} day {_signed(money.day_pnl)}")
    parts.append(f"fees {_money(money.fees)}")
    parts.append("PAUSED" if status.paused else status.risk_state)
    if status.refusals_hour:
        top = ", ".join(f"{why} {count}" for why, count in status.refusals_hour[:_MOST_REASONS])
        parts.append(f"refused {top}")
    machine = status.machine
    parts.append(f"{machine.memory_bytes / _MB:.0f} MB {machine.cpu_percent:.1f} %")
    return " | ".join(parts)


def _rows(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return a row for each value, with the name before the first."""
    return tuple(f"  {'' if at else name:<12}{value}" for at, value in enumerate(values))


def _headline(status: LiveStatus) -> str:
    age, ready = _span(status.now_ns - status.started_ns), "ready" if status.ready else "not ready"
    what = f"{status.strategy} over {status.data_source}"
    return f"{status.symbol}, {status.mode}: {what}, for {age}, {ready}"


def _price(status: LiveStatus) -> str:
    if status.price is None:
        return "none yet"
    return f"{_number(status.price)}, received {_age(status.price_age_ns)} ago"


def _feed(status: LiveStatus) -> str:
    feed = status.feed
    state = "fresh" if feed.fresh else f"STALE ({feed.reason or 'it says nothing'})"
    heard = None if feed.last_data_ns is None else status.now_ns - feed.last_data_ns
    text = f"{feed.name} {state}, heard {_age(heard)} ago" if heard is not None else state
    if feed.reconnects:
        text += f", {feed.reconnects} reconnects"
    if feed.missing > feed.recovered:
        text += f", {feed.missing - feed.recovered} trades lost"
    return text


def _position(status: LiveStatus) -> str:
    position = status.position
    orders = f", {position.open_orders} orders open" if position.open_orders else ""
    if not Decimal(position.size):
        return f"none{orders}"
    base = status.symbol.partition("-")[0]
    side = "long" if Decimal(position.size) > 0 else "short"
    return f"{side} {position.size} {base} at {_number(position.entry)}{orders}"


def _protection(status: LiveStatus) -> str:
    position = status.position
    if not Decimal(position.size):
        return "none needed"
    stop = "NONE: `supreme flatten` closes what is open"
    if position.stop is not None:
        stop = _number(position.stop)
    return f"{stop}, target {_number(position.target)}"


def _equity(status: LiveStatus, quote: str) -> str:
    money = status.money
    since = Decimal(money.equity) - Decimal(money.initial)
    return (
        f"{_money(money.equity)} {quote}; today {_signed(money.day_pnl)}, "
        f"since the start {_signed(str(since))}, drawdown {money.drawdown:.2%}, "
        f"trades closed {status.trades_closed}"
    )


def _risk(status: LiveStatus) -> str:
    return f"{status.risk_state}{f' ({status.risk_reason})' if status.risk_reason else ''}"


def _domains(status: LiveStatus) -> tuple[str, ...]:
    troubled = [
        _domain(name, domain)
        for name, domain in status.domains.items()
        if domain.late or domain.failures or domain.skipped
    ]
    return tuple(troubled) or (f"{len(status.domains)}, all on time",)


def _domain(name: str, domain: DomainStatus) -> str:
    counts = (("late", domain.late), ("failed", domain.failures), ("left out", domain.skipped))
    told = ", ".join(f"{word} {count}" for word, count in counts if count)
    error = f": {domain.last_error}" if domain.last_error else ""
    return f"{name} {told} of {domain.runs} runs{error}"


def _memory(status: LiveStatus) -> str:
    machine = status.machine
    text = (
        f"{machine.memory_bytes / _MB:.0f} MB (at most {machine.memory_peak_bytes / _MB:.0f}), "
        f"{machine.available_bytes / _MB:,.0f} MB left on the machine"
    )
    return text if machine.level == "normal" else f"{text}; {machine.level}"


def _cpu(status: LiveStatus) -> str:
    machine = status.machine
    text = f"{machine.cpu_percent:.1f} % of a core, machine {machine.load_percent:.0f} %"
    if machine.multiplier > 1:
        text += f"; intervals x{machine.multiplier}"
    if machine.shed:
        text += f"; left out: {', '.join(machine.shed)}"
    return text


def _meant(reason: str, meanings: Mapping[str, str]) -> str:
    meaning = meanings.get(reason)
    return f"{reason}: {meaning}" if meaning else reason


def _age(age_ns: int | None) -> str:
    if age_ns is None:
        return "never"
    return f"{max(age_ns, 0) / _NS:.1f} s" if age_ns < _MINUTE_S * _NS else _span(age_ns)


def _span(duration_ns: int) -> str:
    """Return a duration in its two largest units.

    >>> _span(93_784 * 10**9), _span(61 * 10**9), _span(5 * 10**9)
    ('1 d 2 h', '1 min 1 s', '5 s')
    """
    left = max(duration_ns, 0) // _NS
    units: list[str] = []
    for word, size in (("d", _DAY_S), ("h", _HOUR_S), ("min", _MINUTE_S), ("s", 1)):
        count, left = divmod(left, size)
        if count or units:
            units.append(f"{count} {word}")
    return " ".join(units[:2]) or "0 s"


def _number(price: float | None) -> str:
    return "none" if price is None else f"{price:,.8f}".rstrip("0").rstrip(".")


def _money(amount: str) -> str:
    return f"{Decimal(amount):,.2f}"


def _signed(amount: str) -> str:
    return f"{Decimal(amount):+,.2f}"
