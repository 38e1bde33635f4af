//! Windows of what flows between exchanges and the world (`docs/whales.md`, "Windows").
//!
//! A lane is a place. The first four are sums that every transaction enters by itself; those from
//! [`OWN`] on belong to exchanges. Amounts are whole units of 1e-8; times are arguments. What is
//! said of a transaction is merged, so that it counts once and as it stands, in whatever order it
//! was said.

mod journal;
mod lane;

use serde::{Deserialize, Serialize};

use crate::error::CoreError;
use crate::numbers::{integer_within, timestamp};
use journal::{Entry, Journal};
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

/// Lane that counts parts (inflow) and those of them that labels younger than they name (outflow).
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
/// Flag of a part: an owner is known by a label that is younger than the transaction.
pub const HINDSIGHT: u8 = 8;
const FLAGS: u8 = UNCONFIRMED | SUSPECT | OWNED | HINDSIGHT;

/// What is said of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Standing {
    /// It waits for a block.
    Unconfirmed,
    /// It is in a block.
    Confirmed,
    /// It left the chain, with its block or before it had one.
    Removed,
    /// Another one took its place, for good.
    Replaced,
}

impl Standing {
    fn is_gone(self) -> bool {
        matches!(self, Self::Removed | Self::Replaced)
    }
}

/// What became of a word about a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It counts, for the first time or anew.
    Counted,
    /// It changes nothing.
    Repeated,
    /// What was counted is taken back.
    Reversed,
    /// It stays out: it was removed or replaced before.
    Void,
    /// It is taken back before it was counted, or is remembered no more.
    Unknown,
    /// It moved nothing.
    Ignored,
}

/// A word about a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// What it says.
    pub standing: Standing,
    /// The chain's time of it, nanoseconds UTC.
    pub said_ns: i64,
    /// When it was received.
    pub heard_ns: i64,
    /// How much it knows: the parts of who knows more hold, and of equals those of the latest.
    pub quality: u8,
    /// Decides between words of the same time.
    pub tie: u32,
    /// What was moved; not looked at when it is gone.
    pub parts: Vec<Part>,
}

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
        let flags = integer_within("flags", flags, 0, i64::from(FLAGS))?;
        Ok(Self {
            units,
            source: own_lane("source", source)?,
            target: own_lane("target", target)?,
            flags: u8::try_from(flags).unwrap_or(0),
        })
    }

    fn marked(mut self, unconfirmed: bool) -> Self {
        self.flags = self.flags & !UNCONFIRMED | if unconfirmed { UNCONFIRMED } else { 0 };
        self
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
            (SEEN, Cell { inflow: 1, outflow: i64::from(has(HINDSIGHT)) }),
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

    /// How many transactions left the memory that could still have been taken back.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.journal.forgotten()
    }

    /// Takes a word about a transaction, and counts it as all words together have it.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when a time or a lane is out of range, or a sum would not fit 64 bits;
    /// nothing changes then.
    pub fn tell(&mut self, key: i64, telling: &Telling) -> Result<Outcome, CoreError> {
        timestamp("said_ns", telling.said_ns)?;
        timestamp("heard_ns", telling.heard_ns)?;
        let count = i64::try_from(telling.parts.len()).unwrap_or(i64::MAX);
        integer_within("the number of parts", count, 0, PARTS_MAX)?;
        for part in &telling.parts {
            for (name, lane) in [("source", part.source), ("target", part.target)] {
                let lanes = i64::try_from(self.lanes.len()).unwrap_or(LANES_MAX);
                integer_within(name, i64::from(lane), 0, lanes - 1)?;
            }
        }
        if self.journal.is_past(key) {
            return Ok(Outcome::Unknown);
        }
        let before = self.journal.get(key);
        let next = before.map_or_else(|| Entry::new(key, telling), |entry| entry.with(telling));
        let (old_ns, old) =
            before.map_or((0, Vec::new()), |entry| (entry.time_ns, entry.counting()));
        let new = next.counting();
        let outcome = match (old.is_empty(), new.is_empty()) {
            (false, true) => Outcome::Reversed,
            (_, false) if old != new || old_ns != next.time_ns => Outcome::Counted,
            (false, false) => Outcome::Repeated,
            _ if telling.standing.is_gone() && before.is_none() => Outcome::Unknown,
            _ if telling.standing.is_gone() => Outcome::Repeated,
            _ if next.is_gone() => Outcome::Void,
            _ => Outcome::Ignored,
        };
        if old != new || old_ns != next.time_ns {
            self.post(old_ns, &old, true);
            if !self.post(next.time_ns, &new, false) {
                self.post(old_ns, &old, false);
                let value = new.iter().map(|part| part.units).max().unwrap_or(0);
                return Err(CoreError::Integer { name: "units", value, min: 1, max: UNITS_MAX });
            }
        }
        self.journal.put(next, self.newest_ns);
        Ok(outcome)
    }

    /// What went in and out in the hours up to `now_ns`, in cells of 5 minutes.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when a number is out of range.
    pub fn totals(&self, lane: i64, hours: i64, now_ns: i64) -> Result<(i128, i128), CoreError> {
        let (lane, hours, now_ns) = self.asked(lane, hours, now_ns)?;
        Ok(lane.recent(hours, now_ns, self.newest_ns))
    }

    /// Inflow less outflow at this hour of each of the 30 days before, yesterday first, in cells of
    /// an hour; None for a day in which nothing at all was seen. Of lane 0 it is the inflow.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when a number is out of range.
    pub fn history(
        &self,
        lane: i64,
        hours: i64,
        now_ns: i64,
    ) -> Result<Vec<Option<i128>>, CoreError> {
        let (lane, hours, now_ns) = self.asked(lane, hours, now_ns)?;
        let (seen, _, _) = self.asked(0, hours, now_ns)?;
        let days = (1..=DAYS).map(|day| {
            let then = now_ns - day * 24 * LONG_NS;
            let count = if then < 0 { 0 } else { seen.past(24, then, self.newest_ns) };
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
        if parts.is_empty() {
            return true;
        }
        let Some(flows) = flows_of(parts) else { return false };
        let mut sums = Vec::with_capacity(flows.len());
        for (place, flow) in flows {
            let flow = if back { flow.negated() } else { flow };
            let Some(lane) = self.lanes.get(place) else { return false };
            let net = if place == SEEN { flow.inflow } else { flow.net() };
            let Some(sum) = lane.with(time_ns, self.newest_ns, flow, net) else { return false };
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
