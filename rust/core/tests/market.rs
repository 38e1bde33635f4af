//! Bars, gate and analyzer on random streams, against rules that are simpler than they are.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a test may fail loudly, and its numbers are small"
)]

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use supreme_core::indicators::Seed;
use supreme_core::market::config::{BarConfig, TickConfig};
use supreme_core::market::{
    Alone, Analyzer, AnalyzerConfig, Armed, BarBuilder, Flags, GateConfig, Grids, Side, Timeframe,
};
use supreme_core::numbers::Price;
use supreme_core::state;

const SECOND: i64 = 1_000_000_000;
const START: i64 = 1_700_000_040 * SECOND;

type Trade = (f64, f64, i64, Side);

/// Trades in cents and 1e-5, a few seconds apart, sometimes backward, sometimes after silence.
fn trades() -> impl Strategy<Value = Vec<Trade>> {
    let step = prop_oneof![
        6 => 0..5 * SECOND,
        1 => -20 * SECOND..0,
        1 => 60 * SECOND..400 * SECOND,
        1 => Just(60 * SECOND),
    ];
    let side = prop_oneof![Just(Side::Sell), Just(Side::Unknown), Just(Side::Buy)];
    let one = (5_900_000..6_100_000_i64, 1..500_000_i64, step, side);
    prop::collection::vec(one, 1..400).prop_map(|steps| {
        let mut time = START;
        steps
            .into_iter()
            .map(|(cents, lots, step, side)| {
                time = (time + step).max(0);
                (cents as f64 / 100.0, lots as f64 / 100_000.0, time, side)
            })
            .collect()
    })
}

fn config() -> AnalyzerConfig {
    AnalyzerConfig {
        grids: Grids::of_instrument(2, 5).expect("valid decimals"),
        tick: TickConfig { ema: 20, rsi: 14, macd: (12, 26, 9), seed: Seed::First },
        bar: BarConfig {
            emas: (2, 3, 5),
            rsi: 3,
            macd: (2, 4, 3),
            atr: 3,
            bollinger: 4,
            bollinger_width: 2.0,
            volatility: 4,
            seed: Seed::Sma,
        },
        gate: GateConfig {
            target_skip_ratio: 0.0,
            min_price_change: 0.001,
            volume_multiple: 2.0,
            volume_window: 20,
            max_idle_seconds: 60.0,
            gated: true,
        },
        wake_on: Flags::from_bits(u16::MAX),
        max_gap_seconds: 604_800,
    }
}

fn analyzer(config: AnalyzerConfig) -> Analyzer {
    Analyzer::new(config).expect("valid parameters")
}

fn armed(low: i64, high: i64, wake: i64) -> Armed {
    let level = |cents: i64| Some(Price::new("level", cents as f64 / 100.0).expect("valid"));
    Armed {
        stop_below: level(low),
        limit_above: level(high),
        wake_at_ns: Some(START + wake * SECOND),
        ..Armed::default()
    }
}

/// The saved state, for comparing every bit, NaN included.
fn bits(value: &impl serde::Serialize) -> Vec<u8> {
    state::save("bits", value).expect("saved")
}

/// Failures found are kept beside this file and tried first.
fn kept() -> ProptestConfig {
    let file = FileFailurePersistence::Direct("tests/market.proptest-regressions");
    ProptestConfig { failure_persistence: Some(Box::new(file)), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(kept())]

    #[test]
    fn advance_equals_a_loop_of_updates(
        trades in trades(), low in 5_900_000..6_000_000_i64, wake in 0..2_000_i64,
    ) {
        let (mut one_by_one, mut in_batches) = (analyzer(config()), analyzer(config()));
        for analyzer in [&mut one_by_one, &mut in_batches] {
            analyzer.arm(armed(low, 6_050_000, wake)).expect("valid");
        }
        let mut start = 0;
        for (index, (price, size, time, side)) in trades.iter().copied().enumerate() {
            let flags = one_by_one.update(price, size, time, side).expect("valid");
            let mut union = Flags::NONE;
            while start == index {
                let rest = trades[start..=index].iter().copied().map(Ok);
                let (next, flags) = in_batches.advance(rest, start, &mut Alone).expect("valid");
                union |= flags;
                start = next;
            }
            prop_assert_eq!(union, flags);
            prop_assert_eq!(bits(&in_batches), bits(&one_by_one));
        }
    }

    #[test]
    fn the_gate_changes_no_value(trades in trades()) {
        let gate = GateConfig { gated: false, ..config().gate };
        let (mut on, mut off) = (analyzer(config()), analyzer(AnalyzerConfig { gate, ..config() }));
        for (price, size, time, side) in trades {
            let with = on.update(price, size, time, side).expect("valid");
            let without = off.update(price, size, time, side).expect("valid");
            if !with.contains(Flags::LATE) {
                prop_assert!(without.contains(Flags::SIGNIFICANT));
            }
            prop_assert_eq!(bits(on.tick()), bits(off.tick()));
        }
        for timeframe in Timeframe::ALL {
            prop_assert_eq!(bits(on.timeframe(timeframe)), bits(off.timeframe(timeframe)));
        }
        prop_assert_eq!(off.gate().skipped(), 0);
        let seen = on.gate().processed() + on.gate().skipped();
        prop_assert_eq!(seen, on.accepted());
        prop_assert_eq!(off.gate().processed(), on.accepted());
    }

    #[test]
    fn a_saved_analyzer_goes_on_bit_for_bit(trades in trades(), cut in 0.0..1.0) {
        #[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "a position")]
        let cut = (trades.len() as f64 * cut) as usize;
        let mut whole = analyzer(config());
        for (price, size, time, side) in &trades[..cut] {
            whole.update(*price, *size, *time, *side).expect("valid");
        }
        let bytes = state::save("analyzer", &whole).expect("saved");
        let mut restored: Analyzer = state::load("analyzer", &bytes).expect("restored");
        for (price, size, time, side) in &trades[cut..] {
            let flags = whole.update(*price, *size, *time, *side).expect("valid");
            prop_assert_eq!(restored.update(*price, *size, *time, *side).expect("valid"), flags);
        }
        prop_assert_eq!(bits(&restored), bits(&whole));
    }

    #[test]
    fn a_changed_state_is_refused(position in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut bytes = state::save("analyzer", &analyzer(config())).expect("saved");
        let position = position.index(bytes.len());
        bytes[position] ^= 1 << bit;
        prop_assert!(state::load::<Analyzer>("analyzer", &bytes).is_err());
        bytes.truncate(position);
        prop_assert!(state::load::<Analyzer>("analyzer", &bytes).is_err());
    }

    #[test]
    fn bars_hold_every_accepted_trade_once(trades in trades()) {
        let grids = Grids::of_instrument(2, 5).expect("valid decimals");
        let mut builder = BarBuilder::new(604_800).expect("valid");
        let mut closed: [Vec<_>; 4] = Default::default();
        let (mut accepted, mut volume) = (0, 0);
        let mut last = START;
        for (price, size, time, side) in trades {
            let tick = grids.tick(price, size, time, side).expect("valid");
            last = last.max(time);
            let kept = builder
                .update(&tick, |bars| {
                    for (timeframe, bar) in bars.iter() {
                        closed[timeframe as usize].push(*bar);
                    }
                })
                .expect("no gap");
            if kept {
                accepted += 1;
                volume += i128::from(tick.size);
            }
        }
        builder
            .pass(last + 3_600 * SECOND, |bars| {
                for (timeframe, bar) in bars.iter() {
                    closed[timeframe as usize].push(*bar);
                }
            })
            .expect("no gap");
        for (timeframe, bars) in Timeframe::ALL.into_iter().zip(&closed) {
            prop_assert_eq!(bars.iter().map(|bar| bar.trades).sum::<u64>(), accepted);
            prop_assert_eq!(bars.iter().map(|bar| bar.volume).sum::<i128>(), volume);
            for bar in bars {
                prop_assert_eq!(bar.open_ns % timeframe.length_ns(), 0);
                prop_assert!(bar.low <= bar.open.min(bar.close));
                prop_assert!(bar.high >= bar.open.max(bar.close));
                prop_assert!(bar.buy_volume <= bar.volume);
                prop_assert_eq!(bar.trades == 0, bar.volume == 0);
            }
            for pair in bars.windows(2) {
                prop_assert_eq!(pair[1].open_ns - pair[0].open_ns, timeframe.length_ns());
                if pair[1].trades == 0 {
                    prop_assert_eq!(pair[1].open, pair[0].close);
                }
            }
        }
    }

    #[test]
    fn nothing_refused_changes_anything(
        trades in trades(), price in any::<f64>(), size in any::<f64>(), time in any::<i64>(),
    ) {
        let mut analyzer = analyzer(config());
        for (price, size, time, side) in trades {
            analyzer.update(price, size, time, side).expect("valid");
        }
        let before = bits(&analyzer);
        if analyzer.update(price, size, time, Side::Unknown).is_err() {
            prop_assert_eq!(bits(&analyzer), before);
        }
    }
}

#[test]
fn a_jump_too_far_ahead_is_refused_and_the_next_trade_is_not() {
    let mut analyzer = analyzer(config());
    analyzer.update(60_000.0, 1.0, START, Side::Buy).expect("valid");
    let too_far = START + 604_800 * SECOND + 1;
    assert!(analyzer.update(60_000.0, 1.0, too_far, Side::Buy).is_err());
    assert!(analyzer.watermark(too_far).is_err());
    assert!(analyzer.update(60_000.0, 1.0, START + SECOND, Side::Buy).is_ok());
}

#[test]
fn silent_minutes_close_one_at_a_time_before_the_trade_that_ends_them() {
    let mut analyzer = analyzer(config());
    let trade = |time| [Ok((60_000.0, 1.0, START + time * SECOND, Side::Buy))].into_iter();
    analyzer.advance(trade(0), 0, &mut Alone).expect("valid");
    for closed in 1..=3 {
        let (next, flags) = analyzer.advance(trade(185), 0, &mut Alone).expect("valid");
        assert_eq!(next, 0, "the trade waits");
        assert!(flags.contains(Flags::BAR_1M));
        assert_eq!(analyzer.timeframe(Timeframe::M1).closed(), closed);
    }
    let (next, _) = analyzer.advance(trade(185), 0, &mut Alone).expect("valid");
    assert_eq!(next, 1);
    let silent = analyzer.timeframe(Timeframe::M1).last().expect("a bar");
    assert_eq!((silent.trades, silent.open, silent.close), (0, 6_000_000, 6_000_000));
}

#[test]
fn a_stop_is_hit_when_touched_and_a_limit_when_traded_through() {
    let level = |price| Some(Price::new("level", price).expect("valid"));
    let mut analyzer = analyzer(config());
    analyzer
        .arm(Armed { stop_below: level(100.0), limit_below: level(100.0), ..Armed::default() })
        .expect("valid");
    let mut hit = |price, time| {
        let flags = analyzer.update(price, 1.0, START + time, Side::Sell).expect("valid");
        (flags.contains(Flags::LEVEL), analyzer.last_hit(), analyzer.armed())
    };
    assert!(!hit(100.01, 0).0);
    let (raised, which, left) = hit(100.0, 1);
    assert!(raised && which.stop_below && !which.limit_below);
    assert!(left.stop_below.is_none() && left.limit_below.is_some());
    assert!(!hit(100.0, 2).0);
    assert!(hit(99.99, 3).1.limit_below);
}
