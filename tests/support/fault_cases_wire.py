"""Faults of connections, heartbeats and subscriptions."""

from __future__ import annotations

from typing import Literal

from supreme_system_v5.exchanges.simulator import Fault
from tests.support.fault_case import CUT, EVIDENT_S, LOSS_S, SILENT_S, FaultCase

__all__ = ["heartbeat", "subscription", "transport"]

BINANCE = ("binance", "binance-usdm")
PINGING = ("okx", "bybit")


def transport() -> list[FaultCase]:
    """Return what goes wrong with connections."""
    broken: list[tuple[str, Literal["tls", "down"]]] = [
        ("TLS fails for 30 s", "tls"),
        ("nothing listens for 30 s", "down"),
    ]
    closed = [0, 1000, 1001, 1008, 1009, 1011, 1012, *range(4001, 4010)]
    found = [
        FaultCase(
            name="TCP reset" + " in the middle of a frame" * half,
            numbers=(1,),
            faults=(Fault(kind="reset", channel="trades", count=half or None),),
            stale_s=LOSS_S,
            group="transport",
        )
        for half in (0, 1)
    ]
    found += [
        FaultCase(
            name=f"closed with {code}" if code else "closed without a word (1006)",
            numbers=(2, 9) if code == 4005 else (2,),
            faults=(Fault(kind="close", channel="trades", code=code),),
            stale_s=LOSS_S,
            group="transport",
        )
        for code in closed
    ]
    found += [
        FaultCase(
            name="half open: neither sent nor read",
            numbers=(3,),
            faults=(Fault(kind="black_hole", channel="trades"),),
            stale_s=26.0,  # silence, a ping, and no pong
            fresh_s=45.0,
            group="transport",
        ),
        FaultCase(
            name="half open from the handshake on",
            numbers=(3,),
            faults=(CUT, Fault(kind="mute", for_s=20.0)),
            lasts_s=20.0,
            stale_s=LOSS_S,
            fresh_s=35.0,
            group="transport",
        ),
        FaultCase(
            name="frozen for 10 s, then all at once",
            numbers=(4,),
            faults=(Fault(kind="freeze", seconds=10.0, for_s=2.0),),
            lasts_s=12.0,
            steady=True,
            group="transport",
        ),
        FaultCase(
            name="frozen for 25 s, then all at once",
            numbers=(4,),
            faults=(Fault(kind="freeze", seconds=25.0, for_s=2.0),),
            lasts_s=27.0,
            stale_s=SILENT_S + 2.0,
            group="transport",
        ),
        FaultCase(
            name="frozen for 50 s, then all at once",
            numbers=(4,),
            faults=(Fault(kind="freeze", seconds=50.0, for_s=2.0),),
            lasts_s=52.0,
            stale_s=SILENT_S + 2.0,
            group="transport",
        ),
        FaultCase(
            name="0.3 to 2.3 s late",
            numbers=(5,),
            faults=(Fault(kind="latency", seconds=0.3, value=2.0, for_s=30.0),),
            lasts_s=33.0,
            steady=True,
            group="transport",
        ),
        FaultCase(
            name="messages in five frames, with pings between",
            numbers=(5,),
            faults=(Fault(kind="fragments", count=5, for_s=20.0),),
            steady=True,
            group="transport",
        ),
        FaultCase(
            name="five messages in one piece",
            numbers=(5,),
            faults=(Fault(kind="coalesce", count=5, for_s=20.0),),
            lasts_s=25.0,
            steady=True,
            group="transport",
        ),
        FaultCase(
            name="a byte at a time",
            numbers=(5,),
            faults=(Fault(kind="dribble", seconds=0.002, for_s=5.0),),
            lasts_s=10.0,
            steady=True,
            group="transport",
        ),
        FaultCase(
            name="cut before the handshake for 40 s",
            numbers=(6,),
            faults=(CUT, Fault(kind="refuse", for_s=40.0)),
            lasts_s=40.0,
            stale_s=LOSS_S,
            group="transport",
        ),
    ]
    found += [
        FaultCase(
            name=f"handshakes answered with {status} for 30 s",
            numbers=(6,),
            faults=(CUT, Fault(kind="handshake", status=status, for_s=30.0)),
            lasts_s=30.0,
            stale_s=LOSS_S,
            fresh_s=5.0 if status == 503 else 65.0,
            group="transport",
        )
        for status in (403, 429, 503)
    ]
    found += [
        FaultCase(
            name=name,
            numbers=(6,),
            faults=(CUT,),
            path=path,
            lasts_s=30.0,
            stale_s=LOSS_S,
            group="transport",
        )
        for name, path in broken
    ]
    found += [
        FaultCase(
            name="cut again and again for 60 s",
            numbers=(7,),
            faults=(Fault(kind="cut", for_s=60.0),),
            lasts_s=60.0,
            stale_s=LOSS_S,
            group="transport",
        ),
        FaultCase(
            name="a day, of three minutes",
            numbers=(8,),
            lifetime_s=180.0,
            lasts_s=200.0,
            steady=True,
            group="transport",
        ),
        FaultCase(
            name="nobody receives for 40 s",
            numbers=(9,),
            path="stalled",
            lasts_s=40.0,
            group="transport",
        ),
    ]
    return found


def heartbeat() -> list[FaultCase]:
    """Return what goes wrong with pings, and what is no message at all."""
    quiet = Fault(kind="quiet", seconds=70.0)
    garbage = ("binary", "utf8", "truncated", "huge", "unknown", "extra")
    breaking = {"huge"}
    return [
        FaultCase(
            name="no pong for 90 s, data flow",
            numbers=(10,),
            faults=(Fault(kind="no_pong", for_s=90.0),),
            venues=PINGING,
            lasts_s=90.0,
            group="heartbeat",
        ),
        FaultCase(
            name="no pong for 70 s, quiet market",
            numbers=(10,),
            faults=(quiet, Fault(kind="no_pong", for_s=70.0)),
            lasts_s=70.0,
            fresh_s=30.0,
            group="heartbeat",
        ),
        FaultCase(
            name="pongs, but no data for 60 s",
            numbers=(11,),
            faults=(Fault(kind="silence", for_s=60.0),),
            lasts_s=60.0,
            stale_s=SILENT_S,
            fresh_s=35.0,
            group="heartbeat",
        ),
        FaultCase(
            name="pongs 5 s late, quiet market",
            numbers=(12,),
            faults=(quiet, Fault(kind="late_pong", seconds=5.0, for_s=70.0)),
            venues=PINGING,
            lasts_s=70.0,
            fresh_s=30.0,
            group="heartbeat",
        ),
        FaultCase(
            name="pongs 20 s late, quiet market",
            numbers=(12,),
            faults=(quiet, Fault(kind="late_pong", seconds=20.0, for_s=70.0)),
            venues=PINGING,
            lasts_s=70.0,
            fresh_s=30.0,
            group="heartbeat",
        ),
        FaultCase(
            name="no pings of its own",
            numbers=(13,),
            faults=(Fault(kind="no_ping", for_s=230.0),),
            venues=BINANCE,
            lasts_s=230.0,
            steady=True,
            group="heartbeat",
        ),
        FaultCase(
            name="idle for 90 s: a quiet market",
            numbers=(14, 30, 32),
            faults=(Fault(kind="quiet", seconds=90.0),),
            lasts_s=90.0,
            fresh_s=30.0,
            group="heartbeat",
        ),
        *(
            FaultCase(
                name=f"garbage: {text}",
                numbers=(15,),
                faults=(Fault(kind="garbage", channel="trades", text=text),),
                stale_s=LOSS_S if text in breaking else None,
                steady=text not in breaking,
                group="heartbeat",
            )
            for text in garbage
        ),
    ]


def subscription() -> list[FaultCase]:
    """Return what goes wrong with channels."""
    found = [
        FaultCase(
            name="not confirmed for 8 s",
            numbers=(16,),
            faults=(CUT, Fault(kind="no_ack", for_s=8.0)),
            lasts_s=8.0,
            stale_s=LOSS_S,
            fresh_s=15.0,
            group="subscription",
        ),
        FaultCase(
            name="confirmed 5 s later, after data",
            numbers=(16,),
            faults=(CUT, Fault(kind="late_ack", seconds=5.0, for_s=8.0)),
            stale_s=LOSS_S,
            group="subscription",
        ),
        FaultCase(
            name="confirmed twice",
            numbers=(16,),
            faults=(CUT, Fault(kind="double_ack", for_s=8.0)),
            stale_s=LOSS_S,
            group="subscription",
        ),
        FaultCase(
            name="refused with 50011, asked too often",
            numbers=(17, 22),
            faults=(CUT, Fault(kind="refused_ack", code=50011, for_s=8.0)),
            lasts_s=8.0,
            stale_s=LOSS_S,
            fresh_s=15.0,
            venues=PINGING,
            group="subscription",
        ),
        FaultCase(
            name="confirmed, then never told",
            numbers=(18,),
            faults=(CUT, Fault(kind="dead_channel", for_s=8.0)),
            stale_s=LOSS_S,
            fresh_s=60.0,
            group="subscription",
        ),
        FaultCase(
            name="trades die for 45 s, others go on",
            numbers=(19,),
            faults=(Fault(kind="silence", channel="trades", for_s=45.0),),
            lasts_s=45.0,
            stale_s=EVIDENT_S,
            fresh_s=30.0,
            group="subscription",
        ),
        FaultCase(
            name="candles die for 130 s",
            numbers=(19,),
            faults=(Fault(kind="silence", channel="candles", for_s=130.0),),
            lasts_s=130.0,
            group="subscription",
        ),
        FaultCase(
            name="quotes die for 90 s",
            numbers=(19,),
            faults=(Fault(kind="silence", channel="quotes", for_s=90.0),),
            lasts_s=90.0,
            group="subscription",
        ),
        FaultCase(
            name="five trades of another market",
            numbers=(20,),
            faults=(Fault(kind="wrong_symbol", channel="trades", text="ETHUSDT", times=5),),
            steady=True,
            group="subscription",
        ),
        FaultCase(
            name="told how many connections there are",
            numbers=(21,),
            faults=(Fault(kind="conn_count"),),
            venues=("okx",),
            steady=True,
            group="subscription",
        ),
        FaultCase(
            name="too many connections, and closed",
            numbers=(21,),
            faults=(Fault(kind="conn_count_error"),),
            venues=("okx",),
            stale_s=LOSS_S,
            group="subscription",
        ),
    ]
    hopeless = [("okx", code) for code in (60012, 60018, 64001, 64003)] + [("binance", 2)]
    found += [
        FaultCase(
            name=f"refused with {code} by {venue}",
            numbers=(17,),
            faults=(CUT, Fault(kind="refused_ack", code=code, channel="trades")),
            venues=(venue,),
            stale_s=LOSS_S,
            fresh_s=910.0,  # what is refused without hope is asked for again in 15 minutes
            lossy=True,  # a hole of more than 5 000 trades is not read
            group="subscription",
        )
        for venue, code in hopeless
    ]
    return found
