//! What the patterns promise. That they are TA-Lib's is said by `tests/oracle/test_patterns.py`.
#![allow(clippy::expect_used, reason = "a test may fail loudly")]

use proptest::prelude::*;
use supreme_core::patterns::{COUNT, CandlestickPatterns, NAMES, Ohlc};
use supreme_core::{CoreError, state};

const KIND: &str = "CandlestickPatterns";

fn bar([open, high, low, close]: [f64; 4]) -> Ohlc {
    Ohlc::new(open, high, low, close).expect("a bar")
}

/// The values of the patterns that are there, by name.
fn present(patterns: &mut CandlestickPatterns, prices: [f64; 4]) -> Vec<(&'static str, i16)> {
    let found = patterns.update(bar(prices));
    let named: Vec<_> = NAMES.into_iter().zip(*found.values()).filter(|of| of.1 != 0).collect();
    let places: Vec<_> = found.present().collect();
    assert_eq!(places.len(), named.len());
    for (place, value) in places {
        assert!(named.contains(&(NAMES.get(place).copied().unwrap_or(""), value)));
    }
    named
}

/// Bars of a few prices each, so that equal ones are frequent.
fn bars(length: usize) -> impl Strategy<Value = Vec<[f64; 4]>> {
    let prices = proptest::array::uniform4(1_u32..9);
    let bar = (prices, any::<bool>()).prop_map(|(mut prices, up)| {
        prices.sort_unstable();
        let [low, a, b, high] = prices.map(|price| f64::from(price) * 0.1);
        if up { [a, high, low, b] } else { [b, high, low, a] }
    });
    proptest::collection::vec(bar, length)
}

#[test]
fn names_are_unique_and_in_order() {
    assert_eq!(NAMES.len(), COUNT);
    assert!(NAMES.is_sorted_by(|a, b| a < b));
}

#[test]
fn a_body_around_the_one_before() {
    let mut patterns = CandlestickPatterns::new();
    // TA-Lib looks for it from the third bar on, although two would do.
    assert_eq!(present(&mut patterns, [10.0, 11.0, 9.0, 9.5]), []);
    assert_eq!(present(&mut patterns, [9.0, 12.0, 8.5, 11.5]), []);
    assert_eq!(present(&mut patterns, [12.0, 12.0, 8.0, 8.5]), [("CDLENGULFING", -100)]);
    assert_eq!(present(&mut patterns, [8.5, 13.0, 8.0, 12.5]), [("CDLENGULFING", 80)]);
}

#[test]
fn a_candle_is_compared_with_the_ten_before_it() {
    let mut patterns = CandlestickPatterns::new();
    for _ in 0..10 {
        assert_eq!(present(&mut patterns, [10.0, 12.0, 9.0, 11.0]), []);
    }
    // A range of 3 allows a doji 0.3, itself not counted.
    let mut other = patterns;
    let doji = |found: Vec<(&str, i16)>| found.contains(&("CDLDOJI", 100));
    assert!(doji(present(&mut patterns, [10.0, 12.0, 9.0, 10.25])));
    assert!(!doji(present(&mut other, [10.0, 102.0, 9.0, 10.5])));
}

#[test]
fn a_bar_out_of_order_is_refused() {
    for (prices, wrong) in [
        ([10.0, 9.0, 11.0, 10.0], "low"),
        ([8.0, 12.0, 9.0, 11.0], "open"),
        ([10.0, 12.0, 9.0, 12.5], "close"),
        ([10.0, f64::INFINITY, 9.0, 11.0], "high"),
        ([f64::NAN, 12.0, 9.0, 11.0], "open"),
        ([10.0, 12.0, 0.0, 11.0], "low"),
    ] {
        let [open, high, low, close] = prices;
        let refused = Ohlc::new(open, high, low, close).expect_err("no bar");
        assert!(matches!(refused, CoreError::Number { name, .. } if name == wrong), "{refused}");
    }
}

proptest! {
    #[test]
    fn a_saved_state_goes_on_alike(bars in bars(40), cut in 0_usize..40) {
        let mut whole = CandlestickPatterns::new();
        for prices in bars.iter().take(cut) {
            whole.update(bar(*prices));
        }
        let bytes = state::save(KIND, &whole).expect("bytes");
        let mut resumed: CandlestickPatterns = state::load(KIND, &bytes).expect("a state");
        prop_assert_eq!(resumed, whole);
        for prices in bars.iter().skip(cut) {
            prop_assert_eq!(resumed.update(bar(*prices)), whole.update(bar(*prices)));
        }
    }

    #[test]
    fn maturity_and_reset(bars in bars(20)) {
        let mut patterns = CandlestickPatterns::new();
        for (seen, prices) in bars.iter().enumerate() {
            prop_assert_eq!(patterns.mature(), seen >= patterns.warmup());
            patterns.update(bar(*prices));
        }
        patterns.reset();
        prop_assert_eq!(patterns, CandlestickPatterns::new());
    }
}
