//! The newest transactions, so that each counts once and can be taken back.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::Part;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Entry {
    key: i64,
    time_ns: i64,
    part: Part,
}

/// A bounded memory of transactions by key, oldest out first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Journal {
    entries: VecDeque<Entry>,
    /// How many parts ever left; an entry's number minus this is its place.
    left: u64,
    /// Number of the first part of each transaction that is held.
    first: BTreeMap<i64, u64>,
    capacity: usize,
}

impl Journal {
    pub(super) fn new(capacity: usize) -> Self {
        Self { entries: VecDeque::new(), left: 0, first: BTreeMap::new(), capacity }
    }

    pub(super) fn len(&self) -> usize {
        self.first.len()
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Bytes reserved; of the index, whose nodes are half full at least, at most that.
    pub(super) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>() + self.first.len() * 2 * size_of::<[u64; 2]>()
    }

    pub(super) fn contains(&self, key: i64) -> bool {
        self.first.contains_key(&key)
    }

    /// Remembers a transaction that is not held; of more parts than fit it keeps none.
    pub(super) fn add(&mut self, key: i64, time_ns: i64, parts: &[Part]) {
        if parts.is_empty() || parts.len() > self.capacity {
            return;
        }
        while self.entries.len() + parts.len() > self.capacity {
            self.drop_oldest();
        }
        self.first.insert(key, self.left + self.entries.len() as u64);
        self.entries.extend(parts.iter().map(|&part| Entry { key, time_ns, part }));
    }

    /// The time and the parts of a transaction; nothing when it is not held.
    pub(super) fn parts(&self, key: i64) -> Vec<(i64, Part)> {
        let Some(start) = self.first.get(&key).map(|number| number - self.left) else {
            return Vec::new();
        };
        let from = self.entries.iter().skip(usize::try_from(start).unwrap_or(usize::MAX));
        from.take_while(|entry| entry.key == key && entry.part.units != 0)
            .map(|entry| (entry.time_ns, entry.part))
            .collect()
    }

    /// Forgets a transaction.
    pub(super) fn remove(&mut self, key: i64) {
        let Some(start) = self.first.remove(&key).map(|number| number - self.left) else {
            return;
        };
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        for entry in self.entries.iter_mut().skip(start).take_while(|entry| entry.key == key) {
            entry.part.units = 0;
        }
        while self.entries.back().is_some_and(|entry| entry.part.units == 0) {
            self.entries.pop_back();
        }
        while self.entries.front().is_some_and(|entry| entry.part.units == 0) {
            self.entries.pop_front();
            self.left += 1;
        }
    }

    /// The parts that are held and not taken back, with their times.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, &Part)> {
        let held = self.entries.iter().filter(|entry| entry.part.units != 0);
        held.map(|entry| (entry.time_ns, &entry.part))
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new(self.capacity);
    }

    fn drop_oldest(&mut self) {
        let Some(key) = self.entries.front().map(|entry| entry.key) else { return };
        while self.entries.front().is_some_and(|entry| entry.key == key) {
            self.entries.pop_front();
            self.left += 1;
        }
        // Another one of this key may have come after the first was taken back.
        if self.first.get(&key).is_some_and(|&number| number < self.left) {
            self.first.remove(&key);
        }
    }
}
