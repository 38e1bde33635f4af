"""Gathers what `supreme doctor` judges: machine, settings, feed, keys and account."""

from __future__ import annotations

import random
import shutil
import stat
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from importlib.util import find_spec
from typing import TypeVar

from supreme_system_v5.app import doctor
from supreme_system_v5.app.costs import DEFAULT_PRICE, CostsOptions, run_costs
from supreme_system_v5.app.doctor import Check, Diagnosis, FolderFacts
from supreme_system_v5.app.state_folder import control_path, state_folder
from supreme_system_v5.app.telling import secrets_of
from supreme_system_v5.app.world import World
from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import InvalidInputError, SettingsError, SourceError
from supreme_system_v5.exchanges.okx_account import OKX_HOST, KeyRights, OkxKey
from supreme_system_v5.exchanges.protocol import VENUES, VenueRest
from supreme_system_v5.ports import Sleep
from supreme_system_v5.settings import Settings, load_settings

__all__ = ["FEEDS", "DoctorOptions", "run_doctor"]

FEEDS = (*VENUES, "sim")
_WITHIN_S = 30.0
_MINUTE_NS = 60 * 10**9
_LOOK_BACK_MINUTES = 30
_OF_SETTINGS = ("env file", "disk", "memory", "running", "keys", "account")
"""Checks that tell nothing without the settings."""
_EXTRAS = {
    "report": ("plotly", "the page of a report"),
    "parquet": ("pyarrow", "Parquet files"),
}

_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorOptions:
    """What `supreme doctor` was asked for.

    Attributes:
        feed: One of `FEEDS`; None: the setting.
        feed_url: Takes the place of the venue's hosts; None: the venue itself.
    """

    feed: str | None = None
    feed_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the network told."""

    feed: Check
    clock: Check
    keys: Check
    price: Decimal | None


def run_doctor(options: DoctorOptions, world: World, sleep: Sleep) -> Diagnosis:
    """Look at everything; what cannot be looked at is a check that failed, not an error.

    While settings are refused, what depends on yours is not looked at, and feed and clock are those
    of the defaults.

    Args:
        options: Which feed.
        world: Environment, files and clock.
        sleep: Waits between two tries.

    Raises:
        InvalidInputError: There is no such feed, or its address is none.
    """
    import asyncio

    fault: SettingsError | None = None
    try:
        settings = load_settings(world.environment, world.dotenv_path)
    except SettingsError as error:
        fault, settings = error, Settings()
    asked = asyncio.run(_ask(options, settings, world, sleep))
    extras = {
        extra: brings for extra, (package, brings) in _EXTRAS.items() if find_spec(package) is None
    }
    found: dict[str, Callable[[], Check]] = {
        "settings": lambda: doctor.check_settings(fault, settings),
        "env file": lambda: _dotenv(world, settings),
        "disk": lambda: doctor.check_folder(_folder(settings, world)),
        "memory": lambda: _memory(settings),
        "running": lambda: _running(settings, world),
        "feed": lambda: asked.feed,
        "clock": lambda: asked.clock,
        "keys": lambda: asked.keys,
        "account": lambda: _account(settings, world, asked.price),
        "extras": lambda: doctor.check_extras(extras),
    }
    skipped = () if fault is None else _OF_SETTINGS
    return Diagnosis.of(
        *(doctor.not_looked_at(name) if name in skipped else look() for name, look in found.items())
    )


def _dotenv(world: World, settings: Settings) -> Check:
    mode = None
    if world.dotenv_path is not None and world.dotenv_path.is_file():
        mode = stat.S_IMODE(world.dotenv_path.stat().st_mode)
    shown = str(world.dotenv_path or ".env")
    return doctor.check_dotenv(shown, mode, has_secrets=bool(secrets_of(settings)))


def _folder(settings: Settings, world: World) -> FolderFacts:
    path = state_folder(settings, world)
    if path is None:
        return FolderFacts(path=None)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            free = shutil.disk_usage(path).free
    except OSError as error:
        return FolderFacts(path=str(path), fault=error.strerror or str(error))
    return FolderFacts(path=str(path), writable=True, free_bytes=free)


def _memory(settings: Settings) -> Check:
    from supreme_system_v5.monitoring.resource_monitor import LinuxMachine

    reading = LinuxMachine().read()
    return doctor.check_memory(reading.available_bytes, reading.limit_bytes, settings)


def _running(settings: Settings, world: World) -> Check:
    from supreme_system_v5.control.client import ask
    from supreme_system_v5.control.status_text import status_line
    from supreme_system_v5.control.wire import Order

    try:
        path = control_path(world, settings)
    except SettingsError:
        return doctor.check_running("an unknown place", None)
    try:
        status = ask(path, Order.STATUS, clock=world.clock, timeout_s=2.0).status
    except OSError:
        status = None
    return doctor.check_running(str(path), None if status is None else status_line(status))


def _account(settings: Settings, world: World, price: Decimal | None) -> Check:
    from supreme_system_v5.risk.meanings import MEANINGS

    asked = DEFAULT_PRICE if price is None else price
    options = CostsOptions(price=asked, cash=(settings.initial_cash,), venues=(settings.venue,))
    try:
        report = run_costs(options, world)
    except (InvalidInputError, SettingsError) as error:
        told = str(error).splitlines()[0]
        return Check(
            name="account", level=doctor.Level.FAIL, told=told, mend="mend the settings first"
        )
    return doctor.check_account(report.venues[0], asked, MEANINGS, assumed=price is None)


async def _ask(options: DoctorOptions, settings: Settings, world: World, sleep: Sleep) -> _Asked:
    feed = settings.feed if options.feed is None else options.feed
    if feed not in FEEDS:
        bound = ", ".join(FEEDS)
        raise InvalidInputError(f"feed is {feed!r}, allowed is one of {bound}", "feed", feed, bound)
    if feed != "sim" or options.feed_url is not None:
        venue = VENUES[0] if feed == "sim" else feed
        return await _ask_venue(venue, options.feed_url, settings, world, sleep)
    from supreme_system_v5.exchanges.simulator import SimulatedExchange

    exchange = SimulatedExchange(clock=world.clock, sleep=sleep, symbol=settings.single_symbol)
    async with exchange:
        return await _ask_venue(VENUES[0], exchange.url, settings, world, sleep)


async def _ask_venue(
    venue: str, url: str | None, settings: Settings, world: World, sleep: Sleep
) -> _Asked:
    from supreme_system_v5.exchanges.session import open_session
    from supreme_system_v5.exchanges.venues import venue_of

    _, make_rest = venue_of(venue, settings.single_symbol, url)
    async with open_session() as session:
        rest = make_rest(
            session,
            clock=world.clock,
            sleep=sleep,
            chance=random.Random(),  # noqa: S311 - spreads tries, no secret
        )
        rules = await _within(venue, rest.rules())
        reading = await _within(venue, rest.clock()) if _there(rules) else _unasked(venue)
        price = await _price(venue, rest, world) if _there(rules) else None
        rights: KeyRights | SourceError | None = None
        if (key := _okx_key(settings)) is not None:
            from supreme_system_v5.exchanges.okx_account import key_rights

            host = url if url is not None and venue == VENUES[0] else OKX_HOST
            rights = await _within("okx", key_rights(session, key, clock=world.clock, host=host))
    return _Asked(
        feed=doctor.check_feed(venue, rules),
        clock=doctor.check_clock(venue, reading),
        keys=doctor.check_key(rights),
        price=price,
    )


def _there(told: object) -> bool:
    return not isinstance(told, SourceError)


def _unasked(venue: str) -> SourceError:
    return SourceError(f"{venue} was not asked", FaultKind.WAITING)


async def _within(venue: str, work: Awaitable[_Told]) -> _Told | SourceError:
    """Return what a question is answered with, or why it is not."""
    import asyncio

    try:
        async with asyncio.timeout(_WITHIN_S):
            return await work
    except SourceError as error:
        return error
    except TimeoutError:
        return SourceError(f"{venue} did not answer within {_WITHIN_S:g} s", FaultKind.TIMEOUT)


async def _price(venue: str, rest: VenueRest, world: World) -> Decimal | None:
    """Return the close of the last closed minute; None where there is none."""
    end_ns = world.clock.time_ns() // _MINUTE_NS * _MINUTE_NS
    begin_ns = end_ns - _LOOK_BACK_MINUTES * _MINUTE_NS
    candles = await _within(venue, rest.candles(begin_ns, end_ns))
    if isinstance(candles, SourceError) or not candles:
        return None
    return round(Decimal(repr(candles[-1].close)), 8)


def _okx_key(settings: Settings) -> OkxKey | None:
    key, secret, word = settings.okx_api_key, settings.okx_api_secret, settings.okx_passphrase
    if key is None or secret is None or word is None:
        return None
    return OkxKey(key=key, secret=secret, passphrase=word)
