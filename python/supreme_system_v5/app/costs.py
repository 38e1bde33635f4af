"""What accounts of some sizes can trade on each venue, asked of the risk that the settings make."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from supreme_system_v5.app import parts
from supreme_system_v5.app.costs_report import AccountCosts, CostsReport, Offer, VenueCosts
from supreme_system_v5.app.parts import CostOptions
from supreme_system_v5.app.world import World
from supreme_system_v5.domain import VENUES, Instrument, Venue, VenueUnits
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.ports import Ledger
from supreme_system_v5.risk import (
    Affordable,
    DynamicRiskManager,
    Entry,
    RiskRules,
    affordable,
)
from supreme_system_v5.settings import Settings, load_settings

__all__ = ["DEFAULT_CASH", "DEFAULT_PRICE", "DEFAULT_STOPS", "CostsOptions", "run_costs"]

DEFAULT_PRICE = Decimal(60_000)
DEFAULT_STOPS = (Decimal(50), Decimal(100), Decimal(200), Decimal(500))
DEFAULT_CASH = (Decimal(200), Decimal(1_000), Decimal(10_000))

_BPS = 10**4
_MONEY = 10**8
_STEP = Decimal("1e-8")
_MOST_UNITS = 2**53
_MOST_CASH = Decimal(10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsOptions:
    """What to ask.

    Attributes:
        price: Of the market, quote currency, above 0.
        stops: Distances of the stop below the price, basis points, above 0 and below 10 000.
        target: Distance of the target above the price, basis points, above 0; None for none, so
            that the stop's distance has to be worth the costs.
        cash: Of each account, quote currency, above 0, at most 1 000 000 000.
        venues: Names in `VENUES`; empty for all of them.
    """

    price: Decimal = DEFAULT_PRICE
    stops: tuple[Decimal, ...] = DEFAULT_STOPS
    target: Decimal | None = None
    cash: tuple[Decimal, ...] = DEFAULT_CASH
    venues: tuple[str, ...] = ()


def run_costs(options: CostsOptions, world: World) -> CostsReport:
    """Ask dynamic risk what it would approve, whatever policy is set, for each venue and account.

    Raises:
        SettingsError: If settings are refused, or contradict each other.
        InvalidInputError: If an option is out of its range.
    """
    _check(options)
    settings = load_settings(world.environment, world.dotenv_path)
    rules, market = parts.risk_rules(settings, None), parts.instrument(settings)
    venues = [
        parts.venue(settings, CostOptions(costs=name)) for name in options.venues or tuple(VENUES)
    ]
    return CostsReport(
        symbol=settings.single_symbol,
        price=options.price,
        target_bps=options.target,
        risk_per_trade=settings.risk_per_trade,
        max_stake=settings.max_stake,
        cost_multiple=settings.cost_multiple,
        max_fee_bleed=settings.max_fee_bleed,
        max_entries_per_day=settings.max_entries_per_day,
        venues=tuple(_venue(venue, market, rules, settings, options) for venue in venues),
    )


def _venue(
    venue: Venue,
    market: Instrument | None,
    rules: RiskRules,
    settings: Settings,
    options: CostsOptions,
) -> VenueCosts:
    units = venue.in_units(market)
    entries = [_entry(options, stop, units) for stop in options.stops]

    def asked(cash: Decimal, entry: Entry) -> Affordable:
        money = int(cash * _MONEY)
        account = msgspec.structs.replace(settings, initial_cash=cash)

        def new_ledger(units: VenueUnits) -> Ledger:
            return parts.ledger(account, units)

        return affordable(
            entry,
            new_risk=lambda units: DynamicRiskManager(rules, units, money),
            new_ledger=new_ledger,
            units=units,
            volatility=rules.sizing.target_volatility,
        )

    try:
        found = [(cash, [asked(cash, entry) for entry in entries]) for cash in options.cash]
    except InvalidInputError as error:
        return VenueCosts(venue=venue.name, taker_bps=venue.taker_bps, impossible=str(error))
    gate = found[0][1][0].gate
    return VenueCosts(
        venue=venue.name,
        taker_bps=venue.taker_bps,
        round_trip_bps=gate.round_trip_bps if gate else None,
        needed_bps=gate.needed_bps if gate else None,
        accounts=tuple(
            AccountCosts(cash=cash, offers=_offers(options.stops, entries, of_stops, cash, units))
            for cash, of_stops in found
        ),
    )


def _offers(
    stops: Sequence[Decimal],
    entries: Sequence[Entry],
    found: Sequence[Affordable],
    cash: Decimal,
    units: VenueUnits,
) -> tuple[Offer, ...]:
    def base(quantity: int) -> Decimal:
        return Decimal(quantity).scaleb(-units.size_decimals)

    def quote(quantity: int, price: int) -> Decimal:
        value = base(quantity) * Decimal(price).scaleb(-units.price_decimals)
        return value.quantize(_STEP)

    return tuple(
        Offer(
            stop_bps=stop,
            smallest=None if each.smallest is None else quote(each.smallest, entry.price),
            allowed=quote(each.allowed, entry.price),
            limited_by=each.limited_by,
            quantity=base(each.quantity),
            value=quote(each.quantity, entry.price),
            refused=None if each.refusal is None else each.refusal.reason,
            fees=Decimal(each.fees).scaleb(-8),
            fees_of_account=float(Decimal(each.fees).scaleb(-8) / cash),
            entries_per_day=each.entries,
            stopped_by=each.stopped_by,
        )
        for stop, entry, each in zip(stops, entries, found, strict=True)
    )


def _entry(options: CostsOptions, stop_bps: Decimal, units: VenueUnits) -> Entry:
    """Return the entry in price units; stop and target on ticks, away from the price."""
    price = int((options.price.scaleb(units.price_decimals)).to_integral_value())
    if not 0 < price <= _MOST_UNITS:
        high = Decimal(_MOST_UNITS).scaleb(-units.price_decimals)
        low = Decimal(1).scaleb(-units.price_decimals)
        _refuse("price", options.price, f"from {low:f} to {high:,.0f} on this market's grid")
    tick = units.tick
    stop = int(price * (_BPS - stop_bps) / _BPS) // tick * tick
    if stop <= 0:
        bound = f"nearer: at that distance below {options.price:f} there is no tick above 0"
        _refuse("stop", stop_bps, bound)
    target = 0
    if options.target is not None:
        target = -(-math.ceil(price * (_BPS + options.target) / _BPS) // tick) * tick
    return Entry(1, price, stop, target)


def _check(options: CostsOptions) -> None:
    target = () if options.target is None else (options.target,)
    for name, values, most, bound in (
        ("price", (options.price,), _MOST_CASH, f"above 0, at most {_MOST_CASH:,f}"),
        ("stop", options.stops, _BPS - _STEP, f"above 0 and below {_BPS} bps"),
        ("target", target, _MOST_CASH, f"above 0 bps, at most {_MOST_CASH:,f}"),
        ("cash", options.cash, _MOST_CASH, f"above 0, at most {_MOST_CASH:,f}"),
    ):
        if not values and name != "target":
            _refuse(name, "missing", "at least one")
        for value in values:
            # Below a step nothing is told apart, and the money of an account is counted in it.
            if not (value.is_finite() and _STEP <= value <= most and value == round(value, 8)):
                _refuse(name, value, f"{bound}, with at most 8 decimals")
    for venue in options.venues:
        if venue not in VENUES:
            _refuse("venue", venue, " or ".join(VENUES))


def _refuse(name: str, value: Decimal | str, bound: str) -> None:
    told = value if isinstance(value, str) else f"{value:f}"
    raise InvalidInputError(f"{name} is {told}, allowed is {bound}", name, value, bound)
