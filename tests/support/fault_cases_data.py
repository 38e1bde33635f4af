"""Faults of market data, notices and REST."""

from __future__ import annotations

from supreme_system_v5.exchanges.protocol import VENUES
from supreme_system_v5.exchanges.simulator import Fault
from tests.support.fault_case import CUT, LOSS_S, NUMBERED, FaultCase

__all__ = ["data", "notices", "rest"]

GAP = Fault(kind="silence", channel="trades", times=6)


def data() -> list[FaultCase]:
    """Return what is wrong with what is told of the market."""

    def trades(kind: str, **how: object) -> tuple[Fault, ...]:
        return (Fault(kind=kind, channel="trades", **how),)  # type: ignore[arg-type]

    steady: list[tuple[str, int, tuple[Fault, ...]]] = [
        ("a trade is not told", 23, trades("silence", times=1)),
        ("every fourth trade is not told for 20 s", 23,
         trades("silence", probability=0.25, for_s=20.0)),
        ("trades are told four times", 24, trades("duplicate", count=3, times=20)),
        ("50 old trades are told again", 24, trades("replay", count=50, times=2)),
        ("trades come in another order", 25,
         trades("reorder", count=4, probability=0.3, for_s=20.0)),
        *(
            (f"{field} {text}", 27, trades("value", field=field, text=text, times=3))
            for field in ("price", "size")
            for text in ("0", "-1", "NaN", "1e9")
        ),
        ("trades of an hour ahead", 28, trades("time", seconds=3_600.0, times=3)),
        ("trades of 4 s ahead", 28, trades("time", seconds=4.0, times=3)),
        ("trades of an hour ago", 28, trades("time", seconds=-3_600.0, times=3)),
        ("1 024 trades at once", 29, (Fault(kind="burst", count=1_024),)),
        ("a candle is never closed", 30, (Fault(kind="candle_open", times=1),)),
        ("a candle is closed twice", 30, (Fault(kind="candle_twice", times=1),)),
        ("a candle is revised", 30, (Fault(kind="candle_revised", times=1),)),
        ("a candle is missing", 30, (Fault(kind="candle_missing", times=1),)),
        ("a candle of UTC+8", 30, (Fault(kind="candle_shifted", times=1),)),
        ("bid above ask for 20 s", 31, (Fault(kind="crossed", for_s=20.0),)),
        ("the price jumps by 5 %", 33, (Fault(kind="jump", value=0.05),)),
        ("the price falls by 30 %", 33, (Fault(kind="jump", value=-0.3),)),
        ("the step of prices changes", 34, (Fault(kind="instrument", field="tick", text="0.5"),)),
        ("the smallest size changes", 34,
         (Fault(kind="instrument", field="min_size", text="0.01"),)),
    ]  # fmt: skip
    found = [
        FaultCase(
            name=name,
            numbers=(number,),
            faults=faults,
            steady=True,
            refused=any(
                fault.text == "1e9" or abs(fault.seconds or 0.0) > 60.0 or fault.value == -0.3
                for fault in faults
            ),
            skewed=any(fault.seconds == 4.0 for fault in faults),
            unseen=faults[0].kind == "silence",
            group="market data",
        )
        for name, number, faults in steady
    ]
    live = Fault(kind="instrument", field="state", text="live", after_s=60.0)
    found += [
        FaultCase(
            name=name,
            numbers=(number,),
            faults=faults,
            lasts_s=60.0,
            fresh_s=30.0,
            group="market data",
        )
        for name, number, faults in (
            ("the market is halted for 60 s", 33, (Fault(kind="halt", seconds=60.0),)),
            (
                "only cancelling is allowed for 60 s",
                34,
                (Fault(kind="instrument", field="state", text="cancel_only"), live),
            ),
        )
    ]
    found.append(
        FaultCase(
            name="20 000 trades at once",
            numbers=(29,),
            faults=(Fault(kind="burst", count=20_000),),
            lossy=True,
            fresh_s=15.0,
            group="market data",
        )
    )
    return found


def notices() -> list[FaultCase]:
    """Return what is announced."""
    return [
        FaultCase(
            name="a service upgrade in 30 s (64008)",
            numbers=(35,),
            faults=(Fault(kind="notice", seconds=30.0),),
            venues=("okx",),
            lasts_s=31.0,
            steady=True,
            group="notices",
        ),
        FaultCase(
            name="a shutdown in 30 s (serverShutdown)",
            numbers=(36,),
            faults=(Fault(kind="shutdown", seconds=30.0),),
            venues=("binance", "binance-usdm"),
            lasts_s=31.0,
            steady=True,
            group="notices",
        ),
        *(
            FaultCase(
                name=f"status {state}",
                numbers=(37,),
                faults=(Fault(kind="status", text=state),),
                venues=("okx",),
                steady=True,
                group="notices",
            )
            for state in ("scheduled", "ongoing", "pre_open")
        ),
        FaultCase(
            name="maintenance: nothing is answered for 90 s",
            numbers=(6, 37, 38),
            faults=(
                CUT,
                Fault(kind="refuse", for_s=90.0),
                Fault(kind="rest_html", status=503, for_s=90.0),
            ),
            lasts_s=90.0,
            stale_s=LOSS_S,
            group="notices",
        ),
    ]


def rest() -> list[FaultCase]:
    """Return what goes wrong with answers over REST, just when they are needed."""
    short: list[tuple[str, int, Fault]] = [
        ("429, wait 2 s", 38, Fault(kind="rest_status", status=429, seconds=2.0, times=2)),
        ("403", 38, Fault(kind="rest_status", status=403, times=2)),
        ("500", 38, Fault(kind="rest_status", status=500, for_s=4.0)),
        ("502 and a page", 38, Fault(kind="rest_html", status=502, for_s=4.0)),
        ("503 and a page", 38, Fault(kind="rest_html", status=503, for_s=4.0)),
        ("an error with 200", 38, Fault(kind="rest_code", code=50013, for_s=4.0)),
        ("10019, a restart, with 200", 37, Fault(kind="rest_code", code=10019, for_s=4.0)),
        ("no rows", 38, Fault(kind="rest_empty", times=2)),
        ("never", 38, Fault(kind="rest_hang", seconds=60.0, times=1)),
        ("a byte at a time", 38, Fault(kind="rest_slow", seconds=5.0, times=2)),
        ("without the newest 5 rows", 38, Fault(kind="rest_stale", count=5, times=2)),
        ("with 3 rows twice", 38, Fault(kind="rest_overlap", count=3, for_s=60.0)),
        ("by half, and cut", 38, Fault(kind="rest_cut", times=2)),
    ]
    long: list[tuple[str, int, Fault]] = [
        ("418, banned for 30 s", 40, Fault(kind="rest_status", status=418, seconds=30.0, times=1)),
        ("503 for 60 s", 38, Fault(kind="rest_status", status=503, for_s=60.0)),
        ("never for 60 s", 38, Fault(kind="rest_hang", seconds=60.0, for_s=60.0)),
        ("no rows for 60 s", 38, Fault(kind="rest_empty", for_s=60.0)),
    ]
    refusing = {"429, wait 2 s", "403", "never"}
    lying = {"no rows", "without the newest 5 rows"}  # nothing shows it where there are no numbers
    found = [
        FaultCase(
            name=f"six trades are missing, REST answers {name}",
            numbers=(number, 23),
            faults=(GAP, fault),
            venues=NUMBERED,
            steady=True,
            lossy=name in refusing or (name, number, fault) in long,
            group="REST",
        )
        for name, number, fault in short + long
        if fault.code != 10019
    ]
    found += [
        FaultCase(
            name=f"cut off, REST answers {name}",
            numbers=(number, 2),
            faults=(CUT, fault),
            venues=("bybit",) if fault.code == 10019 else VENUES,
            stale_s=LOSS_S,
            lossy=name in refusing | lying or (name, number, fault) in long,
            group="REST",
        )
        for name, number, fault in short + long
    ]
    found += [
        FaultCase(
            name=f"its clock is {name}",
            numbers=(39,),
            faults=(Fault(kind="clock_offset", seconds=seconds, value=drift), CUT),
            stale_s=LOSS_S,
            group="REST",
        )
        for name, seconds, drift in (
            ("30 s ahead", 30.0, 0.0),
            ("30 s behind", -30.0, 0.0),
            ("1 % too fast", 0.0, 0.01),
        )
    ]
    return found
