"""What a fault of an exchange is, and what has to come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from supreme_system_v5.exchanges.protocol import VENUES
from supreme_system_v5.exchanges.simulator import Fault

__all__ = ["CUT", "EVIDENT_S", "LOSS_S", "NUMBERED", "SILENT_S", "FaultCase"]

NUMBERED = ("okx", "binance", "binance-usdm")
"""Where trades have numbers without a gap."""
LOSS_S, EVIDENT_S, SILENT_S = 1.0, 20.0, 16.0
"""A loss is told at once; that trades are missing once the minute grew for 10 s, which some venues
tell every other second; that everything is silent after 15 s."""
CUT = Fault(kind="cut")


@dataclass(frozen=True, kw_only=True)
class FaultCase:
    """Something that goes wrong.

    Attributes:
        name: What, for people.
        group: The kind of fault it belongs to.
        numbers: Places in the list of all, `fault_cases.LISTED`, from 1 on.
        faults: What the simulated exchange is told to do.
        venues: Where it can happen.
        lasts_s: The exchange is well again so long after it began; 0: after the last strike.
        stale_s: The feed has to be stale so long after the first strike, at the latest; None: it
            need not be.
        steady: The feed may not become stale at all.
        fresh_s: The feed has to be fresh again so long after the exchange is well, besides the wait
            between two attempts that it may be in.
        lossy: Trades may be lost, if the feed says so: REST cannot give them back, or not in time.
        refused: Trades are told in a way that nobody can believe: they are not passed on, but
            counted, and their minutes mended.
        skewed: Times of trades are told wrong, by less than anybody can tell.
        unseen: Trades are not told in a connection that stands: where they have no numbers, only
            the minute shows it, and the account has to have seen that.
        path: What is wrong on the way to it: ``"tls"``, ``"down"``; ``"stalled"``: nobody receives.
        lifetime_s: Connections live so long; 0: for a day.
    """

    name: str
    group: str
    numbers: tuple[int, ...]
    faults: tuple[Fault, ...] = ()
    venues: tuple[str, ...] = VENUES
    lasts_s: float = 0.0
    stale_s: float | None = None
    steady: bool = False
    fresh_s: float = 5.0
    lossy: bool = False
    refused: bool = False
    skewed: bool = False
    unseen: bool = False
    path: Literal["", "tls", "down", "stalled"] = ""
    lifetime_s: float = 0.0
