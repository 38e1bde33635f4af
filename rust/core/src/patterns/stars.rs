//! A long candle, one apart from it, and one that comes back.

use super::window::{Candles, Placed, signed};

/// Share of the first body that the third candle has to take back.
const DEPTH: f64 = 0.3;

/// Black, apart below, white and back up into the first body.
fn turns_up(first: Placed<'_>, star: Placed<'_>, third: Placed<'_>) -> bool {
    first.black()
        && third.white
        && star.gaps_down(&first)
        && third.close > first.close + first.body * DEPTH
        && first.long()
        && third.long()
}

/// White, apart above, black and back down into the first body.
fn turns_down(first: Placed<'_>, star: Placed<'_>, third: Placed<'_>) -> bool {
    first.white
        && third.black()
        && star.gaps_up(&first)
        && third.close < first.close - first.body * DEPTH
        && first.long()
        && third.long()
}

pub(super) fn morning(candles: &Candles) -> i16 {
    let [first, star, third] = candles.three();
    signed(turns_up(first, star, third) && star.short(), 100)
}

pub(super) fn morning_doji(candles: &Candles) -> i16 {
    let [first, star, third] = candles.three();
    signed(turns_up(first, star, third) && star.doji(), 100)
}

pub(super) fn evening(candles: &Candles) -> i16 {
    let [first, star, third] = candles.three();
    signed(turns_down(first, star, third) && star.short(), -100)
}

pub(super) fn evening_doji(candles: &Candles) -> i16 {
    let [first, star, third] = candles.three();
    signed(turns_down(first, star, third) && star.doji(), -100)
}

/// A doji whose shadows touch neither neighbour's.
pub(super) fn abandoned_baby(candles: &Candles) -> i16 {
    let [first, baby, third] = candles.three();
    let alone = if first.white {
        baby.low > first.high
            && third.high < baby.low
            && third.close < first.close - first.body * DEPTH
    } else {
        baby.high < first.low
            && third.low > baby.high
            && third.close > first.close + first.body * DEPTH
    };
    signed(
        first.white != third.white && alone && baby.doji() && first.long() && third.long(),
        100 * third.colour(),
    )
}
