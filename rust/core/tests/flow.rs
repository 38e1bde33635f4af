//! What the windows of flows promise, beside a plain list of everything that was told.
#![allow(clippy::expect_used, reason = "a test may fail loudly")]

use proptest::prelude::*;
use supreme_core::flow::{FlowWindows, OWNED, Part, SUSPECT, UNCONFIRMED};
use supreme_core::{CoreError, state};

const KIND: &str = "FlowWindows";
const MINUTE: i64 = 60_000_000_000;
const HOUR: i64 = 60 * MINUTE;
const START: i64 = 480_000 * HOUR;
const FLAGS: i64 = (OWNED | SUSPECT | UNCONFIRMED) as i64;

type Told = (i64, i64, Vec<(i64, i64, i64, i64)>);

fn fresh() -> FlowWindows {
    FlowWindows::new(8, 1_000).expect("windows")
}

fn parts(of: &[(i64, i64, i64, i64)]) -> Vec<Part> {
    let made = of.iter().map(|&(source, target, units, flags)| {
        Part::new(source, target, units, flags).expect("a part")
    });
    made.collect()
}

fn lane() -> impl Strategy<Value = i64> {
    prop_oneof![Just(-1), 4_i64..8]
}

fn told(count: usize) -> impl Strategy<Value = Vec<Told>> {
    let part = (lane(), lane(), 1_i64..1_000_000, 0..=FLAGS);
    let one = (0_i64..2_000, proptest::collection::vec(part, 1..4));
    proptest::collection::vec(one, 1..count).prop_map(|all| {
        let numbered = (0..).zip(all);
        numbered.map(|(key, (minute, parts))| (key, START + minute * MINUTE, parts)).collect()
    })
}

/// What a lane holds in cells of five minutes, by going through the list.
fn plainly(all: &[Told], lane: i64, hours: i64, now: i64) -> (i128, i128) {
    let last = now / (5 * MINUTE);
    let mut sums = (0, 0);
    for (_, time, parts) in all {
        let cell = time / (5 * MINUTE);
        if cell > last || cell <= last - 12 * hours {
            continue;
        }
        for &(source, target, units, flags) in parts {
            let units = i128::from(units);
            let when = |yes: bool| if yes { units } else { 0 };
            let has = |flag: u8| flags & i64::from(flag) != 0;
            let (inflow, outflow) = match lane {
                0 => (1, 0),
                1 => (when(target > 0), when(source > 0)),
                2 => (when(has(OWNED)), when(!has(OWNED))),
                3 => (when(has(UNCONFIRMED)), when(has(SUSPECT))),
                _ => (when(target == lane), when(source == lane)),
            };
            sums = (sums.0 + inflow, sums.1 + outflow);
        }
    }
    sums
}

proptest! {
    #[test]
    fn windows_are_those_of_a_plain_list(all in told(60), hours in 1_i64..=24) {
        let mut windows = fresh();
        for (key, time, of) in &all {
            prop_assert!(windows.add(*key, *time, &parts(of)).expect("room"));
        }
        let now = all.iter().map(|told| told.1).max().expect("one at least");
        // A day of cells is kept; what is older has left.
        for lane in 0..8 {
            prop_assert_eq!(
                windows.totals(lane, hours, now).expect("asked well"),
                plainly(&all, lane, hours, now)
            );
        }
        let largest = all.iter().filter(|told| told.1 / (5 * MINUTE) > now / (5 * MINUTE) - 12 * hours);
        let largest = largest.flat_map(|told| &told.2).map(|part| part.2).max().expect("the newest");
        prop_assert_eq!(windows.largest(hours, now).expect("asked well"), largest);
    }

    #[test]
    fn all_taken_back_is_empty(all in told(60), hours in 1_i64..=24) {
        let mut windows = fresh();
        for (key, time, of) in &all {
            windows.add(*key, *time, &parts(of)).expect("room");
        }
        let now = all.iter().map(|told| told.1).max().expect("one at least");
        for (key, _, _) in &all {
            prop_assert!(windows.remove(*key));
            prop_assert!(!windows.remove(*key));
        }
        prop_assert!(windows.is_empty());
        for lane in 0..8 {
            prop_assert_eq!(windows.totals(lane, hours, now).expect("asked well"), (0, 0));
        }
        prop_assert!(windows.history(1, hours, now + 24 * HOUR).expect("asked well").iter().all(Option::is_none));
        prop_assert_eq!(windows.largest(hours, now).expect("asked well"), 0);
    }

    #[test]
    fn what_leaves_the_memory_stays_in_the_sums(all in told(60)) {
        let mut windows = FlowWindows::new(8, 3).expect("windows");
        let mut whole = fresh();
        for (key, time, of) in &all {
            for one in [&mut windows, &mut whole] {
                prop_assert!(one.add(*key, *time, &parts(of)).expect("room"));
                prop_assert!(!one.add(*key, *time, &parts(of)).expect("room"));
            }
        }
        prop_assert!(windows.len() <= 3);
        let now = all.iter().map(|told| told.1).max().expect("one at least");
        for lane in 0..8 {
            prop_assert_eq!(windows.totals(lane, 24, now), whole.totals(lane, 24, now));
        }
        let newest = &all[all.len() - 1];
        prop_assert!(windows.flags(newest.0).is_some());
        prop_assert!(windows.remove(newest.0));
        let again = state::load::<FlowWindows>(KIND, &state::save(KIND, &windows).expect("saved"));
        prop_assert_eq!(again.expect("restored"), windows);
    }
}

#[test]
fn a_day_is_compared_with_the_same_hours_of_the_days_before() {
    let mut windows = fresh();
    for day in 0..31 {
        let part = Part::new(-1, 4, 100 + day, i64::from(OWNED)).expect("a part");
        if day != 29 {
            windows.add(day, START + day * 24 * HOUR, &[part]).expect("room");
        }
    }
    let now = START + 30 * 24 * HOUR + 59 * MINUTE;
    let history = windows.history(4, 1, now).expect("asked well");
    let expected = (0..30).rev().map(|day| (day != 29).then_some((100 + i128::from(day), 0)));
    assert_eq!(history, expected.collect::<Vec<_>>());
    assert_eq!(windows.history(1, 24, now + 22 * HOUR).expect("asked well")[1], Some((128, 0)));
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let mut windows = fresh();
    let part = Part::new(-1, 4, 1_000_000_000_000_000_000, 0).expect("a part");
    windows.add(1, START, &[part; 9]).expect("room");
    let before = windows.clone();
    let refused = windows.add(2, START, &[part]);
    assert!(matches!(refused, Err(CoreError::Integer { name: "units", .. })));
    assert_eq!(windows, before);
    windows.add(2, START + 2 * HOUR, &[part]).expect("another hour has room");
    for wrong in [Part::new(3, -1, 1, 0), Part::new(-1, 96, 1, 0), Part::new(-1, -1, 0, 0)] {
        assert!(wrong.is_err());
    }
    assert!(Part::new(-1, -1, 1, 8).is_err());
    let far = Part::new(-1, 8, 1, 0).expect("a part");
    assert!(matches!(
        windows.add(3, START, &[far]),
        Err(CoreError::Integer { name: "target", .. })
    ));
    assert!(windows.totals(8, 1, START).is_err());
    assert!(windows.totals(1, 25, START).is_err());
    assert!(FlowWindows::new(4, 1).is_err());
    assert!(FlowWindows::new(5, 0).is_err());
}

#[test]
fn forgotten_is_fresh() {
    let mut windows = fresh();
    windows.add(1, START, &[Part::new(4, 5, 7, 0).expect("a part")]).expect("room");
    windows.reset();
    assert_eq!(windows, fresh());
}
