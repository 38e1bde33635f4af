//! Two candles, the second of which answers the first.

use super::window::{Candles, Placed, signed, within};

/// Share of a body that an answer has to take back.
const HALF: f64 = 0.5;

/// Opens above the high of a long white candle and takes back half of its body.
pub(super) fn dark_cloud_cover(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    signed(
        first.white
            && second.black()
            && second.open > first.high
            && second.close > first.open
            && second.close < first.close - first.body * HALF
            && first.long(),
        -100,
    )
}

/// A white candle that opens below the low of a long black one.
fn opens_below(first: Placed<'_>, second: Placed<'_>) -> bool {
    first.black() && second.white && second.open < first.low && first.long()
}

/// Opens below and takes back more than half of the body.
pub(super) fn piercing(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    signed(
        opens_below(first, second)
            && second.close < first.open
            && second.close > first.close + first.body * HALF
            && second.long(),
        100,
    )
}

/// Opens below and closes where the first one closed, or a little above.
pub(super) fn in_neck(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    signed(
        opens_below(first, second)
            && second.close <= first.close + first.equal()
            && second.close >= first.close,
        -100,
    )
}

/// Opens below and closes at the low of the first one.
pub(super) fn on_neck(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    signed(opens_below(first, second) && within(second.close, first.low, first.equal()), -100)
}

/// Opens below and takes back less than half of the body.
pub(super) fn thrusting(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    signed(
        opens_below(first, second)
            && second.close > first.close + first.equal()
            && second.close <= first.close + first.body * HALF,
        -100,
    )
}

/// Long, of the other colour, and closes at the same price.
pub(super) fn counterattack(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    signed(
        first.white != second.white
            && first.long()
            && second.long()
            && within(second.close, first.close, first.equal()),
        100 * second.colour(),
    )
}

/// A belt hold of the other colour that opens at the same price.
pub(super) fn separating_lines(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    let bare = if second.white { second.no_lower() } else { second.no_upper() };
    signed(
        first.white != second.white
            && bare
            && second.long()
            && within(second.open, first.open, first.equal()),
        100 * second.colour(),
    )
}

/// Two black candles that close at the same price.
pub(super) fn matching_low(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    let black = first.black() && second.black();
    signed(black && within(second.close, first.close, first.early_equal()), 100)
}

/// Two marubozus of different colour that leave a gap of prices between them.
fn kicks(first: Placed<'_>, second: Placed<'_>) -> bool {
    let apart = if first.white { second.high < first.low } else { second.low > first.high };
    first.white != second.white && apart && first.marubozu() && second.marubozu()
}

pub(super) fn kicking(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    signed(kicks(first, second), 100 * second.colour())
}

/// The same, with the sign of the longer one.
pub(super) fn kicking_by_length(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    let longer = if second.body > first.body { second } else { first };
    signed(kicks(first, second), 100 * longer.colour())
}
