"""`supreme whales`: a file of transfers, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from supreme_system_v5.app import parts
from supreme_system_v5.app.world import World
from supreme_system_v5.domain import Origin
from supreme_system_v5.market_data.items import read_transfers
from supreme_system_v5.news_whale.summary import WhaleSummary, summarise
from supreme_system_v5.settings import load_settings

__all__ = ["WhaleOptions", "run_whales"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhaleOptions:
    """What to look at.

    Attributes:
        file: Transfers.
        addresses: CSV of whose address is whose; None takes the setting.
    """

    file: Path
    addresses: Path | None = None


def run_whales(options: WhaleOptions, world: World) -> WhaleSummary:
    """Return what a file of transfers comes to.

    Raises:
        SettingsError: If settings are refused.
        DataError: If a file cannot be read.
        OSError: If the table of addresses cannot be read.
    """
    settings = load_settings(world.environment, world.dotenv_path)
    origin = Origin(instrument=settings.single_symbol, account="none", run_id="whales")
    book = parts.address_book(settings, options.addresses)
    transfers = read_transfers(options.file, origin)
    return summarise(transfers, book, parts.whale_tiers(settings))
