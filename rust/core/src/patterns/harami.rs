//! A body inside the one before, or around it.

use super::window::{Candles, Placed, signed};

/// Around a body of the other colour; 80 when an end is the same.
pub(super) fn engulfing(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    if first.white == second.white {
        0
    } else if first.body_inside(&second) {
        100 * second.colour()
    } else if (second.top >= first.top && second.bottom < first.bottom)
        || (second.top > first.top && second.bottom <= first.bottom)
    {
        80 * second.colour()
    } else {
        0
    }
}

/// Inside a long body; 80 when an end is the same.
fn within_long(first: Placed<'_>, second: Placed<'_>) -> i16 {
    if !first.long() {
        0
    } else if second.body_inside(&first) {
        -100 * first.colour()
    } else if second.top <= first.top && second.bottom >= first.bottom {
        -80 * first.colour()
    } else {
        0
    }
}

pub(super) fn harami(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    if second.short() { within_long(first, second) } else { 0 }
}

/// A harami with a doji.
pub(super) fn harami_cross(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    if second.doji() { within_long(first, second) } else { 0 }
}

/// A short black body inside a long black one.
pub(super) fn homing_pigeon(candles: &Candles) -> i16 {
    let [first, second] = candles.two();
    let black = first.black() && second.black();
    signed(black && second.body_inside(&first) && first.long() && second.short(), 100)
}

/// A harami, then a close beyond the open of the long candle.
pub(super) fn three_inside(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    let beyond = if first.white { third.close < first.open } else { third.close > first.open };
    signed(
        first.white != third.white
            && beyond
            && second.body_inside(&first)
            && first.long()
            && second.short(),
        -100 * first.colour(),
    )
}

/// A body around one of the other colour, then a close further on.
pub(super) fn three_outside(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    let further =
        if second.white { third.close > second.close } else { third.close < second.close };
    signed(
        first.white != second.white && further && first.body_inside(&second),
        100 * second.colour(),
    )
}
