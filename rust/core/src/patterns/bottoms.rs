//! Falls that end.

use super::window::{Candles, signed, within};

/// Three black candles that become smaller, each inside the range before.
pub(super) fn three_stars_in_south(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    signed(
        first.black()
            && second.black()
            && third.black()
            && third.inside(&second)
            && second.body < first.body
            && second.open > first.close
            && second.open <= first.high
            && second.low < first.close
            && second.low >= first.low
            && first.long()
            && first.long_lower()
            && second.some_lower()
            && third.small()
            && third.no_lower()
            && third.no_upper(),
        100,
    )
}

/// A white candle above the closes of two black ones, which are the same.
pub(super) fn stick_sandwich(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    signed(
        first.black()
            && second.white
            && third.black()
            && second.low > first.close
            && within(third.close, first.close, first.early_equal()),
        100,
    )
}

/// A long black candle, a black one in its body with a lower low, and a small white one above that.
pub(super) fn unique_three_river(candles: &Candles) -> i16 {
    let [first, second, third] = candles.three();
    signed(
        first.black()
            && second.black()
            && third.white
            && second.close > first.close
            && second.open <= first.open
            && second.low < first.low
            && third.open > second.low
            && first.long()
            && third.small(),
        100,
    )
}

/// Two black marubozus, a black candle below them with a shadow into the second, and a black one
/// around that.
pub(super) fn concealing_baby_swallow(candles: &Candles) -> i16 {
    let [first, second, third, fourth] = candles.four();
    signed(
        first.black()
            && second.black()
            && third.black()
            && fourth.black()
            && third.inside(&fourth)
            && third.gaps_down(&second)
            && third.high > second.close
            && third.some_upper()
            && first.no_lower()
            && first.no_upper()
            && second.no_lower()
            && second.no_upper(),
        100,
    )
}

/// Three black candles step down, a fourth leaves a shadow above it, and a white one closes above
/// that.
pub(super) fn ladder(candles: &Candles) -> i16 {
    let [first, second, third, fourth, fifth] = candles.five();
    signed(
        first.black()
            && second.black()
            && third.black()
            && fourth.black()
            && fifth.white
            && first.open > second.open
            && second.open > third.open
            && first.close > second.close
            && second.close > third.close
            && fifth.open > fourth.open
            && fifth.close > fourth.high
            && fourth.some_upper(),
        100,
    )
}
