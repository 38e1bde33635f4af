//! A ring of fixed capacity: the one primitive behind every rolling statistic.

use core::iter::Chain;
use core::slice::Iter;

use serde::{Deserialize, Serialize};

use crate::error::CoreError;
use crate::numbers::integer_within;

/// Largest capacity.
pub const CAPACITY_MAX: i64 = 10_000_000;

/// Keeps the newest `capacity` items; pushing into a full ring gives the oldest one back.
///
/// Push and access are O(1); memory is `capacity` items, reserved once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CircularBuffer<T> {
    items: Vec<T>,
    capacity: usize,
    /// Index of the oldest item; 0 while the ring fills.
    head: usize,
}

/// Items in order of age, oldest first.
pub type Ages<'a, T> = Chain<Iter<'a, T>, Iter<'a, T>>;

impl<T: Copy> CircularBuffer<T> {
    /// An empty ring.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when `capacity` is not 1 to 10 000 000.
    pub fn new(name: &'static str, capacity: i64) -> Result<Self, CoreError> {
        let checked = integer_within(name, capacity, 1, CAPACITY_MAX)?;
        Ok(Self::with_capacity(usize::try_from(checked).unwrap_or(1)))
    }

    /// An empty ring of a capacity known to be good; 0 counts as 1.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self { items: Vec::with_capacity(capacity), capacity, head: 0 }
    }

    /// Adds the newest item and returns the one it evicted, if the ring was full.
    #[inline]
    pub fn push(&mut self, item: T) -> Option<T> {
        if self.items.len() < self.capacity {
            self.items.push(item);
            return None;
        }
        let slot = self.items.get_mut(self.head)?;
        let evicted = core::mem::replace(slot, item);
        self.head += 1;
        if self.head == self.capacity {
            self.head = 0;
        }
        Some(evicted)
    }

    /// True right after the push that filled the ring, and then once every `capacity` pushes.
    #[inline]
    #[must_use]
    pub fn wrapped(&self) -> bool {
        self.head == 0 && self.is_full()
    }

    /// Items in order of age, oldest first.
    #[inline]
    pub fn iter(&self) -> Ages<'_, T> {
        let (newer, older) = self.items.split_at(self.head.min(self.items.len()));
        older.iter().chain(newer)
    }

    /// The items in order of age, oldest first.
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        self.iter().copied().collect()
    }

    /// The newest `n` items, oldest first; all of them when there are fewer.
    pub fn latest(&self, n: usize) -> impl Iterator<Item = &T> + Clone {
        self.iter().skip(self.len().saturating_sub(n))
    }

    /// The item at `index`, 0 being the oldest.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        let wrapped = self.head + index;
        let place = if wrapped < self.items.len() { wrapped } else { wrapped - self.items.len() };
        if index < self.items.len() { self.items.get(place).copied() } else { None }
    }

    /// How many items are held.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// True when nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// True when the next push evicts.
    #[inline]
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.items.len() == self.capacity
    }

    /// How many items can be held.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Forgets all items.
    pub fn clear(&mut self) {
        self.items.clear();
        self.head = 0;
    }
}

impl<'a, T: Copy> IntoIterator for &'a CircularBuffer<T> {
    type Item = &'a T;
    type IntoIter = Ages<'a, T>;

    fn into_iter(self) -> Ages<'a, T> {
        self.iter()
    }
}
