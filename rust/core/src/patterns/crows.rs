//! Black candles after a rise.

use super::window::{Candles, Placed, signed, within};

/// Two black candles above a long white one; the second opens in the first's body and closes in
/// that of the white one.
pub(super) fn two(candles: &Candles) -> i16 {
    let [white, second, third] = candles.three();
    signed(
        white.white
            && second.black()
            && third.black()
            && second.gaps_up(&white)
            && third.open < second.open
            && third.open > second.close
            && third.close > white.open
            && third.close < white.close
            && white.long(),
        -100,
    )
}

/// A short black body above a long white one, and a black body around it that stays above.
pub(super) fn upside_gap_two(candles: &Candles) -> i16 {
    let [white, second, third] = candles.three();
    signed(
        white.white
            && second.black()
            && third.black()
            && second.gaps_up(&white)
            && second.body_inside(&third)
            && third.close > white.close
            && white.long()
            && second.short(),
        -100,
    )
}

/// Three black candles without lower shadow, each closing lower.
fn falling(first: Placed<'_>, second: Placed<'_>, third: Placed<'_>) -> bool {
    first.black()
        && second.black()
        && third.black()
        && first.close > second.close
        && second.close > third.close
        && first.no_lower()
        && second.no_lower()
        && third.no_lower()
}

/// Three black candles from under the high of a white one, each opening in the body before it.
pub(super) fn three_black(candles: &Candles) -> i16 {
    let [white, first, second, third] = candles.four();
    signed(
        white.white
            && falling(first, second, third)
            && white.high > first.close
            && second.open < first.open
            && second.open > first.close
            && third.open < second.open
            && third.open > second.close,
        -100,
    )
}

/// Three black candles, each opening where the one before closed.
pub(super) fn identical_three(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    signed(
        falling(first, second, third)
            && within(second.open, first.close, first.equal())
            && within(third.open, second.close, second.equal()),
        -100,
    )
}
