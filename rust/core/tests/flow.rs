//! What the windows of flows promise, beside a plain list of everything that was told.
#![allow(clippy::expect_used, reason = "a test may fail loudly")]

use proptest::prelude::*;
use supreme_core::flow::{
    FlowWindows, HINDSIGHT, OWNED, Outcome, Part, SUSPECT, Standing, Telling, UNCONFIRMED,
};
use supreme_core::{CoreError, state};

const KIND: &str = "FlowWindows";
const MINUTE: i64 = 60_000_000_000;
const HOUR: i64 = 60 * MINUTE;
const START: i64 = 480_000 * HOUR;
const FLAGS: i64 = (OWNED | SUSPECT | HINDSIGHT) as i64;

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

fn word(standing: Standing, time: i64, parts: Vec<Part>) -> Telling {
    Telling { standing, said_ns: time, heard_ns: time, quality: 1, tie: 0, parts }
}

fn add(windows: &mut FlowWindows, key: i64, time: i64, parts: &[Part]) -> Result<bool, CoreError> {
    let told = windows.tell(key, &word(Standing::Confirmed, time, parts.to_vec()))?;
    Ok(told == Outcome::Counted)
}

fn remove(windows: &mut FlowWindows, key: i64) -> bool {
    let told = windows.tell(key, &word(Standing::Removed, START + 2_000 * MINUTE, Vec::new()));
    told.expect("a time") == Outcome::Reversed
}

/// Whether it is in a block is for the standing to say.
fn flags() -> impl Strategy<Value = i64> {
    (0..=FLAGS).prop_map(|flags| flags & FLAGS)
}

fn lane() -> impl Strategy<Value = i64> {
    prop_oneof![Just(-1), 4_i64..8]
}

fn told(count: usize) -> impl Strategy<Value = Vec<Told>> {
    let part = (lane(), lane(), 1_i64..1_000_000, flags());
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
                0 => (1, i128::from(has(HINDSIGHT))),
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
            prop_assert!(add(&mut windows, *key, *time, &parts(of)).expect("room"));
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
            add(&mut windows, *key, *time, &parts(of)).expect("room");
        }
        let now = all.iter().map(|told| told.1).max().expect("one at least");
        for (key, _, _) in &all {
            prop_assert!(remove(&mut windows, *key));
            prop_assert!(!remove(&mut windows, *key));
        }
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
                prop_assert!(add(one, *key, *time, &parts(of)).expect("room"));
                prop_assert!(!add(one, *key, *time, &parts(of)).expect("room"));
            }
        }
        prop_assert!(windows.len() <= 3);
        let now = all.iter().map(|told| told.1).max().expect("one at least");
        for lane in 0..8 {
            prop_assert_eq!(windows.totals(lane, 24, now), whole.totals(lane, 24, now));
        }
        prop_assert_eq!(windows.len() + usize::try_from(windows.forgotten()).expect("few"), all.len());
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
            add(&mut windows, day, START + day * 24 * HOUR, &[part]).expect("room");
        }
    }
    let now = START + 30 * 24 * HOUR + 59 * MINUTE;
    let history = windows.history(4, 1, now).expect("asked well");
    let expected = (0..30).rev().map(|day| (day != 29).then_some(100 + i128::from(day)));
    assert_eq!(history, expected.collect::<Vec<_>>());
    assert_eq!(windows.history(1, 24, now + 22 * HOUR).expect("asked well")[1], Some(128));
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let mut windows = fresh();
    let part = Part::new(-1, 4, 1_000_000_000_000_000_000, 0).expect("a part");
    add(&mut windows, 1, START, &[part; 9]).expect("room");
    let before = windows.clone();
    let refused = add(&mut windows, 2, START, &[part]);
    assert!(matches!(refused, Err(CoreError::Integer { name: "units", .. })));
    assert_eq!(windows, before);
    add(&mut windows, 2, START + 2 * HOUR, &[part]).expect("another hour has room");
    for wrong in [Part::new(3, -1, 1, 0), Part::new(-1, 96, 1, 0), Part::new(-1, -1, 0, 0)] {
        assert!(wrong.is_err());
    }
    assert!(Part::new(-1, -1, 1, 16).is_err());
    let far = Part::new(-1, 8, 1, 0).expect("a part");
    assert!(matches!(
        add(&mut windows, 3, START, &[far]),
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
    add(&mut windows, 1, START, &[Part::new(4, 5, 7, 0).expect("a part")]).expect("room");
    windows.reset();
    assert_eq!(windows, fresh());
}

/// Words about a few transactions: who, standing, the chain's time, ours, quality, tie, parts.
type Word = (i64, Telling, Vec<(i64, i64, i64, i64)>);

fn words() -> impl Strategy<Value = Vec<Word>> {
    let standing = prop_oneof![
        3 => Just(Standing::Unconfirmed),
        3 => Just(Standing::Confirmed),
        2 => Just(Standing::Removed),
        1 => Just(Standing::Replaced),
    ];
    let part = (lane(), lane(), 1_i64..1_000, flags());
    let of = proptest::collection::vec(part, 0..3);
    let one = (0_i64..3, standing, 0_i64..6, 0_i64..6, 0_u8..3, of);
    proptest::collection::vec(one, 1..14).prop_map(|all| {
        let numbered = (0_u32..).zip(all);
        let telling = |(tie, (key, standing, said, later, quality, of)): (u32, _)| {
            let (said, later): (i64, i64) = (said, later);
            let of: Vec<(i64, i64, i64, i64)> = of;
            let said_ns = START + said * 7 * MINUTE;
            let heard_ns = said_ns + later * MINUTE;
            (key, Telling { standing, said_ns, heard_ns, quality, tie, parts: parts(&of) }, of)
        };
        numbered.map(telling).collect()
    })
}

/// What stands once all was said, found by looking at all words at once.
fn truth(all: &[Word]) -> Vec<Told> {
    let mut found = Vec::new();
    for key in 0..3 {
        let of: Vec<&Word> = all.iter().filter(|word| word.0 == key).collect();
        if of.iter().any(|word| word.1.standing == Standing::Replaced) {
            continue;
        }
        let last = of.iter().map(|(_, word, _)| {
            let gone = word.standing == Standing::Removed;
            (word.said_ns, gone, word.heard_ns, word.standing)
        });
        let Some((_, false, _, standing)) = last.max() else { continue };
        let live = of.iter().filter(|word| word.1.standing != Standing::Removed);
        let time = live.clone().map(|word| word.1.said_ns).min().expect("one");
        let best = live.max_by_key(|(_, word, _)| (word.quality, word.heard_ns, word.tie));
        let doubt = if standing == Standing::Unconfirmed { UNCONFIRMED } else { 0 };
        let told = best.expect("one").2.iter().map(|&(source, target, units, flags)| {
            (source, target, units, flags | i64::from(doubt))
        });
        found.push((key, time, told.collect()));
    }
    found
}

proptest! {
    #[test]
    fn in_any_order_it_ends_at_what_stands(
        (all, shuffled) in words().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let now = START + 90 * MINUTE;
        let stands = truth(&all);
        for order in [&all, &shuffled] {
            let mut windows = fresh();
            for (key, telling, _) in order {
                windows.tell(*key, telling).expect("room");
                let before = windows.clone();
                windows.tell(*key, telling).expect("room");
                prop_assert_eq!(&windows, &before, "said again it changes nothing");
            }
            for lane in 0..8 {
                for hours in [1, 4, 24] {
                    let sums = windows.totals(lane, hours, now).expect("asked well");
                    prop_assert_eq!(sums, plainly(&stands, lane, hours, now));
                }
            }
        }
    }
}

#[test]
fn dust_does_not_push_out_what_is_large() {
    let mut windows = FlowWindows::new(8, 16).expect("windows");
    let part = |units| Part::new(-1, 4, units, 0).expect("a part");
    add(&mut windows, -1, START, &[part(1_000_000)]).expect("room");
    for key in 0..1_000 {
        assert!(add(&mut windows, key, START + key * MINUTE, &[part(1)]).expect("room"));
        assert!(!add(&mut windows, key, START + key * MINUTE, &[part(1)]).expect("room"));
    }
    assert_eq!((windows.len(), windows.forgotten()), (16, 985));
    assert!(remove(&mut windows, -1));
}

#[test]
fn what_is_old_makes_room_in_the_end() {
    let mut windows = FlowWindows::new(8, 2).expect("windows");
    let part = |units| Part::new(-1, 4, units, 0).expect("a part");
    add(&mut windows, 1, START, &[part(1_000)]).expect("room");
    for (key, day) in [(2, 9), (3, 10)] {
        add(&mut windows, key, START + day * 24 * HOUR, &[part(1)]).expect("room");
        assert!(add(&mut windows, key, START + day * 24 * HOUR, &[part(1)]).is_ok_and(|new| !new));
    }
    assert_eq!((windows.len(), windows.forgotten()), (2, 1));
    let word = word(Standing::Removed, START + 11 * 24 * HOUR, Vec::new());
    assert_eq!(windows.tell(1, &word), Ok(Outcome::Unknown));
    assert_eq!(windows.tell(2, &word), Ok(Outcome::Reversed));
    assert_eq!(windows.tell(3, &word), Ok(Outcome::Reversed));
}

#[test]
fn what_left_before_it_came_stays_out() {
    let mut windows = fresh();
    let parts = vec![Part::new(-1, 4, 7, 0).expect("a part")];
    let said = |standing, minute| word(standing, START + minute * MINUTE, parts.clone());
    assert_eq!(windows.tell(1, &said(Standing::Removed, 5)), Ok(Outcome::Unknown));
    assert_eq!(windows.tell(1, &said(Standing::Unconfirmed, 1)), Ok(Outcome::Void));
    assert_eq!(windows.tell(1, &said(Standing::Confirmed, 5)), Ok(Outcome::Void));
    assert_eq!(windows.tell(1, &said(Standing::Removed, 5)), Ok(Outcome::Repeated));
    assert_eq!(windows.tell(1, &said(Standing::Confirmed, 9)), Ok(Outcome::Counted));
    assert_eq!(windows.tell(1, &said(Standing::Replaced, 2)), Ok(Outcome::Reversed));
    assert_eq!(windows.tell(1, &said(Standing::Confirmed, 99)), Ok(Outcome::Void));
    assert_eq!(
        windows.tell(2, &word(Standing::Confirmed, START, Vec::new())),
        Ok(Outcome::Ignored)
    );
}
