//! A move of several candles, interrupted or turned back.

use super::candle::Candle;
use super::window::{Candles, Placed, signed};

/// Share of the first body that a hold may give back.
const HALF: f64 = 0.5;

/// Opens in the body before, or near it.
fn opens_near(bar: Placed<'_>, before: Placed<'_>) -> bool {
    bar.open >= before.bottom - before.early_near() && bar.open <= before.top + before.early_near()
}

/// Three candles in one direction, and a fourth that takes back all of them.
pub(super) fn three_line_strike(candles: &Candles) -> i16 {
    let [first, second, third, fourth] = candles.four();
    let struck = if third.white {
        third.close > second.close
            && second.close > first.close
            && fourth.open > third.close
            && fourth.close < first.open
    } else {
        third.close < second.close
            && second.close < first.close
            && fourth.open < third.close
            && fourth.close > first.open
    };
    signed(
        struck
            && first.white == second.white
            && second.white == third.white
            && third.white != fourth.white
            && opens_near(second, first)
            && opens_near(third, second),
        100 * third.colour(),
    )
}

/// A gap, two candles further on, and a fifth that closes inside the gap.
pub(super) fn breakaway(candles: &Candles) -> i16 {
    let [first, second, third, fourth, fifth] = candles.five();
    let broken = if first.white {
        second.gaps_up(&first)
            && third.above(&second)
            && fourth.above(&third)
            && fifth.close < second.open
            && fifth.close > first.close
    } else {
        second.gaps_down(&first)
            && third.below(&second)
            && fourth.below(&third)
            && fifth.close > second.open
            && fifth.close < first.close
    };
    signed(
        broken
            && first.white == second.white
            && second.white == fourth.white
            && fourth.white != fifth.white
            && first.long(),
        100 * fifth.colour(),
    )
}

/// A long white candle, three small ones that give back less than half of it, and a new high.
pub(super) fn mat_hold(candles: &Candles) -> i16 {
    let [first, second, third, fourth, fifth] = candles.five();
    let floor = first.close - first.body * HALF;
    let holds = |bar: Placed<'_>| bar.bottom < first.close && bar.bottom > floor;
    signed(
        first.white
            && second.black()
            && fifth.white
            && second.gaps_up(&first)
            && holds(third)
            && holds(fourth)
            && third.top < second.open
            && fourth.top < third.top
            && fifth.open > fourth.close
            && fifth.close > second.high.max(third.high).max(fourth.high)
            && first.long()
            && second.small()
            && third.small()
            && fourth.small(),
        100,
    )
}

/// Part of the body lies in the range of the other candle.
fn touches(bar: &Candle, other: &Candle) -> bool {
    bar.bottom < other.high && bar.top > other.low
}

/// A long candle, three small ones against it within its range, and a long one beyond its close.
pub(super) fn three_methods(candles: &Candles) -> i16 {
    let [first, second, third, fourth, fifth] = candles.five();
    let goes_on = if first.white {
        third.close < second.close
            && fourth.close < third.close
            && fifth.open > fourth.close
            && fifth.close > first.close
    } else {
        third.close > second.close
            && fourth.close > third.close
            && fifth.open < fourth.close
            && fifth.close < first.close
    };
    signed(
        goes_on
            && first.white != second.white
            && second.white == third.white
            && third.white == fourth.white
            && fourth.white != fifth.white
            && touches(&second, &first)
            && touches(&third, &first)
            && touches(&fourth, &first)
            && first.long()
            && second.small()
            && third.small()
            && fourth.small()
            && fifth.long(),
        100 * first.colour(),
    )
}
