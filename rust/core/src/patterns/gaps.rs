//! A gap between two bodies, and the candle after it.

use super::window::{Candles, signed, within};

/// Beyond the gap two white candles, side by side and of about the same size.
pub(super) fn side_by_side_white(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    let up = second.gaps_up(&first) && third.gaps_up(&first);
    let down = second.gaps_down(&first) && third.gaps_down(&first);
    signed(
        (up || down)
            && second.white
            && third.white
            && third.body >= second.body - second.early_near()
            && third.body <= second.body + second.early_near()
            && within(third.open, second.open, second.early_equal()),
        if up { 100 } else { -100 },
    )
}

/// A candle of about the same size goes back into the gap, but does not fill it.
pub(super) fn tasuki(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    let back = if second.white {
        second.gaps_up(&first) && third.close < second.open && third.close > first.top
    } else {
        second.gaps_down(&first) && third.close > second.open && third.close < first.bottom
    };
    signed(
        back && second.white != third.white
            && third.open < second.top
            && third.open > second.bottom
            && (second.body - third.body).abs() < second.early_near(),
        100 * second.colour(),
    )
}

/// A candle of the other colour goes from the second body into the first.
pub(super) fn three_methods(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    let gap = if first.white { second.gaps_up(&first) } else { second.gaps_down(&first) };
    signed(
        gap && first.white == second.white
            && second.white != third.white
            && third.open < second.top
            && third.open > second.bottom
            && third.close < first.top
            && third.close > first.bottom,
        100 * first.colour(),
    )
}
