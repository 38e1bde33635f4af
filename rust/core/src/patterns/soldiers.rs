//! Three white candles, each closing higher, and what may be wrong with them.

use super::window::{Candles, Placed, signed};

/// Three white candles, each closing higher.
fn rising(first: Placed<'_>, second: Placed<'_>, third: Placed<'_>) -> bool {
    first.white
        && second.white
        && third.white
        && third.close > second.close
        && second.close > first.close
}

/// Opens in the body of the white candle before, or near above it.
fn opens_in(bar: Placed<'_>, before: Placed<'_>) -> bool {
    bar.open > before.open && bar.open <= before.close + before.near()
}

/// The body is not far shorter than the one before.
fn keeps_up(bar: Placed<'_>, before: Placed<'_>) -> bool {
    bar.body > before.body - before.far()
}

/// The body is far shorter than the one before.
fn falls_short(bar: Placed<'_>, before: Placed<'_>) -> bool {
    bar.body < before.body - before.far()
}

pub(super) fn three_white(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    signed(
        rising(first, second, third)
            && first.no_upper()
            && second.no_upper()
            && third.no_upper()
            && opens_in(second, first)
            && opens_in(third, second)
            && keeps_up(second, first)
            && keeps_up(third, second)
            && third.long(),
        100,
    )
}

/// The rise tires: bodies become far shorter, or shorter with longer shadows above them.
pub(super) fn advance_block(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    let tires = || {
        let shorter = third.body < second.body;
        falls_short(third, second)
            || (falls_short(second, first) && third.body < second.body + second.near())
            || (shorter && second.body < first.body && (third.more_upper() || second.more_upper()))
            || (shorter && third.long_upper())
    };
    signed(
        rising(first, second, third)
            && opens_in(second, first)
            && opens_in(third, second)
            && first.long()
            && first.short_upper()
            && tires(),
        -100,
    )
}

/// Two long candles, then a small one on the shoulder of the second.
pub(super) fn stalled(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    signed(
        rising(first, second, third)
            && first.long()
            && second.long()
            && second.no_upper()
            && opens_in(second, first)
            && third.small()
            && third.open >= second.close - third.body - second.near(),
        -100,
    )
}
