//! Single candles told by the length of body and shadows.
//!
//! Here, and with dojis and hammers, every part is asked (`&`): whether one is there is as good as
//! chance to a processor that guesses, and a wrong guess costs more than the parts that follow.

use super::window::{Candles, signed};

/// A long body without a shadow where it opened.
pub(super) fn belt_hold(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    let bare = if bar.white { bar.no_lower() } else { bar.no_upper() };
    signed(bare & bar.long(), 100 * bar.colour())
}

/// A long body without a shadow where it closed.
pub(super) fn closing_marubozu(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    let bare = if bar.white { bar.no_upper() } else { bar.no_lower() };
    signed(bare & bar.long(), 100 * bar.colour())
}

/// A long body without shadows.
pub(super) fn marubozu(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    signed(bar.marubozu(), 100 * bar.colour())
}

pub(super) fn long_line(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    signed(bar.long() & bar.short_upper() & bar.short_lower(), 100 * bar.colour())
}

pub(super) fn short_line(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    signed(bar.small() & bar.short_upper() & bar.short_lower(), 100 * bar.colour())
}

/// A small body between longer shadows.
pub(super) fn spinning_top(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    signed(bar.small() & bar.long_upper() & bar.long_lower(), 100 * bar.colour())
}

/// A small body between very long shadows.
pub(super) fn high_wave(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    signed(bar.small() & bar.very_long_upper() & bar.very_long_lower(), 100 * bar.colour())
}
