from __future__ import annotations

import json
from array import array

import pytest

from supreme_system_v5.backtest.minutes import Collected, Minutes
from supreme_system_v5.backtest.warmup import Scale, Spread, TimeframeWarmup, ValueWarmup
from supreme_system_v5.backtest.warmup_report import (
    WarmupReport,
    make_report,
    need_of,
    to_json,
    to_text,
)
from supreme_system_v5.domain import NS_PER_SECOND, Timeframe
from supreme_system_v5.market_data import BarChunk

START_NS = 1_735_689_600 * NS_PER_SECOND


def spread(largest: float, agree: float = 0.0) -> Spread:
    return Spread(starts=20, largest=largest, median=largest / 4, agree=agree)


def value(
    name: str,
    scale: Scale,
    first: int | None,
    within: int | None,
    *differences: Spread | None,
    exact: int | None = None,
) -> ValueWarmup:
    return ValueWarmup(
        name=name,
        scale=scale,
        first_bar=first,
        differences=differences,
        at_mature=differences[1] if len(differences) > 1 else None,
        within_from=within,
        exact_from=exact,
    )


def warmup(timeframe: Timeframe, *values: ValueWarmup) -> TimeframeWarmup:
    return TimeframeWarmup(
        timeframe=timeframe,
        bars=12_345,
        starts=20,
        lengths=(35, 61, 2_000),
        mature_bar=61,
        values=values,
    )


SHARES = spread(0.25), spread(0.004), spread(3e-12)
MINUTES = warmup(
    Timeframe.M1,
    value("ema_slow", Scale.PRICE, 50, 124, None, *SHARES[1:]),
    value("rsi", Scale.POINTS, 15, 118, spread(12.5), spread(0.0075), spread(0.0)),
    value("middle", Scale.PRICE, 20, 20, *[spread(0.0)] * 3, exact=20),
    value("vwap", Scale.PRICE, 1, 1_200, *SHARES, exact=1_200),
    value("vote", Scale.VOTE, 61, 130, None, spread(1.0, 0.95), spread(0.0, 1.0), exact=130),
)
HOURS = warmup(
    Timeframe.H1,
    value("ema_slow", Scale.PRICE, 50, 170, None, *SHARES[1:]),
    value("signal", Scale.ATR, 34, 150, *SHARES),
    value("vote", Scale.VOTE, 61, 61, None, spread(0.0, 1.0), spread(0.0, 1.0), exact=61),
    value("consensus", Scale.VOTE, 2, 90, *[spread(1.0, 0.9)] * 2, spread(0.0, 1.0), exact=90),
)
OPEN = warmup(Timeframe.H1, value("ema_slow", Scale.PRICE, 50, None, None, *SHARES[1:]))
SHORT = TimeframeWarmup(
    timeframe=Timeframe.H1, bars=12, starts=0, lengths=(), mature_bar=None, values=()
)
SILENT = TimeframeWarmup(
    timeframe=Timeframe.M5, bars=900, starts=0, lengths=(), mature_bar=None, values=()
)


def report(
    *found: TimeframeWarmup, stretches: int = 1, source: str = "a.csv", bad_rows: int = 0
) -> WarmupReport:
    minutes = Minutes()
    price = array("d", [1.0, 1.0])
    minutes.extend(
        BarChunk(
            opens=price,
            highs=price,
            lows=price,
            closes=price,
            volumes=price,
            timestamps_ns=array("q", [START_NS, START_NS + 120 * NS_PER_SECOND]),
        )
    )
    data = Collected(minutes=minutes, stretches=stretches, bad_rows=bad_rows, duplicates=0, late=0)
    return make_report(found, data, source=source, data_kind="bars", within=1e-4)


def test_a_live_start_needs_the_bars_of_its_slowest_value_and_most_of_one_more() -> None:
    need = need_of([MINUTES, HOURS])
    assert (need.timeframe, need.value, need.bars) == (Timeframe.H1, "ema_slow", 170)
    assert need.minutes == need.at_least == 170 * 60 + 59
    assert need.votes_minutes == 90 * 60 + 59
    assert need.unknown == ()


def test_vwap_needs_a_day_wherever_the_starts_fell() -> None:
    need = need_of([MINUTES])
    assert (need.value, need.bars, need.minutes) == ("vwap", 1_440, 1_440)
    assert "Longest: vwap of 1m, 1,440 whole bars.\n" in to_text(report(MINUTES))


@pytest.mark.parametrize(
    ("found", "unknown"),
    [
        ((MINUTES, OPEN), "1h, compared up to bar 2,000, is not within there: ema_slow"),
        ((MINUTES, SHORT), "1h is not compared: 12 whole bars, and 70 are needed"),
        ((MINUTES, SILENT), "5m is not compared: 900 whole bars, but no trades where a start"),
    ],
)
def test_what_the_data_do_not_tell_is_said(
    found: tuple[TimeframeWarmup, ...], unknown: str
) -> None:
    need = need_of(found)
    assert need.minutes is None
    assert need.at_least == 1_440
    assert len(need.unknown) == 1
    assert need.unknown[0].startswith(unknown)
    text = to_text(report(*found))
    assert unknown in text.replace("\n", " ")
    assert text.splitlines()[-1] == (
        "For every value within 0.0001 a live start needs more than 1,440 minutes of 1m history."
    )


def test_votes_that_are_not_compared_are_not_told() -> None:
    assert need_of([MINUTES, SHORT]).votes_minutes is None
    vote = value("vote", Scale.VOTE, 61, None, None, spread(1.0, 0.5), spread(1.0, 0.9))
    assert need_of([MINUTES, warmup(Timeframe.H1, vote)]).votes_minutes is None


def test_nothing_told_at_all() -> None:
    assert to_text(report(SHORT)).splitlines()[-1] == (
        "What a live start needs, these data do not tell."
    )


def test_as_text() -> None:
    lines = to_text(report(MINUTES, HOURS)).splitlines()
    begin = lines.index("1m: 12,345 whole bars; 20 starts, compared up to bar 2,000")
    assert lines[1:4] == [
        "  data       a.csv",
        "  span       2025-01-01T00:00Z to 2025-01-01T00:03Z: 3 minutes, 2 with trades",
        "  tolerance  0.0001 of the scale; in points that is 0.01",
    ]
    assert lines[begin + 1 : begin + 11] == [
        "  value      scale  first within      35     61  2,000",
        "  ema_slow   price     50    124       - 0.0040  <1e-9",
        "                                       - 0.0010  <1e-9",
        "  rsi        points    15    118    12.5 0.0075      0",
        "                                    3.12 0.0019      0",
        "  middle     price     20     20   exact from bar 20 on",
        "  vwap       price      1  1,200  0.2500 0.0040  <1e-9",
        "                                  0.0625 0.0010  <1e-9",
        "  vote       vote      61    130       -    95%   100%",
        "  mature: from bar 61 on, when every window is full; there 2 of 4 values are within,",
    ]
    assert lines[begin + 11] == (
        "          ema_slow is farthest, off by up to 40 times the tolerance; vote 95%"
    )
    assert "  vote       vote      61     61   all agree from bar 61 on" in lines
    assert lines[-3:] == [
        "All votes and the consensus agree from 5,459 minutes of history on.",
        "Longest: ema_slow of 1h, 170 whole bars, and up to 59 minutes until the first of them.",
        "For every value within 0.0001 a live start needs 10,259 minutes of 1m history.",
    ]
    assert max(map(len, lines)) <= 100


def test_maturity_that_was_not_reached_is_said() -> None:
    young = TimeframeWarmup(
        timeframe=Timeframe.M1,
        bars=70,
        starts=1,
        lengths=(35,),
        mature_bar=None,
        values=(value("ema_slow", Scale.PRICE, None, None, None),),
    )
    text = to_text(report(young))
    assert "1m: 70 whole bars; 1 start, compared up to bar 35" in text
    assert "  ema_slow   price      -      -       -" in text
    assert "  mature: not reached by the last bar compared" in text


def test_several_files_and_stretches() -> None:
    text = to_text(report(MINUTES, stretches=3, source="a.csv, b.csv"))
    assert "  data       a.csv,\n             b.csv\n" in text
    assert "the longest of 3 stretches; jumps in time lie between\n" in text


def test_what_was_dropped_is_told() -> None:
    text = to_text(report(MINUTES, bad_rows=1_234))
    assert "\n  dropped    1,234 bad rows, 0 duplicates, 0 late\n" in text
    assert "dropped" not in to_text(report(MINUTES))


def test_as_json() -> None:
    told = json.loads(to_json(report(MINUTES, HOURS)))
    assert told["start"] == "2025-01-01T00:00:00.000Z"
    assert (told["minutes"], told["minutes_with_trades"], told["within"]) == (3, 2, 1e-4)
    assert told["need"] == {
        "minutes": 10_259,
        "at_least": 10_259,
        "timeframe": "1h",
        "value": "ema_slow",
        "bars": 170,
        "votes_minutes": 5_459,
        "unknown": [],
    }
    slow = told["timeframes"][0]["values"][0]
    assert slow["differences"][0] is None
    assert slow["differences"][1] == {"starts": 20, "largest": 0.004, "median": 0.001, "agree": 0.0}
