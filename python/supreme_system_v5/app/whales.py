"""`supreme whales`: a file of transfers, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from supreme_system_v5.app import parts
from supreme_system_v5.app.world import World
from supreme_system_v5.domain import Origin, Transfer
from supreme_system_v5.market_data.items import read_whales
from supreme_system_v5.news_whale.summary import WhaleSummary, summarise
from supreme_system_v5.settings import load_settings

__all__ = ["WhaleOptions", "WhalesFound", "run_whales"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhaleOptions:
    """What to look at.

    Attributes:
        file: Transfers.
        addresses: CSV of whose address is whose; None takes the setting.
    """

    file: Path
    addresses: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhalesFound:
    """What a file of transfers comes to.

    Attributes:
        summary: Of its transfers.
        left_out: How many rows are none, by what they are.
    """

    summary: WhaleSummary
    left_out: Mapping[str, int]


def run_whales(options: WhaleOptions, world: World) -> WhalesFound:
    """Return what a file of transfers comes to.

    Raises:
        SettingsError: If settings are refused.
        DataError: If a file cannot be read.
        OSError: If the table of addresses cannot be read.
    """
    settings = load_settings(world.environment, world.dotenv_path)
    origin = Origin(instrument=settings.single_symbol, account="none", run_id="whales")
    book = parts.address_book(settings, options.addresses)
    found = read_whales(options.file, origin)
    transfers = [event for event in found.events if isinstance(event, Transfer)]
    left_out = dict(found.left_out)
    if flows := len(found.events) - len(transfers):
        left_out["flows that providers tell"] = flows
    return WhalesFound(
        summary=summarise(transfers, book, parts.whale_tiers(settings)), left_out=left_out
    )
