//! Candles that close where they opened.

use super::window::{Candles, signed};

pub(super) fn doji(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    signed(bar.doji(), 100)
}

/// Opened and closed at the high.
pub(super) fn dragonfly(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    signed(bar.doji() & bar.no_upper() & bar.some_lower(), 100)
}

/// Opened and closed at the low.
pub(super) fn gravestone(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    signed(bar.doji() & bar.no_lower() & bar.some_upper(), 100)
}

pub(super) fn long_legged(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    signed(bar.doji() && (bar.long_lower() | bar.long_upper()), 100)
}

/// Two long shadows, and the body near the middle.
pub(super) fn rickshaw_man(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    let centred = || {
        let middle = bar.low + bar.range / 2.0;
        bar.bottom <= middle + bar.near() && bar.top >= middle - bar.near()
    };
    signed(bar.doji() & bar.long_lower() & bar.long_upper() && centred(), 100)
}

/// A dragonfly with a very long shadow.
pub(super) fn takuri(candles: &Candles) -> i16 {
    let [bar] = candles.one();
    signed(bar.doji() & bar.no_upper() & bar.very_long_lower(), 100)
}

/// A long body, then a doji beyond its close.
pub(super) fn star(candles: &Candles) -> i16 {
    let [long, star] = candles.two();
    let beyond = if long.white { star.gaps_up(&long) } else { star.gaps_down(&long) };
    signed(beyond && star.doji() && long.long(), -100 * long.colour())
}

/// Three dojis, the middle one off the others. What is a doji is said before the first of them.
pub(super) fn tristar(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    let tiny = first.tiny();
    if !(third.body <= tiny && second.body <= tiny && first.body <= tiny) {
        return 0;
    }
    if second.gaps_up(&first) && third.top < second.top {
        -100
    } else if second.gaps_down(&first) && third.bottom > second.bottom {
        100
    } else {
        0
    }
}
