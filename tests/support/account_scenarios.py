"""Protections, and what becomes of the money, computed by hand: see `stories`."""

from __future__ import annotations

from supreme_system_v5.domain import OrderKind, Report, Trip
from tests.support.exchange_play import CloseOut, Submit, Trade
from tests.support.stories import (
    BUY,
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

BRACKET = Scenario(
    "of the protections of a position one cancels the other",
    PERP,
    [
        Submit(1, BUY, MARKET, 1_000, at(0), stop=980, target=1_030),
        Trade(1_000, 10, at(0.2)),
        Trade(1_030, 10, at(0.2)),  # not later than what they were born of
        Trade(1_030, 10, at(0.3)),
        Trade(1_025, 10, at(0.4)),
    ],
    [
        accepted(1, at(0.2), 1_000),
        fill(1, at(0.2), BUY, 1_000, 1_000, "100 0.02 0.01 0.1"),
        accepted(2, at(0.2), 1_000),
        accepted(3, at(0.2), 1_000),
        fill(
            3, at(0.4), SELL, 1_025, 1_000, "102.5 0.0205 0.01025 0.1025",
            trip=Trip(1, at(0.2), at(0.4), 1_000, m("100"), 1_000, m("102.5"),
                      m("2.5"), m("0.2025"), m("0.0405"), m("0.02025"), 0),
        ),
        cancelled(2, at(0.4), "REDUCE_ONLY"),
    ],
    {"cash": m("1002.23675"), "position": 0},
)  # fmt: skip

PROTECTIONS_GROW = Scenario(
    "protections grow with their parent; a trailing one begins at the price of the first fill",
    PERP,
    [
        Submit(1, BUY, LIMIT, 500, at(0), price=1_000, trail=30),
        Trade(1_000, 10, at(0.2)),
        Trade(990, 200, at(0.3)),
        Trade(995, 300, at(0.4)),
        Trade(970, 10, at(0.5)),  # 1000 - 30
        Trade(960, 10, at(0.6)),
    ],
    [
        accepted(1, at(0.2), 500),
        fill(1, at(0.3), BUY, 1_000, 200, "20 0 0 0.004", partly=True, maker=True),
        accepted(4, at(0.3), 200),
        fill(1, at(0.4), BUY, 1_000, 300, "30 0 0 0.006", filled=500, maker=True),
        # 0.500 at 96.0: 48; 0.0096; 5 bps 0.024; 0.048
        fill(
            4, at(0.6), SELL, 960, 500, "48 0.0096 0.024 0.048",
            trip=Trip(1, at(0.3), at(0.6), 500, m("50"), 500, m("48"),
                      m("-2"), m("0.058"), m("0.0096"), m("0.024"), 0),
        ),
    ],
    {"cash": m("997.9084"), "position": 0},
)  # fmt: skip

FUNDING = Scenario(
    "a long pays and a short receives at each 8 hours, on the price before",
    PERP,
    [
        Submit(1, BUY, MARKET, 1_000, at(0)),
        Trade(1_000, 10, at(1)),
        Trade(1_010, 10, at(28_799)),
        Trade(1_050, 10, at(2 * 28_800 + 1)),  # two times of funding, at 101.0
        Submit(2, SELL, MARKET, 2_000, at(2 * 28_800 + 1)),
        Trade(1_000, 10, at(2 * 28_800 + 2)),
        Trade(1_000, 10, at(3 * 28_800)),
    ],
    [
        accepted(1, at(1), 1_000),
        fill(1, at(1), BUY, 1_000, 1_000, "100 0.02 0.01 0.1"),
        Report("FUNDING", 0, at(28_800), value=m("0.101")),
        Report("FUNDING", 0, at(2 * 28_800), value=m("0.101")),
        accepted(2, at(2 * 28_800 + 2), 2_000),
        fill(
            2, at(2 * 28_800 + 2), SELL, 1_000, 2_000, "200 0.04 0.02 0.2",
            trip=Trip(1, at(1), at(2 * 28_800 + 2), 1_000, m("100"), 1_000, m("100"),
                      0, m("0.3"), m("0.06"), m("0.03"), m("0.202")),
        ),
        Report("FUNDING", 0, at(3 * 28_800), value=m("-0.1")),
    ],
    # 1000 - 100.13 - 0.202 + 199.74 + 0.1
    {"cash": m("1099.508"), "funding": m("0.102"), "position": -(10**12), "cost": m("-100")},
)  # fmt: skip

SPOT_DUST = Scenario(
    "a buyer on spot pays in base; what is below a lot stays as dust",
    SPOT,
    [
        Submit(1, BUY, MARKET, 1_000, at(0), stop=950),
        Trade(1_000, 10, at(0.2)),
        Trade(950, 10, at(0.3)),
        Trade(1_010, 10, at(0.4)),
    ],
    [
        accepted(1, at(0.2), 1_000),
        # the fee is 0.1 % of 1.000: 0.001, worth 0.1; 0.999 arrives, at a cost of 99.9
        fill(1, at(0.2), BUY, 1_000, 1_000, "100 0.02 0.01 0.1", fee_base=10**9),
        accepted(2, at(0.2), 1_000),
        # whole lots are 0.990 at 101.0: 99.99; 0.019998; 5 bps 0.049995; 0.09999
        # their part of the cost is 99.9 * 0.99 / 0.999 = 99
        fill(
            2, at(0.4), SELL, 1_010, 990, "99.99 0.019998 0.049995 0.09999",
            trip=Trip(1, at(0.2), at(0.4), 1_000, m("100"), 990, m("99.99"),
                      m("0.99"), m("0.19999"), m("0.039998"), m("0.059995"), 0),
        ),
    ],
    # 1000 - 100.03 + 99.99 - 0.169983
    {"cash": m("999.790017"), "position": 9 * 10**9, "cost": m("0.9"), "whole": 0},
)  # fmt: skip

FLIP = Scenario(
    "a fill that turns the position ends one trip with all its costs, and begins the next",
    PERP,
    [
        Submit(1, BUY, MARKET, 500, at(0), stop=950),
        Trade(1_000, 10, at(0.2)),
        Submit(5, SELL, MARKET, 800, at(0.2), stop=1_050),
        Trade(1_020, 10, at(0.4)),
        Submit(9, BUY, MARKET, 300, at(0.4)),
        Trade(1_010, 10, at(0.6)),
    ],
    [
        accepted(1, at(0.2), 500),
        fill(1, at(0.2), BUY, 1_000, 500, "50 0.01 0.005 0.05"),
        accepted(2, at(0.2), 500),
        accepted(5, at(0.4), 800),
        # 0.800 at 102.0: 81.6, of which 5/8 closes: 51; 0.01632, 0.00816, 0.0816
        fill(
            5, at(0.4), SELL, 1_020, 800, "81.6 0.01632 0.00816 0.0816",
            trip=Trip(1, at(0.2), at(0.4), 500, m("50"), 500, m("51"),
                      m("1"), m("0.1316"), m("0.02632"), m("0.01316"), 0),
        ),
        cancelled(2, at(0.4), "REDUCE_ONLY"),
        accepted(6, at(0.4), 800),
        accepted(9, at(0.6), 300),
        # 0.300 at 101.0: 30.3 against 30.6
        fill(
            9, at(0.6), BUY, 1_010, 300, "30.3 0.00606 0.00303 0.0303",
            trip=Trip(-1, at(0.4), at(0.6), 300, m("30.6"), 300, m("30.3"),
                      m("0.3"), m("0.0303"), m("0.00606"), m("0.00303"), 0),
        ),
        cancelled(6, at(0.6), "REDUCE_ONLY"),
    ],
    {"cash": m("1001.08953"), "position": 0, "gross": m("1.3")},
)  # fmt: skip

FUNDS_SPOT = Scenario(
    "on spot a purchase needs its costs as well, and nothing is sold that is not there",
    SPOT,
    [
        Submit(1, SELL, MARKET, 1_000, at(0)),
        Submit(2, BUY, MARKET, 10_000, at(0)),  # 1000 and 0.3 of spread and slippage
        Submit(3, BUY, MARKET, 9_990, at(0)),  # 999 and 0.2997
        Trade(1_000, 10, at(0.2)),
    ],
    [
        accepted(1, at(0.2), 1_000),
        cancelled(1, at(0.2), "FUNDS"),
        accepted(2, at(0.2), 10_000),
        cancelled(2, at(0.2), "FUNDS"),
        accepted(3, at(0.2), 9_990),
        fill(3, at(0.2), BUY, 1_000, 9_990, "999 0.1998 0.0999 0.999", fee_base=999 * 10**7),
    ],
    {"cash": m("0.7003"), "position": 9_980_010_000_000},
)

FUNDS_PERP = Scenario(
    "a position may be as large as leverage allows; what only reduces may always",
    PERP,
    [
        Submit(1, BUY, MARKET, 20_010, at(0)),  # 2001 of 2 * 1000
        Submit(2, SELL, MARKET, 20_000, at(0)),
        Trade(1_000, 10, at(0.2)),
        Submit(3, SELL, MARKET, 20, at(0.2)),
        Submit(4, BUY, MARKET, 19_000, at(0.2)),
        Trade(1_490, 10, at(0.4)),
    ],
    [
        accepted(1, at(0.2), 20_010),
        cancelled(1, at(0.2), "FUNDS"),
        accepted(2, at(0.2), 20_000),
        fill(2, at(0.2), SELL, 1_000, 20_000, "2000 0.4 0.2 2"),
        accepted(3, at(0.4), 20),
        cancelled(3, at(0.4), "FUNDS"),  # equity is 1000 - 2.6 - 980
        accepted(4, at(0.4), 19_000),
        fill(4, at(0.4), BUY, 1_490, 19_000, "2831 0.5662 0.2831 2.831"),
    ],
    # 1900 of the cost leaves; 1000 + 1997.4 - 2831 - 3.6803
    {"cash": m("162.7197"), "cost": m("-100"), "gross": m("-931"), "position": -(10**12)},
)

CLOSE_OUT = Scenario(
    "at the end everything is cancelled and the position closed at the last price",
    PERP,
    [
        Submit(1, BUY, MARKET, 1_000, at(0), stop=900, target=1_200, trail=90),
        Trade(1_000, 10, at(0.2)),
        Submit(5, BUY, MARKET, 1_000, at(0.2)),
        Trade(1_010, 10, at(0.3)),
        CloseOut(),
    ],
    [
        accepted(1, at(0.2), 1_000),
        fill(1, at(0.2), BUY, 1_000, 1_000, "100 0.02 0.01 0.1"),
        accepted(2, at(0.2), 1_000),
        accepted(3, at(0.2), 1_000),
        accepted(4, at(0.2), 1_000),
        *(cancelled(number, at(0.3), "REQUESTED") for number in (2, 3, 4, 5)),
        fill(
            0, at(0.3), SELL, 1_010, 1_000, "101 0.0202 0.0101 0.101",
            trip=Trip(1, at(0.2), at(0.3), 1_000, m("100"), 1_000, m("101"),
                      m("1"), m("0.201"), m("0.0402"), m("0.0201"), 0),
        ),
    ],
    {"cash": m("1000.7387"), "position": 0},
)  # fmt: skip

NOTHING_TO_PROTECT = Scenario(
    "protections are born when there is something to protect, not of what only reduces or is dust",
    PERP,
    [
        Submit(1, SELL, MARKET, 500, at(0)),
        Trade(1_000, 10, at(0.2)),
        Submit(2, BUY, LIMIT, 700, at(0.2), price=1_000, stop=900),
        Trade(1_000, 10, at(0.4)),
        Trade(995, 300, at(0.5)),  # short by 0.200 still
        Trade(995, 400, at(0.6)),  # long by 0.200: now it is born, with all that was bought
    ],
    [
        accepted(1, at(0.2), 500),
        fill(1, at(0.2), SELL, 1_000, 500, "50 0.01 0.005 0.05"),
        accepted(2, at(0.4), 700),
        fill(2, at(0.5), BUY, 1_000, 300, "30 0 0 0.006", partly=True, maker=True),
        fill(
            2, at(0.6), BUY, 1_000, 400, "40 0 0 0.008", filled=700, maker=True,
            trip=Trip(-1, at(0.2), at(0.6), 500, m("50"), 500, m("50"),
                      0, m("0.064"), m("0.01"), m("0.005"), 0),
        ),
        accepted(3, at(0.6), 700),
    ],
    {"whole": 200, "cost": m("20")},
)  # fmt: skip

ONE_LOT_ON_SPOT = Scenario(
    "one lot bought on spot is dust, with no trip and nothing to protect",
    SPOT._replace(min_quantity=10, min_notional=0),
    [Submit(1, BUY, MARKET, 10, at(0), stop=900), Trade(1_000, 10, at(0.2))],
    [
        accepted(1, at(0.2), 10),
        fill(1, at(0.2), BUY, 1_000, 10, "1 0.0002 0.0001 0.001", fee_base=10**7),
    ],
    {"position": 999 * 10**7, "whole": 0, "cost": m("0.999")},
)

ON_ITS_WAY = Scenario(
    "what is still on its way when the position ends is rejected as it arrives",
    PERP,
    [
        Submit(1, BUY, MARKET, 500, at(0)),
        Trade(1_000, 10, at(0.2)),
        Submit(2, SELL, MARKET, 500, at(0.2)),
        Submit(3, SELL, LIMIT, 500, at(0.35), price=1_010, reduce_only=True),
        Trade(1_000, 10, at(0.4)),
        Trade(1_000, 10, at(0.5)),
    ],
    [
        accepted(1, at(0.2), 500),
        fill(1, at(0.2), BUY, 1_000, 500, "50 0.01 0.005 0.05"),
        accepted(2, at(0.4), 500),
        fill(
            2, at(0.4), SELL, 1_000, 500, "50 0.01 0.005 0.05",
            trip=Trip(1, at(0.2), at(0.4), 500, m("50"), 500, m("50"),
                      0, m("0.1"), m("0.02"), m("0.01"), 0),
        ),
        rejected(3, at(0.5), "REDUCE_ONLY"),
    ],
    {"cash": m("999.87")},
)  # fmt: skip

NO_FUNDING = Scenario(
    "funding of 0 is not reported",
    PERP._replace(funding=0),
    [
        Submit(1, BUY, MARKET, 1_000, at(0)),
        Trade(1_000, 10, at(1)),
        Trade(1_000, 10, at(28_801)),
    ],
    [accepted(1, at(1), 1_000), fill(1, at(1), BUY, 1_000, 1_000, "100 0.02 0.01 0.1")],
    {"funding": 0},
)

TURNING_NEEDS_FUNDS = Scenario(
    "what reduces first and goes beyond needs the funds of what it goes to",
    PERP,
    [
        Submit(1, BUY, MARKET, 1_000, at(0)),
        Trade(1_000, 10, at(0.2)),
        Submit(2, SELL, MARKET, 22_000, at(0.2)),  # to a short worth 2100 of at most 1999.74
        Trade(1_000, 10, at(0.4)),
    ],
    [
        accepted(1, at(0.2), 1_000),
        fill(1, at(0.2), BUY, 1_000, 1_000, "100 0.02 0.01 0.1"),
        accepted(2, at(0.4), 22_000),
        cancelled(2, at(0.4), "FUNDS"),
    ],
    {"whole": 1_000},
)

FEE_IN_BASE_FIRST = Scenario(
    "a fee in base is rounded in base, and then worth what that is worth",
    SPOT._replace(price_decimals=0, size_decimals=8, tick=1, lot=1, min_quantity=1, taker=55_555),
    [Submit(1, BUY, MARKET, 1_234, at(0)), Trade(10_000_000, 10, at(0.2))],
    [
        accepted(1, at(0.2), 1_234),
        # 0.00001234 of 10 000 000: 123.4; 5.5555 bps of the base are 6855.487e-12, worth 0.06855
        fill(1, at(0.2), BUY, 10_000_000, 1_234, "123.4 0.02468 0.01234 0.06855", fee_base=6_855),
    ],
    {"fees": m("0.06855"), "cost": m("123.33145"), "position": 12_333_145},
)

SCENARIOS = [one for one in list(globals().values()) if isinstance(one, Scenario)]
"""All of them."""
