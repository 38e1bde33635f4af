//! The keys of the last rows, exactly, in memory that grows with them and no further.
//!
//! A table of our own rather than the standard library's: forgetting is part of it, a key is stored
//! once in a ring instead of in an allocation each, and nothing depends on a random order.

use std::collections::VecDeque;
use std::num::NonZeroU32;

/// The key that a place of the table points to, by its number from the first ever (modulo 2^32),
/// and its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    hash: NonZeroU32, // so that an empty place needs no room of its own
    number: u32,
}

/// A remembered key.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: NonZeroU32,
    /// Where its bytes begin, counted from the first ever.
    start: u64,
    length: usize,
}

/// Remembers the last keys that were new.
#[derive(Debug, Clone)]
pub struct DuplicateWindow {
    limit: usize,
    /// At least twice as many places as keys, also while one is there too many; each key stands at
    /// the first free one from its home.
    table: Vec<Option<Slot>>,
    entries: VecDeque<Entry>,
    /// The bytes of all keys, one after the other.
    bytes: VecDeque<u8>,
    /// Number of the oldest key.
    oldest: u32,
    /// Bytes forgotten.
    forgotten: u64,
}

impl DuplicateWindow {
    /// A window of so many keys, at least 1.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            table: Vec::new(),
            entries: VecDeque::new(),
            bytes: VecDeque::new(),
            oldest: 0,
            forgotten: 0,
        }
    }

    /// True when the key is among the remembered ones; otherwise remembers it. O(1), plus the
    /// length of the key.
    pub fn seen(&mut self, key: &[u8]) -> bool {
        if self.table.is_empty() {
            self.table = vec![None; (2 * self.limit + 2).next_power_of_two()];
        }
        let hash = hash(key);
        let mut place = self.home(hash);
        while let Some(slot) = self.slot(place) {
            if slot.hash == hash && self.holds(slot.number, key) {
                return true;
            }
            place = self.after(place);
        }
        let number = self.oldest.wrapping_add(low_bits(self.entries.len()));
        let start = self.forgotten + self.bytes.len() as u64;
        self.put(place, Some(Slot { hash, number }));
        self.entries.push_back(Entry { hash, start, length: key.len() });
        self.bytes.extend(key);
        if self.entries.len() > self.limit {
            self.forget();
        }
        false
    }

    fn forget(&mut self) {
        let Some(entry) = self.entries.pop_front() else { return };
        self.bytes.drain(..entry.length);
        self.forgotten += entry.length as u64;
        let mut hole = self.home(entry.hash);
        while self.slot(hole).is_some_and(|slot| slot.number != self.oldest) {
            hole = self.after(hole);
        }
        self.oldest = self.oldest.wrapping_add(1);
        // Whoever stands behind the hole moves into it, unless that is before its home.
        let mut place = hole;
        loop {
            place = self.after(place);
            let Some(slot) = self.slot(place) else { break };
            let home = self.home(slot.hash);
            if self.distance(home, place) >= self.distance(hole, place) {
                self.put(hole, Some(slot));
                hole = place;
            }
        }
        self.put(hole, None);
    }

    fn holds(&self, number: u32, key: &[u8]) -> bool {
        let place = number.wrapping_sub(self.oldest) as usize;
        let Some(entry) = self.entries.get(place) else { return false };
        let Ok(start) = usize::try_from(entry.start - self.forgotten) else { return false };
        entry.length == key.len() && self.bytes.range(start..start + entry.length).eq(key)
    }

    #[inline]
    fn slot(&self, place: usize) -> Option<Slot> {
        self.table.get(place).copied().flatten()
    }

    #[inline]
    fn put(&mut self, place: usize, slot: Option<Slot>) {
        if let Some(old) = self.table.get_mut(place) {
            *old = slot;
        }
    }

    #[inline]
    fn home(&self, hash: NonZeroU32) -> usize {
        hash.get() as usize & (self.table.len() - 1)
    }

    #[inline]
    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.table.len() - 1)
    }

    /// Steps from one place to another, around the end.
    #[inline]
    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & (self.table.len() - 1)
    }
}

/// The last 32 bits of a number of keys, of which there are fewer than 2^32 at any time.
#[inline]
fn low_bits(count: usize) -> u32 {
    #[allow(clippy::cast_possible_truncation, reason = "numbers are compared modulo 2^32")]
    let low = count as u32;
    low
}

/// Eight bytes at a time are mixed by a multiplication to 128 bits, folded to 64.
#[inline]
fn hash(key: &[u8]) -> NonZeroU32 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |state: u64, word: u64| {
        let product = u128::from(state ^ word) * u128::from(ODD);
        #[allow(clippy::cast_possible_truncation, reason = "both halves are used")]
        let folded = (product >> 64) as u64 ^ product as u64;
        folded
    };
    let (words, rest) = key.as_chunks::<8>();
    let state = words.iter().fold(key.len() as u64 ^ ODD, |s, w| mix(s, u64::from_le_bytes(*w)));
    let last = rest.iter().fold(0_u64, |word, &byte| word << 8 | u64::from(byte));
    let mixed = mix(mix(state, last), ODD);
    #[allow(clippy::cast_possible_truncation, reason = "the upper half is as good as the whole")]
    let upper = (mixed >> 32) as u32;
    NonZeroU32::new(upper | 1 << 31).unwrap_or(NonZeroU32::MAX)
}
