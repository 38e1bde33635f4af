//! Windows of what flows between exchanges and the world (`docs/whales.md`, "Windows").
//!
//! A lane is a place. The first four are sums that every transaction enters by itself; those from
//! [`OWN`] on belong to exchanges. Amounts are whole units of 1e-8; times are arguments.

mod journal;
mod lane;

use serde::{Deserialize, Serialize};

use crate::error::CoreError;
use crate::numbers::{integer_within, timestamp};
use journal::Journal;
use lane::{LONG_NS, Lane, SHORT_NS};

pub use lane::Cell;

/// Most lanes.
pub const LANES_MAX: i64 = 96;
/// Most parts of transactions that are remembered.
pub const TRANSACTIONS_MAX: i64 = 16_384;
/// Largest amount of a part: ten thousand million whole coins.
pub const UNITS_MAX: i64 = 1_000_000_000_000_000_000;
/// Most parts of one transaction.
pub const PARTS_MAX: i64 = 96;
/// Days that a day is compared with.
pub const DAYS: i64 = 30;

/// Lane that counts parts, as inflow.
pub const SEEN: usize = 0;
/// Lane of all exchanges together.
pub const TOTAL: usize = 1;
/// Lane of the amounts with an owner known (inflow) and without (outflow).
pub const LABELLED: usize = 2;
/// Lane of the amounts that are unconfirmed (inflow) and suspect (outflow).
pub const DOUBTED: usize = 3;
/// First lane of an exchange.
pub const OWN: usize = 4;
const OWN_MIN: i64 = 4;

/// Flag of a part: not yet in a block.
pub const UNCONFIRMED: u8 = 1;
/// Flag of a part: may well mean something else.
pub const SUSPECT: u8 = 2;
/// Flag of a part: the owner of one side is known.
pub const OWNED: u8 = 4;

/// What moved from one owner to another in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Whole units of 1e-8.
    units: i64,
    /// Lane of the exchange that it left, 0 for none.
    source: u8,
    /// Lane of the exchange that it reached, 0 for none.
    target: u8,
    flags: u8,
}

impl Part {
    /// A checked part; a lane below 0 is none.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when a number is out of range.
    pub fn new(source: i64, target: i64, units: i64, flags: i64) -> Result<Self, CoreError> {
        let units = integer_within("units", units, 1, UNITS_MAX)?;
        let flags = integer_within("flags", flags, 0, i64::from(UNCONFIRMED | SUSPECT | OWNED))?;
        Ok(Self {
            units,
            source: own_lane("source", source)?,
            target: own_lane("target", target)?,
            flags: u8::try_from(flags).unwrap_or(0),
        })
    }

    /// What it adds to each lane.
    fn posts(&self) -> impl Iterator<Item = (usize, Cell)> {
        let has = |flag| self.flags & flag != 0;
        let entering = |yes: bool| if yes { self.units } else { 0 };
        let both = |inflow: bool, outflow: bool| Cell {
            inflow: entering(inflow),
            outflow: entering(outflow),
        };
        let (left, reached) = (self.source != 0, self.target != 0);
        [
            (SEEN, Cell { inflow: 1, outflow: 0 }),
            (TOTAL, both(reached, left)),
            (LABELLED, both(has(OWNED), !has(OWNED))),
            (DOUBTED, both(has(UNCONFIRMED), has(SUSPECT))),
            (usize::from(self.source), both(false, true)),
            (usize::from(self.target), both(true, false)),
        ]
        .into_iter()
        .enumerate()
        .filter(move |(place, (lane, cell))| {
            *cell != Cell::default() && (*place < OWN || *lane != SEEN)
        })
        .map(|(_, post)| post)
    }
}

fn own_lane(name: &'static str, lane: i64) -> Result<u8, CoreError> {
    if lane < 0 {
        return Ok(0);
    }
    let checked = integer_within(name, lane, OWN_MIN, LANES_MAX - 1)?;
    Ok(u8::try_from(checked).unwrap_or(0))
}

/// The windows of one asset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlowWindows {
    lanes: Vec<Lane>,
    journal: Journal,
    newest_ns: i64,
}

impl FlowWindows {
    /// Empty windows.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when `lanes` is not 5 to 96, or `transactions` not 1 to 16 384.
    pub fn new(lanes: i64, transactions: i64) -> Result<Self, CoreError> {
        let lanes = integer_within("lanes", lanes, OWN_MIN + 1, LANES_MAX)?;
        let held = integer_within("transactions", transactions, 1, TRANSACTIONS_MAX)?;
        Ok(Self {
            lanes: (0..lanes).map(|_| Lane::new()).collect(),
            journal: Journal::new(usize::try_from(held).unwrap_or(1)),
            newest_ns: 0,
        })
    }

    /// How many lanes there are.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// How many parts of transactions are remembered at most.
    #[must_use]
    pub fn transactions(&self) -> usize {
        self.journal.capacity()
    }

    /// Bytes reserved for all of it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let lanes: usize = self.lanes.iter().map(Lane::bytes).sum();
        lanes + self.lanes.capacity() * size_of::<Lane>() + self.journal.bytes()
    }

    /// How many transactions are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.journal.len()
    }

    /// True when no transaction is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Counts a transaction; false, and no change, when one of this key is remembered.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when the time or a lane is out of range, or a sum would not fit 64 bits.
    pub fn add(&mut self, key: i64, time_ns: i64, parts: &[Part]) -> Result<bool, CoreError> {
        let time_ns = timestamp("time_ns", time_ns)?;
        let count = i64::try_from(parts.len()).unwrap_or(i64::MAX);
        integer_within("the number of parts", count, 0, PARTS_MAX)?;
        for part in parts {
            for (name, lane) in [("source", part.source), ("target", part.target)] {
                let lanes = i64::try_from(self.lanes.len()).unwrap_or(LANES_MAX);
                integer_within(name, i64::from(lane), 0, lanes - 1)?;
            }
        }
        if self.journal.contains(key) {
            return Ok(false);
        }
        if !self.post(time_ns, parts, false) {
            let value = parts.iter().map(|part| part.units).max().unwrap_or(0);
            return Err(CoreError::Integer { name: "units", value, min: 1, max: UNITS_MAX });
        }
        self.journal.add(key, time_ns, parts);
        Ok(true)
    }

    /// Takes a transaction back; false when it is not remembered.
    pub fn remove(&mut self, key: i64) -> bool {
        let held = self.journal.parts(key);
        let Some(&(time_ns, _)) = held.first() else { return false };
        let parts: Vec<Part> = held.into_iter().map(|(_, part)| part).collect();
        self.journal.remove(key);
        self.post(time_ns, &parts, true)
    }

    /// Flags of a transaction, those of its parts together; None when it is not remembered.
    #[must_use]
    pub fn flags(&self, key: i64) -> Option<u8> {
        self.journal.parts(key).iter().map(|(_, part)| part.flags).reduce(|all, one| all | one)
    }

    /// What went in and out in the hours up to `now_ns`, in cells of 5 minutes.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when a number is out of range.
    pub fn totals(&self, lane: i64, hours: i64, now_ns: i64) -> Result<(i128, i128), CoreError> {
        let (lane, hours, now_ns) = self.asked(lane, hours, now_ns)?;
        Ok(lane.recent(hours, now_ns, self.newest_ns))
    }

    /// The same at this hour of each of the 30 days before, yesterday first, in cells of an hour;
    /// None for a day in which nothing at all was seen.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when a number is out of range.
    pub fn history(
        &self,
        lane: i64,
        hours: i64,
        now_ns: i64,
    ) -> Result<Vec<Option<(i128, i128)>>, CoreError> {
        let (lane, hours, now_ns) = self.asked(lane, hours, now_ns)?;
        let (seen, _, _) = self.asked(0, hours, now_ns)?;
        let days = (1..=DAYS).map(|day| {
            let then = now_ns - day * 24 * LONG_NS;
            let (count, _) = if then < 0 { (0, 0) } else { seen.past(24, then, self.newest_ns) };
            (count > 0).then(|| lane.past(hours, then, self.newest_ns))
        });
        Ok(days.collect())
    }

    /// The largest part that is remembered, of those that [`totals`](Self::totals) counts.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when a number is out of range.
    pub fn largest(&self, hours: i64, now_ns: i64) -> Result<i64, CoreError> {
        let (_, hours, now_ns) = self.asked(0, hours, now_ns)?;
        let last = now_ns / SHORT_NS;
        let first = last - hours * LONG_NS / SHORT_NS + 1;
        let within = |time_ns: i64| (first..=last).contains(&(time_ns / SHORT_NS));
        let parts = self.journal.iter().filter(|(time_ns, _)| within(*time_ns));
        Ok(parts.map(|(_, part)| part.units).max().unwrap_or(0))
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.lanes.fill(Lane::new());
        self.journal.clear();
        self.newest_ns = 0;
    }

    fn asked(&self, lane: i64, hours: i64, now_ns: i64) -> Result<(&Lane, i64, i64), CoreError> {
        let max = i64::try_from(self.lanes.len()).unwrap_or(LANES_MAX) - 1;
        let number = integer_within("lane", lane, 0, max)?;
        let hours = integer_within("hours", hours, 1, 24)?;
        let now_ns = timestamp("now_ns", now_ns)?;
        let refused = CoreError::Integer { name: "lane", value: lane, min: 0, max };
        let lane = usize::try_from(number).ok().and_then(|place| self.lanes.get(place));
        lane.map(|lane| (lane, hours, now_ns)).ok_or(refused)
    }

    fn advance(&mut self, time_ns: i64) {
        if time_ns > self.newest_ns {
            for lane in &mut self.lanes {
                lane.advance(self.newest_ns, time_ns);
            }
            self.newest_ns = time_ns;
        }
    }

    /// Adds parts to their lanes, or takes them away; false, and no change, when a sum does not fit.
    fn post(&mut self, time_ns: i64, parts: &[Part], back: bool) -> bool {
        let Some(flows) = flows_of(parts) else { return false };
        let mut sums = Vec::with_capacity(flows.len());
        for (place, flow) in flows {
            let flow = if back { flow.negated() } else { flow };
            let Some(lane) = self.lanes.get(place) else { return false };
            let Some(sum) = lane.with(time_ns, self.newest_ns, flow) else { return false };
            sums.push((place, sum));
        }
        self.advance(time_ns);
        for (place, sum) in sums {
            if let Some(lane) = self.lanes.get_mut(place) {
                lane.put(time_ns, self.newest_ns, sum);
            }
        }
        true
    }
}

/// What parts add to each lane, together; None when a sum does not fit.
fn flows_of(parts: &[Part]) -> Option<Vec<(usize, Cell)>> {
    let mut flows: Vec<(usize, Cell)> = Vec::with_capacity(OWN + 2);
    for (lane, cell) in parts.iter().flat_map(Part::posts) {
        match flows.iter_mut().find(|(place, _)| *place == lane) {
            Some((_, sum)) => *sum = sum.plus(cell)?,
            None => flows.push((lane, cell)),
        }
    }
    Some(flows)
}
