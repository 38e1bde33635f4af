//! A small body at one end of a long shadow, and where it stands to the candle before.

use super::window::{Candles, Placed, signed};

/// A small body on a long lower shadow.
fn hammer_shaped(bar: Placed<'_>) -> bool {
    bar.small() & bar.long_lower() & bar.no_upper()
}

/// A small body under a long upper shadow.
fn inverted(bar: Placed<'_>) -> bool {
    bar.small() & bar.long_upper() & bar.no_lower()
}

/// Near the low before.
pub(super) fn hammer(candles: &Candles) -> i16 {
    let [before, bar] = candles.two();
    signed(hammer_shaped(bar) && bar.bottom <= before.low + before.near(), 100)
}

/// Near the high before.
pub(super) fn hanging_man(candles: &Candles) -> i16 {
    let [before, bar] = candles.two();
    signed(hammer_shaped(bar) && bar.bottom >= before.high - before.near(), -100)
}

/// Below the body before.
pub(super) fn inverted_hammer(candles: &Candles) -> i16 {
    let [before, bar] = candles.two();
    signed(bar.gaps_down(&before) && inverted(bar), 100)
}

/// Above the body before.
pub(super) fn shooting_star(candles: &Candles) -> i16 {
    let [before, bar] = candles.two();
    signed(bar.gaps_up(&before) && inverted(bar), -100)
}
