"""What accounts can trade on each venue, as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap

import msgspec

from supreme_system_v5.risk import MEANINGS

__all__ = ["AccountCosts", "CostsReport", "Offer", "VenueCosts", "to_json", "to_text"]

_WIDTH = 100
_WORDS = 4
"""The column that holds words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an account may trade with a stop at some distance; amounts in quote currency.

    Attributes:
        stop_bps: Distance of the stop.
        smallest: The venue's smallest order that can be sold again at that stop; None for none.
        allowed: What risk allows, were any size for sale; 0 where it is not about size.
        limited_by: The rule that set `allowed`: RISK, STAKE, ...
        quantity: What risk approves, in whole lots, base currency; 0 where it refuses.
        value: The same at the price.
        refused: Why risk refuses; None where it approves.
        fees: Of buying and selling it.
        fees_of_account: The same as a fraction of the account.
        entries_per_day: How many such entries a day has, each earning just what it costs.
        stopped_by: Which limit of the account refuses the next one.
    """

    stop_bps: Decimal
    smallest: Decimal | None
    allowed: Decimal
    limited_by: str | None
    quantity: Decimal
    value: Decimal
    refused: str | None
    fees: Decimal
    fees_of_account: float
    entries_per_day: int
    stopped_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCosts:
    """One account.

    Attributes:
        cash: What it holds, quote currency.
        offers: By distance of the stop.
    """

    cash: Decimal
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueCosts:
    """One venue.

    Attributes:
        venue: Its name.
        taker_bps: Fee of a taker.
        round_trip_bps: Fees, spread and slippage there and back; None where it cannot be traded.
        needed_bps: How far away a target has to be at least, likewise.
        accounts: By size; empty where it cannot be traded.
        impossible: Why the settings allow no trade there; None where they do.
    """

    venue: str
    taker_bps: Decimal
    round_trip_bps: float | None = None
    needed_bps: float | None = None
    accounts: tuple[AccountCosts, ...] = ()
    impossible: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsReport:
    """All of it.

    Attributes:
        symbol: Of the market, base and quote.
        price: At which it was asked, quote currency.
        target_bps: Distance of the target; None for none.
        risk_per_trade: Part of the account that a trade may lose.
        max_stake: Part of the account that a position may be worth.
        cost_multiple: How many round trips away a target has to be.
        max_fee_bleed: Part of the account that may be paid as fees in 24 hours.
        max_entries_per_day: Entries in a UTC day.
        venues: In the order of the presets.
    """

    symbol: str
    price: Decimal
    target_bps: Decimal | None
    risk_per_trade: Decimal
    max_stake: Decimal
    cost_multiple: Decimal
    max_fee_bleed: Decimal
    max_entries_per_day: int
    venues: tuple[VenueCosts, ...]


def to_json(report: CostsReport) -> str:
    """Return the report as one line of JSON; decimals as numbers."""
    return msgspec.json.Encoder(decimal_format="number").encode(report).decode()


def to_text(report: CostsReport) -> str:
    """Return the report as text; the last lines say it in words.

    At most 100 columns wide for accounts up to 1 000 000.
    """
    base, _, quote = report.symbol.partition("-")
    head: tuple[str, ...] = (
        "account", "stop", "smallest", "allowed", "limit", f"order {quote}", base, "fees", "",
        "a day",
    )  # fmt: skip
    tables = [(venue, list(_rows(venue))) for venue in report.venues]
    whole = [row for _, rows in tables for row in rows if len(row) == len(head)]
    widths = [max(map(len, column)) for column in zip(head, *whole, strict=True)]
    lines = [
        f"What an account can trade: {report.symbol} at {report.price:,f} {quote}",
        "",
        *_legend(report, quote),
    ]
    for venue, rows in tables:
        lines += ["", *wrap(_costs_of(venue), _WIDTH)]
        if rows:
            lines += [_aligned(row, widths) for row in (head, *rows)]
    lines.append("")
    for told in _in_words(report, quote):
        lines += wrap(told, _WIDTH, subsequent_indent="  ")
    return "\n".join(lines)


def _legend(report: CostsReport, quote: str) -> Iterator[str]:
    aim = "none; so the stop has to be as far away as a target would"
    if report.target_bps is not None:
        aim = f"{_percent(report.target_bps / 10_000)} above the price"
    risk, stake = _percent(report.risk_per_trade), _percent(report.max_stake)
    bleed, most = _percent(report.max_fee_bleed), report.max_entries_per_day
    for name, told in (
        ("asked", "a long position; every judgement is sure of it, volatility is as targeted"),
        ("target", aim),
        (
            "smallest",
            f"order in {quote} that the venue takes and that can be sold again at its stop",
        ),
        ("allowed", f"{quote}, and the rule that sets it. RISK: what is lost at the stop, costs"),
        ("", f"included, is {risk} of the account at most; half of that until the confidence is"),
        ("", f"calibrated. STAKE: the position is worth {stake} of the account at most"),
        ("order", "what is left of it in whole lots, or why nothing is"),
        ("fees", f"of buying and selling it at this price, in {quote} and as part of the account"),
        ("a day", "such entries, each earning what it costs, before the account is stopped: more"),
        ("", f"than {bleed} of it paid as fees in 24 h, or (marked *) {most:,} entries"),
    ):
        yield f"  {name:<9} {told}"


def _costs_of(venue: VenueCosts) -> str:
    if venue.impossible is not None:
        return f"{venue.venue}: not with these settings: {venue.impossible}"
    return (
        f"{venue.venue}: a round trip costs {venue.round_trip_bps:,.2f} bps, "
        f"a target has to be {venue.needed_bps:,.2f} bps away or more"
    )


def _rows(venue: VenueCosts) -> Iterator[tuple[str, ...]]:
    for account in venue.accounts:
        cash = f"{account.cash:,f}"
        for offer in account.offers:
            smallest = "none" if offer.smallest is None else _up(offer.smallest)
            allowed = f"{offer.allowed:,.2f}" if offer.limited_by else "-"
            asked = cash, _percent(offer.stop_bps / 10_000), smallest
            yield *asked, allowed, offer.limited_by or "-", *_order(offer)
            cash = ""


def _order(offer: Offer) -> tuple[str, ...]:
    if offer.refused is not None:
        return (f"  no: {offer.refused}",)
    mark = "*" if offer.stopped_by == "ENTRIES_PER_DAY" else " "
    return (
        f"{offer.value:,.2f}",
        _plain(offer.quantity),
        f"{offer.fees:,.4f}",
        f"{offer.fees_of_account * 100:.3f} %",
        f"{offer.entries_per_day:,}{mark}",
    )


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    """Return a line of a table: numbers to the right, words to the left; a refusal is the last."""
    cells = [
        f"{cell:<{width}}" if column == _WORDS else f"{cell:>{width}}"
        for column, (cell, width) in enumerate(zip(row, widths, strict=False))
    ]
    return f"  {'  '.join(cells)}".rstrip()


def _in_words(report: CostsReport, quote: str) -> Iterator[str]:
    """Yield sentences: what refusals mean, who cannot trade where, what is cheap, what to check."""
    possible = [venue for venue in report.venues if venue.impossible is None]
    offers = [offer for venue in possible for each in venue.accounts for offer in each.offers]
    for reason in dict.fromkeys(offer.refused for offer in offers):
        if reason is not None and reason in MEANINGS:
            yield f"{reason}: {MEANINGS[reason]}."
    shut = list(_shut_out(possible, quote))
    yield from shut
    if possible and not shut:
        where = _name(possible[0])
        if len(possible) > 1:
            allowed = "" if len(possible) == len(report.venues) else " that the settings allow"
            where = f"every venue{allowed}"
        yield f"Every account can trade on {where}, at one of these stops at least."
    if possible:
        least = min(venue.round_trip_bps or 0.0 for venue in possible)
        cheap = [venue for venue in possible if (venue.round_trip_bps or 0.0) == least]
        told = f"There and back {_name(cheap[0])} costs {least:,.2f} bps"
        if len(possible) > 1:
            told = f"Cheapest there and back: {_listed(map(_name, cheap))} with {least:,.2f} bps"
        yield (
            f"{told}; a target nearer than {cheap[0].needed_bps:,.2f} bps is not worth that "
            f"({_plain(report.cost_multiple)} round trips)."
        )
    yield (
        "Fees and rules are presets for BTC-USDT, not what your venue charges you today: check "
        "them there, and set FEE_BPS to yours."
    )
    if report.symbol != "BTC-USDT":
        yield f"{report.symbol} has lots and smallest orders of its own, which nobody knows here."


def _shut_out(venues: Iterable[VenueCosts], quote: str) -> Iterator[str]:
    """Say which accounts cannot trade where at any of the stops, and why."""
    hopeless: dict[str, list[str]] = {}
    for venue in venues:
        for account in venue.accounts:
            if any(offer.refused is None for offer in account.offers):
                continue
            sized = [offer for offer in account.offers if offer.limited_by]
            if not sized:  # for a reason that does not ask how large an account is
                why = _listed(dict.fromkeys(str(offer.refused) for offer in account.offers))
                names = hopeless.setdefault(why, [])
                names += [_name(venue)] if _name(venue) not in names else []
                continue
            best = max(sized, key=lambda offer: offer.allowed)
            told = "nothing that it takes could be sold again"
            if best.smallest is not None:
                told = (
                    f"risk allows {best.allowed:,.2f} {quote} at most ({best.limited_by}), and the "
                    f"smallest order that can be sold again is {_up(best.smallest)}"
                )
            yield f"{account.cash:,f} {quote} cannot trade on {_name(venue)} at all: {told}."
    for why, names in hopeless.items():
        yield f"No account can trade on {_listed(names)} at all: every stop is refused ({why})."


def _name(venue: VenueCosts) -> str:
    return venue.venue.partition(",")[0]


def _up(amount: Decimal) -> str:
    """Return an amount with two decimals, rounded up: a smallest one is never told too small."""
    return f"{amount.quantize(Decimal('0.01'), 'ROUND_CEILING'):,f}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _percent(part: Decimal) -> str:
    return f"{_plain(part * 100)} %"


def _listed(names: Iterable[str]) -> str:
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last
