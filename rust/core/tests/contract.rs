//! What every indicator promises, whatever it computes.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a test may fail loudly, and its numbers are small"
)]

use supreme_core::indicators::{
    Atr, Bollinger, Ema, HighLowClose, Indicator, Macd, PriceSize, RealisedVolatility, RollingVwap,
    Rsi, Seed, SessionVwap, Sma,
};
use supreme_core::numbers::Price;
use supreme_core::state;

/// Prices that rise, fall, stand still and jump, from the bits of a counter.
fn prices(n: usize) -> Vec<f64> {
    let mut price = 100.0;
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    (0..n)
        .map(|_| {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
            price *= match bits % 7 {
                0 | 1 => 1.01,
                2 | 3 => 0.99,
                4 => 1.3,
                _ => 1.0,
            };
            price
        })
        .collect()
}

fn price(x: f64) -> Price {
    Price::new("price", x).expect("a valid price")
}

fn check<I>(indicator: &I, inputs: &[I::Input])
where
    I: Indicator + PartialEq + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned,
    I::Output: PartialEq + std::fmt::Debug,
{
    assert_eq!(indicator.value(), None, "nothing seen, no value");
    let mut streaming = indicator.clone();
    let streamed: Vec<_> = inputs
        .iter()
        .map(|input| {
            let answer = streaming.update(*input);
            assert_eq!(answer, streaming.value(), "the value is the last answer");
            answer
        })
        .collect();
    let silent = streamed.iter().take_while(|answer| answer.is_none()).count();
    assert_eq!(silent + 1, indicator.warmup(), "the warm-up ends when it says");
    assert!(streamed.iter().skip(silent).all(Option::is_some), "no value is lost afterwards");
    assert!(streaming.mature());

    let mut batched = Vec::new();
    let all = inputs.iter().map(|input| (Ok(*input), ()));
    streaming.batch(all, |(), answer| batched.push(answer)).expect("valid inputs");
    assert_eq!(batched, streamed, "batch equals streaming, and starts fresh");

    let (head, tail) = inputs.split_at(inputs.len() / 2);
    let mut half = indicator.clone();
    for input in head {
        half.update(*input);
    }
    let saved = state::save("it", &half).expect("saved");
    let mut restored: I = state::load("it", &saved).expect("restored");
    assert_eq!(restored, half);
    let continued: Vec<_> = tail.iter().map(|input| restored.update(*input)).collect();
    assert_eq!(continued, streamed[head.len()..], "a restored state goes on bit for bit");

    streaming.reset();
    let again: Vec<_> = inputs.iter().map(|input| streaming.update(*input)).collect();
    assert_eq!(again, streamed, "reset forgets everything");
}

macro_rules! contract {
    ($($name:ident: $indicator:expr, $input:expr;)+) => {$(
        #[test]
        fn $name() {
            let inputs: Vec<_> = prices(300).into_iter().map($input).collect();
            check(&$indicator.expect("valid parameters"), &inputs);
        }
    )+};
}

fn bar(x: f64) -> HighLowClose {
    HighLowClose::new(x * 1.01, x * 0.98, x).expect("a valid bar")
}

fn trade(x: f64) -> PriceSize {
    PriceSize::new(x, 1.0 / x, 1_000_000_000).expect("a valid trade")
}

contract! {
    ema_first: Ema::new("period", 20, Seed::First), price;
    ema_sma: Ema::new("period", 20, Seed::Sma), price;
    ema_of_one: Ema::new("period", 1, Seed::Sma), price;
    sma: Sma::new("period", 20), price;
    rsi: Rsi::new("period", 14), price;
    rsi_of_one: Rsi::new("period", 1), price;
    macd_first: Macd::new(12, 26, 9, Seed::First), price;
    macd_sma: Macd::new(12, 26, 9, Seed::Sma), price;
    macd_shortest: Macd::new(1, 2, 1, Seed::Sma), price;
    bollinger: Bollinger::new(20, 2.0), price;
    atr: Atr::new("period", 14), bar;
    session_vwap: Ok::<_, ()>(SessionVwap::default()), trade;
    rolling_vwap: RollingVwap::new(20), trade;
    realised_volatility: RealisedVolatility::new("period", 60, 525_600.0), price;
}

#[test]
fn a_market_that_never_moved_has_rsi_50_and_bands_of_width_0() {
    let mut rsi = Rsi::new("period", 3).expect("valid");
    let mut bands = Bollinger::new(3, 2.0).expect("valid");
    let flat = price(61_837.63);
    let last = (0..10).map(|_| (rsi.update(flat), bands.update(flat))).last();
    let (index, band) = last.expect("ten answers");
    assert_eq!(index, Some(50.0));
    let band = band.expect("warm");
    assert_eq!((band.upper, band.lower), (61_837.63, 61_837.63));
}

#[test]
fn a_fall_is_seen_after_a_rise() {
    // Losses must count against the last price, not against the first.
    let mut rsi = Rsi::new("period", 2).expect("valid");
    let answers: Vec<_> = [100.0, 101.0, 102.0, 101.0].map(|x| rsi.update(price(x))).into();
    assert_eq!(answers[2], Some(100.0));
    assert_eq!(answers[3], Some(50.0));
}
