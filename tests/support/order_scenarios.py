"""How each kind of order fills, is rejected or cancelled, computed by hand: see `stories`."""

from __future__ import annotations

from supreme_system_v5.domain import OrderKind, Trip
from tests.support.exchange_play import Cancel, Submit, Trade
from tests.support.stories import (
    BUY,
    CASH,
    PERP,
    SELL,
    SPOT,
    Scenario,
    accepted,
    at,
    cancelled,
    fill,
    m,
    rejected,
)

__all__ = ["SCENARIOS"]

MARKET, LIMIT, STOP, TAKE_PROFIT, TRAILING = OrderKind

MARKET_ROUND_TRIP = Scenario(
    "a market order meets the first trade later than its arrival, whole, whatever its size",
    PERP,
    [
        Submit(1, BUY, MARKET, 1_000, at(0)),
        Trade(1_000, 50, at(0.1)),  # as it arrives: not later
        Trade(1_010, 1, at(0.101)),
        Submit(5, SELL, MARKET, 1_000, at(1)),
        Trade(1_020, 1, at(1.2)),
    ],
    [
        accepted(1, at(0.101), 1_000),
        # 1.000 at 101.0: 101; half of 4 bps 0.0202; 1 bps 0.0101; 10 bps 0.101
        fill(1, at(0.101), BUY, 1_010, 1_000, "101 0.0202 0.0101 0.101"),
        accepted(5, at(1.2), 1_000),
        fill(
            5, at(1.2), SELL, 1_020, 1_000, "102 0.0204 0.0102 0.102",
            trip=Trip(1, at(0.101), at(1.2), 1_000, m("101"), 1_000, m("102"),
                      m("1"), m("0.203"), m("0.0406"), m("0.0203"), 0),
        ),
    ],
    # 1000 - 101 - 0.1313 + 102 - 0.1326
    {"cash": m("1000.7361"), "position": 0, "cost": 0, "gross": m("1"), "turnover": m("203")},
)  # fmt: skip

LIMIT_MAKER = Scenario(
    "a limit that waits fills when traded through, at its limit, by the lots of the trade",
    PERP,
    [
        Submit(1, BUY, LIMIT, 1_000, at(0), price=1_000),
        Trade(1_000, 9_000, at(0.2)),  # not better than its limit: it waits
        Trade(1_000, 9_000, at(0.3)),  # touched, not passed
        Trade(995, 305, at(0.4)),
        Trade(990, 9, at(0.5)),  # less than a lot
        Trade(995, 9_000, at(0.6)),
    ],
    [
        accepted(1, at(0.2), 1_000),
        # 0.300 at 100.0: 30; 2 bps 0.006
        fill(1, at(0.4), BUY, 1_000, 300, "30 0 0 0.006", partly=True, maker=True),
        fill(1, at(0.6), BUY, 1_000, 700, "70 0 0 0.014", filled=1_000, maker=True),
    ],
    {"cash": m("899.98"), "position": 10**12, "cost": m("100"), "fees": m("0.02"), "whole": 1_000},
)

LIMIT_TAKER = Scenario(
    "a limit that arrives at a better price takes that one, whole",
    PERP,
    [Submit(1, SELL, LIMIT, 1_000, at(0), price=1_000), Trade(1_005, 10, at(0.2))],
    [
        accepted(1, at(0.2), 1_000),
        fill(1, at(0.2), SELL, 1_005, 1_000, "100.5 0.0201 0.01005 0.1005"),
    ],
    {"cash": m("1100.36935"), "position": -(10**12), "cost": m("-100.5"), "whole": -1_000},
)

LIMITS_SHARE = Scenario(
    "limits share the size of a trade, the lower number first",
    PERP._replace(maker=-20_000),
    [
        Submit(1, BUY, LIMIT, 200, at(0), price=1_000),
        Submit(2, BUY, LIMIT, 300, at(0), price=1_005),
        Trade(1_005, 10, at(0.2)),
        Trade(995, 355, at(0.3)),
        Cancel(2, at(0.3)),
        Trade(1_000, 50, at(0.4)),  # not later than the arrival of the cancellation
        Trade(1_000, 50, at(0.401)),
    ],
    [
        accepted(1, at(0.2), 200),
        accepted(2, at(0.2), 300),
        # 0.200 at 100.0: 20; a rebate of 0.004. Then 0.155 are left: 0.150 at 100.5: 15.075
        fill(1, at(0.3), BUY, 1_000, 200, "20 0 0 -0.004", maker=True),
        fill(2, at(0.3), BUY, 1_005, 150, "15.075 0 0 -0.003015", partly=True, maker=True),
        # 0.050 at 100.5: 5.025
        fill(2, at(0.4), BUY, 1_005, 50, "5.025 0 0 -0.001005", filled=200, partly=True,
             maker=True),
        cancelled(2, at(0.401), "REQUESTED", filled=200),
    ],
    {"cash": m("959.90802"), "fees": m("-0.00802"), "position": 4 * 10**11},
)  # fmt: skip

STOP_ORDER = Scenario(
    "a stop is triggered by touch and fills at the first trade later than that",
    PERP,
    [
        Submit(1, SELL, STOP, 1_000, at(0), price=990),
        Trade(1_000, 10, at(0.2)),
        Trade(995, 10, at(0.3)),
        Trade(990, 10, at(0.4)),
        Trade(980, 10, at(0.4)),  # at the same time: not later
        Trade(985, 10, at(0.5)),
    ],
    [
        accepted(1, at(0.2), 1_000),
        # 98.5; 2 bps 0.0197; a stop slips 5 bps 0.04925; 10 bps 0.0985
        fill(1, at(0.5), SELL, 985, 1_000, "98.5 0.0197 0.04925 0.0985"),
    ],
    {"cash": m("1098.33255"), "slippage": m("0.04925"), "cost": m("-98.5")},
)

STOP_BEYOND = Scenario(
    "a stop that arrives beyond its trigger is triggered at once, and fills at the next trade",
    PERP,
    [
        Submit(1, BUY, STOP, 1_000, at(0), price=1_000),
        Trade(1_005, 10, at(0.2)),
        Trade(990, 10, at(0.3)),
    ],
    [accepted(1, at(0.2), 1_000), fill(1, at(0.3), BUY, 990, 1_000, "99 0.0198 0.0495 0.099")],
    {"position": 10**12, "cost": m("99")},
)

TAKE_PROFIT_ORDER = Scenario(
    "a purchase that takes profit waits for a price at or below, and slips as any taker",
    PERP,
    [
        Submit(1, BUY, TAKE_PROFIT, 1_000, at(0), price=990),
        Trade(1_000, 10, at(0.2)),
        Trade(990, 10, at(0.3)),
        Trade(1_000, 10, at(0.4)),
    ],
    [accepted(1, at(0.2), 1_000), fill(1, at(0.4), BUY, 1_000, 1_000, "100 0.02 0.01 0.1")],
    {"cash": m("899.87"), "position": 10**12},
)

TRAILING_ORDER = Scenario(
    "a trailing stop follows the best price at its distance",
    PERP,
    [
        Submit(1, SELL, TRAILING, 1_000, at(0), price=20),
        Trade(1_000, 10, at(0.2)),
        Trade(1_030, 10, at(0.3)),  # from here on 1010
        Trade(1_015, 10, at(0.4)),
        Trade(1_010, 10, at(0.5)),
        Trade(1_000, 10, at(0.6)),
    ],
    [accepted(1, at(0.2), 1_000), fill(1, at(0.6), SELL, 1_000, 1_000, "100 0.02 0.05 0.1")],
    {"cash": m("1099.83"), "position": -(10**12)},
)

REDUCE_ONLY = Scenario(
    "a reduce-only order fills what there is, and waits for nobody when there is nothing",
    PERP,
    [
        Submit(1, SELL, MARKET, 500, at(0), reduce_only=True),
        Submit(2, BUY, MARKET, 500, at(0)),
        Trade(1_000, 10, at(0.2)),
        Submit(3, BUY, MARKET, 500, at(0.2), reduce_only=True),
        Submit(4, SELL, LIMIT, 500, at(0.2), price=1_010, reduce_only=True),
        Submit(5, SELL, MARKET, 800, at(0.2), reduce_only=True),
        Trade(1_000, 10, at(0.4)),
    ],
    [
        rejected(1, at(0.2), "REDUCE_ONLY"),
        accepted(2, at(0.2), 500),
        fill(2, at(0.2), BUY, 1_000, 500, "50 0.01 0.005 0.05"),
        rejected(3, at(0.4), "REDUCE_ONLY"),
        accepted(4, at(0.4), 500),
        accepted(5, at(0.4), 800),
        fill(
            5, at(0.4), SELL, 1_000, 500, "50 0.01 0.005 0.05",
            trip=Trip(1, at(0.2), at(0.4), 500, m("50"), 500, m("50"),
                      0, m("0.1"), m("0.02"), m("0.01"), 0),
        ),
        cancelled(4, at(0.4), "REDUCE_ONLY"),
    ],
    {"cash": m("999.87"), "position": 0, "gross": 0},
)  # fmt: skip

REJECTIONS = Scenario(
    "each reason to reject, the first one counts",
    SPOT._replace(tick=10),
    [
        Submit(1, BUY, MARKET, 1_005, at(0)),
        Submit(2, BUY, MARKET, 10, at(0)),  # below the smallest, and below the smallest notional
        Submit(3, BUY, LIMIT, 1_000, at(0), price=995),
        Submit(4, BUY, MARKET, 1_000, at(0), stop=905),
        Submit(8, BUY, LIMIT, 1_000, at(0), price=940),  # 6 % away
        Submit(9, BUY, LIMIT, 1_000, at(0), price=950),
        Submit(10, SELL, STOP, 20, at(0), price=400),  # worth 0.8
        Submit(11, SELL, MARKET, 20, at(0), reduce_only=True),
        Submit(12, BUY, STOP, 2**53 // 10 * 10, at(0), price=2_000_000),
        Submit(13, SELL, STOP, 20, at(0), price=400, reduce_only=True),  # on spot as any other
        Trade(1_000, 10, at(0.2)),
    ],
    [
        rejected(1, at(0.2), "LOT_SIZE"),
        rejected(2, at(0.2), "LOT_SIZE"),
        rejected(3, at(0.2), "TICK_SIZE"),
        rejected(4, at(0.2), "TICK_SIZE"),
        rejected(8, at(0.2), "PRICE_BAND"),
        accepted(9, at(0.2), 1_000),
        rejected(10, at(0.2), "MIN_NOTIONAL"),
        rejected(11, at(0.2), "REDUCE_ONLY"),
        rejected(12, at(0.2), "TOO_LARGE"),
        rejected(13, at(0.2), "MIN_NOTIONAL"),
    ],
    {"cash": CASH, "turnover": 0},
)

RACES = Scenario(
    "a cancellation arrives like an order: too late for a trade that is not later",
    PERP,
    [
        Submit(1, BUY, MARKET, 1_000, at(0)),
        Cancel(1, at(0)),
        Trade(1_000, 10, at(0.2)),  # both have arrived: accepted, and cancelled
        Submit(2, BUY, LIMIT, 1_000, at(0.2), price=1_000),
        Trade(1_000, 10, at(0.4)),
        Cancel(2, at(0.4)),
        Trade(995, 400, at(0.5)),
        Trade(995, 400, at(0.6)),
        Cancel(2, at(0.6)),
    ],
    [
        accepted(1, at(0.2), 1_000),
        cancelled(1, at(0.2), "REQUESTED"),
        accepted(2, at(0.4), 1_000),
        fill(2, at(0.5), BUY, 1_000, 400, "40 0 0 0.008", partly=True, maker=True),
        cancelled(2, at(0.6), "REQUESTED", filled=400),
    ],
    {"position": 4 * 10**11, "cash": m("959.992")},
)

STOP_SLIPS_AT_LEAST = Scenario(
    "a stop slips no less than a market order; one that only reduces may be as small as it likes",
    PERP._replace(slippage=90_000),
    [
        Submit(1, BUY, MARKET, 1_000, at(0)),
        Trade(1_000, 10, at(0.2)),
        Submit(2, SELL, STOP, 1_000, at(0.2), price=1_000, reduce_only=True),
        Submit(3, SELL, STOP, 20, at(0.2), price=400, reduce_only=True),  # worth 0.8
        Trade(1_000, 10, at(0.4)),
        Trade(1_000, 10, at(0.5)),
    ],
    [
        accepted(1, at(0.2), 1_000),
        fill(1, at(0.2), BUY, 1_000, 1_000, "100 0.02 0.09 0.1"),
        accepted(2, at(0.4), 1_000),
        accepted(3, at(0.4), 20),
        fill(
            2, at(0.5), SELL, 1_000, 1_000, "100 0.02 0.09 0.1",
            trip=Trip(1, at(0.2), at(0.5), 1_000, m("100"), 1_000, m("100"),
                      0, m("0.2"), m("0.04"), m("0.18"), 0),
        ),
        cancelled(3, at(0.5), "REDUCE_ONLY"),
    ],
    {"slippage": m("0.18")},
)  # fmt: skip

SCENARIOS = [one for one in list(globals().values()) if isinstance(one, Scenario)]
"""All of them."""
