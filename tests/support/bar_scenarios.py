"""What happens to orders while bars are walked, computed by hand: see `stories`.

A stop of a bar slips 5 bps and a quarter of the bar's range, but not beyond the bar.
"""

from __future__ import annotations

from supreme_system_v5.domain import OrderKind, Report, Trip
from tests.support.exchange_play import Bar, Cancel, Submit
from tests.support.stories import BUY, PERP, SELL, Scenario, accepted, at, cancelled, fill, m

__all__ = ["SCENARIOS"]

MARKET, LIMIT, STOP, TAKE_PROFIT, TRAILING = OrderKind
LOW, HIGH, CLOSE = 15, 30, 59.999  # when a bar that goes down first is where

INSTANT = PERP._replace(latency_ns=0)

ENTRY = [accepted(1, at(0), 1_000), fill(1, at(0), BUY, 1_000, 1_000, "100 0.02 0.01 0.1")]
SHORT = [accepted(1, at(0), 1_000), fill(1, at(0), SELL, 1_000, 1_000, "100 0.02 0.01 0.1")]

LONG_GOES_LOW_FIRST = Scenario(
    "with a long position the low comes first: the stop, not the target",
    INSTANT,
    [
        Submit(1, BUY, MARKET, 1_000, at(0), stop=980, target=1_020),
        Bar(1_000, 1_040, 960, 1_010, 9_000, at(0)),
    ],
    [
        *ENTRY,
        accepted(2, at(0), 1_000),
        accepted(3, at(0), 1_000),
        # 98; 0.0196; 5 bps 0.049 and a quarter of 8.0, but no more than down to 96.0: 2; 0.098
        fill(
            2, at(LOW), SELL, 980, 1_000, "98 0.0196 2 0.098",
            trip=Trip(1, at(0), at(LOW), 1_000, m("100"), 1_000, m("98"),
                      m("-2"), m("0.198"), m("0.0396"), m("2.01"), 0),
        ),
        cancelled(3, at(LOW), "REDUCE_ONLY"),
    ],
    # 1000 - 100.13 + 98 - 2.1176
    {"cash": m("995.7524"), "position": 0},
)  # fmt: skip

SHORT_GOES_HIGH_FIRST = Scenario(
    "with a short position the high comes first; a stop slips a quarter of the bar",
    INSTANT,
    [
        Submit(1, SELL, MARKET, 1_000, at(0), stop=1_010, target=980),
        Bar(1_000, 1_040, 960, 1_010, 9_000, at(0)),
    ],
    [
        *SHORT,
        accepted(2, at(0), 1_000),
        accepted(3, at(0), 1_000),
        # 101; 0.0202; 0.0505 + 2, which is less than up to 104.0; 0.101
        fill(
            2, at(LOW), BUY, 1_010, 1_000, "101 0.0202 2.0505 0.101",
            trip=Trip(-1, at(0), at(LOW), 1_000, m("100"), 1_000, m("101"),
                      m("-1"), m("0.201"), m("0.0402"), m("2.0605"), 0),
        ),
        cancelled(3, at(LOW), "REDUCE_ONLY"),
    ],
    {"cash": m("996.6983"), "position": 0},
)  # fmt: skip

FLAT_BUYER = Scenario(
    "flat, with an order that buys, the high comes first; its protections see the rest of the way",
    INSTANT,
    [
        Submit(1, BUY, LIMIT, 1_000, at(0), price=990, target=1_000),
        Bar(1_000, 1_020, 970, 1_005, 9_000, at(0)),
    ],
    [
        accepted(1, at(0), 1_000),
        fill(1, at(HIGH), BUY, 990, 1_000, "99 0 0 0.0198", maker=True),
        accepted(3, at(HIGH), 1_000),
        # a target slips as any taker
        fill(
            3, at(CLOSE), SELL, 1_000, 1_000, "100 0.02 0.01 0.1",
            trip=Trip(1, at(HIGH), at(CLOSE), 1_000, m("99"), 1_000, m("100"),
                      m("1"), m("0.1198"), m("0.02"), m("0.01"), 0),
        ),
    ],
    {"cash": m("1000.8502"), "position": 0},
)  # fmt: skip

FLAT_SELLER = Scenario(
    "flat, with an order that sells, the low comes first; the oldest order decides",
    INSTANT,
    [
        Submit(1, SELL, LIMIT, 1_000, at(0), price=1_010, target=990),
        Submit(5, BUY, LIMIT, 1_000, at(0), price=955),
        Bar(1_000, 1_020, 980, 1_005, 9_000, at(0)),
    ],
    [
        accepted(1, at(0), 1_000),
        accepted(5, at(0), 1_000),
        fill(1, at(HIGH), SELL, 1_010, 1_000, "101 0 0 0.0202", maker=True),
        accepted(3, at(HIGH), 1_000),
    ],
    {"cash": m("1100.9798"), "position": -(10**12)},
)

PASSED_NOT_TOUCHED = Scenario(
    "a limit is passed, not touched; limits share the volume of the bar",
    INSTANT,
    [
        Submit(1, BUY, LIMIT, 1_000, at(0), price=980),
        Submit(2, BUY, LIMIT, 300, at(0), price=985),
        Bar(1_000, 1_010, 980, 1_000, 205, at(0)),  # 0.200 are lots; 98.0 is only touched
        Bar(1_000, 1_010, 975, 1_000, 500, at(60)),
        Bar(970, 970, 970, 970, 1_000, at(120)),  # opens beyond the limit: filled at the limit
    ],
    [
        accepted(1, at(0), 1_000),
        accepted(2, at(0), 300),
        # 0.200 at 98.5: 19.7; then 0.100: 9.85, and 0.400 of the 0.500 at 98.0: 39.2
        fill(2, at(HIGH), BUY, 985, 200, "19.7 0 0 0.00394", partly=True, maker=True),
        fill(2, at(60 + LOW), BUY, 985, 100, "9.85 0 0 0.00197", filled=300, maker=True),
        fill(1, at(60 + LOW), BUY, 980, 400, "39.2 0 0 0.00784", partly=True, maker=True),
        fill(1, at(120), BUY, 980, 600, "58.8 0 0 0.01176", filled=1_000, maker=True),
    ],
    {"cash": m("872.42449"), "whole": 1_300, "fees": m("0.02551")},
)

GAP_THROUGH_A_STOP = Scenario(
    "a bar that opens beyond a stop fills it there, as a stop of a bar",
    INSTANT,
    [
        Submit(1, BUY, MARKET, 1_000, at(0), stop=980),
        Bar(1_000, 1_000, 1_000, 1_000, 9_000, at(0)),
        Bar(950, 970, 930, 960, 9_000, at(60)),
    ],
    [
        *ENTRY,
        accepted(2, at(0), 1_000),
        # 95; 0.019; 5 bps 0.0475 and a quarter of 4.0; 0.095
        fill(
            2, at(60), SELL, 950, 1_000, "95 0.019 1.0475 0.095",
            trip=Trip(1, at(0), at(60), 1_000, m("100"), 1_000, m("95"),
                      m("-5"), m("0.195"), m("0.039"), m("1.0575"), 0),
        ),
    ],
    {"cash": m("993.7085"), "position": 0},
)  # fmt: skip

TRAILING_IN_BARS = Scenario(
    "a trailing stop moves with each point reached, and is touched on the way to the next",
    INSTANT,
    [
        Submit(1, BUY, MARKET, 1_000, at(0), trail=50),
        Bar(1_000, 1_100, 960, 1_060, 9_000, at(0)),  # 95.0 until the high, then 105.0
        Bar(1_060, 1_070, 1_055, 1_060, 9_000, at(60)),
        Bar(1_060, 1_060, 1_040, 1_045, 9_000, at(120)),
    ],
    [
        *ENTRY,
        accepted(4, at(0), 1_000),
        # 105; 0.021; 0.0525 and a quarter of 2.0, which is less than down to 104.0; 0.105
        fill(
            4, at(120 + LOW), SELL, 1_050, 1_000, "105 0.021 0.5525 0.105",
            trip=Trip(1, at(0), at(120 + LOW), 1_000, m("100"), 1_000, m("105"),
                      m("5"), m("0.205"), m("0.041"), m("0.5625"), 0),
        ),
    ],
    {"cash": m("1004.1915"), "position": 0},
)  # fmt: skip

ARRIVALS = Scenario(
    "what arrives within a second of an open meets it at its arrival, cancellations as well",
    PERP,
    [
        Submit(1, BUY, MARKET, 1_000, at(59.9)),  # arrives at 60 s: in the next bar
        Bar(1_000, 1_010, 990, 1_000, 9_000, at(0)),
        Submit(2, SELL, LIMIT, 1_000, at(60.2), price=1_030),
        Cancel(2, at(60.4)),
        Submit(3, SELL, MARKET, 1_000, at(60.95)),  # a moment too late for that open
        Bar(1_000, 1_040, 990, 1_000, 9_000, at(60)),
        Bar(1_000, 1_000, 1_000, 1_000, 9_000, at(120)),
    ],
    [
        accepted(1, at(60), 1_000),
        fill(1, at(60), BUY, 1_000, 1_000, "100 0.02 0.01 0.1"),
        accepted(2, at(60.3), 1_000),
        cancelled(2, at(60.5), "REQUESTED"),
        accepted(3, at(120), 1_000),
        fill(
            3, at(120), SELL, 1_000, 1_000, "100 0.02 0.01 0.1",
            trip=Trip(1, at(60), at(120), 1_000, m("100"), 1_000, m("100"),
                      0, m("0.2"), m("0.04"), m("0.02"), 0),
        ),
    ],
    {"cash": m("999.74"), "position": 0},
)  # fmt: skip

STOP_ENTRIES = Scenario(
    "a stop that opens is touched on the way; what is behind it waits for the way back",
    INSTANT,
    [
        Submit(1, BUY, STOP, 1_000, at(0), price=1_010, stop=1_000),
        Bar(1_005, 1_015, 995, 1_005, 9_000, at(0)),
    ],
    [
        accepted(1, at(0), 1_000),
        # to the high first: 101; 0.0202; 0.0505 + 0.5, but no more than up to 101.5; 0.101
        fill(1, at(LOW), BUY, 1_010, 1_000, "101 0.0202 0.5 0.101"),
        accepted(2, at(LOW), 1_000),
        fill(
            2, at(HIGH), SELL, 1_000, 1_000, "100 0.02 0.5 0.1",
            trip=Trip(1, at(LOW), at(HIGH), 1_000, m("101"), 1_000, m("100"),
                      m("-1"), m("0.201"), m("0.0402"), m("1"), 0),
        ),
    ],
    {"cash": m("997.7588"), "position": 0},
)  # fmt: skip

FUNDING_IN_BARS = Scenario(
    "funding is due at the open of a bar, on the close before",
    INSTANT,
    [
        Submit(1, BUY, MARKET, 1_000, at(28_740)),
        Bar(1_000, 1_020, 1_000, 1_020, 9_000, at(28_740)),
        Bar(1_050, 1_050, 1_050, 1_050, 9_000, at(28_800)),
    ],
    [
        accepted(1, at(28_740), 1_000),
        fill(1, at(28_740), BUY, 1_000, 1_000, "100 0.02 0.01 0.1"),
        Report("FUNDING", 0, at(28_800), value=m("0.102")),
    ],
    {"cash": m("899.768"), "funding": m("0.102")},
)

SCENARIOS = [one for one in list(globals().values()) if isinstance(one, Scenario)]
"""All of them."""
