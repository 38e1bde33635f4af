"""What is known of large transfers, in numbers."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

__all__ = ["Health", "NetFlow", "WhaleFigures"]


class NetFlow(msgspec.Struct, frozen=True):
    """What went into and out of exchanges in some hours, whole units of 1e-8.

    Attributes:
        inflow: To exchanges, from other exchanges as well.
        outflow: From exchanges, to other exchanges as well.
        z: How unusual `net` is beside the same hours of the 30 days before, -5 to 5.
    """

    inflow: int
    outflow: int
    z: float

    @property
    def net(self) -> int:
        """Inflow less outflow: above 0 coins moved to exchanges."""
        return self.inflow - self.outflow


class WhaleFigures(msgspec.Struct, frozen=True):
    """Everything the view is made of; amounts in units of 1e-8, shares 0 to 1.

    Attributes:
        total: Of all exchanges together, by hours (1, 4, 24).
        exchanges: Of each exchange that anything flowed through, by name and hours.
        accumulation: -1 (to exchanges) to 1 (from them).
        confidence: 0 to 1.
        labelled: Share of the last day's amount with an owner known.
        suspect: Share of it that may mean something else.
        unconfirmed: Share of it that is in no block yet.
        hindsight: Share of its movements whose owners are known by labels that are younger.
        largest: Share of its largest movement.
        sample: Number of movements in the last day.
        days: Days of the 30 before in which something was seen.
        age_ns: Since something was heard; None when nothing ever was.
        health: Share of the sources that work.
    """

    total: Mapping[int, NetFlow]
    exchanges: Mapping[str, Mapping[int, NetFlow]]
    accumulation: float
    confidence: float
    labelled: float
    suspect: float
    unconfirmed: float
    hindsight: float
    largest: float
    sample: int
    days: int
    age_ns: int | None
    health: float


class Health(msgspec.Struct):
    """What became of the transfers that were told; one that replaces others counts for them too.

    Attributes:
        counted: Counted, told for the first time or with something new.
        repeated: Told before.
        reversed: Taken back.
        void: Stayed out: they had been removed or replaced before.
        unknown: To be taken back before they were told; or no longer remembered, and left as is.
        ignored: Moved nothing, or another asset.
        forgotten: Left the memory while their hours can still be seen.
    """

    counted: int = 0
    repeated: int = 0
    reversed: int = 0
    void: int = 0
    unknown: int = 0
    ignored: int = 0
    forgotten: int = 0
