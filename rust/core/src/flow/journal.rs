//! What was said of the newest transactions, so that each counts once and as it stands now.

use serde::{Deserialize, Serialize};

use super::{Part, Standing, Telling};
use crate::numbers::NS_PER_SECOND;

const DAY_NS: i64 = 86_400 * NS_PER_SECOND;
/// How far back the cells reach; what is older can neither be counted nor be taken back.
const REACH_NS: i64 = 31 * DAY_NS;
const WAYS: usize = 16;
/// One of so many makes room at a time.
const SHARE: usize = 16;

/// What is known of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    key: i64,
    /// When it was first on the chain, by anybody's word; the largest number without one.
    pub(super) time_ns: i64,
    /// The chain's time and ours of the word that its standing is by.
    said_ns: i64,
    heard_ns: i64,
    /// Our time of the word that its parts are by.
    told_ns: i64,
    parts: Box<[Part]>,
    tie: u32,
    quality: u8,
    standing: Standing,
}

impl Entry {
    /// What a first word says.
    pub(super) fn new(key: i64, telling: &Telling) -> Self {
        let mut entry = Self {
            key,
            time_ns: i64::MAX,
            said_ns: telling.said_ns,
            heard_ns: telling.heard_ns,
            told_ns: i64::MIN,
            parts: Box::default(),
            tie: 0,
            quality: 0,
            standing: telling.standing,
        };
        entry.learn(telling);
        entry
    }

    /// The same after another word: the order of the words makes no difference.
    pub(super) fn with(&self, telling: &Telling) -> Self {
        let mut entry = self.clone();
        let rank = |standing, said_ns, heard_ns| {
            // What was replaced stays so; at one time of the chain what left it has left it.
            let gone = standing == Standing::Removed;
            (standing == Standing::Replaced, said_ns, gone, heard_ns, standing)
        };
        let now = rank(telling.standing, telling.said_ns, telling.heard_ns);
        if now > rank(self.standing, self.said_ns, self.heard_ns) {
            entry.standing = telling.standing;
            (entry.said_ns, entry.heard_ns) = (telling.said_ns, telling.heard_ns);
        }
        entry.learn(telling);
        entry
    }

    /// Takes over the parts, unless better ones are known.
    fn learn(&mut self, telling: &Telling) {
        if telling.standing.is_gone() {
            return;
        }
        self.time_ns = self.time_ns.min(telling.said_ns);
        let worth = (telling.quality, telling.heard_ns, telling.tie);
        if worth > (self.quality, self.told_ns, self.tie) {
            (self.quality, self.told_ns, self.tie) = worth;
            self.parts = telling.parts.as_slice().into();
        }
    }

    /// What of it counts, marked by whether it is in a block.
    pub(super) fn counting(&self) -> Vec<Part> {
        if self.standing.is_gone() {
            return Vec::new();
        }
        let unconfirmed = self.standing == Standing::Unconfirmed;
        self.parts.iter().map(|part| part.marked(unconfirmed)).collect()
    }

    pub(super) fn is_gone(&self) -> bool {
        self.standing.is_gone()
    }

    fn size(&self) -> usize {
        self.parts.len().max(1)
    }

    /// What it weighs: what is out of reach least, then small amounts, then what is old. An amount
    /// halves with each day since it was last heard of, so that what was large once makes room.
    fn weight(&self, newest_ns: i64) -> (bool, i64, i64, i64) {
        let last_ns = self.heard_ns.max(self.told_ns);
        let days = (newest_ns.saturating_sub(last_ns) / DAY_NS).clamp(0, 62);
        let amount = self.parts.iter().fold(0_i64, |sum, part| sum.saturating_add(part.units));
        (last_ns > newest_ns.saturating_sub(REACH_NS), amount >> days, last_ns, self.key)
    }
}

/// A bounded memory of transactions by key; of those that leave it the keys are kept for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Journal {
    entries: Vec<Entry>,
    /// Places of the entries in the order of their keys.
    order: Vec<u32>,
    /// Parts of all entries; one without any counts as one.
    size: usize,
    capacity: usize,
    /// Keys that left, newest first in each row; 0 is none.
    past: Vec<[i64; WAYS]>,
    forgotten: u64,
}

impl Journal {
    pub(super) fn new(capacity: usize) -> Self {
        let (entries, order, past) = (Vec::new(), Vec::new(), Vec::new());
        Self { entries, order, size: 0, capacity, past, forgotten: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// How many left that could still have been taken back.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Bytes reserved.
    pub(super) fn bytes(&self) -> usize {
        let parts: usize = self.entries.iter().map(|entry| entry.parts.len()).sum();
        self.entries.capacity() * size_of::<Entry>()
            + self.order.capacity() * size_of::<u32>()
            + parts * size_of::<Part>()
            + self.past.capacity() * size_of::<[i64; WAYS]>()
    }

    pub(super) fn get(&self, key: i64) -> Option<&Entry> {
        let place = self.search(key).ok()?;
        self.order.get(place).and_then(|&slot| self.entry(slot))
    }

    /// Whether a transaction was known and is no more.
    pub(super) fn is_past(&self, key: i64) -> bool {
        let row = self.row(key).and_then(|row| self.past.get(row));
        row.is_some_and(|keys| keys.contains(&nonzero(key)))
    }

    /// Remembers what is known of a transaction; what weighs least makes room.
    pub(super) fn put(&mut self, entry: Entry, newest_ns: i64) {
        self.remove(entry.key);
        if entry.size() > self.capacity {
            return self.forget(entry.key, entry.weight(newest_ns).0);
        }
        while self.size + entry.size() > self.capacity {
            self.make_room(newest_ns);
        }
        if let Err(place) = self.search(entry.key) {
            self.size += entry.size();
            self.order.insert(place, u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
            self.entries.push(entry);
        }
    }

    /// What counts and is remembered, with its times.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, &Part)> {
        let counting = self.entries.iter().filter(|entry| !entry.is_gone());
        counting.flat_map(|entry| entry.parts.iter().map(move |part| (entry.time_ns, part)))
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new(self.capacity);
    }

    fn entry(&self, slot: u32) -> Option<&Entry> {
        usize::try_from(slot).ok().and_then(|slot| self.entries.get(slot))
    }

    fn search(&self, key: i64) -> Result<usize, usize> {
        self.order.binary_search_by(|&slot| {
            self.entry(slot).map_or(core::cmp::Ordering::Less, |held| held.key.cmp(&key))
        })
    }

    fn remove(&mut self, key: i64) {
        let Ok(place) = self.search(key) else { return };
        let slot = self.order.remove(place);
        let last = u32::try_from(self.entries.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let moved = self.entries.last().map(|entry| entry.key);
        if let Some(of) = moved.filter(|_| slot != last) {
            // The last one takes the place that is free.
            if let Ok(place) = self.search(of)
                && let Some(number) = self.order.get_mut(place)
            {
                *number = slot;
            }
        }
        let gone = self.entries.swap_remove(usize::try_from(slot).unwrap_or(usize::MAX));
        self.size -= gone.size();
    }

    /// Forgets the lightest sixteenth: to look for the one that is lightest takes as long.
    fn make_room(&mut self, newest_ns: i64) {
        let mut weights: Vec<_> = self.entries.iter().map(|held| held.weight(newest_ns)).collect();
        let count = (self.capacity / SHARE).clamp(1, weights.len().max(1));
        if count < weights.len() {
            weights.select_nth_unstable(count);
        }
        for (in_reach, _, _, key) in weights.into_iter().take(count) {
            self.remove(key);
            self.forget(key, in_reach);
        }
    }

    fn forget(&mut self, key: i64, in_reach: bool) {
        self.forgotten += u64::from(in_reach);
        if self.past.is_empty() {
            self.past = vec![[0; WAYS]; self.capacity.div_ceil(WAYS)];
        }
        if let Some(keys) = self.row(key).and_then(|row| self.past.get_mut(row)) {
            keys.rotate_right(1);
            keys[0] = nonzero(key);
        }
    }

    fn row(&self, key: i64) -> Option<usize> {
        let rows = i64::try_from(self.past.len()).ok().filter(|rows| *rows > 0)?;
        usize::try_from(key.rem_euclid(rows)).ok()
    }
}

/// Stands for a key in a row of them.
fn nonzero(key: i64) -> i64 {
    if key == 0 { i64::MIN } else { key }
}
